//! From a text to a license.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::expectations::check_issuer;
use super::jws::{Jws, Type};
use super::payload;
use super::status::StatusReference;
use super::{AllowedEntitlement, Claims, Clock, Expectations, KeySet, PublicKey, Reason, Refusal};
use crate::entitlement::Unit;
use crate::json::{Object, Value};
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
/// algorithm, the signature; only then whether the key is bound to another
/// issuer, its claims, the issuer, audience, product and license expected, its
/// begin (the latest of `issuedAt`, `iat` and `nbf` may not be later than
/// `now`), its end (the earlier of `exp` and `expiration` must be later than
/// `now`) and its node.
///
/// # Errors
/// A [`Refusal`] with the first reason in that order.
pub fn verify(
    token: &str,
    keys: &KeySet,
    now: Timestamp,
    expectations: &Expectations<'_>,
) -> Result<License, Refusal> {
    license(token, keys, now, expectations, None)
}

/// As [`verify`], and the clock judges `now` before the token's begin and end
/// are looked at. A genuine token of the issuer, audience, product and license
/// expected, refused or not, shows the clock the time it was issued and `now`;
/// any other shows it nothing.
///
/// # Errors
/// As [`verify`], and for [`Reason::ClockSetBack`](super::Reason::ClockSetBack).
pub fn verify_with_clock(
    token: &str,
    keys: &KeySet,
    now: Timestamp,
    expectations: &Expectations<'_>,
    clock: &mut Clock,
) -> Result<License, Refusal> {
    license(token, keys, now, expectations, Some(clock))
}

fn license(
    token: &str,
    keys: &KeySet,
    now: Timestamp,
    expectations: &Expectations<'_>,
    clock: Option<&mut Clock>,
) -> Result<License, Refusal> {
    let mut buffer = Vec::new();
    let Genuine { key, claims } = genuine(token.as_bytes(), Type::License, &mut buffer, keys)?;
    let (claims, validity) = payload::read(claims).map_err(|claim| malformed(Some(claim)))?;
    expectations.check_purpose(&claims)?;
    if let Some(clock) = clock {
        clock.witness(validity.issued, now)?;
    }
    expectations.check_time(validity, now)?;
    expectations.check_node(&claims)?;
    Ok(License { claims, expires_at: validity.until, key_thumbprint: key.thumbprint().to_owned() })
}

/// What one of the keys signed: an object of unique members.
pub(super) struct Genuine<'a> {
    key: &'a PublicKey,
    pub(super) claims: Object<'a>,
}

/// Judges a token up to its signature and the issuer that the key is bound to.
pub(super) fn genuine<'a>(
    token: &'a [u8],
    expected: Type,
    buffer: &'a mut Vec<u8>,
    keys: &'a KeySet,
) -> Result<Genuine<'a>, Refusal> {
    let jws = Jws::parse(token, expected, buffer)?;
    let key = check_signature(&jws, keys)?;
    let claims = Value::parse_bytes(jws.payload).and_then(Value::object);
    let claims = claims.map_err(|_| malformed(None))?;
    // Of another type it is no issuer; whoever reads on refuses it.
    check_bound(key, keys, claims.string("iss").unwrap_or_default().as_deref())?;
    Ok(Genuine { key, claims })
}

fn malformed(claim: Option<&str>) -> Refusal {
    Refusal::new(Reason::ClaimsMalformed).with(claim)
}

/// The key that signed.
fn check_signature<'a>(jws: &Jws<'_>, keys: &'a KeySet) -> Result<&'a PublicKey, Refusal> {
    let key_id = jws.key_id.as_deref();
    let mut refusal = None;
    for key in keys.keys().iter().filter(|key| key_id.is_none_or(|id| key.is_named(id))) {
        match key.verify(keys.base(), jws) {
            Ok(()) => return Ok(key),
            // Of several keys those tell most that are for the algorithm.
            Err(reason) if reason.reason() == Reason::AlgorithmMismatch && refusal.is_some() => {}
            Err(reason) => refusal = Some(reason),
        }
    }
    Err(refusal.unwrap_or_else(|| Refusal::new(Reason::KeyUnknown).with(key_id)))
}

/// Whether the key may speak for this issuer: as it stands in the set, or as
/// the same key stands in it for another issuer.
fn check_bound(key: &PublicKey, keys: &KeySet, issuer: Option<&str>) -> Result<(), Refusal> {
    let mut judged = Ok(());
    for same in keys.keys().iter().filter(|other| other.thumbprint() == key.thumbprint()) {
        judged = same.issuer().map_or(Ok(()), |bound| check_issuer(bound, issuer));
        if judged.is_ok() {
            break;
        }
    }
    judged
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
