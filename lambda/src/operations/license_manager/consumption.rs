//! What the consumption operations share: booking a decision, and reclaiming
//! what ran out.

use licentia_core::arn::LicenseArn;
use licentia_core::checkout::{Checkout, Decision, Ended, Kind, Refusal};
use licentia_core::license::Metadata;
use licentia_core::time::Timestamp;
use licentia_core::token::{Algorithm, AllowedEntitlement, Claims, MAX_TOKEN_BYTES};

use super::stored::{Stored, check_same_request, load_record, sized};
use crate::allow::Allowed;
use crate::context::{Context, Setback};
use crate::error::{Error, Kind as ErrorKind};
use crate::records::{self, CheckoutRecord};
use crate::store::{Change, Guard, Query, Write};

/// Expired checkouts reclaimed in one change.
const RECLAIMED_AT_ONCE: usize = 50;
/// Running checkouts looked at for the soonest expiry to tell.
const LOOKED_AT: usize = 50;

/// What a checkout records besides the decision.
pub(super) struct Taking<'a> {
    pub(super) token: &'a str,
    pub(super) kind: Kind,
    pub(super) beneficiary: Option<&'a str>,
    pub(super) node_id: Option<&'a str>,
    pub(super) metadata: &'a [Metadata],
}

/// The checkout of this request, if it is a retry (C-6).
pub(super) async fn taken_before(cx: &Context, token: &str) -> Result<Option<Checkout>, Error> {
    let Some(record) = load_record(cx, token).await? else { return Ok(None) };
    check_same_request(cx, &record.request)?;
    Ok(Some(record.checkout))
}

impl Taking<'_> {
    /// The checkout that this decision makes.
    pub(super) fn checkout(&self, cx: &Context, stored: &Stored, decision: &Decision) -> Checkout {
        let license = &stored.head.license;
        Checkout {
            token: self.token.to_owned(),
            license_arn: license.license_arn.clone(),
            license_version: license.version,
            account: cx.caller.account.clone(),
            caller: cx.caller.arn(),
            kind: self.kind,
            beneficiary: self.beneficiary.map(ToOwned::to_owned),
            node_id: self.node_id.map(ToOwned::to_owned),
            metadata: self.metadata.to_vec(),
            allowed: decision.allowed.clone(),
            kept: decision.kept.clone(),
            issued_at: cx.now,
            expiration: decision.expiration,
            extended_to: None,
            signed_token: None,
            ended: None,
        }
    }
}

/// Books a decision: the checkout and what it takes, together.
pub(super) async fn book(
    cx: &Context,
    allowed: &Allowed<Stored>,
    checkout: &Checkout,
    decision: &Decision,
) -> Result<(), Setback> {
    let record = CheckoutRecord { checkout: checkout.clone(), request: cx.fingerprint() };
    let item =
        records::checkout_item(&record).map_err(Error::from).and_then(sized).map_err(Setback::Fatal)?;
    let mut writes = vec![Write::Put(item, vec![Guard::Absent])];
    writes.extend(records::pool_write(&checkout.license_arn, &allowed.get().pool, &decision.edit));
    cx.commit(allowed, Change(writes)).await
}

/// Returns what expired checkouts of the license hold (E-9), and says whether
/// there were any.
pub(super) async fn reclaim(cx: &Context, allowed: &Allowed<Stored>) -> Result<bool, Setback> {
    let Stored { head, pool } = allowed.get();
    let arn = &head.license.license_arn;
    let query = records::expiring(arn, Timestamp::MIN, cx.now, RECLAIMED_AT_ONCE);
    let expired = checkouts(cx, &query).await.map_err(Setback::Fatal)?;
    if expired.is_empty() {
        return Ok(false);
    }
    let edit = pool.reclaiming(&head.license, &expired, cx.now);
    let mut writes: Vec<Write> =
        expired.iter().map(|checkout| records::end_checkout(checkout, Ended::Expired, cx.now)).collect();
    writes.extend(records::pool_write(arn, pool, &edit));
    cx.commit(allowed, Change(writes)).await?;
    Ok(true)
}

/// What the client is told where nothing can be taken: the reason, and when
/// something returns at the soonest.
pub(super) async fn refused(cx: &Context, arn: &LicenseArn, refusal: &Refusal) -> Error {
    let kind = match refusal {
        Refusal::Unusable(_) | Refusal::NoneAllowed(_) => ErrorKind::NoEntitlementsAllowed,
        Refusal::SomeNotAllowed(_) => ErrorKind::EntitlementNotAllowed,
    };
    if refusal.exhausted().next().is_none() {
        return Error::new(kind, refusal);
    }
    let query = records::expiring(arn, cx.now, Timestamp::MAX, LOOKED_AT);
    let running = match checkouts(cx, &query).await {
        Ok(running) => running,
        Err(error) => return error,
    };
    let helps = |checkout: &&Checkout| {
        refusal
            .exhausted()
            .any(|name| checkout.returns(name) && checkout.held().any(|(held, _)| held == name))
    };
    match running.iter().find(helps).and_then(Checkout::expires_at) {
        Some(expiry) => Error::new(kind, format_args!("{refusal}; next expiry {expiry}")),
        None => Error::new(kind, refusal),
    }
}

/// The checkouts of a query through the index, as they are now: the index may
/// lag behind.
pub(super) async fn checkouts(cx: &Context, query: &Query) -> Result<Vec<Checkout>, Error> {
    let keys: Vec<_> = cx.service.store.query(query).await?.items.into_iter().map(|item| item.key).collect();
    if keys.is_empty() {
        return Ok(vec![]);
    }
    let mut checkouts = Vec::new();
    for item in cx.service.store.get(&keys).await?.into_iter().flatten() {
        checkouts.push(item.read::<CheckoutRecord>()?.checkout);
    }
    checkouts.retain(|checkout| checkout.ended.is_none());
    Ok(checkouts)
}

/// Signs a checkout, in a form that any JWT library reads (B-6, B-7).
pub(super) async fn sign(
    cx: &Context,
    stored: &Stored,
    checkout: &Checkout,
    algorithm: Algorithm,
) -> Result<String, Error> {
    let license = &stored.head.license;
    let issuer = &license.terms.issuer;
    let allowed = checkout.allowed.iter().map(|data| AllowedEntitlement {
        name: data.name.clone(),
        unit: data.unit,
        value: data.value.clone(),
    });
    let metadata = checkout.metadata.iter();
    let claims = Claims {
        issuer: Some(issuer.key_fingerprint.clone()),
        license_arn: checkout.license_arn.to_string(),
        consumption_token: checkout.token.clone(),
        entitlements_allowed: allowed.collect(),
        issued_at: checkout.issued_at,
        expiration: checkout.expiration,
        node_id: checkout.node_id.clone(),
        checkout_metadata: metadata
            .map(|pair| (pair.name.clone().unwrap_or_default(), pair.value.clone().unwrap_or_default()))
            .collect(),
    };
    let signer = &cx.service.signer;
    let token = signer.sign(license.owner(), issuer.sign_key.as_deref(), algorithm, &claims, cx.now).await?;
    if token.len() > MAX_TOKEN_BYTES {
        return Err(Error::validation(format_args!(
            "the signed token would take {} bytes, and verifiers read at most {MAX_TOKEN_BYTES}: ask for fewer \
             entitlements, or send less CheckoutMetadata",
            token.len()
        )));
    }
    Ok(token)
}
