//! Keys that are kept here.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PSS_SHA256, RSA_PSS_SHA384, RsaEncoding,
};
use licentia_core::token::{
    Algorithm, EdDsaSigningKey, MlDsa44Es256SigningKey, MlDsa44SigningKey, PublicKey, SigningKey,
};
use zeroize::Zeroizing;

use super::SignError;
use crate::secret::random;
use crate::store::Unavailable;

/// A private key, ready to sign.
pub(super) enum LocalKey {
    Es256(Box<Es256>),
    Rsa(Box<Rsa>),
    EdDsa(Box<EdDsaSigningKey>),
    MlDsa44(Box<MlDsa44SigningKey>),
    MlDsa44Es256(Box<MlDsa44Es256SigningKey>),
}

/// An RSA key, for one algorithm.
pub(super) struct Rsa {
    algorithm: Algorithm,
    encoding: &'static dyn RsaEncoding,
    pair: RsaKeyPair,
}

/// A key of P-256. AWS-LC signs: it takes a seventh of the time of the core's
/// portable arithmetic, which was a third of a checkout's.
pub(super) struct Es256 {
    key: SigningKey,
    pair: EcdsaKeyPair,
}

impl Es256 {
    fn new(key: SigningKey) -> Result<Self, SignError> {
        let secret = Zeroizing::new(key.to_bytes());
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            algorithm,
            secret.as_slice(),
            key.public_key().as_bytes(),
        );
        Ok(Self { key, pair: pair.map_err(|_| failed("not a P-256 key to AWS-LC"))? })
    }
}

impl Rsa {
    fn new(algorithm: Algorithm, pair: RsaKeyPair) -> Self {
        let encoding: &dyn RsaEncoding =
            if algorithm == Algorithm::Ps256 { &RSA_PSS_SHA256 } else { &RSA_PSS_SHA384 };
        Self { algorithm, encoding, pair }
    }

    fn sign(&self, signing_input: &str) -> Result<Vec<u8>, SignError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(self.encoding, &SystemRandom::new(), signing_input.as_bytes(), &mut signature)
            .map_err(|_| failed("cannot sign with an RSA key"))?;
        Ok(signature)
    }
}

impl LocalKey {
    /// A new key. One of RSA has 3072 bits and takes a good part of a second.
    pub(super) fn generate(algorithm: Algorithm) -> Result<Self, SignError> {
        match algorithm {
            Algorithm::Ps384 | Algorithm::Ps256 => RsaKeyPair::generate(KeySize::Rsa3072)
                .map(|pair| Self::Rsa(Box::new(Rsa::new(algorithm, pair))))
                .map_err(|_| failed("cannot generate an RSA key")),
            Algorithm::EdDsa | Algorithm::MlDsa44 => Self::from_secret(algorithm, &*random::<32>()?),
            // All but one in 2^32 of the random values are keys.
            Algorithm::Es256 => loop {
                if let Ok(key) = SigningKey::from_bytes(&*random()?) {
                    return Ok(Self::Es256(Box::new(Es256::new(key)?)));
                }
            },
            Algorithm::MlDsa44Es256 => loop {
                if let Ok(key) = MlDsa44Es256SigningKey::from_bytes(&*random()?) {
                    return Ok(Self::MlDsa44Es256(Box::new(key)));
                }
            },
        }
    }

    /// The private key as it is sealed: PKCS #8 of RSA, and of the others the
    /// 32 or 64 bytes it is made from.
    pub(super) fn to_secret(&self) -> Result<Zeroizing<Vec<u8>>, SignError> {
        let sealed = match self {
            Self::Rsa(rsa) => {
                let der: Pkcs8V1Der<'_> =
                    rsa.pair.as_der().map_err(|_| failed("cannot encode an RSA key"))?;
                der.as_ref().to_vec()
            }
            Self::Es256(es256) => Zeroizing::new(es256.key.to_bytes()).to_vec(),
            Self::EdDsa(key) => Zeroizing::new(key.to_bytes()).to_vec(),
            Self::MlDsa44(key) => Zeroizing::new(key.to_seed()).to_vec(),
            Self::MlDsa44Es256(key) => Zeroizing::new(key.to_bytes()).to_vec(),
        };
        Ok(Zeroizing::new(sealed))
    }

    /// Reads what [`to_secret`](Self::to_secret) returned.
    pub(super) fn from_secret(algorithm: Algorithm, secret: &[u8]) -> Result<Self, SignError> {
        let key = match algorithm {
            Algorithm::Es256 => {
                let key = secret.try_into().ok().and_then(|secret| SigningKey::from_bytes(secret).ok());
                key.map(Es256::new).transpose()?.map(|es256| Self::Es256(Box::new(es256)))
            }
            Algorithm::Ps384 | Algorithm::Ps256 => {
                let pair = RsaKeyPair::from_pkcs8(secret).ok();
                pair.map(|pair| Self::Rsa(Box::new(Rsa::new(algorithm, pair))))
            }
            Algorithm::EdDsa => {
                let key = secret.try_into().ok().and_then(|secret| EdDsaSigningKey::from_bytes(secret).ok());
                key.map(|key| Self::EdDsa(Box::new(key)))
            }
            Algorithm::MlDsa44 => {
                let key = secret.try_into().ok().and_then(|seed| MlDsa44SigningKey::from_seed(seed).ok());
                key.map(|key| Self::MlDsa44(Box::new(key)))
            }
            Algorithm::MlDsa44Es256 => {
                let key =
                    secret.try_into().ok().and_then(|both| MlDsa44Es256SigningKey::from_bytes(both).ok());
                key.map(|key| Self::MlDsa44Es256(Box::new(key)))
            }
        };
        key.ok_or_else(|| failed(&format!("not a private key for {algorithm}")))
    }

    pub(super) fn public(&self) -> Result<PublicKey, SignError> {
        match self {
            Self::Es256(es256) => Ok(es256.key.public_key().clone()),
            Self::Rsa(rsa) => {
                let der = rsa.pair.public_key().as_ref().to_vec();
                PublicKey::from_bytes(rsa.algorithm, der).map_err(|error| failed(&error.to_string()))
            }
            Self::EdDsa(key) => Ok(key.public_key().clone()),
            Self::MlDsa44(key) => Ok(key.public_key().clone()),
            Self::MlDsa44Es256(key) => Ok(key.public_key().clone()),
        }
    }

    /// The signature as a JWS carries it.
    pub(super) fn sign(&self, signing_input: &str) -> Result<Vec<u8>, SignError> {
        match self {
            Self::Es256(es256) => es256
                .pair
                .sign(&SystemRandom::new(), signing_input.as_bytes())
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| failed("cannot sign with a P-256 key")),
            Self::Rsa(rsa) => rsa.sign(signing_input),
            Self::EdDsa(key) => Ok(key.sign(signing_input).to_vec()),
            Self::MlDsa44(key) => Ok(key.sign(signing_input)),
            Self::MlDsa44Es256(key) => Ok(key.sign(signing_input)),
        }
    }

    /// Whether signing takes so long that it must not hold up others.
    pub(super) const fn is_slow(&self) -> bool {
        !matches!(self, Self::Es256(_) | Self::EdDsa(_))
    }
}

fn failed(what: &str) -> SignError {
    SignError::Unavailable(Unavailable(what.to_owned()))
}
