//! Signing with ML-DSA-44 and ES256 together.

use alloc::vec::Vec;
use core::fmt;

use super::super::schemes::{LABEL, representative};
use super::super::{Algorithm, NotASigningKey, PublicKey, SigningKey};
use super::MlDsa44SigningKey;

/// A secret key for ML-DSA-44-ES256. Its memory is wiped when it is dropped.
///
/// Neither half may be used alone, nor be half of another key: draw both for
/// this key (draft-ietf-jose-pq-composite-sigs section 6.2).
pub struct MlDsa44Es256SigningKey {
    ml_dsa: MlDsa44SigningKey,
    es256: SigningKey,
    public: PublicKey,
}

impl MlDsa44Es256SigningKey {
    /// The key of a seed for ML-DSA-44 and, after it, a secret for ES256,
    /// big-endian; to make a new one, draw 64 random bytes until they are
    /// accepted.
    ///
    /// # Errors
    /// [`NotASigningKey`], for one in 2^32 of random values.
    pub fn from_bytes(secret: &[u8; 64]) -> Result<Self, NotASigningKey> {
        let ([seed, scalar], []) = secret.as_chunks::<32>() else { return Err(NotASigningKey) };
        let (ml_dsa, es256) = (MlDsa44SigningKey::from_seed(seed)?, SigningKey::from_bytes(scalar)?);
        let bytes = [ml_dsa.public_key().as_bytes(), es256.public_key().as_bytes()].concat();
        let public = PublicKey::from_bytes(Algorithm::MlDsa44Es256, bytes).map_err(|_| NotASigningKey)?;
        Ok(Self { ml_dsa, es256, public })
    }

    /// The seed and the secret.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 64] {
        let mut secret = [0; 64];
        for (to, from) in
            secret.iter_mut().zip(self.ml_dsa.to_seed().into_iter().chain(self.es256.to_bytes()))
        {
            *to = from;
        }
        secret
    }

    /// The key to verify with.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The signature of a text, at most 2492 bytes; the same text has the same
    /// signature.
    #[must_use]
    pub fn sign(&self, signing_input: &str) -> Vec<u8> {
        let message = representative(signing_input.as_bytes());
        let mut signature = self.ml_dsa.sign_with_context(&message, LABEL);
        signature.extend_from_slice(&self.es256.sign_to_der(&message));
        signature
    }
}

impl fmt::Debug for MlDsa44Es256SigningKey {
    /// Shows the public half alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MlDsa44Es256SigningKey").field("public", &self.public).finish_non_exhaustive()
    }
}
