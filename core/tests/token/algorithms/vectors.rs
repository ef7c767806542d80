//! `vectors/algorithms.json`: two tokens of each algorithm whose signatures are
//! the same every time, for verifiers whose platform cannot sign it.
//! `UPDATE_VECTORS=1 cargo test -p licentia-core --test token` writes the file
//! anew.

use licentia_core::token::{
    Claims, EdDsaSigningKey, Expectations, KeySet, MlDsa44Es256SigningKey, MlDsa44SigningKey, PublicKey,
    attach, signing_input, verify,
};
use serde_json::{Value, json};

use crate::support::{claims, issued_at};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/algorithms.json");

fn vector(key: &PublicKey, sign: impl Fn(&str) -> Vec<u8>) -> Value {
    let claims = Claims { expiration: Some(issued_at().plus_minutes(24 * 60)), ..claims() };
    let input = signing_input(key.algorithm(), key.thumbprint(), &claims);
    let token = attach(&input, &sign(&input));
    let keys = KeySet::from_json(&key.to_jwk()).unwrap();
    assert!(verify(&token, &keys, issued_at(), &Expectations::default()).is_ok());
    let jwk: Value = serde_json::from_str(&key.to_jwk()).unwrap();
    json!({"algorithm": key.algorithm().name(), "jwk": jwk, "token": token})
}

#[test]
fn the_vectors_of_the_algorithms_are_as_generated() {
    let mut vectors = Vec::new();
    for seed in [1, 2] {
        let ed25519 = EdDsaSigningKey::from_bytes(&[seed; 32]).unwrap();
        let ml_dsa = MlDsa44SigningKey::from_seed(&[seed; 32]).unwrap();
        let composite = MlDsa44Es256SigningKey::from_bytes(&[seed; 64]).unwrap();
        vectors.push(vector(ed25519.public_key(), |input| ed25519.sign(input).to_vec()));
        vectors.push(vector(ml_dsa.public_key(), |input| ml_dsa.sign(input)));
        vectors.push(vector(composite.public_key(), |input| composite.sign(input)));
    }
    let text = serde_json::to_string_pretty(&json!({"now": issued_at(), "vectors": vectors})).unwrap() + "\n";
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(PATH, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(PATH).unwrap(), text, "write the vectors anew and read what changed");
}
