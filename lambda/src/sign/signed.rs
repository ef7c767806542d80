//! A signed token, and the little that is kept of it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use licentia_core::token::{Algorithm, Claims, attach, signing_input};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Bytes of the digest that tells one signed text from another. Nobody but the
/// service could bring about two that share it, and it would gain nothing.
const DIGEST_BYTES: usize = 16;

/// A token just signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The token.
    pub token: String,
    /// What makes it again.
    pub kept: KeptSignature,
}

/// What makes a token again, byte for byte, from its claims: a fifth of its
/// size, so that a record of it is written at the lowest price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSignature {
    #[serde(rename = "alg")]
    algorithm: String,
    #[serde(rename = "kid")]
    key_id: String,
    #[serde(rename = "sig")]
    signature: String,
    /// Of the text that was signed: claims are written by software that
    /// changes.
    #[serde(rename = "of")]
    digest: String,
}

impl Signed {
    pub(super) fn new(algorithm: Algorithm, key_id: &str, input: &str, signature: &[u8]) -> Self {
        let kept = KeptSignature {
            algorithm: algorithm.name().to_owned(),
            key_id: key_id.to_owned(),
            signature: URL_SAFE_NO_PAD.encode(signature),
            digest: digest(input),
        };
        Self { token: attach(input, signature), kept }
    }
}

impl KeptSignature {
    /// What the token was signed with, if this version knows it.
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        Algorithm::ALL.iter().copied().find(|algorithm| algorithm.name() == self.algorithm)
    }

    /// The token again; `None` if it would not say what was signed.
    #[must_use]
    pub fn token(&self, claims: &Claims) -> Option<String> {
        let input = signing_input(self.algorithm()?, &self.key_id, claims);
        let signature = URL_SAFE_NO_PAD.decode(&self.signature).ok()?;
        (digest(&input) == self.digest).then(|| attach(&input, &signature))
    }
}

fn digest(input: &str) -> String {
    let digest = Sha256::digest(input);
    URL_SAFE_NO_PAD.encode(digest.get(..DIGEST_BYTES).unwrap_or(&digest))
}
