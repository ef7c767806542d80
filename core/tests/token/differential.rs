//! Another implementation, AWS-LC, agrees on every signature; so does the
//! example of RFC 7515.

use crate::support::{
    Said, claims, claims_malformed, forge, issued_at, key, key_set, said, signature_invalid,
};
use aws_lc_rs::encoding::{AsBigEndian, EcPrivateKeyBin};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair,
    KeyPair, UnparsedPublicKey,
};
use licentia_core::time::Timestamp;
use licentia_core::token::{
    Algorithm, Claims, Expectations, KeySet, PublicKey, SigningKey, attach, es256_signature_from_der,
    signing_input, verify,
};
use proptest::prelude::*;

/// A fresh key, and the same in both implementations.
fn pair() -> (EcdsaKeyPair, SigningKey) {
    let theirs = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let secret: EcPrivateKeyBin<'_> = theirs.private_key().as_be_bytes().unwrap();
    let ours = SigningKey::from_bytes(secret.as_ref().try_into().unwrap()).unwrap();
    (theirs, ours)
}

fn judge(token: &str, key: PublicKey) -> Result<(), Said> {
    let keys = KeySet::new(vec![key]).unwrap();
    verify(token, &keys, issued_at(), &Expectations::default()).map(drop).map_err(said)
}

fn input(key: &SigningKey, claims: &Claims) -> String {
    signing_input(Algorithm::Es256, key.public_key().thumbprint(), claims)
}

#[test]
fn rfc_7515_section_a_3_signature_is_accepted() {
    let jwk = r#"{"kty":"EC","crv":"P-256",
        "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
    let token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    let key = KeySet::from_json(jwk).unwrap().keys()[0].clone();
    // Accepted, and then found to be no license.
    assert_eq!(judge(token, key.clone()), Err(claims_malformed(Some("issuedAt"))));
    assert_eq!(judge(&token.replace(".DtEh", ".DtEi"), key), Err(signature_invalid()));
}

#[test]
fn the_example_of_aws_has_claims_that_are_read() {
    // The payload of AWS's form, under a key that can be held here.
    let payload = br#"{"entitlementsAllowed":[{"name":"Seats","unit":"Count","value":"1"}],"expiration":"2026-11-16T08:00:00","issuedAt":"2026-11-15T08:00:00","licenseArn":"arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60","licenseConsumptionToken":"306eb19af354ba79c3687b9b5d14c8ae","nodeId":"10.0.21.57","checkoutMetadata":{"Mac":"0a:58:a9:fe:ac:02"}}"#;
    let signer = key(1);
    let token = forge(r#"{"alg":"ES256","typ":"JWT"}"#, payload, &signer);
    let keys = key_set(&signer);
    let at = |text| verify(&token, &keys, Timestamp::parse(text).unwrap(), &Expectations::default());
    let license = at("2026-11-15T08:00:00Z").unwrap();
    assert_eq!(license.expires_at(), Timestamp::parse("2026-11-16T08:00:00Z").ok());
    assert_eq!(license.metadata(), [("Mac".to_owned(), "0a:58:a9:fe:ac:02".to_owned())]);
    assert_eq!(license.issuer(), None);
    assert_eq!(at("2026-11-16T08:00:00Z").unwrap_err().code(), "EXPIRED");
}

#[test]
fn signatures_of_aws_lc_in_der_become_those_of_a_jws() {
    for _ in 0..64 {
        let theirs = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let secret: EcPrivateKeyBin<'_> = theirs.private_key().as_be_bytes().unwrap();
        let ours = SigningKey::from_bytes(secret.as_ref().try_into().unwrap()).unwrap();
        let input = input(&ours, &claims());
        let der = theirs.sign(&SystemRandom::new(), input.as_bytes()).unwrap();
        let signature = es256_signature_from_der(der.as_ref()).unwrap();
        assert_eq!(judge(&attach(&input, &signature), ours.public_key().clone()), Ok(()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn aws_lc_and_we_accept_the_same_signatures(
        node in any::<String>(),
        at in 0..64_usize,
        bit in 0..8_u8,
    ) {
        let (theirs, ours) = pair();
        let point: [u8; 65] = theirs.public_key().as_ref().try_into().unwrap();
        let (x, y) = (point[1..33].try_into().unwrap(), point[33..].try_into().unwrap());
        let key = PublicKey::from_coordinates(x, y).unwrap();
        prop_assert_eq!(key.thumbprint(), ours.public_key().thumbprint());

        let input = input(&ours, &Claims { node_id: Some(node), ..claims() });
        let they_verify = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
        let here = ours.sign(&input);
        let there = theirs.sign(&SystemRandom::new(), input.as_bytes()).unwrap();
        for signature in [here.as_slice(), there.as_ref()] {
            prop_assert!(they_verify.verify(input.as_bytes(), signature).is_ok());
            prop_assert_eq!(judge(&attach(&input, signature), ours.public_key().clone()), Ok(()));

            let mut changed = signature.to_vec();
            changed[at] ^= 1 << bit;
            prop_assert!(they_verify.verify(input.as_bytes(), &changed).is_err());
            let refused = judge(&attach(&input, &changed), ours.public_key().clone());
            prop_assert_eq!(refused, Err(signature_invalid()));
        }
    }
}
