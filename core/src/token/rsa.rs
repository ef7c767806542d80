//! RSA public keys, as far as publishing them goes: PS384 is signed and
//! verified elsewhere.

use alloc::string::String;

use super::json::ObjectWriter;
use super::{Algorithm, KeyError, base64url, jwk};

/// A public key for PS384.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaPublicKey {
    modulus: String,
    exponent: String,
}

impl RsaPublicKey {
    /// The key of this modulus and public exponent, big-endian.
    ///
    /// # Errors
    /// [`KeyError::Invalid`] for a modulus of less than 2048 bits (RFC 7518
    /// section 3.5) or an even number.
    pub fn new(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyError> {
        let (modulus, exponent) = (minimal(modulus), minimal(exponent));
        let bits = modulus.first().map_or(0, |first| modulus.len() * 8 - first.leading_zeros() as usize);
        let is_odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
        if bits < 2048 || !is_odd(modulus) || !is_odd(exponent) || exponent == [1] {
            return Err(KeyError::Invalid { key_id: None });
        }
        Ok(Self { modulus: base64url::encode(modulus), exponent: base64url::encode(exponent) })
    }

    /// The SHA-256 thumbprint of RFC 7638, the `kid` of the service's tokens.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        let mut json = String::new();
        let mut canonical = ObjectWriter::new(&mut json);
        canonical.string("e", &self.exponent);
        canonical.string("kty", "RSA");
        canonical.string("n", &self.modulus);
        canonical.finish();
        jwk::thumbprint(&json)
    }

    /// The key as a JWK (RFC 7517).
    #[must_use]
    pub fn to_jwk(&self) -> String {
        let mut json = String::new();
        let mut jwk = ObjectWriter::new(&mut json);
        jwk.string("kty", "RSA");
        jwk.string("n", &self.modulus);
        jwk.string("e", &self.exponent);
        jwk.string("kid", &self.thumbprint());
        jwk.string("alg", Algorithm::Ps384.name());
        jwk.string("use", "sig");
        jwk.finish();
        json
    }
}

/// Without leading zeros (RFC 7518 section 2, Base64urlUInt).
fn minimal(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}
