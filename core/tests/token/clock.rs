//! Whether a clock was set back.

use licentia_core::time::Timestamp;
use licentia_core::token::{
    Clock, ClockError, ClockKey, Evidence, Expectations, MIN_CLOCK_SECRET_BYTES, Node, Reason,
    verify_with_clock,
};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{base64url, forge, issued_at, key, key_set, said};

const SECRET: &[u8] = b"a secret of 16 bytes or more";

fn clock_key() -> ClockKey<'static> {
    ClockKey::new(SECRET, "EXAMPLE-SKU").unwrap()
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

/// A token without end, issued at these moments, by a key.
fn token(seed: u8, issued: Timestamp, changes: &[(&str, u64)]) -> String {
    let mut payload = json!({
        "entitlementsAllowed": [],
        "issuedAt": issued,
        "licenseArn": "arn",
        "licenseConsumptionToken": "token",
    });
    for (name, value) in changes {
        payload[name] = (*value).into();
    }
    forge(r#"{"alg":"ES256"}"#, payload.to_string().as_bytes(), &key(seed))
}

/// What becomes of the token, and the latest moment the clock has seen then.
fn judged(
    clock: &mut Clock,
    token: &str,
    now: Timestamp,
    expected: &Expectations<'_>,
) -> (Option<&'static str>, Timestamp) {
    let result = verify_with_clock(token, &key_set(&key(1)), now, expected, clock);
    (result.err().map(|refusal| refusal.code()), clock.seen())
}

#[test]
fn a_genuine_token_shows_the_clock_when_it_was_issued_and_the_time_of_the_verification() {
    let issued = issued_at();
    let plain = Expectations::default();
    let (hour, later) = (issued.plus_minutes(60), issued.plus_minutes(90));
    let exp = token(1, issued, &[("exp", hour.unix())]);
    let mut clock = Clock::start(0);
    assert_eq!(judged(&mut clock, &exp, issued, &plain), (None, issued));
    // Refused, and yet the time was seen: to set the clock back helps no more.
    assert_eq!(judged(&mut clock, &exp, later, &plain), (Some("EXPIRED"), later));
    assert_eq!(judged(&mut clock, &exp, issued.plus_minutes(30), &plain), (Some("CLOCK_SET_BACK"), later));
    let elsewhere = Expectations { node: Some(Node::Named("elsewhere")), ..plain };
    let latest = later.plus_minutes(1);
    assert_eq!(judged(&mut clock, &exp, latest, &elsewhere), (Some("EXPIRED"), latest));
}

#[test]
fn an_iat_counts_as_the_time_of_issue_and_nbf_does_not() {
    let issued = issued_at();
    let (iat, nbf) = (issued.plus_minutes(1), issued.plus_minutes(2));
    let token = token(1, issued, &[("iat", iat.unix()), ("nbf", nbf.unix())]);
    let mut clock = Clock::start(60);
    let plain = Expectations::default();
    assert_eq!(judged(&mut clock, &token, issued, &plain), (Some("NOT_YET_VALID"), iat));
    let mut clock = Clock::start(59);
    for _ in 0..2 {
        assert_eq!(judged(&mut clock, &token, issued, &plain), (Some("CLOCK_SET_BACK"), iat));
    }
}

#[test]
fn a_token_that_is_not_genuine_shows_the_clock_nothing() {
    let future = issued_at().plus_days(9);
    let keys = key_set(&key(1)).bound_to("issuer");
    let unbound = token(1, future, &[]);
    let mut clock = Clock::start(0);
    for token in [token(2, future, &[]), unbound, forge("{}", b"{}", &key(1)), String::new()] {
        let refused = verify_with_clock(&token, &keys, future, &Expectations::default(), &mut clock);
        assert!(refused.is_err());
        assert_eq!(clock.seen(), Timestamp::MIN);
    }
}

#[test]
fn a_token_that_is_not_the_one_expected_shows_the_clock_nothing() {
    let issued = issued_at();
    let token = token(1, issued, &[]);
    let before = Timestamp::from_unix(issued.unix() - 1).unwrap();
    let plain = Expectations::default();
    let mut clock = Clock::start(0);
    for (other, code) in [
        (Expectations { issuer: Some("other"), ..plain }, "ISSUER_MISMATCH"),
        (Expectations { audience: Some(&["other"]), ..plain }, "AUDIENCE_MISMATCH"),
        (Expectations { product: Some("other"), ..plain }, "PRODUCT_MISMATCH"),
        (Expectations { license_arn: Some("other"), ..plain }, "LICENSE_MISMATCH"),
    ] {
        // The clock would refuse it, and is not asked.
        assert_eq!(judged(&mut clock, &token, before, &other), (Some(code), Timestamp::MIN));
    }
    assert_eq!(judged(&mut clock, &token, before, &plain), (Some("CLOCK_SET_BACK"), issued));
    assert_eq!(
        judged(&mut clock, &token, before, &Expectations { product: Some("other"), ..plain }),
        (Some("PRODUCT_MISMATCH"), issued)
    );
}

#[test]
fn a_changed_state_or_another_secret_or_label_is_no_state() {
    let mut clock = Clock::start(0);
    clock.see(issued_at());
    let state = clock.to_state(clock_key());
    assert_eq!(Clock::restore(&state, clock_key(), 0), Ok(clock));
    let invalid = Err(ClockError::StateInvalid);
    for at in 0..state.len() {
        for letter in ["A", "B", "-", "=", "é", ""] {
            let changed = format!("{}{letter}{}", &state[..at], &state[at + 1..]);
            assert!(changed == state || Clock::restore(&changed, clock_key(), 0) == invalid, "{changed}");
        }
        assert_eq!(Clock::restore(&state[..at], clock_key(), 0), invalid);
    }
    assert_eq!(Clock::restore(&format!("{state}A"), clock_key(), 0), invalid);
    for (secret, label) in [
        (&b"another secret of 16 bytes"[..], "EXAMPLE-SKU"),
        (SECRET, "OTHER-SKU"),
        (SECRET, ""),
        (SECRET, "EXAMPLE-SKU "),
    ] {
        assert_eq!(Clock::restore(&state, ClockKey::new(secret, label).unwrap(), 0), invalid);
    }
    for (code, error) in [
        ("CLOCK_STATE_INVALID", ClockError::StateInvalid),
        ("CLOCK_SECRET_TOO_SHORT", ClockError::SecretTooShort),
    ] {
        assert_eq!(error.code(), code);
        assert!(error.message().starts_with("the clock's s"), "{error}");
        assert!(include_str!("../../README.md").contains(code), "{code} is not in the README");
    }
}

#[test]
fn a_state_is_version_1_the_seconds_and_their_hmac_sha256() {
    let mut clock = Clock::start(0);
    clock.see(at(0x0001_0203_0405));
    let body = [1, 0, 0, 0, 1, 2, 3, 4, 5];
    let theirs = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET);
    let message = [b"licentia clock v1\0".as_slice(), &body, b"EXAMPLE-SKU"].concat();
    let code = aws_lc_rs::hmac::sign(&theirs, &message);
    assert_eq!(clock.to_state(clock_key()), base64url(&[&body, code.as_ref()].concat()));
    // Of the right key, but of no version there is or of no time.
    for body in [[2, 0, 0, 0, 1, 2, 3, 4, 5], [1, 0xff, 0, 0, 1, 2, 3, 4, 5]] {
        let message = [b"licentia clock v1\0".as_slice(), &body, b"EXAMPLE-SKU"].concat();
        let state = base64url(&[&body, aws_lc_rs::hmac::sign(&theirs, &message).as_ref()].concat());
        assert_eq!(Clock::restore(&state, clock_key(), 0), Err(ClockError::StateInvalid));
    }
}

#[test]
fn a_short_secret_is_none() {
    assert!(ClockKey::new(&[7; MIN_CLOCK_SECRET_BYTES], "").is_ok());
    assert_eq!(ClockKey::new(&[7; MIN_CLOCK_SECRET_BYTES - 1], "").err(), Some(ClockError::SecretTooShort));
    assert!(!format!("{:?}", ClockKey::new(&[0x5a; 16], "").unwrap()).contains("90"));
}

proptest! {
    #[test]
    fn a_clock_believes_what_lies_within_its_grace_of_the_latest_moment_it_saw(
        seen in prop::collection::vec(0..2_000_000_000_u64, 0..8),
        now in 0..2_000_000_000_u64,
        grace in prop_oneof![0..100_000_u32, any::<u32>()],
    ) {
        let mut clock = Clock::start(grace);
        seen.iter().for_each(|moment| clock.see(at(*moment)));
        let latest = seen.into_iter().max().unwrap_or(0);
        let expected = match now + u64::from(grace) < latest {
            true => {
                let found = [("seen", latest), ("now", now)].map(|(name, time)| (name, Evidence::Time(at(time))));
                Err((Reason::ClockSetBack, found.to_vec()))
            }
            false => Ok(()),
        };
        prop_assert_eq!(clock.judge(at(now)).map_err(said), expected);
        let restored = Clock::restore(&clock.to_state(clock_key()), clock_key(), grace);
        prop_assert_eq!(restored, Ok(clock));
    }

    #[test]
    fn random_text_is_no_state(state in any::<String>()) {
        prop_assert_eq!(Clock::restore(&state, clock_key(), 0), Err(ClockError::StateInvalid));
    }
}
