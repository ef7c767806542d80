//! From a payload to claims.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::status::StatusReference;
use super::{AllowedEntitlement, Claims};
use crate::entitlement::Unit;
use crate::json::{Fault, Object, Value};
use crate::time::Timestamp;

/// When a token is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Validity {
    /// The later of `issuedAt` and `iat`.
    pub(super) issued: Timestamp,
    /// The latest of `issuedAt`, `iat` and `nbf`.
    pub(super) from: Timestamp,
    /// The earlier of `expiration` and `exp`.
    pub(super) until: Option<Timestamp>,
}

/// What a payload says. Unknown members are passed over; the ones known must be
/// of their type, and never `null`.
///
/// # Errors
/// The first claim, in this order, that is of another type or missing.
pub(super) fn read(payload: Object<'_>) -> Result<(Claims, Validity), &'static str> {
    let [issued_at, expiration, iat, nbf, exp, rest @ ..] = payload.pick([
        "issuedAt",
        "expiration",
        "iat",
        "nbf",
        "exp",
        "jti",
        "iss",
        "aud",
        "licenseArn",
        "licenseConsumptionToken",
        "nodeId",
        "entitlementsAllowed",
        "checkoutMetadata",
        "status",
    ]);
    let [jti, iss, aud, license_arn, consumption_token, node_id, entitlements_allowed, metadata, status] =
        rest;
    let issued_at = required("issuedAt", issued_at, time)?;
    let expiration = optional("expiration", expiration, time)?;
    let issued = optional("iat", iat, numeric_date)?.unwrap_or(issued_at).max(issued_at);
    let from = optional("nbf", nbf, numeric_date)?.unwrap_or(issued).max(issued);
    let until = [expiration, optional("exp", exp, numeric_date)?].into_iter().flatten().min();
    optional("jti", jti, text)?;
    let claims = Claims {
        issuer: optional("iss", iss, text)?,
        audience: optional("aud", aud, texts)?.unwrap_or_default(),
        license_arn: required("licenseArn", license_arn, text)?,
        consumption_token: required("licenseConsumptionToken", consumption_token, text)?,
        node_id: optional("nodeId", node_id, text)?,
        entitlements_allowed: required("entitlementsAllowed", entitlements_allowed, entitlements)?,
        issued_at,
        expiration,
        checkout_metadata: optional("checkoutMetadata", metadata, pairs)?.unwrap_or_default(),
        status: optional("status", status, StatusReference::read)?.flatten(),
    };
    Ok((claims, Validity { issued, from, until }))
}

/// What is read of this claim, if it is there.
fn optional<'a, T>(
    name: &'static str,
    claim: Option<Value<'a>>,
    read: impl FnOnce(Value<'a>) -> Result<T, Fault>,
) -> Result<Option<T>, &'static str> {
    claim.map(read).transpose().map_err(|_| name)
}

/// What is read of this claim, which must be there.
fn required<'a, T>(
    name: &'static str,
    claim: Option<Value<'a>>,
    read: impl FnOnce(Value<'a>) -> Result<T, Fault>,
) -> Result<T, &'static str> {
    claim.and_then(|claim| read(claim).ok()).ok_or(name)
}

fn text(value: Value<'_>) -> Result<String, Fault> {
    value.string().map(Cow::into_owned)
}

/// One text, or an array of them.
fn texts(value: Value<'_>) -> Result<Vec<String>, Fault> {
    match value.array() {
        Ok(texts) => texts.map(text).collect(),
        Err(_) => text(value).map(|text| Vec::from([text])),
    }
}

/// ISO 8601, as AWS License Manager writes it (B-7).
fn time(value: Value<'_>) -> Result<Timestamp, Fault> {
    Timestamp::parse_lenient(&value.string()?).map_err(|_| Fault::Unexpected)
}

/// Whole seconds since 1970 (RFC 7519 section 2).
pub(super) fn numeric_date(value: Value<'_>) -> Result<Timestamp, Fault> {
    Timestamp::from_unix(value.integer()?).map_err(|_| Fault::Unexpected)
}

fn pairs(value: Value<'_>) -> Result<Vec<(String, String)>, Fault> {
    value.object()?.iter().map(|(name, value)| Ok((text(name)?, text(value)?))).collect()
}

/// Names are unique.
fn entitlements(value: Value<'_>) -> Result<Vec<AllowedEntitlement>, Fault> {
    let mut items: Vec<AllowedEntitlement> = Vec::new();
    for value in value.array()? {
        let item = entitlement(value.object()?)?;
        if items.iter().any(|other| other.name == item.name) {
            return Err(Fault::Unexpected);
        }
        items.push(item);
    }
    Ok(items)
}

/// What is counted has a quantity (E-1).
fn entitlement(members: Object<'_>) -> Result<AllowedEntitlement, Fault> {
    let [name, unit, value] = members.pick(["name", "unit", "value"]);
    let name = text(name.ok_or(Fault::Unexpected)?)?;
    let unit = unit.map(Value::string).transpose()?.and_then(|unit| Unit::parse(&unit));
    let value = value.map(text).transpose()?;
    let entitlement = AllowedEntitlement { name, unit: unit.ok_or(Fault::Unexpected)?, value };
    if entitlement.unit != Unit::None && entitlement.quantity().is_none() {
        return Err(Fault::Unexpected);
    }
    Ok(entitlement)
}
