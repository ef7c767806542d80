//! What crosses into JavaScript: plain objects, times in milliseconds.

use licentia_core::time::Timestamp;
use licentia_core::token::{KeyError, License, Part, Refusal};
use serde::Serialize;
use wasm_bindgen::JsValue;

/// A verified license.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LicenseAnswer<'a> {
    license_arn: &'a str,
    consumption_token: &'a str,
    issuer: Option<&'a str>,
    node_id: Option<&'a str>,
    issued_at: f64,
    expires_at: Option<f64>,
    entitlements: Vec<EntitlementAnswer<'a>>,
    metadata: &'a [(String, String)],
}

#[derive(Serialize)]
struct EntitlementAnswer<'a> {
    name: &'a str,
    unit: &'static str,
    value: Option<&'a str>,
}

/// A refusal.
#[derive(Serialize)]
pub(crate) struct RefusalAnswer<'a> {
    code: &'static str,
    message: String,
    evidence: Evidence<'a>,
}

#[derive(Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
enum Evidence<'a> {
    None {},
    Size { bytes: usize, limit: usize },
    Form { part: &'static str },
    Key { key_id: &'a str },
    Algorithm { token_algorithm: &'a str, key_algorithm: &'static str },
    Keys { reason: &'static str },
    Claim { claim: Option<&'static str> },
    Begin { valid_from: f64, now: f64 },
    End { expired_at: f64, now: f64 },
    Node { expected_node_id: &'a str, node_id: Option<&'a str> },
}

impl<'a> From<&'a License> for LicenseAnswer<'a> {
    fn from(license: &'a License) -> Self {
        let entitlements = license.entitlements().iter().map(|entitlement| EntitlementAnswer {
            name: &entitlement.name,
            unit: entitlement.unit.as_str(),
            value: entitlement.value.as_deref(),
        });
        Self {
            license_arn: license.license_arn(),
            consumption_token: license.consumption_token(),
            issuer: license.issuer(),
            node_id: license.node_id(),
            issued_at: milliseconds(license.issued_at()),
            expires_at: license.expires_at().map(milliseconds),
            entitlements: entitlements.collect(),
            metadata: license.metadata(),
        }
    }
}

impl RefusalAnswer<'_> {
    /// The time given is none that a [`Timestamp`] holds.
    pub(crate) fn clock_out_of_range() -> Self {
        let message = format!(
            "the clock is out of range: expected a time from {} to {}; set the clock",
            Timestamp::MIN,
            Timestamp::MAX
        );
        Self { code: "CLOCK_OUT_OF_RANGE", message, evidence: Evidence::None {} }
    }
}

impl From<&KeyError> for RefusalAnswer<'_> {
    fn from(error: &KeyError) -> Self {
        Self {
            code: "KEYS_INVALID",
            message: error.to_string(),
            evidence: Evidence::Keys { reason: error.code() },
        }
    }
}

impl<'a> From<&'a Refusal> for RefusalAnswer<'a> {
    fn from(refusal: &'a Refusal) -> Self {
        Self { code: refusal.code(), message: refusal.to_string(), evidence: Evidence::from(refusal) }
    }
}

impl<'a> From<&'a Refusal> for Evidence<'a> {
    fn from(refusal: &'a Refusal) -> Self {
        match refusal {
            Refusal::TokenTooLarge { bytes, limit } => Self::Size { bytes: *bytes, limit: *limit },
            Refusal::TokenMalformed { part } => Self::Form { part: part_name(*part) },
            Refusal::CriticalHeader | Refusal::SignatureInvalid => Self::None {},
            Refusal::KeyUnknown { key_id } => Self::Key { key_id },
            Refusal::AlgorithmMismatch { header, key } => {
                Self::Algorithm { token_algorithm: header, key_algorithm: key.name() }
            }
            Refusal::ClaimsMalformed { claim } => Self::Claim { claim: *claim },
            Refusal::NotYetValid { from, now } => {
                Self::Begin { valid_from: milliseconds(*from), now: milliseconds(*now) }
            }
            Refusal::Expired { at, now } => {
                Self::End { expired_at: milliseconds(*at), now: milliseconds(*now) }
            }
            Refusal::NodeMismatch { expected, actual } => {
                Self::Node { expected_node_id: expected, node_id: actual.as_deref() }
            }
        }
    }
}

const fn part_name(part: Part) -> &'static str {
    match part {
        Part::Token => "token",
        Part::Header => "header",
        Part::Payload => "payload",
        Part::Signature => "signature",
    }
}

/// JavaScript's count of time; exact, since no `Timestamp` passes 2^48 ms.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
fn milliseconds(time: Timestamp) -> f64 {
    time.unix() as f64 * 1000.0
}

/// The answer as a plain JavaScript object, absent members as `null`.
pub(crate) fn to_js(answer: &impl Serialize) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
    answer.serialize(&serializer).unwrap_or_else(JsValue::from)
}
