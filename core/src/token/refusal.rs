//! Why a token is refused.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Algorithm;
use crate::text::{decimal, quoted};
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
    /// The token is of another issuer, or of none, than its key is bound to or
    /// the caller expects.
    IssuerMismatch {
        /// The issuer expected.
        expected: String,
        /// The token's.
        actual: Option<String>,
    },
    /// The token is for none of the audiences expected.
    AudienceMismatch {
        /// The audiences expected.
        expected: Vec<String>,
        /// The token's.
        actual: Vec<String>,
    },
    /// The token is for another product.
    ProductMismatch {
        /// The product expected.
        expected: String,
        /// The token's audiences.
        actual: Vec<String>,
    },
    /// The token is of another license.
    LicenseMismatch {
        /// The license expected.
        expected: String,
        /// The token's.
        actual: String,
    },
    /// The time is long before one that has passed.
    ClockSetBack {
        /// The latest moment seen.
        seen: Timestamp,
        /// The caller's time.
        now: Timestamp,
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
            Self::IssuerMismatch { .. } => "ISSUER_MISMATCH",
            Self::AudienceMismatch { .. } => "AUDIENCE_MISMATCH",
            Self::ProductMismatch { .. } => "PRODUCT_MISMATCH",
            Self::LicenseMismatch { .. } => "LICENSE_MISMATCH",
            Self::ClockSetBack { .. } => "CLOCK_SET_BACK",
            Self::NotYetValid { .. } => "NOT_YET_VALID",
            Self::Expired { .. } => "EXPIRED",
            Self::NodeMismatch { .. } => "NODE_MISMATCH",
        }
    }

    /// What was wrong and what to do next, on one line; for people.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::TokenTooLarge { bytes, limit } => [
                "the token is too large: ",
                &decimal(*bytes),
                " bytes where ",
                &decimal(*limit),
                " are allowed; carry less metadata",
            ]
            .concat(),
            Self::TokenMalformed { part } => match part {
                Part::Token => "not a signed token: expected three parts with periods between them; pass the whole token",
                Part::Header => "the token's header is damaged: expected base64url of a JSON object with `alg`; fetch the token again",
                Part::Payload => "the token's payload is damaged: expected base64url without padding; fetch the token again",
                Part::Signature => "the token's signature is damaged: expected base64url without padding; fetch the token again",
            }.into(),
            Self::CriticalHeader => {
                "the token's header demands an extension (`crit`) and none is supported; ask its issuer for a plain one".into()
            }
            Self::KeyUnknown { key_id } => {
                ["no key given has the token's key id ", &quoted(key_id), "; get the issuer's current keys"].concat()
            }
            Self::AlgorithmMismatch { header, key } => [
                "the token names the algorithm ",
                &quoted(header),
                " where its key is for `",
                key.name(),
                "`; ask for a token signed with ",
                key.name(),
            ]
            .concat(),
            Self::AlgorithmUnsupported { algorithm } => [
                "the token's key is for `",
                algorithm.name(),
                "`, which this verifier was made without; bring that algorithm along",
            ]
            .concat(),
            Self::SignatureInvalid => {
                "the signature does not match: the token was changed or another key signed it; fetch the token again".into()
            }
            Self::ClaimsMalformed { claim: Some(claim) } => [
                "the signed claim `",
                claim,
                "` is missing or not of the expected form; ask the issuer for a license token",
            ]
            .concat(),
            Self::ClaimsMalformed { claim: None } => {
                "the signed payload is not one JSON object of unique members; ask the issuer for a license token".into()
            }
            Self::IssuerMismatch { expected, actual } => {
                mismatch("issuer", actual.as_ref(), Some(expected), "pass a token of this issuer")
            }
            Self::AudienceMismatch { expected, actual } => {
                mismatch("audience", actual.first(), expected.first(), "pass a token for this application")
            }
            Self::ProductMismatch { expected, actual } => {
                mismatch("product", actual.first(), Some(expected), "check out a license of this product")
            }
            Self::LicenseMismatch { expected, actual } => {
                mismatch("license", Some(actual), Some(expected), "check out of this license")
            }
            Self::ClockSetBack { seen, now } => [
                "the clock shows ",
                &now.to_text(),
                " and it was ",
                &seen.to_text(),
                " already; set the clock",
            ]
            .concat(),
            Self::NotYetValid { from, now } => [
                "the token is valid from ",
                &from.to_text(),
                " and it is ",
                &now.to_text(),
                "; wait, or set the clock",
            ]
            .concat(),
            Self::Expired { at, now } => [
                "the token expired at ",
                &at.to_text(),
                " and it is ",
                &now.to_text(),
                "; check the license out again",
            ]
            .concat(),
            Self::NodeMismatch { expected, actual } => {
                mismatch("node", actual.as_ref(), Some(expected), "check out for this node")
            }
        }
    }
}

/// That a token names something else than expected, or nothing.
fn mismatch(what: &str, actual: Option<&String>, expected: Option<&String>, advice: &str) -> String {
    let name = |text: Option<&String>| text.map_or_else(|| "none".into(), |text| quoted(text));
    let (actual, expected) = (name(actual), name(expected));
    ["the token's ", what, " is ", &actual, " where ", &expected, " is expected; ", advice].concat()
}

impl fmt::Display for Refusal {
    /// As [`message`](Self::message).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for Refusal {}
