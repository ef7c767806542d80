//! Why a token is refused.

use alloc::string::String;
use core::fmt;

use super::Algorithm;
use crate::time::Timestamp;

/// Why a token is refused, with the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Longer than [`MAX_TOKEN_BYTES`](super::MAX_TOKEN_BYTES), or its header
    /// longer than [`MAX_HEADER_BYTES`](super::MAX_HEADER_BYTES).
    TokenTooLarge {
        /// The length, in bytes.
        bytes: usize,
        /// The length allowed, in bytes.
        limit: usize,
    },
    /// Not a compact JWS (RFC 7515 section 7.1).
    TokenMalformed {
        /// Where.
        part: Part,
    },
    /// The header demands extensions (`crit`, RFC 7515 section 4.1.11); there
    /// are none.
    CriticalHeader,
    /// No key has the token's `kid` as its `kid` or thumbprint.
    KeyUnknown {
        /// The token's `kid`.
        key_id: String,
    },
    /// The header names another algorithm than the key's.
    AlgorithmMismatch {
        /// The header's `alg`.
        header: String,
        /// The key's.
        key: Algorithm,
    },
    /// The token's key is for an algorithm that this verifier was made
    /// without.
    AlgorithmUnsupported {
        /// The key's.
        algorithm: Algorithm,
    },
    /// The key did not sign this.
    SignatureInvalid,
    /// Signed, but not the claims of a license.
    ClaimsMalformed {
        /// The claim that is missing or of another type or range; `None`
        /// where the payload is no JSON object or holds a name twice.
        claim: Option<&'static str>,
    },
    /// The token starts in the future.
    NotYetValid {
        /// When it starts.
        from: Timestamp,
        /// The caller's time.
        now: Timestamp,
    },
    /// The token has ended.
    Expired {
        /// When it ended.
        at: Timestamp,
        /// The caller's time.
        now: Timestamp,
    },
    /// The token is locked to another node, or to none (K-5).
    NodeMismatch {
        /// The node expected.
        expected: String,
        /// The token's.
        actual: Option<String>,
    },
}

/// A part of a compact JWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The whole: not three parts with two periods between them.
    Token,
    /// The first.
    Header,
    /// The second.
    Payload,
    /// The third.
    Signature,
}

impl Refusal {
    /// The kind of refusal; never changes, unlike the text.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TokenTooLarge { .. } => "TOKEN_TOO_LARGE",
            Self::TokenMalformed { .. } => "TOKEN_MALFORMED",
            Self::CriticalHeader => "CRITICAL_HEADER",
            Self::KeyUnknown { .. } => "KEY_UNKNOWN",
            Self::AlgorithmMismatch { .. } => "ALGORITHM_MISMATCH",
            Self::AlgorithmUnsupported { .. } => "ALGORITHM_UNSUPPORTED",
            Self::SignatureInvalid => "SIGNATURE_INVALID",
            Self::ClaimsMalformed { .. } => "CLAIMS_MALFORMED",
            Self::NotYetValid { .. } => "NOT_YET_VALID",
            Self::Expired { .. } => "EXPIRED",
            Self::NodeMismatch { .. } => "NODE_MISMATCH",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TokenTooLarge { bytes, limit } => {
                write!(f, "the token is too large: {bytes} bytes where {limit} are allowed; carry less metadata")
            }
            Self::TokenMalformed { part } => f.write_str(match part {
                Part::Token => "not a signed token: expected three parts with periods between them; pass the whole token",
                Part::Header => "the token's header is damaged: expected base64url of a JSON object with `alg`; fetch the token again",
                Part::Payload => "the token's payload is damaged: expected base64url without padding; fetch the token again",
                Part::Signature => "the token's signature is damaged: expected base64url without padding; fetch the token again",
            }),
            Self::CriticalHeader => {
                f.write_str("the token's header demands an extension (`crit`) and none is supported; ask its issuer for a plain one")
            }
            Self::KeyUnknown { key_id } => {
                write!(f, "no key given has the token's key id {}; get the issuer's current keys", Quoted(key_id))
            }
            Self::AlgorithmMismatch { header, key } => {
                write!(f, "the token names the algorithm {} where its key is for `{key}`; ask for a token signed with {key}", Quoted(header))
            }
            Self::AlgorithmUnsupported { algorithm } => {
                write!(f, "the token's key is for `{algorithm}`, which this verifier was made without; bring that algorithm along")
            }
            Self::SignatureInvalid => {
                f.write_str("the signature does not match: the token was changed or another key signed it; fetch the token again")
            }
            Self::ClaimsMalformed { claim: Some(claim) } => {
                write!(f, "the signed claim `{claim}` is missing or not of the expected form; ask the issuer for a license token")
            }
            Self::ClaimsMalformed { claim: None } => {
                f.write_str("the signed payload is not one JSON object of unique members; ask the issuer for a license token")
            }
            Self::NotYetValid { from, now } => {
                write!(f, "the token is valid from {from} and it is {now}; wait, or set the clock")
            }
            Self::Expired { at, now } => {
                write!(f, "the token expired at {at} and it is {now}; check the license out again")
            }
            Self::NodeMismatch { expected, actual: Some(actual) } => {
                write!(f, "the token is for the node {} and this is {}; check out for this node", Quoted(actual), Quoted(expected))
            }
            Self::NodeMismatch { expected, actual: None } => {
                write!(f, "the token is for no node and this is {}; check out for this node", Quoted(expected))
            }
        }
    }
}

impl core::error::Error for Refusal {}

/// Foreign text inside a message: in backticks, cut, on one line.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAX_CHARS: usize = 100;
        f.write_str("`")?;
        for letter in self.0.chars().take(MAX_CHARS) {
            let plain = !letter.is_control() && letter != '`';
            fmt::Write::write_char(f, if plain { letter } else { '\u{fffd}' })?;
        }
        f.write_str(if self.0.chars().nth(MAX_CHARS).is_some() { "…`" } else { "`" })
    }
}
