//! What the consumption operations share: what a checkout says, and why there
//! is none.

use licentia_core::arn::GrantArn;
use licentia_core::checkout::{Checkout, Decision, Kind, Refusal};
use licentia_core::grant::NotUsable;
use licentia_core::license::Metadata;
use licentia_core::time::Timestamp;

use super::signing::as_answered;
use super::stored::{check_same_request, load_record};
use crate::context::{Context, Setback, Tries};
use crate::error::{Error, Kind as ErrorKind};
use crate::licenses::{Places, Stored, counting};
use crate::records;

/// Running checkouts looked at for the soonest expiry to tell, in all places.
const LOOKED_AT: usize = 50;

/// What a checkout records besides the decision.
pub(super) struct Taking<'a> {
    pub(super) token: &'a str,
    pub(super) kind: Kind,
    pub(super) beneficiary: Option<&'a str>,
    pub(super) node_id: Option<&'a str>,
    pub(super) metadata: &'a [Metadata],
}

impl Taking<'_> {
    /// In place of a refusal, the checkout of this request if it is a retry
    /// (C-6): it may be what the request is refused for. While nobody knows
    /// whether a try of this request succeeded, nothing is refused.
    pub(super) async fn taken_before(
        &self,
        cx: &Context,
        tries: &Tries,
        setback: &Setback,
    ) -> Result<Option<Checkout>, Error> {
        if !matches!(setback, Setback::Fatal(_)) {
            return Ok(None);
        }
        match load_record(cx, self.token).await? {
            Some(record) => {
                check_same_request(cx, &record.request)?;
                as_answered(cx, record, None).await.map(Some)
            }
            None if tries.uncertain => Err(Error::internal("nobody knows whether the checkout was made")),
            None => Ok(None),
        }
    }

    /// The checkout that this decision makes, numbered so that status lists can
    /// tell of it.
    pub(super) async fn checkout(
        &self,
        cx: &Context,
        stored: &Stored,
        grant: Option<&GrantArn>,
        decision: &Decision,
    ) -> Result<Checkout, Error> {
        let license = &stored.head.license;
        let mut checkout = Checkout {
            token: self.token.to_owned(),
            license_arn: license.license_arn.clone(),
            license_version: license.version,
            account: cx.caller.account.clone(),
            caller: cx.caller.arn(),
            token_id: cx.caller.token().map(|holder| holder.token_id.clone()),
            grant: grant.cloned(),
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
            status_index: None,
            attempt: None,
            shard: stored.number(),
            ended: None,
        };
        checkout.status_index = cx.service.status_lists.next_index(&checkout).await?;
        Ok(checkout)
    }
}

/// What the client is told where nothing can be taken: the reason, and when
/// something returns at the soonest.
pub(super) async fn refused(cx: &Context, places: &Places, refusal: &Refusal) -> Error {
    let kind = match refusal {
        Refusal::Unusable(_) | Refusal::NoneAllowed(_) => ErrorKind::NoEntitlementsAllowed,
        Refusal::SomeNotAllowed(_) => ErrorKind::EntitlementNotAllowed,
    };
    match next_expiry(cx, places, refusal).await {
        Ok(Some(expiry)) => Error::new(kind, format_args!("{refusal}; next expiry {expiry}")),
        Ok(None) => Error::new(kind, refusal),
        Err(error) => error,
    }
}

/// What a grantee is told whose grant does not allow what it asked for (K-7).
pub(super) fn not_usable(why: NotUsable) -> Error {
    let kind = match why {
        NotUsable::NotGranted(_) => ErrorKind::AccessDenied,
        NotUsable::NotActive(_) | NotUsable::HeldUp(_) => ErrorKind::NoEntitlementsAllowed,
    };
    match kind {
        ErrorKind::AccessDenied => Error::new(kind, why),
        kind => Error::new(kind, format_args!("No Entitlements Allowed: {why}")),
    }
}

/// When the first of the running checkouts ends that hold what is exhausted.
async fn next_expiry(cx: &Context, places: &Places, refusal: &Refusal) -> Result<Option<Timestamp>, Error> {
    if !refusal.is_for_want_of_room() {
        return Ok(None);
    }
    let exhausted = refusal.exhausted();
    let helps = |checkout: &&Checkout| {
        exhausted.keys().any(|name| checkout.returns(name) && checkout.held().any(|(held, _)| held == name))
    };
    let mut soonest = None;
    let looked_at = LOOKED_AT.div_ceil(places.all().count());
    for place in places.all() {
        let query = records::expiring(&places.arn, place, cx.now, Timestamp::MAX, looked_at);
        let page = cx.service.store.query(&query).await?;
        let running = counting(&cx.service, &page.items).await?;
        soonest = running.iter().filter(helps).filter_map(Checkout::expires_at).chain(soonest).min();
    }
    Ok(soonest)
}
