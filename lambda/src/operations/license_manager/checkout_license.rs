//! CheckoutLicense.

use licentia_core::arn::LicenseArn;
use licentia_core::checkout::{
    Checkout, Decision, EntitlementData, Kind, Refusal, Wanted, check_out, consumption_token,
};
use licentia_core::license::License;
use licentia_core::time::Timestamp;
use licentia_core::token::{Algorithm, MAX_TOKEN_BYTES};
use serde::{Deserialize, Serialize};

use super::consumption::{Taking, book, make_room, refused, sign, taken_before};
use super::shapes::{EntitlementDataInput, read_wanted};
use super::stored::{Stored, load_all};
use crate::allow::{self, Allowed, Audience};
use crate::context::{Context, Setback, Tries};
use crate::error::Error;
use crate::operation::Operation;
use crate::records;
use crate::sign::SignError;
use crate::wire::{Object, Violations};

/// Candidates loaded at once: the newest ones serve nearly always.
const CANDIDATES: usize = 8;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct CheckoutLicense {
    #[serde(rename = "ProductSKU")]
    product_sku: Option<String>,
    checkout_type: Option<String>,
    key_fingerprint: Option<String>,
    entitlements: Option<Vec<Object<EntitlementDataInput>>>,
    client_token: Option<String>,
    beneficiary: Option<String>,
    node_id: Option<String>,
}

pub(super) struct Request {
    product_sku: String,
    kind: Kind,
    key_fingerprint: String,
    wanted: Vec<Wanted>,
    client_token: String,
    beneficiary: Option<String>,
    node_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    checkout_type: Kind,
    license_consumption_token: String,
    entitlements_allowed: Vec<EntitlementData>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    node_id: Option<String>,
    issued_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration: Option<Timestamp>,
    license_arn: LicenseArn,
}

/// What the candidates came to.
enum Choice {
    /// This one serves.
    Serves(Allowed<Stored>, Decision),
    /// Room was made in one: all are to be looked at again.
    RoomMade,
    /// None serves; why the best one does not.
    None(Allowed<Stored>, Refusal),
}

impl Operation for CheckoutLicense {
    const NAME: &'static str = "CheckoutLicense";
    const AUDIENCE: Audience = Audience::TokenHolders;
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let product_sku = violations.required("productSKU", self.product_sku);
        let kind = violations.required("checkoutType", self.checkout_type.as_deref());
        let kind = violations.one_of("checkoutType", kind, read_kind, &["PROVISIONAL", "PERPETUAL"]);
        let key_fingerprint = violations.required("keyFingerprint", self.key_fingerprint);
        let wanted = read_wanted(self.entitlements, &mut violations);
        let client_token = violations.client_token(self.client_token);
        let (beneficiary, node_id) = (self.beneficiary, self.node_id);
        let request = (|| {
            Some(Request {
                product_sku: product_sku?,
                kind: kind?,
                key_fingerprint: key_fingerprint?,
                wanted: wanted?,
                client_token: client_token?,
                beneficiary,
                node_id,
            })
        })();
        violations.finish(request)
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let token = consumption_token(&cx.caller.scope(), Self::NAME, &request.client_token);
        let taking = Taking {
            token: &token,
            kind: request.kind,
            beneficiary: request.beneficiary.as_deref(),
            node_id: request.node_id.as_deref(),
            metadata: &[],
        };
        let mut tries = Tries::default();
        loop {
            if let Some(checkout) = taken_before(cx, &token).await? {
                return Ok(output(checkout));
            }
            let setback = match choose(cx, &request).await {
                Ok(Choice::Serves(allowed, decision)) => {
                    let mut checkout = taking.checkout(cx, allowed.get(), &decision);
                    checkout.signed_token = sign_if_es256(cx, allowed.get(), &checkout).await?;
                    match book(cx, &allowed, &checkout, &decision).await {
                        Ok(()) => return Ok(output(checkout)),
                        Err(setback) => setback,
                    }
                }
                Ok(Choice::RoomMade) => continue,
                Ok(Choice::None(allowed, refusal)) => {
                    return Err(refused(cx, &allowed.get().head.license.license_arn, &refusal).await);
                }
                Err(setback) => setback,
            };
            tries.again(setback).await?;
        }
    }
}

fn read_kind(text: &str) -> Option<Kind> {
    match text {
        "PROVISIONAL" => Some(Kind::Provisional),
        "PERPETUAL" => Some(Kind::Perpetual),
        _ => None,
    }
}

/// A license that signs with ES256 answers with a token for offline use; one
/// with another key, or whose token verifiers would not read, answers without.
async fn sign_if_es256(cx: &Context, stored: &Stored, checkout: &Checkout) -> Result<Option<String>, Error> {
    match sign(cx, stored, checkout, Algorithm::Es256).await {
        Ok(token) => Ok(Some(token).filter(|token| token.len() <= MAX_TOKEN_BYTES)),
        Err(SignError::WrongAlgorithm { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Goes through the candidates, newest first, and takes the first that can
/// allow at least one requested entitlement (section 4, steps 3 to 6). What
/// expired is returned before anything is refused for want of room.
async fn choose(cx: &Context, request: &Request) -> Result<Choice, Setback> {
    let arns = candidates(cx, request).await?;
    let mut best: Option<(Allowed<Stored>, Refusal)> = None;
    for arns in arns.chunks(CANDIDATES) {
        for stored in load_all(cx, arns).await? {
            let Some(allowed) = allow::owner(&cx.caller, stored) else { continue };
            let Stored { head, pool } = allowed.get();
            let license = &head.license;
            if !request.is_for(license) {
                continue;
            }
            let decision = check_out(license, pool, &request.wanted, request.kind, cx.now);
            let exhausted = match &decision {
                Ok(decision) => decision.exhausted(),
                Err(refusal) => refusal.exhausted(),
            };
            if !exhausted.is_empty() && make_room(cx, &allowed, &exhausted).await? {
                return Ok(Choice::RoomMade);
            }
            match decision {
                Ok(decision) => return Ok(Choice::Serves(allowed, decision)),
                Err(refusal) => {
                    let is_better = best
                        .as_ref()
                        .is_none_or(|(_, best)| !best.is_for_want_of_room() && refusal.is_for_want_of_room());
                    if is_better {
                        best = Some((allowed, refusal));
                    }
                }
            }
        }
    }
    match best {
        Some((allowed, refusal)) => Ok(Choice::None(allowed, refusal)),
        None => Err(Setback::Fatal(Error::not_found(format_args!(
            "no license of yours has ProductSKU `{}`, KeyFingerprint `{}` and this Beneficiary; ListLicenses shows \
             what there is",
            request.product_sku, request.key_fingerprint
        )))),
    }
}

/// The licenses that the caller issued of this SKU, for this beneficiary or,
/// where it names its own account, for all; the newest first. A token names
/// its license, so that its holder need not know the beneficiary (T-10).
async fn candidates(cx: &Context, request: &Request) -> Result<Vec<LicenseArn>, Error> {
    if let Some(license) = cx.caller.license() {
        return Ok(vec![license.clone()]);
    }
    let account = &cx.caller.account;
    let Some(beneficiary) = request.beneficiary.as_deref() else {
        let own = records::pointers(account, &request.product_sku, None, 1);
        return Err(match cx.service.store.query(&own).await?.items.is_empty() {
            true => Error::not_found(format_args!(
                "no license with ProductSKU `{}` was granted to you",
                request.product_sku
            )),
            false => Error::validation(
                "Beneficiary is needed to check out a license that you issued: send the one of the license, or \
                 your own account",
            ),
        });
    };
    let one = (!account.is_named_by(beneficiary)).then_some(beneficiary);
    let mut query = records::pointers(account, &request.product_sku, one, 100);
    let mut arns = Vec::new();
    loop {
        let page = cx.service.store.query(&query).await?;
        for item in &page.items {
            arns.push(item.read::<records::Pointer>()?.license_arn);
        }
        query.after = page.items.last().map(|item| item.key.sort.clone());
        if !page.more {
            break;
        }
    }
    arns.sort_unstable_by(LicenseArn::newest_first);
    Ok(arns)
}

impl Request {
    /// Whether the request means this license (section 4, steps 3 and 4). The
    /// beneficiary tells an issuer's own licenses apart; who may leave it out
    /// has no such choice.
    fn is_for(&self, license: &License) -> bool {
        let is_meant = |beneficiary: &String| {
            license.beneficiary == *beneficiary || license.owner().is_named_by(beneficiary)
        };
        license.product_sku == self.product_sku
            && license.terms.issuer.key_fingerprint == self.key_fingerprint
            && self.beneficiary.as_ref().is_none_or(is_meant)
    }
}

fn output(checkout: Checkout) -> Output {
    Output {
        checkout_type: checkout.kind,
        license_consumption_token: checkout.token,
        entitlements_allowed: checkout.allowed,
        signed_token: checkout.signed_token,
        node_id: checkout.node_id,
        issued_at: checkout.issued_at,
        expiration: checkout.expiration,
        license_arn: checkout.license_arn,
    }
}
