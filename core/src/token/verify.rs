//! From a text to a license.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::expectations::check_issuer;
use super::jws::{Jws, Type};
use super::status::StatusReference;
use super::{AllowedEntitlement, Claims, Clock, Expectations, KeySet, PublicKey, Refusal};
use crate::entitlement::Unit;
use crate::json::Fault;
use crate::quantity::Quantity;
use crate::time::Timestamp;

/// A verified license: only [`verify`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct License {
    claims: Claims,
    expires_at: Option<Timestamp>,
    key_thumbprint: String,
}

/// Verifies a token at the time `now`, in this order: its size, its form, its
/// header, its key by `kid` (without one every key is tried), the key's
/// algorithm, the signature; only then its claims, whether the key is bound to
/// another issuer, the issuer, audience, product and license expected, its
/// begin (the latest of `issuedAt`, `iat` and `nbf` may not be later than
/// `now`), its end (the earlier of `exp` and `expiration` must be later than
/// `now`) and its node.
///
/// # Errors
/// The first [`Refusal`] in that order.
pub fn verify(
    token: &str,
    keys: &KeySet,
    now: Timestamp,
    expectations: &Expectations<'_>,
) -> Result<License, Refusal> {
    judge(token, keys, now, expectations, None)
}

/// As [`verify`], and the clock judges `now` before the token's begin and end
/// are looked at. A genuine token, refused or not, shows the clock the time it
/// was issued and `now`; one that is not genuine shows it nothing.
///
/// # Errors
/// As [`verify`], and [`Refusal::ClockSetBack`].
pub fn verify_with_clock(
    token: &str,
    keys: &KeySet,
    now: Timestamp,
    expectations: &Expectations<'_>,
    clock: &mut Clock,
) -> Result<License, Refusal> {
    judge(token, keys, now, expectations, Some(clock))
}

fn judge(
    token: &str,
    keys: &KeySet,
    now: Timestamp,
    expectations: &Expectations<'_>,
    clock: Option<&mut Clock>,
) -> Result<License, Refusal> {
    let jws = Jws::parse(token, Type::License)?;
    let key = check_signature(&jws, keys)?;
    let (claims, validity) = Claims::parse(&jws.payload).map_err(|fault| Refusal::ClaimsMalformed {
        claim: match fault {
            Fault::Member(claim) => Some(claim),
            Fault::Syntax | Fault::Duplicate | Fault::Unexpected => None,
        },
    })?;
    check_bound(key, keys, claims.issuer.as_deref())?;
    let judged = clock.map_or(Ok(()), |clock| clock.witness(validity.issued, now));
    expectations.check_purpose(&claims)?;
    judged?;
    expectations.check_time(validity, now)?;
    expectations.check_node(&claims)?;
    Ok(License { claims, expires_at: validity.until, key_thumbprint: key.thumbprint().to_owned() })
}

/// The key that signed.
pub(super) fn check_signature<'a>(jws: &Jws<'_>, keys: &'a KeySet) -> Result<&'a PublicKey, Refusal> {
    let key_id = jws.header.key_id.as_deref();
    let mut refusal = None;
    for key in keys.keys().iter().filter(|key| key_id.is_none_or(|id| key.is_named(id))) {
        let message = jws.signing_input.as_bytes();
        match key.verify(keys.base(), &jws.header.algorithm, message, &jws.signature) {
            Ok(()) => return Ok(key),
            // Of several keys those tell most that are for the algorithm.
            Err(Refusal::AlgorithmMismatch { .. }) if refusal.is_some() => {}
            Err(reason) => refusal = Some(reason),
        }
    }
    let key_id = key_id.unwrap_or_default().to_owned();
    Err(refusal.unwrap_or(Refusal::KeyUnknown { key_id }))
}

/// Whether the key may speak for this issuer: as it stands in the set, or as
/// the same key stands in it for another issuer.
pub(super) fn check_bound(key: &PublicKey, keys: &KeySet, issuer: Option<&str>) -> Result<(), Refusal> {
    let mut other = None;
    for same in keys.keys().iter().filter(|other| other.thumbprint() == key.thumbprint()) {
        match same.issuer() {
            Some(bound) if issuer != Some(bound) => other = Some(bound),
            _ => return Ok(()),
        }
    }
    other.map_or(Ok(()), |bound| check_issuer(bound, issuer))
}

impl License {
    /// Whether the checkout granted the entitlement, in whatever quantity.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.entitlements().iter().any(|entitlement| entitlement.name == name)
    }

    /// Whether the checkout granted at least `quantity` of the entitlement, in
    /// exactly this unit (E-6). A feature (unit `None`) has no quantity: it is
    /// there or not.
    #[must_use]
    pub fn allows(&self, name: &str, quantity: Quantity, unit: Unit) -> bool {
        self.entitlements().iter().any(|entitlement| {
            entitlement.name == name
                && entitlement.unit == unit
                && (unit == Unit::None || entitlement.quantity().is_some_and(|granted| granted >= quantity))
        })
    }

    /// What was checked out.
    #[must_use]
    pub fn entitlements(&self) -> &[AllowedEntitlement] {
        &self.claims.entitlements_allowed
    }

    /// The license checked out of.
    #[must_use]
    pub fn license_arn(&self) -> &str {
        &self.claims.license_arn
    }

    /// The handle of the checkout, for an early check-in (K-6).
    #[must_use]
    pub fn consumption_token(&self) -> &str {
        &self.claims.consumption_token
    }

    /// The RFC 7638 thumbprint of the key that signed the token, for
    /// [`KeySet::prepare`]; the token's `kid` may be another name of it.
    #[must_use]
    pub fn key_thumbprint(&self) -> &str {
        &self.key_thumbprint
    }

    /// The issuer's key fingerprint, if the token tells it.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.claims.issuer.as_deref()
    }

    /// Whom it is for: the service's tokens name the license's product, by its
    /// SKU; empty where the token tells nobody.
    #[must_use]
    pub fn audience(&self) -> &[String] {
        &self.claims.audience
    }

    /// The node the checkout is locked to (K-5).
    #[must_use]
    pub fn node_id(&self) -> Option<&str> {
        self.claims.node_id.as_deref()
    }

    /// Where its status stands, if it can be revoked; see
    /// [`status`](super::status).
    #[must_use]
    pub const fn status_reference(&self) -> Option<&StatusReference> {
        self.claims.status.as_ref()
    }

    /// When it was checked out.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.claims.issued_at
    }

    /// The first second at which it is no longer valid; `None` means never.
    #[must_use]
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// Name and value of what was signed along (B-9).
    #[must_use]
    pub fn metadata(&self) -> &[(String, String)] {
        &self.claims.checkout_metadata
    }
}
