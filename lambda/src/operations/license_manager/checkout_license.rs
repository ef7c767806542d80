//! CheckoutLicense.

use std::collections::BTreeMap;
use std::sync::Arc;

use licentia_core::arn::LicenseArn;
use licentia_core::checkout::{Checkout, EntitlementData, Kind, Wanted, consumption_token};
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::booking::book;
use super::choice::{Choice, NotServed, Search, Serving};
use super::consumption::{Taking, not_usable, refused};
use super::room::{split_if_hot, sweep};
use super::shapes::{EntitlementDataInput, read_wanted};
use super::signing::sign_if_it_can;
use crate::allow::Audience;
use crate::context::{Context, Setback, Tries};
use crate::error::Error;
use crate::licenses::{Stored, is_crowded};
use crate::operation::Operation;
use crate::recent::Source;
use crate::wire::{Object, Violations};

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
        let search = Search {
            token: &token,
            product_sku: &request.product_sku,
            key_fingerprint: &request.key_fingerprint,
            beneficiary: request.beneficiary.as_deref(),
            wanted: &request.wanted,
            kind: request.kind,
            lane: &cx.service.recent.lane(),
        };
        let mut remembered = search.again(cx).map(|serving| Choice::Serves(Box::new(serving)));
        let mut tries = Tries::default();
        loop {
            let choice = match remembered.take() {
                Some(choice) => Ok(choice),
                None => search.choose(cx).await,
            };
            let setback = match choice {
                Ok(Choice::Serves(serving)) => match serve(cx, &search, &taking, *serving, &tries).await {
                    Ok(checkout) => return Ok(output(checkout)),
                    Err(setback) => setback,
                },
                Ok(Choice::RoomMade) => continue,
                Ok(Choice::None(NotServed::Refused(places, refusal))) => {
                    Setback::Fatal(refused(cx, &places, &refusal).await)
                }
                Ok(Choice::None(NotServed::NotUsable(why))) => Setback::Fatal(not_usable(why)),
                Err(setback) => setback,
            };
            if let Some(checkout) = taking.taken_before(cx, &tries, &setback).await? {
                return Ok(output(checkout));
            }
            tries.again(setback).await?;
        }
    }
}

/// Takes from the license that serves.
async fn serve(
    cx: &Context,
    search: &Search<'_>,
    taking: &Taking<'_>,
    serving: Serving,
    tries: &Tries,
) -> Result<Checkout, Setback> {
    let Serving { allowed, grant, decision, known_since } = serving;
    let arn = grant.as_ref().map(|granted| &granted.grant.grant_arn);
    let checkout = taking.checkout(cx, allowed.get(), arn, &decision).await?;
    let signed = sign_if_it_can(cx, &allowed.get().head.license, &checkout, None).await?;
    let request = search.request(cx);
    let booked = book(cx, &allowed, checkout, signed, &decision).await;
    match &booked {
        Ok(checkout) => {
            let Stored { head, pool, shard } = allowed.get();
            let taken_from = decision.edit.applied_to(allowed.get().at_hand());
            let (pool, shards) = match shard {
                Some(shard) => (pool.clone(), [(shard.number, taken_from)].into()),
                None => (taken_from, BTreeMap::new()),
            };
            let source = Source { head: Arc::clone(head), pool, shards, grant, known_since };
            // In a crowded pool somebody has to look what can be forgotten.
            match is_crowded(allowed.get().at_hand()) {
                true => cx.service.recent.forget(&request),
                false => cx.service.recent.keep(request, source),
            }
            sweep(cx, &allowed, checkout, &decision).await;
        }
        Err(setback) => {
            cx.service.recent.forget(&request);
            split_if_hot(cx, &allowed, setback, tries).await;
        }
    }
    booked
}

fn read_kind(text: &str) -> Option<Kind> {
    match text {
        "PROVISIONAL" => Some(Kind::Provisional),
        "PERPETUAL" => Some(Kind::Perpetual),
        _ => None,
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
