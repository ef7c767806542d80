//! The token that is signed for a checkout, and how a retry finds it.

use licentia_core::checkout::Checkout;
use licentia_core::license::License;
use licentia_core::token::{Algorithm, AllowedEntitlement, Claims, MAX_TOKEN_BYTES};

use crate::context::Context;
use crate::error::Error;
use crate::records::{self, CheckoutRecord};
use crate::sign::{SignError, Signed};

/// Signs a checkout, in a form that any JWT library reads (B-6, B-7).
pub(super) async fn sign(
    cx: &Context,
    license: &License,
    checkout: &Checkout,
    algorithm: Algorithm,
) -> Result<Signed, SignError> {
    let sign_key = license.terms.issuer.sign_key.as_deref();
    let claims = claims(cx, license, checkout);
    cx.service.signer.sign(license.owner(), sign_key, algorithm, &claims, cx.now).await
}

/// A license answers with a token for offline use, of the algorithm asked for
/// or else of its key's. One that cannot, one whose key is RSA and was not
/// asked for that, or one whose token verifiers would not read answers without.
pub(super) async fn sign_if_it_can(
    cx: &Context,
    license: &License,
    checkout: &Checkout,
    asked: Option<Algorithm>,
) -> Result<Option<Signed>, Error> {
    let signed = match sign(cx, license, checkout, asked.unwrap_or(Algorithm::Es256)).await {
        Err(SignError::WrongAlgorithm { supported, .. })
            if asked.is_none() && supported.key_type() != "RSA" =>
        {
            sign(cx, license, checkout, supported).await
        }
        signed => signed,
    };
    match signed {
        Ok(signed) => Ok(Some(signed).filter(|signed| signed.token.len() <= MAX_TOKEN_BYTES)),
        Err(SignError::WrongAlgorithm { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The checkout of this record as it was answered at first (C-6), its signed
/// token made again. It says what the license said then: the license at hand,
/// if it is the one, or else the version that the checkout was allowed under.
/// Where neither gives what was signed, because the service has changed, it is
/// signed anew.
pub(super) async fn as_answered(
    cx: &Context,
    record: CheckoutRecord,
    at_hand: Option<&License>,
) -> Result<Checkout, Error> {
    let CheckoutRecord { mut checkout, signature, .. } = record;
    let Some(signature) = signature else { return Ok(checkout) };
    let arn = checkout.license_arn.clone();
    let again = |license: &License| signature.token(&claims(cx, license, &checkout));
    if let Some(token) = at_hand.filter(|license| license.license_arn == arn).and_then(again) {
        checkout.signed_token = Some(token);
        return Ok(checkout);
    }
    let key = records::version_key(&arn, checkout.license_version);
    let Some(item) = cx.service.store.get(&[key]).await?.pop().flatten() else {
        let version = checkout.license_version.number();
        return Err(Error::internal(format_args!("{arn}: its version {version} is gone")));
    };
    let license: License = item.read()?;
    checkout.signed_token = match again(&license) {
        Some(token) => Some(token),
        None => {
            let signed = sign_if_it_can(cx, &license, &checkout, signature.algorithm()).await?;
            signed.map(|signed| signed.token)
        }
    };
    Ok(checkout)
}

/// What a checkout's token says: the same whenever it is asked.
fn claims(cx: &Context, license: &License, checkout: &Checkout) -> Claims {
    let allowed = checkout.allowed.iter().map(|data| AllowedEntitlement {
        name: data.name.clone(),
        unit: data.unit,
        value: data.value.clone(),
    });
    let metadata = checkout.metadata.iter();
    Claims {
        issuer: Some(license.terms.issuer.key_fingerprint.clone()),
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
    }
}
