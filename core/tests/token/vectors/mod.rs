//! `vectors/tokens.json`: tokens and what becomes of them, for every verifier
//! of the project. `UPDATE_VECTORS=1 cargo test -p licentia-core --test token`
//! writes the file anew.

mod accepted;
mod refused;

use crate::support::{claims, key};
use licentia_core::time::Timestamp;
use licentia_core::token::{
    Algorithm, Claims, Expectations, KeySet, License, Refusal, SigningKey, attach, signing_input, verify,
};
use serde_json::{Value, json};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/tokens.json");
const HEADER: &str = r#"{"alg":"ES256","typ":"JWT"}"#;
const OTHER_KEY_ID: &str = "aws:111122223333:Other:issuer-fingerprint";

const CODES: [&str; 10] = [
    "TOKEN_TOO_LARGE",
    "TOKEN_MALFORMED",
    "KEY_UNKNOWN",
    "CRITICAL_HEADER",
    "ALGORITHM_MISMATCH",
    "SIGNATURE_INVALID",
    "CLAIMS_MALFORMED",
    "NOT_YET_VALID",
    "EXPIRED",
    "NODE_MISMATCH",
];

struct Vector {
    name: &'static str,
    token: String,
    now: Timestamp,
    node_id: Option<&'static str>,
}

fn signed(claims: &Claims, key: &SigningKey) -> String {
    let input = signing_input(Algorithm::Es256, key.public_key().thumbprint(), claims);
    attach(&input, &key.sign(&input))
}

/// A small payload with some members replaced.
fn payload(changes: &Value) -> Vec<u8> {
    let mut payload = json!({
        "entitlementsAllowed": [{"name": "Seats", "unit": "Count", "value": "5"}],
        "issuedAt": "2026-11-22T10:00:00Z",
        "expiration": "2026-11-22T11:00:00Z",
        "licenseArn": claims().license_arn,
        "licenseConsumptionToken": claims().consumption_token,
    });
    payload.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    serde_json::to_vec(&payload).unwrap()
}

/// The same without one of its members.
fn payload_without(name: &str) -> Vec<u8> {
    let mut payload: Value = serde_json::from_slice(&payload(&json!({}))).unwrap();
    payload.as_object_mut().unwrap().remove(name);
    serde_json::to_vec(&payload).unwrap()
}

fn keys() -> Value {
    let (mut keys, other) = (Vec::new(), key(2));
    keys.push(serde_json::from_str::<Value>(&key(1).public_key().to_jwk()).unwrap());
    let mut jwk = serde_json::from_str::<Value>(&other.public_key().to_jwk()).unwrap();
    jwk["kid"] = OTHER_KEY_ID.into();
    keys.push(jwk);
    keys.push(json!({"kty": "EC", "crv": "P-384", "x": "AQAB", "y": "AQAB", "kid": "of another kind"}));
    json!({ "keys": keys })
}

fn outcome(result: Result<License, Refusal>) -> Value {
    let license = match result {
        Ok(license) => license,
        Err(refusal) => return json!({"refusal": refusal.code(), "message": refusal.to_string()}),
    };
    let entitlements = license.entitlements().iter().map(
        |entitlement| json!({"name": entitlement.name, "unit": entitlement.unit, "value": entitlement.value}),
    );
    json!({"license": {
        "licenseArn": license.license_arn(),
        "consumptionToken": license.consumption_token(),
        "issuer": license.issuer(),
        "nodeId": license.node_id(),
        "issuedAt": license.issued_at(),
        "expiresAt": license.expires_at(),
        "metadata": license.metadata(),
        "entitlements": entitlements.collect::<Vec<_>>(),
    }})
}

#[test]
fn the_vectors_are_as_generated_and_what_should_be_refused_is() {
    let keys = keys();
    let set = KeySet::from_json(&keys.to_string()).unwrap();
    let mut vectors = Vec::new();
    for (is_valid, vector) in accepted::accepted()
        .into_iter()
        .map(|v| (true, v))
        .chain(refused::refused().into_iter().map(|v| (false, v)))
    {
        let expectations = Expectations { node_id: vector.node_id };
        let result = verify(&vector.token, &set, vector.now, &expectations);
        assert_eq!(result.is_ok(), is_valid, "{}: {result:?}", vector.name);
        let mut entry =
            json!({"name": vector.name, "token": vector.token, "now": vector.now, "nodeId": vector.node_id});
        entry.as_object_mut().unwrap().extend(outcome(result).as_object().unwrap().clone());
        vectors.push(entry);
    }
    let text = serde_json::to_string_pretty(&json!({"keys": keys, "vectors": vectors})).unwrap() + "\n";
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(PATH, &text).unwrap();
    }
    for code in CODES {
        assert!(text.contains(&format!("\"refusal\": \"{code}\"")), "{code} has no vector");
        assert!(include_str!("../../../README.md").contains(code), "{code} is not in the README");
    }
    assert_eq!(std::fs::read_to_string(PATH).unwrap(), text, "write the vectors anew and read what changed");
}
