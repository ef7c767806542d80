//! AWS-LC agrees on every signature, right or wrong.

use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ED25519, ML_DSA_44, ParsedPublicKey, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_SHA256,
    RSA_PSS_SHA384, UnparsedPublicKey, VerificationAlgorithm,
};
use licentia_core::token::{Algorithm, EdDsaSigningKey, MlDsa44SigningKey, SCHEMES};

use super::vendor::{Vendor, random};

/// How many signatures are compared for each key.
const ROUNDS: usize = 60;

/// Signs random texts, right or changed somewhere, and lets both judge.
fn compare(vendor: &Vendor, theirs: &'static dyn VerificationAlgorithm) {
    let algorithm = vendor.key.algorithm();
    let scheme = SCHEMES.iter().find(|scheme| scheme.algorithm() == algorithm).unwrap();
    let key = vendor.key.as_bytes();
    let parsed = UnparsedPublicKey::new(theirs, key);
    let mut accepted = 0;
    for round in 0..ROUNDS {
        let text: String = random::<40>()[..round % 40].iter().map(|byte| char::from(byte % 128)).collect();
        let mut signature = vendor.sign(&text);
        let [where_to, bit, ..] = random::<4>();
        let at = usize::from(where_to) * signature.len() / 256;
        match round % 4 {
            0 => {}
            1 => signature[at] ^= 1 << (bit % 8),
            2 => signature.truncate(at),
            _ => signature.swap(0, 1),
        }
        let (message, signature) = (text.as_bytes(), signature.as_slice());
        let ours = scheme.accepts(key, message, signature);
        assert_eq!(ours, parsed.verify(message, signature).is_ok(), "{algorithm} {text:?} {signature:?}");
        accepted += usize::from(ours);
    }
    assert!((ROUNDS / 4..ROUNDS / 2).contains(&accepted), "{accepted}");
}

#[test]
fn rsa_agrees_for_every_size_of_key() {
    for size in [KeySize::Rsa2048, KeySize::Rsa3072, KeySize::Rsa4096] {
        compare(&Vendor::rsa(Algorithm::Ps256, size, &RSA_PSS_SHA256), &RSA_PSS_2048_8192_SHA256);
        compare(&Vendor::rsa(Algorithm::Ps384, size, &RSA_PSS_SHA384), &RSA_PSS_2048_8192_SHA384);
    }
}

#[test]
fn ed25519_and_ml_dsa_44_agree() {
    compare(&Vendor::new(Algorithm::EdDsa), &ED25519);
    compare(&Vendor::new(Algorithm::MlDsa44), &ML_DSA_44);
}

#[test]
fn what_is_signed_here_is_accepted_there() {
    for _ in 0..8 {
        let (ed25519, ml_dsa) =
            (EdDsaSigningKey::from_bytes(&random()), MlDsa44SigningKey::from_seed(&random()));
        let (ed25519, ml_dsa) = (ed25519.unwrap(), ml_dsa.unwrap());
        let theirs = ParsedPublicKey::new(&ED25519, ed25519.public_key().as_bytes()).unwrap();
        assert!(theirs.verify_sig(b"a license", &ed25519.sign("a license")).is_ok());
        let theirs = ParsedPublicKey::new(&ML_DSA_44, ml_dsa.public_key().as_bytes()).unwrap();
        assert!(theirs.verify_sig(b"a license", &ml_dsa.sign("a license")).is_ok());
    }
}
