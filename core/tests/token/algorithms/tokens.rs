//! Tokens of every algorithm.

use licentia_core::time::Timestamp;
use licentia_core::token::{
    Algorithm, EdDsaSigningKey, Expectations, KeyError, KeySet, License, Reason, attach, signing_input,
    verify,
};

use super::vendor::Vendor;
use crate::support::{Said, base64url, claims, issued_at, key, said, signature_invalid};

fn judge(token: &str, keys: &KeySet) -> Result<License, Said> {
    verify(token, keys, issued_at(), &Expectations::default()).map_err(said)
}

#[test]
fn a_token_of_every_algorithm_is_accepted_unchanged_alone() {
    for vendor in Vendor::all() {
        let algorithm = vendor.key.algorithm();
        let (token, keys) = (vendor.token(&claims()), vendor.keys());
        assert_eq!(keys.keys()[0].algorithm(), algorithm);
        assert!(judge(&token, &keys).unwrap().has("Seats"), "{algorithm}");

        let input = signing_input(algorithm, vendor.key.thumbprint(), &claims());
        let signature = vendor.sign(&input);
        for at in [0, 1, signature.len() / 2, signature.len() - 40, signature.len() - 1] {
            let mut changed = signature.clone();
            changed[at] ^= 1;
            assert_eq!(judge(&attach(&input, &changed), &keys), Err(signature_invalid()), "{algorithm} {at}");
        }
        for length in [0, 1, 32, 63, signature.len() - 1] {
            let cut = attach(&input, &signature[..length]);
            assert_eq!(judge(&cut, &keys), Err(signature_invalid()), "{algorithm} {length}");
        }
        let longer = attach(&input, &[signature.as_slice(), &[0]].concat());
        assert_eq!(judge(&longer, &keys), Err(signature_invalid()), "{algorithm}");

        let mut other = claims();
        other.node_id = None;
        let moved = attach(&signing_input(algorithm, vendor.key.thumbprint(), &other), &signature);
        assert_eq!(judge(&moved, &keys), Err(signature_invalid()), "{algorithm}");
    }
}

#[test]
fn another_key_of_the_algorithm_accepts_nothing() {
    for vendor in Vendor::all() {
        let other = Vendor::new(vendor.key.algorithm());
        let token = vendor.token(&claims());
        let found = vec![("keyId", vendor.key.thumbprint().into())];
        assert_eq!(judge(&token, &other.keys()), Err((Reason::KeyUnknown, found)));
        let renamed = other.key.to_jwk().replace(other.key.thumbprint(), vendor.key.thumbprint());
        let keys = KeySet::from_json(&renamed).unwrap();
        assert_eq!(judge(&token, &keys), Err(signature_invalid()), "{}", vendor.key.algorithm());
    }
}

#[test]
fn a_token_of_aws_has_no_exp_and_no_zone() {
    let payload = r#"{"entitlementsAllowed":[{"name":"Seats","unit":"Count","value":"1"}],"expiration":"2026-11-16T08:00:00","issuedAt":"2026-11-15T08:00:00","licenseArn":"arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60","licenseConsumptionToken":"306eb19af354ba79c3687b9b5d14c8ae"}"#;
    let vendor = Vendor::new(Algorithm::Ps384);
    let input = format!("{}.{}", base64url(br#"{"alg":"PS384"}"#), base64url(payload.as_bytes()));
    let token = attach(&input, &vendor.sign(&input));
    // AWS's public keys name no algorithm.
    let keys = KeySet::from_json(&vendor.key.to_jwk().replace(r#""alg":"PS384","#, "")).unwrap();
    let at = |text| verify(&token, &keys, Timestamp::parse(text).unwrap(), &Expectations::default());
    assert!(at("2026-11-15T08:00:00Z").unwrap().has("Seats"));
    assert_eq!(at("2026-11-16T08:00:00Z").unwrap_err().code(), "EXPIRED");
}

#[test]
fn eddsa_goes_by_its_newer_name_too() {
    let key = EdDsaSigningKey::from_bytes(&[7; 32]).unwrap();
    let token = |name: &str| {
        let header = format!(r#"{{"alg":"{name}"}}"#);
        let payload = signing_input(Algorithm::EdDsa, "", &claims()).split_once('.').unwrap().1.to_owned();
        let input = format!("{}.{payload}", base64url(header.as_bytes()));
        attach(&input, &key.sign(&input))
    };
    for jwk_name in ["EdDSA", "Ed25519"] {
        let keys = KeySet::from_json(&key.public_key().to_jwk().replace("EdDSA", jwk_name)).unwrap();
        assert!(judge(&token("EdDSA"), &keys).is_ok());
        assert!(judge(&token("Ed25519"), &keys).is_ok());
        assert_eq!(judge(&token("Ed448"), &keys).unwrap_err().0, Reason::AlgorithmMismatch);
    }
}

#[test]
fn a_verifier_says_which_algorithm_it_was_made_without() {
    let es256 = key(1).public_key().to_jwk();
    for vendor in Vendor::all().into_iter().filter(|vendor| vendor.key.algorithm() != Algorithm::Es256) {
        let algorithm = vendor.key.algorithm();
        let alone = KeySet::parse_with(&vendor.key.to_jwk(), &[]);
        assert_eq!(alone.err(), Some(KeyError::Unsupported { algorithm }));
        let keys = KeySet::parse_with(&format!("[{es256},{}]", vendor.key.to_jwk()), &[]).unwrap();
        let refused = judge(&vendor.token(&claims()), &keys);
        let found = vec![("algorithm", algorithm.name().into())];
        assert_eq!(refused, Err((Reason::AlgorithmUnsupported, found)));
        let input = signing_input(Algorithm::Es256, key(1).public_key().thumbprint(), &claims());
        assert!(judge(&attach(&input, &key(1).sign(&input)), &keys).is_ok());
    }
}
