//! RSA public keys, as far as publishing them goes: PS384 and RS256 are signed
//! and verified elsewhere.

use alloc::string::String;

use super::{Algorithm, KeyError, base64url, key};
use crate::json::ObjectWriter;

/// A public key of an issuer, for PS384, or of the service, for RS256.
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
        key::thumbprint(json.as_bytes())
    }

    /// The key as a JWK (RFC 7517) that verifies license tokens: PS384.
    #[must_use]
    pub fn to_jwk(&self) -> String {
        self.jwk_for(Algorithm::Ps384.name())
    }

    /// The key as a JWK (RFC 7517) that verifies the tokens of customers
    /// without an account: RS256.
    #[must_use]
    pub fn to_rs256_jwk(&self) -> String {
        self.jwk_for("RS256")
    }

    fn jwk_for(&self, algorithm: &str) -> String {
        let mut json = String::new();
        let mut jwk = ObjectWriter::new(&mut json);
        jwk.string("kty", "RSA");
        jwk.string("n", &self.modulus);
        jwk.string("e", &self.exponent);
        jwk.string("kid", &self.thumbprint());
        jwk.string("alg", algorithm);
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

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use super::*;

    const RFC_7638_MODULUS: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86z\
        wu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6C\
        f0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08q\
        NLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDK\
        gw";

    #[test]
    fn rfc_7638_section_3_1_thumbprint() {
        let modulus = base64url::decode(RFC_7638_MODULUS).unwrap();
        let key = RsaPublicKey::new(&modulus, &[1, 0, 1]).unwrap();
        assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        let padded: Vec<u8> = [&[0], modulus.as_slice()].concat();
        assert_eq!(RsaPublicKey::new(&padded, &[0, 1, 0, 1]), Ok(key.clone()));
        let jwk: serde_json::Value = serde_json::from_str(&key.to_jwk()).unwrap();
        assert_eq!(
            jwk,
            serde_json::json!({
                "kty": "RSA", "n": RFC_7638_MODULUS, "e": "AQAB", "kid": key.thumbprint(),
                "alg": "PS384", "use": "sig",
            })
        );
    }

    #[test]
    fn a_modulus_below_2048_bits_or_even_is_no_key() {
        let mut modulus = vec![0xff; 256];
        assert!(RsaPublicKey::new(&modulus, &[3]).is_ok());
        assert!(RsaPublicKey::new(&modulus, &[1]).is_err());
        assert!(RsaPublicKey::new(&modulus, &[2]).is_err());
        assert!(RsaPublicKey::new(&modulus, &[]).is_err());
        modulus[0] = 0x7f;
        assert!(RsaPublicKey::new(&modulus, &[3]).is_err());
        modulus[0] = 0xff;
        modulus[255] = 0xfe;
        assert!(RsaPublicKey::new(&modulus, &[3]).is_err());
        assert!(RsaPublicKey::new(&[], &[3]).is_err());
    }
}
