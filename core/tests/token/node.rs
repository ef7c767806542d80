//! Fingerprints of machines.

use licentia_core::token::{FingerprintFault, MAX_NODE_COMPONENTS, Matching, NodeFingerprint};
use proptest::prelude::*;

use crate::support::base64url;

fn of(components: &[(&str, &str)]) -> NodeFingerprint {
    NodeFingerprint::of("salt", components).unwrap()
}

#[test]
fn a_fingerprint_is_hmac_sha256_of_each_component_under_the_salt() {
    let theirs = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, b"salt");
    let digest = |message: &[u8]| base64url(&aws_lc_rs::hmac::sign(&theirs, message).as_ref()[..12]);
    let expected = format!(
        "v1;board={};machine={}",
        digest(b"licentia node v1\0board\0PF3A1B2C"),
        digest(b"licentia node v1\0machine\x005c2b"),
    );
    assert_eq!(of(&[("machine", "5c2b"), ("board", "PF3A1B2C")]).to_text(), expected);
    assert_eq!(of(&[("board", "PF3A1B2C\n"), ("machine", "\t 5c2b")]).to_string(), expected);
}

#[test]
fn what_could_not_be_read_is_no_component() {
    assert_eq!(of(&[("machine", "5c2b"), ("board", ""), ("mac", " \n")]), of(&[("machine", "5c2b")]));
    for components in [&[][..], &[("machine", "")], &[("machine", " "), ("board", "\n")]] {
        assert_eq!(NodeFingerprint::of("salt", components), Err(FingerprintFault::NoComponent));
    }
}

#[test]
fn names_are_few_short_plain_and_different() {
    let long = "n".repeat(33);
    for name in ["", "Machine", "a b", "a=b", "a;b", "é", "a_b", "a\0", &long] {
        assert_eq!(NodeFingerprint::of("", &[(name, "x")]), Err(FingerprintFault::Name), "{name}");
        assert_eq!(NodeFingerprint::of("", &[(name, "")]), Err(FingerprintFault::Name), "{name}");
    }
    assert_eq!(NodeFingerprint::of("", &[("a", "x"), ("b", "x"), ("a", "y")]), Err(FingerprintFault::Name));
    let names: Vec<_> = (0..=MAX_NODE_COMPONENTS).map(|n| format!("n{n}")).collect();
    let pairs: Vec<_> = names.iter().map(|name| (name.as_str(), "x")).collect();
    assert_eq!(NodeFingerprint::of("", &pairs), Err(FingerprintFault::TooMany));
    assert!(NodeFingerprint::of("", &pairs[1..]).is_ok());
}

#[test]
fn only_the_text_of_a_fingerprint_is_read() {
    let digest = "A".repeat(16);
    for (text, is_read) in [
        (format!("v1;a={digest}"), true),
        (format!("v1;a={digest};b={digest}"), true),
        (format!("v1;b={digest};a={digest}"), false),
        (format!("v1;a={digest};a={digest}"), false),
        (format!("v1;a={digest};"), false),
        (format!("v1;;a={digest}"), false),
        (format!("v1 ;a={digest}"), false),
        (format!("v2;a={digest}"), false),
        (format!("V1;a={digest}"), false),
        (format!("v1;a={digest}A"), false),
        (format!("v1;a={}", &digest[1..]), false),
        (format!("v1;a={}+", &digest[1..]), false),
        (format!("v1;A={digest}"), false),
        (format!("v1;={digest}"), false),
        (format!("v1;a:{digest}"), false),
        ("v1".to_owned(), false),
        ("v1;".to_owned(), false),
        (String::new(), false),
    ] {
        assert_eq!(NodeFingerprint::parse(&text).is_some(), is_read, "{text}");
    }
    let many = |count| {
        let items: String = (0..count).map(|n| format!(";n{n:02}={digest}")).collect();
        NodeFingerprint::parse(&format!("v1{items}")).is_some()
    };
    assert_eq!((many(MAX_NODE_COMPONENTS), many(MAX_NODE_COMPONENTS + 1)), (true, false));
}

proptest! {
    #[test]
    fn a_fingerprint_is_read_back_and_no_other_text_means_it(
        components in prop::collection::btree_map("[a-z0-9-]{1,32}", ".*[^ \t\r\n\x0c].*", 1..8),
        salt in any::<String>(),
        at in any::<prop::sample::Index>(),
        letter in any::<char>(),
    ) {
        let pairs: Vec<_> = components.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let reversed: Vec<_> = pairs.iter().copied().rev().collect();
        let fingerprint = NodeFingerprint::of(&salt, &pairs).unwrap();
        prop_assert_eq!(&NodeFingerprint::of(&salt, &reversed).unwrap(), &fingerprint);
        let text = fingerprint.to_text();
        prop_assert_eq!(NodeFingerprint::parse(&text), Some(fingerprint.clone()));
        let at = at.index(text.len());
        let changed = format!("{}{letter}{}", &text[..at], &text[at + 1..]);
        if let Some(other) = NodeFingerprint::parse(&changed) {
            prop_assert_eq!(other.to_text(), changed);
        }
    }

    #[test]
    fn rules_count_the_components_of_the_token_that_the_machine_has(
        token in prop::collection::btree_map("[a-f]", "[xy]", 1..6),
        machine in prop::collection::btree_map("[a-f]", "[xy]", 1..6),
        least in 1..8_u8,
    ) {
        let fingerprint = |components: &std::collections::BTreeMap<String, String>| {
            of(&components.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>())
        };
        let alike = token.iter().filter(|(name, value)| machine.get(*name) == Some(*value)).count();
        let matches = |rule| fingerprint(&machine).matches(&fingerprint(&token), rule);
        prop_assert_eq!(matches(Matching::All), alike == token.len());
        prop_assert_eq!(matches(Matching::Most), 2 * alike > token.len());
        prop_assert_eq!(matches(Matching::AtLeast(least.try_into().unwrap())), alike >= usize::from(least));
    }

    #[test]
    fn random_text_is_no_fingerprint(text in any::<String>()) {
        prop_assert_eq!(NodeFingerprint::parse(&text), None);
    }
}
