//! Tokens and keys made to do harm, beyond those of `vectors/tokens.json`.

use std::time::{Duration, Instant};

use crate::support::{
    Said, base64url, claims, claims_malformed, forge, issued_at, key, key_set, said, signature_invalid,
};
use licentia_core::time::Timestamp;
use licentia_core::token::{
    Algorithm, Evidence, Expectations, KeyError, KeySet, MAX_HEADER_BYTES, MAX_KEYS, MAX_TOKEN_BYTES, Reason,
    attach, signing_input, verify,
};
use proptest::prelude::*;

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn judge(token: &str) -> Result<(), Said> {
    verify(token, &key_set(&key(1)), issued_at(), &Expectations::default()).map(drop).map_err(said)
}

fn good() -> String {
    let signer = key(1);
    let input = signing_input(Algorithm::Es256, signer.public_key().thumbprint(), &claims());
    attach(&input, &signer.sign(&input))
}

#[test]
fn a_huge_token_is_refused_before_it_is_read() {
    let found = [("bytes", 10_000_000), ("limit", MAX_TOKEN_BYTES as u64)];
    let found = found.map(|(name, number)| (name, Evidence::Number(number))).to_vec();
    assert_eq!(judge(&".".repeat(10_000_000)), Err((Reason::TokenTooLarge, found)));
}

#[test]
fn a_token_as_large_as_allowed_is_read() {
    let payload_of = |filler: usize| {
        let mut claims = claims();
        claims.checkout_metadata = vec![("filler".to_owned(), "x".repeat(filler))];
        let signer = key(1);
        let input = signing_input(Algorithm::Es256, signer.public_key().thumbprint(), &claims);
        attach(&input, &signer.sign(&input))
    };
    let filler = (MAX_TOKEN_BYTES - payload_of(0).len()) / 4 * 3;
    assert_eq!(judge(&payload_of(filler - 3)), Ok(()));
    assert!(matches!(judge(&payload_of(filler + 3)), Err((Reason::TokenTooLarge, _))));
}

#[test]
fn many_members_cost_little_before_the_signature_is_known() {
    let members: String = (0..410).map(|n| format!(r#""{n:x}":1,"#)).collect();
    let token = forge(&format!(r#"{{{members}"alg":"ES256"}}"#), b"{}", &key(9));
    assert!(
        token.find('.').is_some_and(|length| (MAX_HEADER_BYTES - 600..=MAX_HEADER_BYTES).contains(&length))
    );
    let start = Instant::now();
    assert_eq!(judge(&token), Err(signature_invalid()));
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[test]
fn deep_nesting_ends_in_a_refusal() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let depth = 20_000 / open.len();
        let nested = format!("{}1{}", open.repeat(depth), close.repeat(depth));
        let payload = format!(r#"{{"x":{nested}}}"#);
        let token = forge(r#"{"alg":"ES256"}"#, payload.as_bytes(), &key(1));
        assert_eq!(judge(&token), Err(claims_malformed(None)));
        assert_eq!(KeySet::from_json(&nested).err(), Some(KeyError::Malformed));
    }
}

#[test]
fn every_change_of_one_character_is_refused() {
    let token = good();
    assert_eq!(judge(&token), Ok(()));
    for at in 0..token.len() {
        let (before, rest) = token.split_at(at);
        let after = &rest[1..];
        let present = rest.as_bytes()[0];
        let value = LETTERS.iter().position(|letter| *letter == present);
        let neighbours = value.map_or([b'A', b'_'], |value| [LETTERS[value ^ 1], LETTERS[value ^ 32]]);
        for other in neighbours.into_iter().chain(*b".=+") {
            let changed = format!("{before}{}{after}", char::from(other));
            assert!(changed == token || judge(&changed).is_err(), "{changed}");
        }
        assert!(judge(&format!("{before}{after}")).is_err(), "without character {at}");
        assert!(judge(before).is_err(), "cut at {at}");
    }
}

#[test]
fn the_clock_at_either_end_is_a_clock() {
    let keys = key_set(&key(1));
    let at = |now| {
        verify(&good(), &keys, now, &Expectations::default()).map(drop).map_err(|refusal| refusal.reason())
    };
    assert_eq!(at(Timestamp::MIN), Err(Reason::NotYetValid));
    assert_eq!(at(Timestamp::MAX), Err(Reason::Expired));
}

#[test]
fn a_secret_key_is_no_key_to_verify_with() {
    let public = key(1).public_key().to_jwk();
    let private = public.replacen('{', &format!(r#"{{"d":"{}","#, base64url(&key(1).to_bytes())), 1);
    for text in [
        private.clone(),
        format!("[{public},{private}]"),
        format!(r#"{{"keys":[{public},{private}]}}"#),
        format!(r#"[{public},{{"kty":"oct","k":"AAAA"}}]"#),
        format!(r#"[{public},{{"kty":"RSA","n":"AAAA","e":"AQAB","d":"AAAA"}}]"#),
    ] {
        assert_eq!(KeySet::from_json(&text).err(), Some(KeyError::Private), "{text}");
    }
}

#[test]
fn a_key_is_read_alone_in_an_array_and_in_a_set() {
    let public = key(1).public_key().to_jwk();
    let foreign = r#"{"kty":"OKP","crv":"X25519","x":"AAAA"}"#;
    for text in [
        public.clone(),
        format!("[{public}]"),
        format!(r#" {{ "keys" : [ {foreign} , {public} ] , "more" : null }} "#),
        public.replace(r#""alg":"ES256","use":"sig""#, r#""key_ops":["sign","verify"]"#),
    ] {
        let keys = KeySet::from_json(&text).unwrap();
        assert_eq!(keys.keys().len(), 1, "{text}");
        assert_eq!(keys.keys()[0].thumbprint(), key(1).public_key().thumbprint());
    }
}

#[test]
fn keys_for_something_else_are_passed_over() {
    let public = key(1).public_key().to_jwk();
    for (from, to) in [
        (r#""kty":"EC""#, r#""kty":"OKP""#),
        (r#""crv":"P-256""#, r#""crv":"P-384""#),
        (r#""alg":"ES256""#, r#""alg":"ECDH-ES""#),
        (r#""use":"sig""#, r#""use":"enc""#),
        (r#""use":"sig""#, r#""key_ops":["sign"]"#),
        (r#""use":"sig""#, r#""key_ops":[]"#),
    ] {
        assert!(public.contains(from));
        let other = public.replace(from, to);
        assert_eq!(KeySet::from_json(&other).err(), Some(KeyError::NoneUsable), "{other}");
        assert_eq!(KeySet::from_json(&format!("[{other},{public}]")).map(|keys| keys.keys().len()), Ok(1));
    }
}

#[test]
fn a_damaged_key_is_an_error_even_beside_a_good_one() {
    let public = key(1).public_key().to_jwk();
    let x: serde_json::Value = serde_json::from_str(&public).unwrap();
    let x = x["x"].as_str().unwrap();
    for other in
        [base64url(&[0; 32]), base64url(&[1; 31]), base64url(&[1; 33]), format!("{x}="), String::new()]
    {
        let damaged = public.replacen(x, &other, 1);
        let key_id = Some(key(1).public_key().thumbprint().to_owned());
        assert_eq!(
            KeySet::from_json(&format!("[{public},{damaged}]")).err(),
            Some(KeyError::Invalid { key_id }),
            "{damaged}"
        );
    }
}

#[test]
fn what_is_no_key_is_malformed() {
    let public = key(1).public_key().to_jwk();
    for text in [
        "",
        "null",
        "\"key\"",
        "{}",
        "[[]]",
        "{\"keys\":{}}",
        "{\"kty\":7}",
        "{\"keys\":[{\"kty\":null}]}",
        "-----BEGIN PUBLIC KEY-----",
        &format!("{public}{public}"),
        &public.replacen('{', r#"{"kty":"EC","#, 1),
    ] {
        assert_eq!(KeySet::from_json(text).err(), Some(KeyError::Malformed), "{text}");
    }
}

#[test]
fn the_number_of_keys_has_an_end() {
    let set =
        |count| KeySet::from_json(&format!("[{}]", vec![key(1).public_key().to_jwk(); count].join(",")));
    assert_eq!(set(0).err(), Some(KeyError::NoneUsable));
    assert_eq!(set(MAX_KEYS).map(|keys| keys.keys().len()), Ok(MAX_KEYS));
    assert_eq!(set(MAX_KEYS + 1).err(), Some(KeyError::TooMany));
    assert!(matches!(set(1000), Err(KeyError::TooLarge { .. })));
}

#[test]
fn foreign_text_in_a_message_is_cut_and_on_one_line() {
    let kid = format!("a\\n\\u001b[31m`{}", "x".repeat(500));
    let token = forge(&format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#), b"{}", &key(1));
    let refused = verify(&token, &key_set(&key(1)), issued_at(), &Expectations::default());
    let message = refused.unwrap_err().to_string();
    assert!(message.len() < 250 && !message.contains(['\n', '\u{1b}']), "{message:?}");
    assert_eq!(message.matches('`').count(), 2);
}

proptest! {
    #[test]
    fn random_text_is_refused_without_panic(text in any::<String>()) {
        prop_assert!(judge(&text).is_err());
        prop_assert!(KeySet::from_json(&text).is_err());
    }

    #[test]
    fn random_parts_are_refused_without_panic(
        header in prop::collection::vec(any::<u8>(), 0..60),
        payload in prop::collection::vec(any::<u8>(), 0..60),
        signature in prop::collection::vec(any::<u8>(), 0..70),
    ) {
        let token = format!("{}.{}.{}", base64url(&header), base64url(&payload), base64url(&signature));
        prop_assert!(judge(&token).is_err());
    }

    #[test]
    fn random_payloads_signed_are_refused_without_panic(payload in prop::collection::vec(any::<u8>(), 0..200)) {
        let refusal = judge(&forge(r#"{"alg":"ES256"}"#, &payload, &key(1)));
        prop_assert_eq!(refusal, Err(claims_malformed(None)));
    }

    #[test]
    fn mutated_payloads_signed_are_judged_without_panic(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut payload = br#"{"entitlementsAllowed":[{"name":"Seats","unit":"Count","value":"5"}],"issuedAt":"2026-11-22T10:00:00Z","exp":1900000000,"licenseArn":"a","licenseConsumptionToken":"b","nodeId":"\u00e9","checkoutMetadata":{"a":"b"}}"#.to_vec();
        let at = at.index(payload.len());
        payload[at] = byte;
        let _ = judge(&forge(r#"{"alg":"ES256"}"#, &payload, &key(1)));
    }
}
