//! EdDSA with Ed25519 (RFC 8032 section 5.1, RFC 8037 section 3.1).

use ed25519_dalek::{Signature, VerifyingKey};

use super::super::{Algorithm, Scheme};

/// EdDSA with Ed25519. Stricter than RFC 8032 has to be: keys and
/// commitments of small order, which verify almost anything, are refused.
pub(in super::super) struct EdDsa;

impl Scheme for EdDsa {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDsa
    }

    fn is_key(&self, key: &[u8]) -> bool {
        read(key).is_some()
    }

    fn accepts(&self, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        read(key)
            .zip(Signature::from_slice(signature).ok())
            .is_some_and(|(key, signature)| key.verify_strict(message, &signature).is_ok())
    }
}

fn read(key: &[u8]) -> Option<VerifyingKey> {
    VerifyingKey::try_from(key).ok().filter(|key| !key.is_weak())
}
