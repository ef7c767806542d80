//! What was checked out is signed.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Map, Value, json};

/// The token of a checkout says what its answer does (B-7).
///
/// # Errors
/// What it must say, and what it says.
pub(in crate::service) fn check_signed(answer: &Value) -> Result<(), (String, String)> {
    let (claims, signed) = (claims_of(answer), signed_claims(answer));
    let has_all = claims.iter().all(|(name, value)| signed.get(name) == Some(value));
    if has_all { Ok(()) } else { Err((json!(claims).to_string(), json!(signed).to_string())) }
}

/// What the token of a checkout must say (B-7).
fn claims_of(answer: &Value) -> Map<String, Value> {
    let lower = |name: &str| name[..1].to_lowercase() + &name[1..];
    let lowered = |object: &Value| -> Value {
        let members = object.as_object().unwrap().iter();
        members.map(|(name, value)| (lower(name), value.clone())).collect()
    };
    let entitlements: Vec<Value> =
        answer["EntitlementsAllowed"].as_array().unwrap().iter().map(lowered).collect();
    let mut claims = Map::new();
    for member in ["LicenseArn", "LicenseConsumptionToken", "IssuedAt", "Expiration", "NodeId"] {
        if let Some(value) = answer.get(member) {
            claims.insert(lower(member), value.clone());
        }
    }
    claims.insert("entitlementsAllowed".to_owned(), json!(entitlements));
    claims
}

/// What it says; nothing if it is no token.
fn signed_claims(answer: &Value) -> Map<String, Value> {
    let payload = answer["SignedToken"].as_str().and_then(|token| token.split('.').nth(1));
    let payload = payload.and_then(|payload| BASE64_URL_SAFE_NO_PAD.decode(payload).ok());
    payload.and_then(|payload| serde_json::from_slice(&payload).ok()).unwrap_or_default()
}
