//! Keys in the forms they are published in, and keys bound to issuers.

use aws_lc_rs::encoding::{AsDer, EcPrivateKeyRfc5915Der, PublicKeyX509Der};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use licentia_core::token::{
    Evidence, Expectations, KeyError, KeySet, MAX_KEY_SET_BYTES, MAX_KEYS, Reason, thumbprint_digest, verify,
};

use crate::support::{base64url, claims_malformed, forge, issued_at, key, key_set, said};

/// What another implementation writes for a key.
struct Published {
    pair: EcdsaKeyPair,
    der: Vec<u8>,
}

impl Published {
    fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
        let der = der.as_ref().to_vec();
        Self { pair, der }
    }

    fn point(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let padding = "=".repeat((3 - der.len() % 3) % 3);
    let base64 = base64url(der).replace('-', "+").replace('_', "/") + &padding;
    let lines: Vec<_> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn points(keys: &KeySet) -> Vec<Vec<u8>> {
    keys.keys().iter().map(|key| key.as_bytes().to_vec()).collect()
}

fn refused(text: &str) -> Option<KeyError> {
    KeySet::parse(text).err()
}

#[test]
fn a_key_is_read_from_der_and_pem_as_aws_lc_writes_it() {
    for _ in 0..16 {
        let published = Published::new();
        assert_eq!(points(&KeySet::from_spki(&published.der).unwrap()), [published.point()]);
        let text = pem("PUBLIC KEY", &published.der);
        assert_eq!(points(&KeySet::parse(&text).unwrap()), [published.point()]);
        assert_eq!(points(&KeySet::parse(&text.replace('\n', "\r\n")).unwrap()), [published.point()]);
        assert_eq!(points(&KeySet::parse(&text.replace('\n', "")).unwrap()), [published.point()]);
    }
}

#[test]
fn json_is_read_as_before() {
    let text = key(1).public_key().to_jwk();
    assert_eq!(points(&KeySet::parse(&text).unwrap()), points(&KeySet::from_json(&text).unwrap()));
    assert_eq!(refused(" "), Some(KeyError::Malformed));
}

#[test]
fn several_blocks_of_pem_are_several_keys_and_those_for_something_else_are_passed_over() {
    let (one, other) = (Published::new(), Published::new());
    // X25519 (RFC 8410 section 3): for agreeing on keys, not for signing.
    let x25519 = [&[0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 3, 0x21, 0][..], &[9; 32]].concat();
    let text = format!(
        "\n{}\n \n{}{}{}\n\n",
        pem("PUBLIC KEY", &one.der),
        pem("CERTIFICATE", b"of somebody"),
        pem("PUBLIC KEY", &x25519),
        pem("PUBLIC KEY", &other.der),
    );
    assert_eq!(points(&KeySet::parse(&text).unwrap()), [one.point(), other.point()]);
    assert_eq!(KeySet::from_spki(&x25519).err(), Some(KeyError::NoneUsable));
    assert_eq!(refused(&pem("CERTIFICATE", &one.der)), Some(KeyError::NoneUsable));
    let many = pem("PUBLIC KEY", &one.der).repeat(MAX_KEYS);
    assert_eq!(KeySet::parse(&many).unwrap().keys().len(), MAX_KEYS);
    assert_eq!(refused(&(many + &pem("PUBLIC KEY", &one.der))), Some(KeyError::TooMany));
}

#[test]
fn a_secret_key_in_pem_or_der_is_no_key_to_verify_with() {
    let published = Published::new();
    let pkcs8 = published.pair.to_pkcs8v1().unwrap();
    let sec1: EcPrivateKeyRfc5915Der<'_> = published.pair.private_key().as_der().unwrap();
    for der in [pkcs8.as_ref(), sec1.as_ref()] {
        assert_eq!(KeySet::from_spki(der).err(), Some(KeyError::Private));
        assert_eq!(refused(&pem("PUBLIC KEY", der)), Some(KeyError::Private));
    }
    let public = pem("PUBLIC KEY", &published.der);
    for label in
        ["PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY"]
    {
        assert_eq!(
            refused(&(public.clone() + &pem(label, pkcs8.as_ref()))),
            Some(KeyError::Private),
            "{label}"
        );
        assert_eq!(refused(&(pem(label, pkcs8.as_ref()) + &public)), Some(KeyError::Private), "{label}");
    }
}

#[test]
fn der_is_read_in_its_one_form() {
    let der = Published::new().der;
    let cases: [(&str, Vec<u8>); 9] = [
        ("nothing", vec![]),
        ("a byte too many", [der.as_slice(), &[0]].concat()),
        ("a byte too few", der[..der.len() - 1].to_vec()),
        ("a length in two bytes", [&[0x30, 0x81, 0x59], &der[2..]].concat()),
        ("a length in three bytes", [&[0x30, 0x82, 0, 0x59], &der[2..]].concat()),
        ("a length without end", [&[0x30, 0x80], &der[2..], &[0, 0]].concat()),
        ("another tag", [&[0x31], &der[1..]].concat()),
        ("bits unused in the last byte", changed(&der, 25, 1)),
        ("more after the point", [&[0x30, 0x5b], &der[2..], &[5, 0]].concat()),
    ];
    for (what, der) in cases {
        assert_eq!(KeySet::from_spki(&der).err(), Some(KeyError::Malformed), "{what}");
        assert_eq!(refused(&pem("PUBLIC KEY", &der)), Some(KeyError::Malformed), "{what}");
    }
    let huge = vec![0x30; MAX_KEY_SET_BYTES + 1];
    assert!(matches!(KeySet::from_spki(&huge), Err(KeyError::TooLarge { .. })));
    assert!(matches!(refused(&pem("PUBLIC KEY", &huge)), Some(KeyError::TooLarge { .. })));
}

#[test]
fn a_point_that_is_none_or_not_written_whole_is_no_key() {
    let der = Published::new().der;
    let compressed = [&[0x30, 0x39], &der[2..23], &[0x03, 0x22, 0, 2], &der[27..59]].concat();
    for der in [changed(&der, 40, 1), changed(&der, 26, 4 ^ 6), compressed] {
        assert_eq!(KeySet::from_spki(&der).err(), Some(KeyError::Invalid { key_id: None }));
    }
}

#[test]
fn another_curve_or_algorithm_is_passed_over() {
    let der = Published::new().der;
    for at in 6..23 {
        let other = KeySet::from_spki(&changed(&der, at, 0x40)).err();
        assert_eq!(other, Some(KeyError::NoneUsable), "byte {at}");
    }
}

#[test]
fn pem_is_whole_and_has_nothing_around_it() {
    let good = pem("PUBLIC KEY", &Published::new().der);
    assert!(KeySet::parse(&good).is_ok());
    for damaged in [
        format!("key: {good}"),
        format!("{good}."),
        good.replace("-----END PUBLIC KEY-----", ""),
        good.replace("END PUBLIC KEY", "END CERTIFICATE"),
        good.replacen("-----BEGIN", "----BEGIN", 1),
        good.replace("==", "="),
        good.replace("==", ""),
        good.replace("==", "===="),
        good.replacen("MFkw", "MFk*", 1),
        good.replacen("MFkw", "MFk-", 1),
        good.replacen("MFkw", "MF=kw", 1),
        good.replacen("MFkw", "-----BEGIN PUBLIC KEY-----MFkw", 1),
    ] {
        assert_eq!(refused(&damaged), Some(KeyError::Malformed), "{damaged}");
    }
}

#[test]
fn a_thumbprint_is_the_digest_of_the_required_members() {
    // RFC 7638 section 3.2: in the order of their names, without space.
    let key = key(1).public_key().clone();
    let (x, y) = key.as_bytes()[1..].split_at(32);
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, base64url(x), base64url(y));
    assert_eq!(base64url(&thumbprint_digest(canonical.as_bytes())), key.thumbprint());
}

#[test]
fn what_another_issuer_than_the_keys_says_is_not_looked_at() {
    let keys = key_set(&key(1)).bound_to("own");
    let judged = |payload: &[u8]| {
        let token = forge(r#"{"alg":"ES256"}"#, payload, &key(1));
        said(verify(&token, &keys, issued_at(), &Expectations::default()).unwrap_err())
    };
    for (payload, issuer) in [
        (&br#"{"iss":"other"}"#[..], "other".into()),
        (br#"{"issuedAt":7,"iss":"other"}"#, "other".into()),
        (br#"{"iss":7}"#, Evidence::Nothing),
        (b"{}", Evidence::Nothing),
    ] {
        let found = vec![("expectedIssuer", "own".into()), ("issuer", issuer)];
        assert_eq!(judged(payload), (Reason::IssuerMismatch, found));
    }
    // Whose it is must be said in JSON that means one thing.
    assert_eq!(judged(br#"{"iss":"own","iss":"other"}"#), claims_malformed(None));
    assert_eq!(judged(br#"{"iss":"own"}"#), claims_malformed(Some("issuedAt")));
}

#[test]
fn keys_are_bound_set_by_set() {
    let set = |seed: u8| KeySet::new(vec![key(seed).public_key().clone()]).unwrap();
    let joined =
        KeySet::join(vec![set(1).bound_to("a"), set(2), set(1).bound_to("b").bound_to("c")]).unwrap();
    let issuers: Vec<_> = joined.keys().iter().map(|key| key.issuer()).collect();
    assert_eq!(issuers, [Some("a"), None, Some("c")]);
    assert_eq!(KeySet::join(vec![]).err(), Some(KeyError::NoneUsable));
    assert_eq!(KeySet::join(vec![set(1); MAX_KEYS + 1]).err(), Some(KeyError::TooMany));
}

fn changed(der: &[u8], at: usize, bits: u8) -> Vec<u8> {
    let mut der = der.to_vec();
    der[at] ^= bits;
    der
}
