//! Tokens that are good.

use licentia_core::time::Timestamp;
use licentia_core::token::Claims;
use licentia_core::token::status::StatusReference;
use serde_json::json;

use super::{HEADER, OTHER_KEY_ID, Vector, payload};
use crate::support::{claims, forge, issued_at, key, signed};

pub(crate) fn accepted() -> Vec<Vector> {
    let (signer, other) = (key(1), key(2));
    let at = issued_at();
    let of = |name, token| Vector { name, token, now: at, options: json!({}), is_bound: false };
    let by_claims = |name, claims: &Claims| of(name, signed(claims, &signer));
    let by_payload = |name, payload: &[u8]| of(name, forge(HEADER, payload, &signer));
    vec![
        by_claims("a checkout for an hour", &claims()),
        Vector {
            options: json!({"nodeId": "10.0.21.57"}),
            ..by_claims("a checkout for this node", &claims())
        },
        Vector { now: at.plus_minutes(59), ..by_claims("a checkout in its last minute", &claims()) },
        Vector {
            now: Timestamp::MAX,
            ..by_claims("a checkout without end", &Claims { expiration: None, ..claims() })
        },
        by_claims(
            "nothing that may be left out",
            &Claims {
                issuer: None,
                audience: vec![],
                entitlements_allowed: vec![],
                expiration: None,
                node_id: None,
                checkout_metadata: vec![],
                ..claims()
            },
        ),
        by_claims(
            "text that JSON must escape",
            &Claims { node_id: Some("\"\\/\u{0}\u{1f}\n\u{7f}é\u{2028}😀".to_owned()), ..claims() },
        ),
        by_claims(
            "the last of several values of one metadata name",
            &Claims {
                checkout_metadata: ["a", "b"].map(|value| ("Name".to_owned(), value.to_owned())).to_vec(),
                ..claims()
            },
        ),
        by_claims(
            "a place in a status list",
            &Claims {
                status: Some(StatusReference { index: 7, uri: "https://example.com/\"lists\"/1".to_owned() }),
                ..claims()
            },
        ),
        of(
            "a key known by its kid",
            forge(&json!({"alg": "ES256", "kid": OTHER_KEY_ID}).to_string(), &payload(&json!({})), &other),
        ),
        of(
            "a key known by its thumbprint though it has a kid",
            forge(
                &json!({"alg": "ES256", "kid": other.public_key().thumbprint()}).to_string(),
                &payload(&json!({})),
                &other,
            ),
        ),
        of("a token without kid, signed by any of the keys", forge(HEADER, &payload(&json!({})), &other)),
        of(
            "typ in another case",
            forge(r#" { "typ" : "jwt" , "alg" : "ES256" } "#, &payload(&json!({})), &signer),
        ),
        of(
            "a header that offers its own key",
            forge(
                &json!({
                    "alg": "ES256",
                    "jwk": {"kty": "oct", "k": "AA"},
                    "jku": "https://attacker.example/keys"
                })
                .to_string(),
                &payload(&json!({})),
                &signer,
            ),
        ),
        by_payload(
            "times without zone, as AWS writes them",
            &payload(&json!({"issuedAt": "2026-11-22T10:00:00", "expiration": "2026-11-22T11:00:00"})),
        ),
        by_payload(
            "whole numbers with a fraction, an exponent or a sign",
            br#"{"iat":1795341600.0,"nbf":-0,"exp":17953452e2,"entitlementsAllowed":[],
                "issuedAt":"2026-11-22T10:00:00Z","licenseArn":"arn","licenseConsumptionToken":"306e",
                "status":{"status_list":{"idx":9007199254740.991e3,"uri":"https://example.com/lists/1"}}}"#,
        ),
        by_payload("one audience in a list", &payload(&json!({"aud": ["a"]}))),
        by_payload("a list of no audience", &payload(&json!({"aud": []}))),
        by_payload(
            "members that nobody knows",
            &payload(&json!({"cnf": ["a", {"b": [1.5e3, true, "x"]}], "": {}})),
        ),
        Vector {
            now: at.plus_minutes(30),
            ..by_payload("exp later than expiration", &payload(&json!({"exp": 4_102_444_800_u64})))
        },
    ]
}
