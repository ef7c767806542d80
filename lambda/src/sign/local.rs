//! Keys that are kept here: P-256 and RSA.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PSS_SHA384};
use licentia_core::token::{Algorithm, RsaPublicKey, SigningKey};
use zeroize::Zeroizing;

use super::SignError;
use super::key::Public;
use crate::secret::random;
use crate::store::Unavailable;

/// A private key, ready to sign.
pub(super) enum LocalKey {
    Es256(Box<Es256>),
    Ps384(RsaKeyPair),
}

/// A key of P-256. AWS-LC signs: it takes a seventh of the time of the core's
/// portable arithmetic, which was a third of a checkout's.
pub(super) struct Es256 {
    key: SigningKey,
    pair: EcdsaKeyPair,
}

impl Es256 {
    fn new(key: SigningKey) -> Result<Self, SignError> {
        let point = key.public_key().to_point();
        let secret = Zeroizing::new(key.to_bytes());
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(algorithm, secret.as_slice(), &point);
        Ok(Self { key, pair: pair.map_err(|_| failed("not a P-256 key to AWS-LC"))? })
    }
}

impl LocalKey {
    /// A new key: P-256, or RSA of 3072 bits, which takes a good part of a
    /// second.
    pub(super) fn generate(algorithm: Algorithm) -> Result<Self, SignError> {
        match algorithm {
            Algorithm::Es256 => loop {
                // All but one in 2^32 of the random values are keys.
                if let Ok(key) = SigningKey::from_bytes(&*random()?) {
                    return Ok(Self::Es256(Box::new(Es256::new(key)?)));
                }
            },
            Algorithm::Ps384 => RsaKeyPair::generate(KeySize::Rsa3072)
                .map(Self::Ps384)
                .map_err(|_| failed("cannot generate an RSA key")),
        }
    }

    /// The private key as it is sealed: 32 bytes, or PKCS #8.
    pub(super) fn to_secret(&self) -> Result<Zeroizing<Vec<u8>>, SignError> {
        match self {
            Self::Es256(es256) => Ok(Zeroizing::new(Zeroizing::new(es256.key.to_bytes()).to_vec())),
            Self::Ps384(key) => {
                let der: Pkcs8V1Der<'_> = key.as_der().map_err(|_| failed("cannot encode an RSA key"))?;
                Ok(Zeroizing::new(der.as_ref().to_vec()))
            }
        }
    }

    /// Reads what [`to_secret`](Self::to_secret) returned.
    pub(super) fn from_secret(algorithm: Algorithm, secret: &[u8]) -> Result<Self, SignError> {
        match algorithm {
            Algorithm::Es256 => secret
                .try_into()
                .ok()
                .and_then(|secret| SigningKey::from_bytes(secret).ok())
                .ok_or_else(|| failed("not a P-256 key"))
                .and_then(|key| Ok(Self::Es256(Box::new(Es256::new(key)?)))),
            Algorithm::Ps384 => {
                RsaKeyPair::from_pkcs8(secret).map(Self::Ps384).map_err(|_| failed("not an RSA key"))
            }
        }
    }

    pub(super) fn public(&self) -> Result<Public, SignError> {
        match self {
            Self::Es256(es256) => Ok(Public::Es256(es256.key.public_key().clone())),
            Self::Ps384(key) => {
                let public = key.public_key();
                let modulus = public.modulus().big_endian_without_leading_zero();
                let exponent = public.exponent().big_endian_without_leading_zero();
                RsaPublicKey::new(modulus, exponent)
                    .map(Public::Ps384)
                    .map_err(|error| failed(&error.to_string()))
            }
        }
    }

    /// The signature as a JWS carries it (RFC 7518 sections 3.4 and 3.5).
    pub(super) fn sign(&self, signing_input: &str) -> Result<Vec<u8>, SignError> {
        match self {
            Self::Es256(es256) => es256
                .pair
                .sign(&SystemRandom::new(), signing_input.as_bytes())
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| failed("cannot sign with a P-256 key")),
            Self::Ps384(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PSS_SHA384, &SystemRandom::new(), signing_input.as_bytes(), &mut signature)
                    .map_err(|_| failed("cannot sign with an RSA key"))?;
                Ok(signature)
            }
        }
    }

    /// Whether signing takes so long that it must not hold up others.
    pub(super) const fn is_slow(&self) -> bool {
        matches!(self, Self::Ps384(_))
    }
}

fn failed(what: &str) -> SignError {
    SignError::Unavailable(Unavailable(what.to_owned()))
}
