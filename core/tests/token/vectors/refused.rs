//! Tokens that are not, each for one reason.

use licentia_core::time::Timestamp;
use licentia_core::token::attach;
use serde_json::{Value, json};

use super::{HEADER, Vector, payload, payload_without};
use crate::support::{base64url, forge, issued_at, key};

pub(crate) fn refused() -> Vec<Vector> {
    let signer = key(1);
    let at = issued_at();
    let plain = payload(&json!({}));
    let good = forge(HEADER, &plain, &signer);
    let (input, signature) = good.rsplit_once('.').unwrap();
    let order = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
        0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let halves = |r: [u8; 32], s: [u8; 32]| attach(input, &[r, s].concat());
    let (r, s) = {
        let both = signer.sign(input);
        (<[u8; 32]>::try_from(&both[..32]).unwrap(), <[u8; 32]>::try_from(&both[32..]).unwrap())
    };
    let der = in_der(&r, &s);
    let of = |name, token| Vector { name, token, now: at, options: json!({}), is_bound: false };
    let by_header = |name, header: &str| of(name, forge(header, &plain, &signer));
    let by_claims = |name, changes: Value| of(name, forge(HEADER, &payload(&changes), &signer));
    let by_payload = |name, payload: &[u8]| of(name, forge(HEADER, payload, &signer));
    vec![
        by_header("a header too large", &json!({"alg": "ES256", "pad": "x".repeat(4096)}).to_string()),
        of("no token", String::new()),
        of("two parts", input.to_owned()),
        of("four parts", format!("{good}.")),
        of("empty parts", "..".to_owned()),
        of("space around", format!(" {good}")),
        of("a line feed at the end", format!("{good}\n")),
        of("padding", format!("{input}.{signature}==")),
        of("bits after the last byte", {
            let last = signature.chars().next_back().unwrap();
            let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let next = letters.chars().nth(letters.find(last).unwrap() + 1).unwrap();
            format!("{}{next}", &good[..good.len() - 1])
        }),
        of("the other base64 alphabet", good.replacen('.', "+.", 1)),
        by_header("a header that is no JSON", "alg=ES256"),
        by_header("a header that is no object", r#"["ES256"]"#),
        by_header("a header with more after it", r#"{"alg":"ES256"} {}"#),
        by_header("a header without alg", r#"{"typ":"JWT"}"#),
        by_header("a header with alg twice", r#"{"alg":"ES256","alg":"ES256"}"#),
        by_header("a header whose alg is no string", r#"{"alg":["ES256"]}"#),
        by_header("a header whose kid is no string", r#"{"alg":"ES256","kid":1}"#),
        by_header("a header of another type", r#"{"alg":"ES256","typ":"at+jwt"}"#),
        by_header(
            "a header nested too deeply",
            &format!(r#"{{"alg":"ES256","x":{}{}}}"#, "[".repeat(1000), "]".repeat(1000)),
        ),
        by_header("a critical extension", r#"{"alg":"ES256","crit":["b64"],"b64":false}"#),
        by_header("an empty list of critical extensions", r#"{"alg":"ES256","crit":[]}"#),
        by_header("a key that nobody gave", r#"{"alg":"ES256","kid":"somebody else's"}"#),
        by_header("an empty kid", r#"{"alg":"ES256","kid":""}"#),
        of("alg none", format!("{}.{}.", base64url(br#"{"alg":"none"}"#), base64url(&plain))),
        by_header("alg none, signed", r#"{"alg":"none"}"#),
        by_header("alg swapped for a symmetric one", r#"{"alg":"HS256"}"#),
        by_header("alg swapped for RSA", r#"{"alg":"PS384"}"#),
        by_header("alg in another case", r#"{"alg":"es256"}"#),
        of("another key's signature", forge(HEADER, &plain, &key(3))),
        of("another of the keys' signature", {
            let header = json!({"alg": "ES256", "kid": signer.public_key().thumbprint()}).to_string();
            forge(&header, &plain, &key(2))
        }),
        of("another payload under the signature", {
            let other = payload(&json!({"entitlementsAllowed": []}));
            format!("{}.{}.{signature}", base64url(HEADER.as_bytes()), base64url(&other))
        }),
        of("no signature", format!("{input}.")),
        of("r is zero", halves([0; 32], s)),
        of("s is zero", halves(r, [0; 32])),
        of("r and s are zero", halves([0; 32], [0; 32])),
        of("r is the order", halves(order, s)),
        of("s is the order", halves(r, order)),
        of("r is out of range", halves([0xff; 32], s)),
        of("s is out of range", halves(r, [0xff; 32])),
        of("a signature in DER", attach(input, &der)),
        of("a signature of 63 bytes", attach(input, &signer.sign(input)[..63])),
        of("a signature of 65 bytes", attach(input, &[&signer.sign(input)[..], &[0]].concat())),
        by_payload("a payload that is no JSON", b"license"),
        by_payload("a payload that is no object", b"[]"),
        by_payload("a payload that is not UTF-8", b"{\"nodeId\":\"\xff\"}"),
        by_payload("a payload with more after it", &[plain.as_slice(), b"1"].concat()),
        by_payload(
            "a payload with a member twice",
            &[&plain[..plain.len() - 1], br#","issuedAt":"2026-11-22T10:00:00Z"}"#].concat(),
        ),
        by_payload(
            "a payload with an unknown member twice",
            &[&plain[..plain.len() - 1], br#","x":{"y":1,"y":1}}"#].concat(),
        ),
        by_payload("a lone surrogate", &[&plain[..plain.len() - 1], br#","nodeId":"\ud800"}"#].concat()),
        by_payload("no license", &payload_without("licenseArn")),
        by_payload("no consumption token", &payload_without("licenseConsumptionToken")),
        by_payload("no time of issue", &payload_without("issuedAt")),
        by_payload("no entitlements", &payload_without("entitlementsAllowed")),
        by_claims("an expiration that is null", json!({"expiration": null})),
        by_claims("an expiration that is a number", json!({"expiration": 1_800_000_000})),
        by_claims("an expiration that is no time", json!({"expiration": "tomorrow"})),
        by_claims("an expiration after 9999", json!({"expiration": "9999-12-31T23:59:59-00:01"})),
        by_claims("a time of issue before 1970", json!({"issuedAt": "1969-12-31T23:59:59Z"})),
        by_claims("an exp that is a string", json!({"exp": "1800000000"})),
        by_claims("an exp before 1970", json!({"exp": -1})),
        by_claims("an exp after 9999", json!({"exp": 253_402_300_800_u64})),
        by_claims("an exp that is no whole number", json!({"exp": 1_800_000_000.5})),
        by_claims("an audience that is null", json!({"aud": null})),
        by_claims("an audience that is a number", json!({"aud": 7})),
        by_claims("an audience that is an object", json!({"aud": {"0": "EXAMPLE-SKU"}})),
        by_claims("a list of audiences with a number", json!({"aud": ["EXAMPLE-SKU", 7]})),
        by_claims("a list of lists of audiences", json!({"aud": [["EXAMPLE-SKU"]]})),
        by_claims("an issuer that is no string", json!({"iss": 7})),
        by_claims("a node that is no string", json!({"nodeId": 7})),
        by_claims("metadata that is a list", json!({"checkoutMetadata": []})),
        by_claims("metadata that is no string", json!({"checkoutMetadata": {"a": 1}})),
        by_claims("entitlements that are an object", json!({"entitlementsAllowed": {}})),
        by_claims("an entitlement without name", json!({"entitlementsAllowed": [{"unit": "None"}]})),
        by_claims(
            "an entitlement of an unknown unit",
            json!({"entitlementsAllowed": [{"name": "Seats", "unit": "count", "value": "5"}]}),
        ),
        by_claims(
            "a counted entitlement without quantity",
            json!({"entitlementsAllowed": [{"name": "Seats", "unit": "Count"}]}),
        ),
        by_claims(
            "a quantity that is a number",
            json!({"entitlementsAllowed": [{"name": "Seats", "unit": "Count", "value": 5}]}),
        ),
        by_claims(
            "a quantity below zero",
            json!({"entitlementsAllowed": [{"name": "Seats", "unit": "Count", "value": "-5"}]}),
        ),
        by_claims(
            "an entitlement twice",
            json!({"entitlementsAllowed": [{"name": "Seats", "unit": "None"}, {"name": "Seats", "unit": "None"}]}),
        ),
        by_claims(
            "an index that a double cannot tell from the next",
            json!({"status": {"status_list": {"idx": 1_u64 << 53, "uri": "https://example.com/lists/1"}}}),
        ),
        by_payload("two claims that are wrong", br#"{"exp":"never","issuedAt":7}"#),
        by_payload("a claim that is wrong, and one that is missing", br#"{"exp":"never"}"#),
        by_claims("issued in the future", json!({"issuedAt": "2026-11-22T10:00:01Z"})),
        by_claims("iat in the future", json!({"iat": at.unix() + 1})),
        by_claims("nbf in the future", json!({"nbf": at.unix() + 1})),
        Vector { now: Timestamp::MIN, ..of("a clock at its first second", good.clone()) },
        Vector { now: at.plus_minutes(60), ..of("the second of its expiration", good.clone()) },
        Vector { now: Timestamp::MAX, ..of("a clock at its last second", good.clone()) },
        by_claims("exp earlier than expiration", json!({"exp": at.unix()})),
        by_claims(
            "expiration earlier than exp",
            json!({"exp": at.unix() + 1, "expiration": "2026-11-22T10:00:00Z"}),
        ),
    ]
}

/// The two numbers in DER, each with the leading zero that a set high bit
/// demands.
fn in_der(r: &[u8; 32], s: &[u8; 32]) -> Vec<u8> {
    let integer = |number: &[u8; 32]| {
        let zero: &[u8] = if number[0] >= 0x80 { &[0] } else { &[] };
        let length = u8::try_from(zero.len() + 32).unwrap();
        [&[2, length], zero, number.as_slice()].concat()
    };
    let both = [integer(r), integer(s)].concat();
    [&[0x30, u8::try_from(both.len()).unwrap()], both.as_slice()].concat()
}
