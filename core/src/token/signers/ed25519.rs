//! Signing with Ed25519.

use core::fmt;

use ed25519_dalek::{Signer, SigningKey};

use super::super::{Algorithm, NotASigningKey, PublicKey};

/// A secret key for EdDSA with Ed25519. Its memory is wiped when it is
/// dropped.
pub struct EdDsaSigningKey {
    secret: SigningKey,
    public: PublicKey,
}

impl EdDsaSigningKey {
    /// The key of this secret (RFC 8032 section 5.1.5); to make a new one,
    /// draw 32 random bytes.
    ///
    /// # Errors
    /// [`NotASigningKey`] for none that can be drawn.
    pub fn from_bytes(secret: &[u8; 32]) -> Result<Self, NotASigningKey> {
        let secret = SigningKey::from_bytes(secret);
        let public = PublicKey::from_bytes(Algorithm::EdDsa, secret.verifying_key().as_bytes().to_vec())
            .map_err(|_| NotASigningKey)?;
        Ok(Self { secret, public })
    }

    /// The secret.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.secret.to_bytes()
    }

    /// The key to verify with.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The signature of a text; the same text has the same signature.
    #[must_use]
    pub fn sign(&self, signing_input: &str) -> [u8; 64] {
        self.secret.sign(signing_input.as_bytes()).to_bytes()
    }
}

impl fmt::Debug for EdDsaSigningKey {
    /// Shows the public half alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EdDsaSigningKey").field("public", &self.public).finish_non_exhaustive()
    }
}
