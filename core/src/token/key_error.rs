//! Why keys cannot be used.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use super::evidence::{self, Found};
use super::{Algorithm, MAX_KEY_SET_BYTES, MAX_KEYS};

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

    /// What was found, by name.
    #[must_use]
    pub fn evidence(&self) -> Found {
        match self {
            Self::TooLarge { bytes } => vec![("bytes", (*bytes).into()), ("limit", MAX_KEY_SET_BYTES.into())],
            Self::Invalid { key_id } => vec![("keyId", key_id.as_deref().into())],
            Self::TooMany => vec![("limit", MAX_KEYS.into())],
            Self::Unsupported { algorithm } => vec![("algorithm", algorithm.name().into())],
            Self::Malformed | Self::Private | Self::NoneUsable => Vec::new(),
        }
    }

    /// What was wrong and what to do next, on one line; for people.
    #[must_use]
    pub fn message(&self) -> String {
        evidence::message(self.code(), &self.evidence())
    }
}

impl fmt::Display for KeyError {
    /// As [`message`](Self::message).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for KeyError {}
