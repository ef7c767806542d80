//! What the consumption operations share: what a checkout says, the token that
//! is signed for it, and why there is none.

use licentia_core::arn::GrantArn;
use licentia_core::checkout::{Checkout, Decision, Kind, Refusal};
use licentia_core::grant::NotUsable;
use licentia_core::license::Metadata;
use licentia_core::time::Timestamp;
use licentia_core::token::{Algorithm, AllowedEntitlement, Claims, MAX_TOKEN_BYTES};

use super::stored::{check_same_request, load_record};
use crate::context::{Context, Setback, Tries};
use crate::error::{Error, Kind as ErrorKind};
use crate::licenses::{Places, Stored, counting};
use crate::records::{self};
use crate::sign::SignError;

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
                Ok(Some(record.checkout))
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
        exhausted.iter().any(|name| checkout.returns(name) && checkout.held().any(|(held, _)| held == name))
    };
    let mut soonest = None;
    for place in places.all() {
        let query = records::expiring(&places.arn, place, cx.now, Timestamp::MAX, LOOKED_AT);
        let page = cx.service.store.query(&query).await?;
        let running = counting(&cx.service, &page.items).await?;
        soonest = running.iter().filter(helps).filter_map(Checkout::expires_at).chain(soonest).min();
    }
    Ok(soonest)
}

/// Signs a checkout, in a form that any JWT library reads (B-6, B-7).
pub(super) async fn sign(
    cx: &Context,
    stored: &Stored,
    checkout: &Checkout,
    algorithm: Algorithm,
) -> Result<String, SignError> {
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
        audience: vec![license.product_sku.clone()],
        license_arn: checkout.license_arn.to_string(),
        consumption_token: checkout.token.clone(),
        entitlements_allowed: allowed.collect(),
        issued_at: checkout.issued_at,
        expiration: checkout.expiration,
        node_id: checkout.node_id.clone(),
        checkout_metadata: metadata
            .map(|pair| (pair.name.clone().unwrap_or_default(), pair.value.clone().unwrap_or_default()))
            .collect(),
        status: cx.service.status_lists.reference(checkout),
    };
    let signer = &cx.service.signer;
    signer.sign(license.owner(), issuer.sign_key.as_deref(), algorithm, &claims, cx.now).await
}

/// A license answers with a token for offline use, of the algorithm asked for
/// or else of its key's. One that cannot, one whose key is RSA and was not
/// asked for that, or one whose token verifiers would not read answers without.
pub(super) async fn sign_if_it_can(
    cx: &Context,
    stored: &Stored,
    checkout: &Checkout,
    asked: Option<Algorithm>,
) -> Result<Option<String>, Error> {
    let signed = match sign(cx, stored, checkout, asked.unwrap_or(Algorithm::Es256)).await {
        Err(SignError::WrongAlgorithm { supported, .. })
            if asked.is_none() && supported.key_type() != "RSA" =>
        {
            sign(cx, stored, checkout, supported).await
        }
        signed => signed,
    };
    match signed {
        Ok(token) => Ok(Some(token).filter(|token| token.len() <= MAX_TOKEN_BYTES)),
        Err(SignError::WrongAlgorithm { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
