//! What a payload says, judged where it stands.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::status::StatusReference;
use crate::entitlement::Unit;
use crate::json::{Object, Value};
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

/// Of what type a claim is.
#[derive(Clone, Copy)]
enum Type {
    Text,
    /// One text, or an array of them.
    Texts,
    /// ISO 8601, as AWS License Manager writes it (B-7).
    Time,
    /// Whole seconds since 1970 (RFC 7519 section 2).
    NumericDate,
    Entitlements,
    Metadata,
    Status,
}

/// Each claim that is looked at.
const CLAIMS: [(&str, Type); 14] = [
    ("issuedAt", Type::Time),
    ("expiration", Type::Time),
    ("iat", Type::NumericDate),
    ("nbf", Type::NumericDate),
    ("exp", Type::NumericDate),
    ("jti", Type::Text),
    ("iss", Type::Text),
    ("aud", Type::Texts),
    ("licenseArn", Type::Text),
    ("licenseConsumptionToken", Type::Text),
    ("nodeId", Type::Text),
    ("entitlementsAllowed", Type::Entitlements),
    ("checkoutMetadata", Type::Metadata),
    ("status", Type::Status),
];

impl Type {
    fn is_of(self, value: Value<'_>) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Texts => {
                value.is_string() || value.array().is_ok_and(|mut texts| texts.all(Value::is_string))
            }
            Self::Time => time(value).is_some(),
            Self::NumericDate => numeric_date(value).is_some(),
            Self::Entitlements => are_entitlements(value),
            Self::Metadata => {
                value.object().is_ok_and(|pairs| pairs.iter().all(|(_, text)| text.is_string()))
            }
            Self::Status => StatusReference::place(value).is_ok(),
        }
    }
}

impl<'a> Facts<'a> {
    /// Reads a payload. Unknown members are passed over; the ones known must
    /// be of their type, and never `null`.
    pub(super) fn read(members: Object<'a>) -> Result<Self, &'static str> {
        let mut found = [None; CLAIMS.len()];
        for (name, value) in members.iter() {
            let mut claims = CLAIMS.iter().zip(&mut found);
            if let Some(((known, claim), slot)) = claims.find(|((known, _), _)| name.is(known)) {
                *slot = Some(value);
                if !claim.is_of(value) {
                    return Err(known);
                }
            }
        }
        let [issued_at, expiration, iat, nbf, exp, _, issuer, audience, rest @ ..] = found;
        let [license_arn, consumption_token, node_id, entitlements, metadata, status] = rest;

        let issued_at = issued_at.and_then(time).ok_or("issuedAt")?;
        let expiration = expiration.and_then(time);
        let issued = iat.and_then(numeric_date).unwrap_or(issued_at).max(issued_at);
        let from = nbf.and_then(numeric_date).unwrap_or(issued).max(issued);
        let until = match (exp.and_then(numeric_date), expiration) {
            (Some(exp), Some(expiration)) => Some(exp.min(expiration)),
            (exp, expiration) => exp.or(expiration),
        };
        Ok(Self {
            issuer,
            audience,
            license_arn: license_arn.ok_or("licenseArn")?,
            consumption_token: consumption_token.ok_or("licenseConsumptionToken")?,
            entitlements: entitlements.ok_or("entitlementsAllowed")?,
            node_id,
            metadata,
            status,
            issued_at,
            expiration,
            validity: Validity { issued, from, until },
        })
    }
}

fn time(value: Value<'_>) -> Option<Timestamp> {
    Timestamp::read(&value.string_bytes().ok()?, true).ok()
}

/// Whole seconds since 1970 (RFC 7519 section 2).
pub(super) fn numeric_date(value: Value<'_>) -> Option<Timestamp> {
    Timestamp::from_unix(value.integer().ok()?).ok()
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
