//! From texts to lists.

use licentia_core::token::status::{
    Bits, MAX_STATUS_LIST_BYTES, MAX_STATUSES_BYTES, Status, StatusList, StatusRefusal, Statuses, deflate,
    inflate,
};
use licentia_core::token::{Evidence, Expectations, KeySet, Reason, verify};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{HEADER, URI, forged, four_statuses, published, published_of, read};
use crate::support::{
    Said, base64url, claims, forge, issued_at, key, key_set, said, signature_invalid, signed,
};

/// What the refusal of a list says that is no token, or not a genuine one.
fn of_token(refusal: StatusRefusal) -> Said {
    match refusal {
        StatusRefusal::Token(refusal) => said(refusal),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_published_is_read() {
    let list = read(&published(|_| {})).unwrap();
    let found = (0..5).map(|index| list.status(index).map(Status::value));
    assert!(found.eq([Some(0), Some(1), Some(2), Some(3), None]));
    assert_eq!(list.uri(), URI);
    assert_eq!(list.issued_at(), issued_at());
    assert_eq!(list.expires_at(), Some(issued_at().plus_days(1)));
    assert_eq!(list.seconds_to_live(), Some(900));
}

#[test]
fn the_drafts_own_lists_are_read() {
    let vectors: Value = serde_json::from_str(include_str!("../../../vectors/statuses.json")).unwrap();
    let mut lists = 0;
    for vector in vectors["lists"].as_array().unwrap() {
        let list = json!({ "bits": vector["bits"], "lst": vector["lst"] });
        let list = read(&forged(&json!({ "status_list": list }))).unwrap();
        let size = vector["size"].as_u64().unwrap();
        for index in 0..size {
            let expected = vector["statuses"][index.to_string()].as_u64().unwrap_or_default();
            let found = list.status(index).map(Status::value).map(u64::from);
            assert_eq!(found, Some(expected), "{}: {index}", vector["section"]);
        }
        assert_eq!(list.status(size), None);
        lists += 1;
    }
    assert_eq!(lists, 5);
}

#[test]
fn a_license_is_no_list_and_a_list_is_no_license() {
    let license = signed(&claims(), &key(1));
    let header: Said = (Reason::TokenMalformed, vec![("part", "header".into())]);
    assert_eq!(read(&license).map_err(of_token), Err(header.clone()));
    let list = published(|_| {});
    let judged = verify(&list, &key_set(&key(1)), issued_at(), &Expectations::default());
    assert_eq!(judged.map_err(said), Err(header.clone()));
    // Without a type it is no list either.
    let untyped = forge(r#"{"alg":"ES256"}"#, b"{}", &key(1));
    assert_eq!(read(&untyped).map_err(of_token), Err(header));
}

#[test]
fn a_list_of_another_issuer_than_its_key_is_bound_to_is_refused() {
    let list = published(|_| {});
    let keys = |issuer: &str| key_set(&key(1)).bound_to(issuer);
    let read = |keys: &KeySet, list: &str| {
        StatusList::verify(list, keys, &licentia_core::token::status::inflate)
            .map_err(|refusal| refusal.code())
    };
    let own = claims().issuer.unwrap();
    assert!(read(&keys(&own), &list).is_ok());
    assert_eq!(read(&keys("another"), &list).err(), Some("ISSUER_MISMATCH"));
    let of_nobody = forged(&json!({ "iss": null }));
    assert!(read(&keys(&own), &of_nobody).is_err());
}

#[test]
fn a_list_that_no_key_given_signed_is_refused() {
    let (list, other) = (published(|_| {}), key_set(&key(2)));
    let refused = StatusList::verify(&list, &other, &inflate);
    assert_eq!(refused.map_err(|refusal| refusal.code()), Err("KEY_UNKNOWN"));
    let (signed, signature) = list.rsplit_once('.').unwrap();
    let (header, _) = signed.split_once('.').unwrap();
    let changed = format!("{header}.{}.{signature}", base64url(br#"{"sub":"x"}"#));
    assert_eq!(read(&changed).map_err(of_token), Err(signature_invalid()));
}

#[test]
fn each_claim_must_be_of_its_form() {
    let lst = base64url(&deflate(four_statuses().bytes()));
    assert!(read(&forged(&json!({}))).is_ok());
    assert!(read(&forged(&json!({ "anything": ["else"], "exp": 1, "ttl": 1 }))).is_ok());
    for (changes, claim) in [
        (json!({ "sub": null }), "sub"),
        (json!({ "sub": 1 }), "sub"),
        (json!({ "iss": 1 }), "iss"),
        (json!({ "iat": null }), "iat"),
        (json!({ "iat": "2026-11-22T10:00:00Z" }), "iat"),
        (json!({ "iat": 253_402_300_800_u64 }), "iat"),
        (json!({ "exp": -1 }), "exp"),
        (json!({ "ttl": 0 }), "ttl"),
        (json!({ "ttl": 1.5 }), "ttl"),
        (json!({ "status_list": null }), "status_list"),
        (json!({ "status_list": [] }), "status_list"),
        (json!({ "status_list": { "lst": lst } }), "status_list"),
        (json!({ "status_list": { "bits": 2 } }), "status_list"),
        (json!({ "status_list": { "bits": 3, "lst": lst } }), "bits"),
        (json!({ "status_list": { "bits": "2", "lst": lst } }), "bits"),
        (json!({ "status_list": { "bits": 2, "lst": 0 } }), "lst"),
        (json!({ "status_list": { "bits": 2, "lst": format!("{lst}=") } }), "lst"),
        (json!({ "status_list": { "bits": 2, "lst": "AAAA" } }), "lst"),
        (json!({ "status_list": { "bits": 2, "lst": "" } }), "lst"),
    ] {
        let refused = StatusRefusal::ListMalformed { claim: Some(claim) };
        assert_eq!(read(&forged(&changes)), Err(refused), "{changes}");
    }
    for payload in ["", "[]", r#"{"sub":"a","sub":"b"}"#, "{} {}"] {
        let list = forge(HEADER, payload.as_bytes(), &key(1));
        assert_eq!(read(&list), Err(StatusRefusal::ListMalformed { claim: None }), "{payload}");
    }
}

#[test]
fn a_life_beyond_32_bits_is_a_long_one() {
    let list = read(&forged(&json!({ "ttl": 1_u64 << 40 }))).unwrap();
    assert_eq!(list.seconds_to_live(), Some(u32::MAX));
}

#[test]
fn a_few_bytes_that_stand_for_too_many_are_refused() {
    let list = |bytes: usize| {
        let statuses = Statuses::all(Status::Valid, Bits::Eight, bytes);
        published_of(&statuses, |_| {})
    };
    assert!(list(MAX_STATUSES_BYTES).len() < 3000);
    assert!(read(&list(MAX_STATUSES_BYTES)).is_ok());
    let refused = StatusRefusal::ListMalformed { claim: Some("lst") };
    assert_eq!(read(&list(MAX_STATUSES_BYTES + 1)), Err(refused.clone()));
    // Whatever the host's inflater makes of the limit.
    let careless = |_: &[u8], limit: usize| Some(vec![0; limit + 1]);
    let read = StatusList::verify(&published(|_| {}), &key_set(&key(1)), &careless);
    assert_eq!(read, Err(refused));
}

#[test]
fn a_text_longer_than_any_list_is_not_looked_at() {
    let bytes = MAX_STATUS_LIST_BYTES + 1;
    let found = [("bytes", bytes), ("limit", MAX_STATUS_LIST_BYTES)];
    let found = found.map(|(name, number)| (name, Evidence::Number(number as u64))).to_vec();
    assert_eq!(read(&".".repeat(bytes)).map_err(of_token), Err((Reason::TokenTooLarge, found)));
}

proptest! {
    #[test]
    fn whatever_is_signed_is_read_or_refused(payload in r#"(\{|\}|"sub":|"status_list":|"bits":|"lst":|"iat":|"a"|[0-9]|,){0,20}"#) {
        let list = forge(HEADER, payload.as_bytes(), &key(1));
        let is_refused = matches!(read(&list), Err(StatusRefusal::ListMalformed { .. }));
        prop_assert!(is_refused);
    }
}
