//! What a payload says, judged where it stands.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::status::StatusReference;
use crate::entitlement::Unit;
use crate::json::{Fault, Value};
use crate::quantity::Quantity;
use crate::time::Timestamp;

/// The claims of a license, each of its type, as they stand in the payload.
#[derive(Clone, Copy)]
pub(super) struct Facts<'a> {
    pub(super) issuer: Option<Value<'a>>,
    /// A string or an array of strings.
    pub(super) audience: Option<Value<'a>>,
    pub(super) license_arn: Value<'a>,
    pub(super) consumption_token: Value<'a>,
    pub(super) entitlements: Value<'a>,
    pub(super) node_id: Option<Value<'a>>,
    pub(super) metadata: Option<Value<'a>>,
    pub(super) status: Option<Value<'a>>,
    pub(super) issued_at: Timestamp,
    pub(super) expiration: Option<Timestamp>,
    pub(super) validity: Validity,
}

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

impl<'a> Facts<'a> {
    /// Reads a payload. Unknown members are passed over; the ones known must
    /// be of their type, and never `null`.
    pub(super) fn read(payload: &'a [u8]) -> Result<Self, Fault> {
        let text = core::str::from_utf8(payload).map_err(|_| Fault::Syntax)?;
        let members = Value::parse(text)?.object()?;
        let [issued_at, expiration, iat, nbf, exp] =
            members.pick(["issuedAt", "expiration", "iat", "nbf", "exp"]);
        let [issuer, audience, license_arn, consumption_token, node_id, id] =
            members.pick(["iss", "aud", "licenseArn", "licenseConsumptionToken", "nodeId", "jti"]);
        let [entitlements, metadata, status] =
            members.pick(["entitlementsAllowed", "checkoutMetadata", "status"]);

        let issued_at = required("issuedAt", as_time("issuedAt", issued_at, time)?)?;
        let expiration = as_time("expiration", expiration, time)?;
        let issued = as_time("iat", iat, numeric_date)?.unwrap_or(issued_at).max(issued_at);
        let from = as_time("nbf", nbf, numeric_date)?.unwrap_or(issued).max(issued);
        let exp = as_time("exp", exp, numeric_date)?;
        let until = exp.into_iter().chain(expiration).min();

        check("jti", id, Value::is_string)?;
        check("iss", issuer, Value::is_string)?;
        check("aud", audience, are_texts)?;
        check("licenseArn", license_arn, Value::is_string)?;
        check("licenseConsumptionToken", consumption_token, Value::is_string)?;
        check("nodeId", node_id, Value::is_string)?;
        check("entitlementsAllowed", entitlements, are_entitlements)?;
        check("checkoutMetadata", metadata, is_metadata)?;
        check("status", status, |status| StatusReference::place(status).is_ok())?;
        Ok(Self {
            issuer,
            audience,
            license_arn: required("licenseArn", license_arn)?,
            consumption_token: required("licenseConsumptionToken", consumption_token)?,
            entitlements: required("entitlementsAllowed", entitlements)?,
            node_id,
            metadata,
            status,
            issued_at,
            expiration,
            validity: Validity { issued, from, until },
        })
    }
}

fn required<T>(name: &'static str, claim: Option<T>) -> Result<T, Fault> {
    claim.ok_or(Fault::Member(name))
}

/// Whether the claim is of its type, where it is there.
fn check<'a>(
    name: &'static str,
    claim: Option<Value<'a>>,
    is_right: fn(Value<'a>) -> bool,
) -> Result<(), Fault> {
    if claim.is_none_or(is_right) { Ok(()) } else { Err(Fault::Member(name)) }
}

fn as_time(
    name: &'static str,
    claim: Option<Value<'_>>,
    read: fn(Value<'_>) -> Option<Timestamp>,
) -> Result<Option<Timestamp>, Fault> {
    claim.map(|claim| read(claim).ok_or(Fault::Member(name))).transpose()
}

fn time(value: Value<'_>) -> Option<Timestamp> {
    Timestamp::read(&value.string_bytes().ok()?, true).ok()
}

/// Whole seconds since 1970 (RFC 7519 section 2).
pub(super) fn numeric_date(value: Value<'_>) -> Option<Timestamp> {
    Timestamp::from_unix(value.integer().ok()?).ok()
}

/// One text, or an array of them.
fn are_texts(value: Value<'_>) -> bool {
    value.is_string() || value.array().is_ok_and(|mut texts| texts.all(Value::is_string))
}

fn is_metadata(value: Value<'_>) -> bool {
    value.object().is_ok_and(|pairs| pairs.iter().all(|(_, text)| text.is_string()))
}

/// Names are unique, and what is counted has a quantity (E-1).
fn are_entitlements(value: Value<'_>) -> bool {
    let mut names: Vec<Cow<'_, [u8]>> = Vec::new();
    let Ok(mut items) = value.array() else { return false };
    items.all(|item| {
        let Some((name, unit, value)) = entitlement(item) else { return false };
        let Ok(name) = name.string_bytes() else { return false };
        let is_new = !names.contains(&name);
        names.push(name);
        is_new && (unit == Unit::None || value.and_then(quantity).is_some())
    })
}

/// Name, unit and value.
pub(super) fn entitlement(item: Value<'_>) -> Option<(Value<'_>, Unit, Option<Value<'_>>)> {
    let [name, unit, value] = item.object().ok()?.pick(["name", "unit", "value"]);
    let unit = unit?;
    let unit = *Unit::ALL.iter().find(|known| unit.is(known.as_str()))?;
    value.is_none_or(Value::is_string).then_some((name?, unit, value))
}

fn quantity(value: Value<'_>) -> Option<Quantity> {
    Quantity::from_digits(&value.string_bytes().ok()?).ok()
}
