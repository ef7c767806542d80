//! `vectors/tokens.json`: tokens and what becomes of them, for every verifier
//! of the project. `UPDATE_VECTORS=1 cargo test -p licentia-core --test token`
//! writes the file anew.

mod accepted;
mod expected;
mod refused;

use crate::support::{claims, key};
use licentia_core::time::Timestamp;
use licentia_core::token::{
    Clock, ClockKey, ClockTolerance, Evidence, Expectations, KeySet, License, Matching, Node,
    NodeFingerprint, Refusal, verify, verify_with_clock,
};
use serde_json::{Value, json};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/tokens.json");
const HEADER: &str = r#"{"alg":"ES256","typ":"JWT"}"#;
pub(crate) const OTHER_KEY_ID: &str = "aws:111122223333:Other:issuer-fingerprint";

pub(crate) const OTHER_ISSUER: &str = "aws:444455556666:Other:issuer-fingerprint";
pub(crate) const SECOND_NAME: &str = "aws:111122223333:Second Name:issuer-fingerprint";
const CLOCK_SECRET: &str = "a secret of 16 bytes or more";
const CLOCK_LABEL: &str = "EXAMPLE-SKU";

pub(crate) const CODES: [&str; 15] = [
    "TOKEN_TOO_LARGE",
    "TOKEN_MALFORMED",
    "KEY_UNKNOWN",
    "CRITICAL_HEADER",
    "ALGORITHM_MISMATCH",
    "SIGNATURE_INVALID",
    "CLAIMS_MALFORMED",
    "ISSUER_MISMATCH",
    "AUDIENCE_MISMATCH",
    "PRODUCT_MISMATCH",
    "LICENSE_MISMATCH",
    "CLOCK_SET_BACK",
    "NOT_YET_VALID",
    "EXPIRED",
    "NODE_MISMATCH",
];

pub(crate) struct Vector {
    pub(crate) name: &'static str,
    pub(crate) token: String,
    pub(crate) now: Timestamp,
    /// What is expected, as the JavaScript package writes it.
    pub(crate) options: Value,
    /// Whether the keys are bound to their issuers.
    pub(crate) is_bound: bool,
}

/// The option of a clock that has seen this moment, with 5 minutes of grace.
pub(crate) fn clock_at(seen: Timestamp) -> Value {
    let mut clock = Clock::start(0);
    clock.see(seen);
    let state = clock.to_state(ClockKey::new(CLOCK_SECRET.as_bytes(), CLOCK_LABEL).unwrap());
    json!({"clock": {"state": state, "secret": CLOCK_SECRET, "label": CLOCK_LABEL, "grace": 300}})
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

pub(crate) fn keys() -> Value {
    let (mut keys, other) = (Vec::new(), key(2));
    keys.push(serde_json::from_str::<Value>(&key(1).public_key().to_jwk()).unwrap());
    let mut jwk = serde_json::from_str::<Value>(&other.public_key().to_jwk()).unwrap();
    jwk["kid"] = OTHER_KEY_ID.into();
    keys.push(jwk);
    keys.push(json!({"kty": "EC", "crv": "P-384", "x": "AQAB", "y": "AQAB", "kid": "of another kind"}));
    json!({ "keys": keys })
}

/// The same keys, each bound to an issuer; the first one's has two names.
pub(crate) fn issuers() -> Value {
    let pem = "-----BEGIN PUBLIC KEY-----\n\
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEb/A7lJJBzh2t1DUZ5pYOCoW0GmmgXDKBA6orzhWU\n\
        yhY8T3U6Vb8B3FP2wLDH7ueLQMb/fSWpbiKCuYnO9xwUSg==\n-----END PUBLIC KEY-----\n";
    json!([
        {"issuer": claims().issuer, "keys": keys()["keys"][0]},
        {"issuer": OTHER_ISSUER, "keys": {"keys": [keys()["keys"][1]]}},
        {"issuer": SECOND_NAME, "keys": pem},
    ])
}

pub(crate) fn key_sets() -> [KeySet; 2] {
    let read = |keys: &Value| KeySet::parse(&keys.as_str().map_or_else(|| keys.to_string(), str::to_owned));
    let issuers = issuers();
    let bound = issuers.as_array().unwrap().iter().map(|entry| {
        let keys = read(&entry["keys"]).unwrap();
        keys.bound_to(entry["issuer"].as_str().unwrap())
    });
    let mut sets = [read(&keys()).unwrap(), KeySet::join(bound.collect()).unwrap()];
    sets.iter_mut().for_each(KeySet::prepare_all);
    sets
}

/// What becomes of a token.
pub(crate) struct Verdict {
    pub(crate) result: Result<License, Refusal>,
    /// The state of the clock, if one was shown.
    clock: Option<String>,
}

/// The verdict under the options.
pub(crate) fn judge(vector: &Vector, keys: &KeySet) -> Verdict {
    let Vector { token, now, options, .. } = vector;
    let text = |name: &str| options[name].as_str();
    let audience: Option<Vec<&str>> =
        options["audience"].as_array().map(|items| items.iter().map(|item| item.as_str().unwrap()).collect());
    let here = options["nodeId"]["components"].as_object().map(|components| {
        let pairs: Vec<_> =
            components.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        NodeFingerprint::of(options["nodeId"]["salt"].as_str().unwrap(), &pairs).unwrap()
    });
    let matching = match &options["nodeId"]["match"] {
        Value::String(rule) if rule == "all" => Matching::All,
        Value::String(_) => Matching::Most,
        least => Matching::AtLeast(u8::try_from(least.as_u64().unwrap_or(1)).unwrap().try_into().unwrap()),
    };
    let tolerance = u32::try_from(options["clockTolerance"].as_u64().unwrap_or(0)).unwrap();
    let expectations = Expectations {
        issuer: text("issuer"),
        audience: audience.as_deref(),
        product: text("product"),
        license_arn: text("licenseArn"),
        node: match &here {
            Some(here) => Some(Node::Like { here, matching }),
            None => text("nodeId").map(Node::Named),
        },
        clock_tolerance: ClockTolerance::from_seconds(tolerance).unwrap(),
    };
    let Some(clock) = options["clock"].as_object() else {
        return Verdict { result: verify(token, keys, *now, &expectations), clock: None };
    };
    let member = |name: &str| clock[name].as_str().unwrap();
    let key = ClockKey::new(member("secret").as_bytes(), member("label")).unwrap();
    let grace = u32::try_from(clock["grace"].as_u64().unwrap()).unwrap();
    let mut clock = Clock::restore(member("state"), key, grace).unwrap();
    let result = verify_with_clock(token, keys, *now, &expectations, &mut clock);
    Verdict { result, clock: Some(clock.to_state(key)) }
}

/// Each piece under its name, in order.
fn evidence(refusal: &Refusal) -> Value {
    let pieces = refusal.evidence().into_iter().map(|(name, piece)| match piece {
        Evidence::Nothing => json!([name, null]),
        Evidence::Text(text) => json!([name, text]),
        Evidence::Texts(texts) => json!([name, texts]),
        Evidence::Number(number) => json!([name, number]),
        Evidence::Time(time) => json!([name, time]),
    });
    pieces.collect()
}

fn outcome(result: &Result<License, Refusal>) -> Value {
    let license = match result {
        Ok(license) => license,
        Err(refusal) => {
            let (code, message) = (refusal.code(), refusal.to_string());
            return json!({"refusal": code, "message": message, "evidence": evidence(refusal)});
        }
    };
    let entitlements = license.entitlements().iter().map(
        |entitlement| json!({"name": entitlement.name, "unit": entitlement.unit, "value": entitlement.value}),
    );
    json!({"license": {
        "licenseArn": license.license_arn(),
        "consumptionToken": license.consumption_token(),
        "issuer": license.issuer(),
        "audience": license.audience(),
        "nodeId": license.node_id(),
        "issuedAt": license.issued_at(),
        "expiresAt": license.expires_at(),
        "metadata": license.metadata(),
        "status": license.status_reference().map(|place| json!({"uri": place.uri, "index": place.index})),
        "entitlements": entitlements.collect::<Vec<_>>(),
    }})
}

/// A token, and what becomes of it.
pub(crate) fn entry(vector: &Vector, Verdict { result, clock }: &Verdict) -> Value {
    let mut entry = json!({
        "token": vector.token,
        "now": vector.now,
        "options": vector.options,
        "trust": if vector.is_bound { "issuers" } else { "keys" },
        "clock": clock,
    });
    entry.as_object_mut().unwrap().extend(outcome(result).as_object().unwrap().clone());
    entry
}

#[test]
fn the_vectors_are_as_generated_and_what_should_be_refused_is() {
    let [keys_alone, bound] = key_sets();
    let mut vectors = Vec::new();
    let good = accepted::accepted().into_iter().chain(expected::met());
    let bad = refused::refused().into_iter().chain(expected::unmet());
    for (is_valid, vector) in good.map(|vector| (true, vector)).chain(bad.map(|vector| (false, vector))) {
        let verdict = judge(&vector, if vector.is_bound { &bound } else { &keys_alone });
        assert_eq!(verdict.result.is_ok(), is_valid, "{}: {:?}", vector.name, verdict.result);
        let mut entry = entry(&vector, &verdict);
        entry["name"] = vector.name.into();
        vectors.push(entry);
    }
    let file = json!({"keys": keys(), "issuers": issuers(), "vectors": vectors});
    let text = serde_json::to_string_pretty(&file).unwrap() + "\n";
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(PATH, &text).unwrap();
    }
    for code in CODES {
        assert!(text.contains(&format!("\"refusal\": \"{code}\"")), "{code} has no vector");
        assert!(include_str!("../../../README.md").contains(code), "{code} is not in the README");
    }
    assert_eq!(std::fs::read_to_string(PATH).unwrap(), text, "write the vectors anew and read what changed");
}
