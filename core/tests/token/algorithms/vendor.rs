//! Signers of every algorithm. Where AWS-LC has the algorithm, it signs.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    Ed25519KeyPair, KeyPair, ML_DSA_44_SIGNING, PqdsaKeyPair, RSA_PSS_SHA256, RSA_PSS_SHA384, RsaEncoding,
};
use licentia_core::token::{
    Algorithm, Claims, KeySet, MlDsa44Es256SigningKey, PublicKey, SigningKey, attach, signing_input,
};

/// Signs a text.
type Sign = Box<dyn Fn(&str) -> Vec<u8>>;

/// A signer: its public key, and what signs.
pub(super) struct Vendor {
    pub(super) key: PublicKey,
    sign: Sign,
}

impl Vendor {
    /// A new signer of this algorithm.
    pub(super) fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Es256 => {
                let key = SigningKey::from_bytes(&random()).unwrap();
                Self { key: key.public_key().clone(), sign: Box::new(move |input| key.sign(input).to_vec()) }
            }
            Algorithm::Ps384 => Self::rsa(algorithm, KeySize::Rsa2048, &RSA_PSS_SHA384),
            Algorithm::Ps256 => Self::rsa(algorithm, KeySize::Rsa2048, &RSA_PSS_SHA256),
            Algorithm::EdDsa => {
                let pair = Ed25519KeyPair::generate().unwrap();
                let key = PublicKey::from_bytes(algorithm, pair.public_key().as_ref().to_vec()).unwrap();
                Self { key, sign: Box::new(move |input| pair.sign(input.as_bytes()).as_ref().to_vec()) }
            }
            Algorithm::MlDsa44 => {
                let pair = PqdsaKeyPair::generate(&ML_DSA_44_SIGNING).unwrap();
                let key = PublicKey::from_bytes(algorithm, pair.public_key().as_ref().to_vec()).unwrap();
                let sign = move |input: &str| {
                    let mut signature = vec![0; 2420];
                    pair.sign(input.as_bytes(), &mut signature).unwrap();
                    signature
                };
                Self { key, sign: Box::new(sign) }
            }
            Algorithm::MlDsa44Es256 => {
                let key = MlDsa44Es256SigningKey::from_bytes(&random()).unwrap();
                Self { key: key.public_key().clone(), sign: Box::new(move |input| key.sign(input)) }
            }
        }
    }

    /// One of each algorithm.
    pub(super) fn all() -> Vec<Self> {
        Algorithm::ALL.iter().copied().map(Self::new).collect()
    }

    pub(super) fn rsa(algorithm: Algorithm, size: KeySize, encoding: &'static dyn RsaEncoding) -> Self {
        let pair = RsaKeyPair::generate(size).unwrap();
        let key = PublicKey::from_bytes(algorithm, pair.public_key().as_ref().to_vec()).unwrap();
        let sign = move |input: &str| {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(encoding, &SystemRandom::new(), input.as_bytes(), &mut signature).unwrap();
            signature
        };
        Self { key, sign: Box::new(sign) }
    }

    pub(super) fn sign(&self, input: &str) -> Vec<u8> {
        (self.sign)(input)
    }

    /// The key, read as the issuer publishes it.
    pub(super) fn keys(&self) -> KeySet {
        KeySet::from_json(&self.key.to_jwk()).unwrap()
    }

    /// The token of these claims.
    pub(super) fn token(&self, claims: &Claims) -> String {
        self.token_named(self.key.algorithm(), claims)
    }

    /// The token of these claims, whose header names this algorithm.
    pub(super) fn token_named(&self, algorithm: Algorithm, claims: &Claims) -> String {
        let input = signing_input(algorithm, self.key.thumbprint(), claims);
        attach(&input, &self.sign(&input))
    }
}

/// Random bytes.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    bytes
}

/// The bytes of hexadecimal digits.
pub(super) fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}
