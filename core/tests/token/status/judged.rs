//! `vectors/revocation.json`: what lists say of licenses, for every verifier of
//! the project. `UPDATE_VECTORS=1 cargo test -p licentia-core --test token`
//! writes the file anew.

use std::collections::BTreeMap;

use licentia_core::time::Timestamp;
use licentia_core::token::status::{
    Bits, MAX_STATUSES_BYTES, Revocation, Standing, Status, StatusList, StatusReference, StatusRefusal,
    Statuses, WhenStale,
};
use licentia_core::token::{Claims, Expectations, License, verify};
use serde_json::{Value, json};

use super::{HEADER, URI, forged, published, published_of, read};
use crate::support::{claims, forge, issued_at, key, key_set, signed};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/revocation.json");

const CODES: [&str; 6] =
    ["REVOKED", "SUSPENDED", "STATUS_UNKNOWN", "STATUS_MISSING", "STATUS_STALE", "STATUS_LIST_MALFORMED"];

const HOUR: u32 = 3600;

struct Vector {
    name: &'static str,
    /// The license's place in the list; none for one that cannot be revoked.
    index: Option<u64>,
    /// Whether the license names its issuer.
    is_named: bool,
    lists: &'static [&'static str],
    most_seconds: Option<u32>,
    when_stale: WhenStale,
    /// Seconds after the list was made.
    after: u32,
    expected: &'static str,
}

fn license(vector: &Vector) -> Claims {
    let status = vector.index.map(|index| StatusReference { index, uri: URI.to_owned() });
    let issuer = claims().issuer.filter(|_| vector.is_named);
    Claims { status, issuer, expiration: None, ..claims() }
}

/// By name; none is of any form but the right one.
fn lists() -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("usual", published(|_| {})),
        ("of another address", published(|list| list.uri = "https://licenses.example.com/status/other")),
        ("of another issuer", published(|list| list.issuer = "aws:111122223333:Other:issuer-fingerprint")),
        ("of nobody", forged(&json!({}))),
        ("with a life only", forged(&json!({ "ttl": HOUR }))),
        // Here the license at 1 is not revoked.
        ("older", {
            let statuses = Statuses::all(Status::Valid, Bits::Two, 4);
            let made = Timestamp::from_unix(issued_at().unix() - 60).unwrap();
            published_of(&statuses, |list| list.issued_at = made)
        }),
    ])
}

/// Signed, but no lists.
fn unreadable() -> Vec<(&'static str, String)> {
    let list = |bits: Value, lst: Value| json!({ "status_list": { "bits": bits, "lst": lst } });
    let signed = |payload: &str| forge(HEADER, payload.as_bytes(), &key(1));
    vec![
        ("no object", signed("[]")),
        ("a name twice", signed(r#"{"sub":"a","sub":"b"}"#)),
        ("no address", forged(&json!({ "sub": null }))),
        ("an issuer that is no text", forged(&json!({ "iss": ["a"] }))),
        ("a time that is no number", forged(&json!({ "iat": "2026-11-22T10:00:00Z" }))),
        ("a time after 9999", forged(&json!({ "exp": 253_402_300_800_u64 }))),
        ("no seconds to live", forged(&json!({ "ttl": 0 }))),
        ("no statuses", forged(&json!({ "status_list": null }))),
        ("three bits", forged(&list(json!(3), json!("")))),
        ("padding", forged(&list(json!(2), json!("eNrbuRgAAhcBXQ==")))),
        ("no compression", forged(&list(json!(2), json!("AAAA")))),
        ("too many statuses", {
            let statuses = Statuses::all(Status::Valid, Bits::Eight, MAX_STATUSES_BYTES + 1);
            published_of(&statuses, |_| {})
        }),
    ]
}

fn vectors() -> Vec<Vector> {
    let of = |name, index, lists, expected| Vector {
        name,
        index: Some(index),
        is_named: true,
        lists,
        most_seconds: None,
        when_stale: WhenStale::Refuse,
        after: 0,
        expected,
    };
    let accepting = |vector: Vector| Vector { when_stale: WhenStale::Accept, ..vector };
    let nameless = |vector: Vector| Vector { is_named: false, ..vector };
    let (day, usual) = (24 * HOUR, &["usual"]);
    vec![
        of("valid", 0, usual, "valid"),
        of("revoked", 1, usual, "REVOKED"),
        of("suspended", 2, usual, "SUSPENDED"),
        of("a status of another meaning", 3, usual, "STATUS_UNKNOWN"),
        Vector { index: None, ..of("a license that names no list", 0, usual, "not listed") },
        Vector { index: None, ..of("a license that names no list, and no list", 0, &[], "not listed") },
        of("no list", 0, &[], "STATUS_MISSING"),
        accepting(of("no list, accepted", 0, &[], "unknown")),
        of("past the end of the list", 4, usual, "STATUS_MISSING"),
        of("far past the end of the list", u64::MAX >> 11, usual, "STATUS_MISSING"),
        accepting(of("past the end of the list, accepted", 4, usual, "unknown")),
        of("the list of another address", 0, &["of another address"], "STATUS_MISSING"),
        accepting(of("the list of another address, accepted", 1, &["of another address"], "unknown")),
        of("one list among others", 1, &["of another address", "usual", "of another issuer"], "REVOKED"),
        of("the list of another issuer", 0, &["of another issuer"], "STATUS_MISSING"),
        of("a list that names no issuer", 1, &["of nobody"], "REVOKED"),
        nameless(of("a list of somebody, of a license that names no issuer", 0, usual, "STATUS_MISSING")),
        nameless(accepting(of("the same, accepted", 1, usual, "unknown"))),
        nameless(of("a list and a license that name no issuer", 1, &["of nobody"], "REVOKED")),
        of("the newest list counts, though first", 1, &["usual", "older"], "REVOKED"),
        of("the newest list counts, though last", 1, &["older", "usual"], "REVOKED"),
        of("an older list alone", 1, &["older"], "valid"),
        Vector { after: day - 1, ..of("just before its end", 0, usual, "valid") },
        Vector { after: day, ..of("at its end", 0, usual, "STATUS_STALE") },
        accepting(Vector { after: day, ..of("at its end, accepted", 0, usual, "valid, stale") }),
        accepting(Vector { after: day, ..of("revoked by a stale list", 1, usual, "REVOKED") }),
        Vector { after: day, ..of("suspended by a stale list", 2, usual, "SUSPENDED") },
        Vector { after: HOUR - 1, most_seconds: Some(HOUR), ..of("young enough", 0, usual, "valid") },
        Vector { after: HOUR, most_seconds: Some(HOUR), ..of("too old", 0, usual, "STATUS_STALE") },
        accepting(Vector {
            after: HOUR,
            most_seconds: Some(HOUR),
            ..of("too old, accepted", 0, usual, "valid, stale")
        }),
        Vector { most_seconds: Some(0), ..of("no age is young enough", 0, usual, "STATUS_STALE") },
        Vector {
            after: day,
            most_seconds: Some(2 * day),
            ..of("an age does not outlast the end", 0, usual, "STATUS_STALE")
        },
        Vector { after: HOUR - 1, ..of("alive", 0, &["with a life only"], "valid") },
        Vector { after: HOUR, ..of("past its life", 0, &["with a life only"], "STATUS_STALE") },
        Vector {
            after: HOUR,
            most_seconds: Some(day),
            ..of("an age asked for goes before its life", 0, &["with a life only"], "valid")
        },
        Vector { after: 4000 * day, ..of("a list without end", 0, &["of nobody"], "valid") },
    ]
}

fn judged(vector: &Vector, license: &License, lists: &[StatusList]) -> Result<Standing, StatusRefusal> {
    let revocation = Revocation { lists, most_seconds: vector.most_seconds, when_stale: vector.when_stale };
    revocation.judge(license, issued_at().plus_seconds(vector.after))
}

/// What a verifier answers, as JSON.
fn outcome(result: &Result<Standing, StatusRefusal>) -> Value {
    match result {
        Err(refusal) => json!({ "refusal": refusal.code(), "message": refusal.message() }),
        Ok(Standing::NotListed) => json!({ "standing": "not listed" }),
        Ok(Standing::Unknown) => json!({ "standing": "unknown" }),
        Ok(Standing::Valid { as_of, is_stale }) => {
            json!({ "standing": "valid", "asOf": as_of, "isStale": is_stale })
        }
    }
}

#[test]
fn the_vectors_are_as_generated_and_each_license_stands_as_it_should() {
    let lists = lists();
    let mut entries = vec![];
    for vector in vectors() {
        let token = signed(&license(&vector), &key(1));
        let license = verify(&token, &key_set(&key(1)), issued_at(), &Expectations::default()).unwrap();
        let at_hand: Vec<_> = vector.lists.iter().map(|name| read(&lists[name]).unwrap()).collect();
        let outcome = outcome(&judged(&vector, &license, &at_hand));
        let text = match (&outcome["refusal"], &outcome["standing"]) {
            (Value::String(code), _) => code.clone(),
            (_, Value::String(standing)) if outcome["isStale"] == true => format!("{standing}, stale"),
            (_, standing) => standing.as_str().unwrap().to_owned(),
        };
        assert_eq!(text, vector.expected, "{}", vector.name);
        let accepts = vector.when_stale == WhenStale::Accept;
        let mut entry = json!({
            "name": vector.name,
            "token": token,
            "lists": vector.lists,
            "maxAge": vector.most_seconds,
            "whenStale": if accepts { "accept" } else { "refuse" },
            "now": issued_at().plus_seconds(vector.after),
        });
        entry.as_object_mut().unwrap().extend(outcome.as_object().unwrap().clone());
        entries.push(entry);
    }
    let keys: Value = serde_json::from_str(&key(1).public_key().to_jwk()).unwrap();
    let unreadable: Vec<_> = unreadable()
        .into_iter()
        .map(|(name, list)| {
            let refusal = read(&list).unwrap_err();
            assert_eq!(refusal.code(), "STATUS_LIST_MALFORMED", "{name}");
            json!({ "name": name, "list": list, "refusal": refusal.code(), "message": refusal.message() })
        })
        .collect();
    let all = json!({ "keys": keys, "lists": lists, "unreadable": unreadable, "vectors": entries });
    let text = serde_json::to_string_pretty(&all).unwrap() + "\n";
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(PATH, &text).unwrap();
    }
    for code in CODES {
        assert!(text.contains(&format!("\"refusal\": \"{code}\"")), "{code} has no vector");
        assert!(include_str!("../../../README.md").contains(code), "{code} is not in the README");
    }
    assert_eq!(std::fs::read_to_string(PATH).unwrap(), text, "write the vectors anew and read what changed");
}

#[test]
fn the_claim_is_read_strictly() {
    let judge = |status: Value| {
        let mut payload = json!({
            "entitlementsAllowed": [],
            "issuedAt": "2026-11-22T10:00:00Z",
            "licenseArn": claims().license_arn,
            "licenseConsumptionToken": claims().consumption_token,
        });
        payload["status"] = status;
        let token = forge(r#"{"alg":"ES256"}"#, payload.to_string().as_bytes(), &key(1));
        verify(&token, &key_set(&key(1)), issued_at(), &Expectations::default())
            .map(|license| license.status_reference().cloned())
            .map_err(|refusal| refusal.code())
    };
    let place = StatusReference { index: 7, uri: "x".into() };
    assert_eq!(judge(json!({ "status_list": { "idx": 7, "uri": "x" } })), Ok(Some(place.clone())));
    let more = json!({ "other": [1], "status_list": { "uri": "x", "idx": 7, "more": null } });
    assert_eq!(judge(more), Ok(Some(place)));
    assert_eq!(judge(json!({ "other": {} })), Ok(None));
    for wrong in [
        json!(null),
        json!(7),
        json!([]),
        json!({ "status_list": null }),
        json!({ "status_list": {} }),
        json!({ "status_list": { "idx": 7 } }),
        json!({ "status_list": { "uri": "x" } }),
        json!({ "status_list": { "idx": -7, "uri": "x" } }),
        json!({ "status_list": { "idx": "7", "uri": "x" } }),
        json!({ "status_list": { "idx": 7, "uri": 1 } }),
    ] {
        assert_eq!(judge(wrong.clone()), Err("CLAIMS_MALFORMED"), "{wrong}");
    }
}
