//! Why keys cannot be used.

use alloc::string::String;
use core::fmt;

use super::{Algorithm, MAX_KEY_SET_BYTES, MAX_KEYS};
use crate::text::{decimal, quoted};

/// Why a text gives no keys to verify with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Longer than [`MAX_KEY_SET_BYTES`].
    TooLarge {
        /// The length, in bytes.
        bytes: usize,
    },
    /// Neither a JWK, nor an array of them, nor a JWK Set, nor PEM or DER.
    Malformed,
    /// A private or symmetric key.
    Private,
    /// Coordinates or a modulus that make no key.
    Invalid {
        /// The `kid` of the key, if it has one.
        key_id: Option<String>,
    },
    /// More keys than [`MAX_KEYS`].
    TooMany,
    /// No key of an algorithm known here.
    NoneUsable,
    /// Keys of algorithms known here alone that this verifier was made
    /// without.
    Unsupported {
        /// The algorithm of the first.
        algorithm: Algorithm,
    },
}

impl KeyError {
    /// The kind of error; never changes, unlike the text.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "KEYS_TOO_LARGE",
            Self::Malformed => "KEYS_MALFORMED",
            Self::Private => "KEY_PRIVATE",
            Self::Invalid { .. } => "KEY_INVALID",
            Self::TooMany => "KEYS_TOO_MANY",
            Self::NoneUsable => "KEYS_NONE_USABLE",
            Self::Unsupported { .. } => "ALGORITHM_UNSUPPORTED",
        }
    }

    /// What was wrong and what to do next, on one line; for people.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::TooLarge { bytes } => [
                "the keys are too large: ",
                &decimal(*bytes),
                " bytes where ",
                &decimal(MAX_KEY_SET_BYTES),
                " are allowed; pass only the issuer's keys",
            ]
            .concat(),
            Self::Malformed => "not a key: expected a JWK, an array of JWKs, a JWK Set, or a public key as PEM or DER".into(),
            Self::Private => "this is a secret key: never hand it to a verifier; pass the public key, which has no member `d`, `k` or `priv`, and replace the key if the secret left its place".into(),
            Self::Invalid { key_id } => {
                let name = key_id.as_deref().map_or_else(String::new, |key_id| [" ", &quoted(key_id)].concat());
                ["the key", &name, " is damaged: its numbers make no key; fetch it again"].concat()
            }
            Self::TooMany => {
                ["more than ", &decimal(MAX_KEYS), " keys; pass only the issuer's keys"].concat()
            }
            Self::NoneUsable => "no key to verify with: expected at least one of the issuer's, for ES256 with `kty` EC and `crv` P-256".into(),
            Self::Unsupported { algorithm } => [
                "the keys are for `",
                algorithm.name(),
                "`, which this verifier was made without; bring that algorithm along",
            ]
            .concat(),
        }
    }
}

impl fmt::Display for KeyError {
    /// As [`message`](Self::message).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for KeyError {}
