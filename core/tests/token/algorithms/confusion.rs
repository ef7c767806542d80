//! The key decides, never the header.

use licentia_core::token::{Algorithm, Expectations, KeySet, Reason, attach, signing_input, verify};

use super::vendor::Vendor;
use crate::support::{Said, base64url, claims, issued_at, said, signature_invalid};

/// The signing input of a token that names an algorithm and no key.
fn nameless(algorithm: &str) -> String {
    let header = base64url(format!(r#"{{"alg":"{algorithm}"}}"#).as_bytes());
    let input = signing_input(Algorithm::Es256, "", &claims());
    format!("{header}.{}", input.split_once('.').unwrap().1)
}

fn judge(token: &str, keys: &KeySet) -> Result<(), Said> {
    verify(token, keys, issued_at(), &Expectations::default()).map(drop).map_err(said)
}

/// A token that names an algorithm, and a key for another.
fn mismatch(token: &str, key: Algorithm) -> Said {
    let found = vec![("tokenAlgorithm", token.into()), ("keyAlgorithm", key.name().into())];
    (Reason::AlgorithmMismatch, found)
}

#[test]
fn a_header_that_names_another_algorithm_is_refused_for_every_pair() {
    let vendors = Vendor::all();
    for vendor in &vendors {
        let key = vendor.key.algorithm();
        for other in Algorithm::ALL.iter().copied().filter(|other| *other != key) {
            let mismatch = Err(mismatch(other.name(), key));
            assert_eq!(judge(&vendor.token_named(other, &claims()), &vendor.keys()), mismatch);
            let input = nameless(other.name());
            assert_eq!(judge(&attach(&input, &vendor.sign(&input)), &vendor.keys()), mismatch);
        }
        for name in ["none", "HS256", "RS384", "es256", ""] {
            let input = nameless(name);
            let refused = judge(&attach(&input, &vendor.sign(&input)), &vendor.keys());
            assert_eq!(refused, Err(mismatch(name, key)));
        }
    }
}

#[test]
fn a_signature_of_another_algorithm_is_refused_for_every_pair() {
    let vendors = Vendor::all();
    for vendor in &vendors {
        let input = nameless(vendor.key.algorithm().name());
        for other in &vendors {
            let token = attach(&input, &other.sign(&input));
            let is_own = vendor.key.algorithm() == other.key.algorithm();
            assert_eq!(judge(&token, &vendor.keys()).is_ok(), is_own);
        }
    }
}

#[test]
fn one_set_of_all_kinds_finds_the_key_without_its_name() {
    let vendors = Vendor::all();
    let jwks: Vec<_> = vendors.iter().map(|vendor| vendor.key.to_jwk()).collect();
    let keys = KeySet::from_json(&format!(r#"{{"keys":[{}]}}"#, jwks.join(","))).unwrap();
    assert_eq!(keys.keys().len(), Algorithm::ALL.len());
    for vendor in &vendors {
        let input = nameless(vendor.key.algorithm().name());
        assert_eq!(judge(&attach(&input, &vendor.sign(&input)), &keys), Ok(()));
        assert_eq!(judge(&attach(&input, b"no signature"), &keys), Err(signature_invalid()));
    }
}

#[test]
fn the_two_rsa_algorithms_do_not_share_a_key() {
    let vendor = Vendor::new(Algorithm::Ps256);
    let token = vendor.token(&claims());
    assert_eq!(judge(&token, &vendor.keys()), Ok(()));
    for jwk in
        [vendor.key.to_jwk().replace("PS256", "PS384"), vendor.key.to_jwk().replace(r#""alg":"PS256","#, "")]
    {
        let refused = judge(&token, &KeySet::from_json(&jwk).unwrap());
        assert_eq!(refused.unwrap_err().0, Reason::AlgorithmMismatch, "{jwk}");
    }
}

#[test]
fn half_of_a_composite_signature_is_no_signature() {
    let (composite, ml_dsa) = (Vendor::new(Algorithm::MlDsa44Es256), Vendor::new(Algorithm::MlDsa44));
    let input = nameless("ML-DSA-44-ES256");
    let (ours, strangers) = (composite.sign(&input), Vendor::new(Algorithm::MlDsa44Es256).sign(&input));
    for signature in [
        [&ours[..2420], &strangers[2420..]].concat(),
        [&strangers[..2420], &ours[2420..]].concat(),
        ours[..2420].to_vec(),
        ours[2420..].to_vec(),
        [&vec![0; 2420], &ours[2420..]].concat(),
    ] {
        let refused = judge(&attach(&input, &signature), &composite.keys());
        assert_eq!(refused, Err(signature_invalid()));
    }
    // Nor does ML-DSA alone accept its half: what was signed is not the token.
    let half = composite.key.as_bytes()[..1312].to_vec();
    let half = licentia_core::token::PublicKey::from_bytes(Algorithm::MlDsa44, half).unwrap();
    let input = nameless("ML-DSA-44");
    let keys = KeySet::new(vec![half, ml_dsa.key]).unwrap();
    let token = attach(&input, &composite.sign(&input)[..2420]);
    assert_eq!(judge(&token, &keys), Err(signature_invalid()));
}
