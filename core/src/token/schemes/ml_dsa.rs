//! ML-DSA-44 (FIPS 204, RFC 9964).

use ml_dsa::{EncodedVerifyingKey, Signature, VerifyingKey};

use super::super::{Algorithm, Scheme};

/// The length of a public key, in bytes (FIPS 204 table 2).
pub(super) const KEY_BYTES: usize = 1312;

/// ML-DSA-44, pure and without a context (RFC 9964 section 4).
pub(in super::super) struct MlDsa44;

impl Scheme for MlDsa44 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::MlDsa44
    }

    /// Every text of this length is a key.
    fn is_key(&self, key: &[u8]) -> bool {
        key.len() == KEY_BYTES
    }

    fn accepts(&self, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        accepts(key, message, b"", signature)
    }
}

/// ML-DSA.Verify (FIPS 204 algorithm 3) with a context.
pub(super) fn accepts(key: &[u8], message: &[u8], context: &[u8], signature: &[u8]) -> bool {
    let key = EncodedVerifyingKey::<ml_dsa::MlDsa44>::try_from(key).ok();
    let signature = Signature::<ml_dsa::MlDsa44>::try_from(signature).ok();
    key.zip(signature).is_some_and(|(key, signature)| {
        VerifyingKey::decode(&key).verify_with_context(message, context, &signature)
    })
}
