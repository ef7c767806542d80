//! The package's JavaScript, which judges tokens itself, has the core's limits.
#![cfg(test)]

use licentia_core::json::Value;
use licentia_core::quantity::Quantity;
use licentia_core::time::Timestamp;
use licentia_core::token::status::{MAX_STATUS_LIST_BYTES, MAX_STATUSES_BYTES};
use licentia_core::token::{MAX_HEADER_BYTES, MAX_KEY_SET_BYTES, MAX_KEYS, MAX_TOKEN_BYTES};

/// The whole number that follows these words.
fn number_after(words: &str, source: &str) -> usize {
    let (_, rest) = source.split_once(words).unwrap();
    let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '_').unwrap();
    rest[..end].replace('_', "").parse().unwrap()
}

#[test]
fn javascript_looks_at_texts_as_long_as_the_core_does() {
    let (jws, keys) = (include_str!("../js/jws.js"), include_str!("../js/keys.js"));
    assert_eq!(number_after("const LICENSE = { limit: ", jws), MAX_TOKEN_BYTES);
    assert_eq!(number_after("const MAX_HEADER_BYTES = ", jws), MAX_HEADER_BYTES);
    assert_eq!(number_after("const STATUS_LIST = { limit: ", jws), MAX_STATUS_LIST_BYTES);
    assert_eq!(number_after("const MAX_KEY_SET_BYTES = ", keys), MAX_KEY_SET_BYTES);
    assert_eq!(number_after("const MAX_KEYS = ", keys), MAX_KEYS);
    let [fetched, inflated] =
        [include_str!("../js/revocation/fetch.js"), include_str!("../js/revocation/list.js")]
            .map(|source| number_after("const MOST_BYTES = 1024 * ", source) * 1024);
    assert_eq!((fetched, inflated), (MAX_STATUS_LIST_BYTES, MAX_STATUSES_BYTES));
}

#[test]
fn javascript_reads_json_as_deep_and_as_wide_as_the_core_does() {
    let json = include_str!("../js/json.js");
    let depth = number_after("const MAX_DEPTH = ", json);
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(Value::parse(&nested(depth)).is_ok() && Value::parse(&nested(depth + 1)).is_err());
    let most = number_after("const MAX_MEMBERS = ", json);
    let members = |count: usize| {
        let members: Vec<_> = (0..count).map(|name| format!(r#""{name}":0"#)).collect();
        format!("{{{}}}", members.join(","))
    };
    assert!(Value::parse(&members(most)).is_ok() && Value::parse(&members(most + 1)).is_err());
}

#[test]
fn javascript_takes_the_times_and_quantities_of_the_core() {
    let end = usize::try_from(Timestamp::MAX.unix()).unwrap() + 1;
    for source in [include_str!("../js/claims.js"), include_str!("../js/revocation/list.js")] {
        assert_eq!(number_after("const END_OF_TIME = ", source), end);
    }
    let claims = include_str!("../js/claims.js");
    let bits = number_after("const MAX_QUANTITY = 2n ** ", claims);
    assert!(claims.contains(&format!("const MAX_QUANTITY = 2n ** {bits}n - 1n;")));
    assert_eq!(Quantity::MAX.units(), (1 << bits) - 1);
}
