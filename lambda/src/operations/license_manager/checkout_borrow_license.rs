//! CheckoutBorrowLicense.

use std::collections::BTreeSet;

use licentia_core::arn::{GrantArn, LicenseArn};
use licentia_core::checkout::{Checkout, EntitlementData, Kind, Wanted, borrow, consumption_token};
use licentia_core::grant::AllowedOperation;
use licentia_core::license::Metadata;
use licentia_core::time::Timestamp;
use licentia_core::token::{Algorithm, MAX_TOKEN_BYTES};
use serde::{Deserialize, Serialize};

use super::booking::book;
use super::consumption::{Taking, not_usable, refused};
use super::received::load_received_by_arn;
use super::room::{Room, make_room, settle_other_tries, split_if_hot, sweep};
use super::shapes::{EntitlementDataInput, objects, read_wanted};
use super::signing::sign;
use super::stored::{check_region, load_own_near};
use crate::allow::{Allowed, Audience};
use crate::context::{Context, Setback, Tries};
use crate::error::{Error, Kind as ErrorKind};
use crate::licenses::{Near, Stored, merge_one, note_confirmed};
use crate::operation::Operation;
use crate::sign::Signed;
use crate::wire::{Object, Violations};

/// Bytes of metadata that leave room for the rest of a token.
const MOST_METADATA_BYTES: usize = 32_000;
const MOST_METADATA_PAIRS: usize = 500;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct CheckoutBorrowLicense {
    license_arn: Option<String>,
    entitlements: Option<Vec<Object<EntitlementDataInput>>>,
    digital_signature_method: Option<String>,
    node_id: Option<String>,
    checkout_metadata: Option<Vec<Object<Metadata>>>,
    client_token: Option<String>,
}

pub(super) struct Request {
    license_arn: String,
    wanted: Vec<Wanted>,
    algorithm: Algorithm,
    node_id: Option<String>,
    metadata: Vec<Metadata>,
    client_token: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    license_arn: LicenseArn,
    license_consumption_token: String,
    entitlements_allowed: Vec<EntitlementData>,
    #[serde(skip_serializing_if = "Option::is_none")]
    node_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_token: Option<String>,
    issued_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration: Option<Timestamp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checkout_metadata: Vec<Metadata>,
}

impl Operation for CheckoutBorrowLicense {
    const NAME: &'static str = "CheckoutBorrowLicense";
    const AUDIENCE: Audience = Audience::TokenHolders;
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let license_arn = violations.arn("licenseArn", self.license_arn);
        let wanted = read_wanted(self.entitlements, &mut violations);
        let method = violations.required("digitalSignatureMethod", self.digital_signature_method);
        let client_token = violations.client_token(self.client_token);
        let (metadata, node_id) = (objects(self.checkout_metadata), self.node_id);
        read_metadata(&metadata, &mut violations);
        let read = (|| Some((license_arn?, wanted?, method?, client_token?)))();
        let (license_arn, wanted, method, client_token) = violations.finish(read)?;
        let algorithm = Algorithm::from_digital_signature_method(&method).ok_or_else(|| {
            Error::new(
                ErrorKind::UnsupportedDigitalSignatureMethod,
                format_args!("DigitalSignatureMethod `{method}` is not supported: use {}", methods()),
            )
        })?;
        Ok(Request { license_arn, wanted, algorithm, node_id, metadata, client_token })
    }

    fn resource(request: &Request) -> Option<&str> {
        Some(&request.license_arn)
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let token = consumption_token(&cx.caller.scope(), Self::NAME, &request.client_token);
        let taking = Taking {
            token: &token,
            kind: Kind::Borrow,
            beneficiary: None,
            node_id: request.node_id.as_deref(),
            metadata: &request.metadata,
        };
        let lane = cx.service.recent.lane();
        let mut tries = Tries::default();
        loop {
            let setback = match request.borrow(cx, &taking, Near::Lane(lane.number()), &tries).await {
                Ok(Some(checkout)) => return Ok(output(checkout)),
                Ok(None) => continue,
                Err(setback) => setback,
            };
            if let Some(checkout) = taking.taken_before(cx, &tries, &setback).await? {
                return Ok(output(checkout));
            }
            tries.again(setback).await?;
        }
    }
}

impl Request {
    /// Takes what is wanted; nothing yet if room was made for it.
    async fn borrow(
        &self,
        cx: &Context,
        taking: &Taking<'_>,
        near: Near,
        tries: &Tries,
    ) -> Result<Option<Checkout>, Setback> {
        let (allowed, grant) = load_to_borrow(cx, &self.license_arn, near).await?;
        let stored = allowed.get();
        let license = &stored.head.license;
        check_region(cx, &license.home_region)?;
        if let Some(shard) = stored.shard.as_ref().filter(|shard| shard.pool.is_closed()) {
            // Whoever began to merge it may be gone.
            merge_one(&cx.service, stored.arn(), shard.number, cx.time()).await?;
            return Ok(None);
        }
        let refusal = match borrow(license, stored.at_hand(), &self.wanted, cx.now) {
            Ok(decision) => {
                note_confirmed(&cx.service, stored).await;
                let checkout = taking.checkout(cx, stored, grant.as_ref(), &decision).await?;
                let signed = sign(cx, license, &checkout, self.algorithm).await.map_err(Error::from)?;
                let signed = Some(verifiable(signed)?);
                let booked = book(cx, &allowed, checkout, signed, &decision).await;
                match &booked {
                    Ok(checkout) => sweep(cx, &allowed, checkout, &decision).await,
                    Err(setback) => split_if_hot(cx, &allowed, setback, tries).await,
                }
                return booked.map(Some);
            }
            Err(refusal) => refusal,
        };
        if refusal.is_for_want_of_room() {
            match make_room(cx, &allowed, &refusal.exhausted()).await? {
                Room::Made => return Ok(None),
                Room::Awaited => return Err(Setback::Busy),
                Room::None => {}
            }
        }
        settle_other_tries(cx, stored, taking.token).await?;
        Err(Setback::Fatal(refused(cx, &stored.places(), &refusal).await))
    }
}

/// What `DigitalSignatureMethod` may be.
fn methods() -> String {
    let names: Vec<_> = Algorithm::ALL.iter().map(|algorithm| algorithm.digital_signature_method()).collect();
    names.join(", ")
}

/// The license, if the caller owns it or an active grant lets it borrow (B-2),
/// and that grant.
async fn load_to_borrow(
    cx: &Context,
    arn: &str,
    near: Near,
) -> Result<(Allowed<Stored>, Option<GrantArn>), Error> {
    let unknown = || {
        Error::not_found(format_args!(
            "license `{arn}` does not exist, or is neither yours nor granted to you; ListLicenses and \
             ListReceivedLicenses show which are"
        ))
    };
    let license_arn = LicenseArn::parse(arn).map_err(|_| unknown())?;
    if *license_arn.owner() == cx.caller.account {
        return Ok((load_own_near(cx, arn, near).await?, None));
    }
    let received = load_received_by_arn(cx, &license_arn, near).await?.ok_or_else(unknown)?;
    let (allowed, grant) = received.allow(cx, AllowedOperation::CheckoutBorrowLicense).map_err(not_usable)?;
    Ok((allowed, Some(grant.grant.grant_arn)))
}

/// What the caller wants signed along: each name once, since it is signed as
/// an object, and not more than a token can carry.
fn read_metadata(metadata: &[Metadata], violations: &mut Violations) {
    let bytes: usize =
        metadata.iter().flat_map(|pair| [&pair.name, &pair.value]).flatten().map(String::len).sum();
    if bytes > MOST_METADATA_BYTES || metadata.len() > MOST_METADATA_PAIRS {
        violations.add_combination(format_args!(
            "checkoutMetadata: {} pairs of {bytes} bytes are more than {MOST_METADATA_PAIRS} pairs of \
             {MOST_METADATA_BYTES} bytes, which a token can carry",
            metadata.len()
        ));
        return;
    }
    let mut names = BTreeSet::new();
    for (pair, number) in metadata.iter().zip(1..) {
        let at = format!("checkoutMetadata.{number}.member.name");
        if let Some(name) = violations.required(&at, pair.name.as_deref())
            && !names.insert(name)
        {
            violations.add(&at, name, "Member must name each pair once, since they are signed as an object");
        }
    }
}

/// The signed token, if verifiers will read it.
fn verifiable(signed: Signed) -> Result<Signed, Error> {
    if signed.token.len() <= MAX_TOKEN_BYTES {
        return Ok(signed);
    }
    Err(Error::validation(format_args!(
        "the signed token would take {} bytes, and verifiers read at most {MAX_TOKEN_BYTES}: ask for fewer \
         entitlements, or send less CheckoutMetadata",
        signed.token.len()
    )))
}

fn output(checkout: Checkout) -> Output {
    Output {
        license_arn: checkout.license_arn,
        license_consumption_token: checkout.token,
        entitlements_allowed: checkout.allowed,
        node_id: checkout.node_id,
        signed_token: checkout.signed_token,
        issued_at: checkout.issued_at,
        expiration: checkout.expiration,
        checkout_metadata: checkout.metadata,
    }
}
