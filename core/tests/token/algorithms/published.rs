//! Examples of the standards.

use licentia_core::token::{
    Algorithm, EdDsaSigningKey, KeySet, MlDsa44Es256SigningKey, MlDsa44SigningKey, SCHEMES, attach,
};

use super::vendor::unhex;
use crate::support::base64url;

fn accepts(algorithm: Algorithm, key: &[u8], message: &str, signature: &[u8]) -> bool {
    let scheme = SCHEMES.iter().find(|scheme| scheme.algorithm() == algorithm).unwrap();
    scheme.accepts(key, message.as_bytes(), signature)
}

#[test]
fn rfc_8037_appendix_a_holds() {
    let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let secret = unhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let key = EdDsaSigningKey::from_bytes(secret.as_slice().try_into().unwrap()).unwrap();
    let read = KeySet::from_json(jwk).unwrap().keys()[0].clone();
    assert_eq!(read.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    assert_eq!(read.as_bytes(), key.public_key().as_bytes());
    let input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let token = format!(
        "{input}.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    );
    assert_eq!(attach(input, &key.sign(input)), token);
    assert!(accepts(Algorithm::EdDsa, read.as_bytes(), input, &key.sign(input)));
}

#[test]
fn the_ml_dsa_44_example_of_rfc_9964_appendix_a_is_made_again() {
    let key = MlDsa44SigningKey::from_seed(&[0; 32]).unwrap();
    assert_eq!(key.public_key().thumbprint(), "T4xl70S7MT6Zeq6r9V9fPJGVn76wfnXJ21-gyo0Gu6o");
    let input = "eyJhbGciOiJNTC1EU0EtNDQiLCJraWQiOiJUNHhsNzBTN01UNlplcTZyOVY5ZlBKR1ZuNzZ3Zm5YSjIxLWd5bzBHdTZvIn0.\
        SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4";
    let signature = key.sign(input);
    // Its first bytes are a hash of all that decides the others.
    let text = base64url(&signature);
    assert!(text.starts_with(
        "knI1Q_9CIzLH5Xy94Kkc7WVKqZcAgtJ3mNf0GUj1uLA6YXAWFJfXkh-zQxUtEl3UIC7zPCiUwKTDR6ZsuUmFj8Ctb_6aH64h"
    ));
    assert!(text.ends_with("KWVplcHJ6jKmrsbrEztHd9QAAAAAAAAAAAAAAABIfMEQ"));
    assert!(accepts(Algorithm::MlDsa44, key.public_key().as_bytes(), input, &signature));
}

/// The example ML-DSA-44-ES256 of draft-ietf-jose-pq-composite-sigs, appendix
/// A.1 in the working group's text of 8 October 2026: a seed of zeros, the
/// scalar 1.
#[test]
fn the_composite_example_of_the_draft_is_accepted() {
    let mut secret = [0; 64];
    secret[63] = 1;
    let key = MlDsa44Es256SigningKey::from_bytes(&secret).unwrap();
    assert_eq!(key.public_key().thumbprint(), "bJ8aA7ZIsHYNGb4GVaIxupyHLmFNuU1jThxqAXK0Sio");
    let input = "eyJhbGciOiJNTC1EU0EtNDQtRVMyNTYiLCJraWQiOiJiSjhhQTdaSXNIWU5HYjRHVmFJeHVweUhMbUZOdVUxalRoeHFBWEswU2lvIn0.\
        SXQncyBhIGRhbmdlcm91cyBidXNpbmVzcywgRnJvZG8sIGdvaW5nIG91dCB5b3VyIGRvb3Iu";
    let signature = key.sign(input);
    let text = base64url(&signature);
    assert!(text.starts_with(
        "n4lG9qkiRMktRpBwUO2U_G5mP7tk1Vf7nNX_0OX398PDkz0wmqHgqLodXrVEmErocDkAtSusGOEK-MRIdP7mV_6vy4sjXf_U"
    ));
    // ECDSA's half of the example was made with randomness.
    let ecdsa = unhex(
        "3045022100e8c0af4ee83c391aa41a3277da1a69bde98b2e28db5f2e43c1d2142828e7544b\
         022013192d254d1cd362c0e1bc4ad9cfe39598265192a335dba8de0bffb5ecccb0ae",
    );
    let published = [&signature[..2420], &ecdsa].concat();
    assert!(accepts(Algorithm::MlDsa44Es256, key.public_key().as_bytes(), input, &published));
    assert!(accepts(Algorithm::MlDsa44Es256, key.public_key().as_bytes(), input, &signature));
}
