//! Why a token is refused.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use super::Algorithm;
use super::evidence::{self, Evidence, Found};
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

    /// What was found, by name.
    #[must_use]
    pub fn evidence(&self) -> Found<'_> {
        match self {
            Self::TokenTooLarge { bytes, limit } => {
                vec![("bytes", (*bytes).into()), ("limit", (*limit).into())]
            }
            Self::TokenMalformed { part } => vec![("part", part.name().into())],
            Self::CriticalHeader | Self::SignatureInvalid => Vec::new(),
            Self::KeyUnknown { key_id } => vec![("keyId", key_id.into())],
            Self::AlgorithmMismatch { header, key } => {
                vec![("tokenAlgorithm", header.into()), ("keyAlgorithm", key.name().into())]
            }
            Self::AlgorithmUnsupported { algorithm } => vec![("algorithm", algorithm.name().into())],
            Self::ClaimsMalformed { claim } => {
                vec![("claim", claim.map_or(Evidence::Nothing, Evidence::from))]
            }
            Self::IssuerMismatch { expected, actual } => {
                vec![("expectedIssuer", expected.into()), ("issuer", actual.into())]
            }
            Self::AudienceMismatch { expected, actual } => {
                vec![("expectedAudience", expected.into()), ("audience", actual.into())]
            }
            Self::ProductMismatch { expected, actual } => {
                vec![("expectedProduct", expected.into()), ("audience", actual.into())]
            }
            Self::LicenseMismatch { expected, actual } => {
                vec![("expectedLicenseArn", expected.into()), ("licenseArn", actual.into())]
            }
            Self::ClockSetBack { seen, now } => vec![("seen", (*seen).into()), ("now", (*now).into())],
            Self::NotYetValid { from, now } => vec![("validFrom", (*from).into()), ("now", (*now).into())],
            Self::Expired { at, now } => vec![("expiredAt", (*at).into()), ("now", (*now).into())],
            Self::NodeMismatch { expected, actual } => {
                vec![("expectedNodeId", expected.into()), ("nodeId", actual.into())]
            }
        }
    }

    /// What was wrong and what to do next, on one line; for people.
    #[must_use]
    pub fn message(&self) -> String {
        evidence::message(self.code(), &self.evidence())
    }
}

impl Part {
    /// Its name as evidence.
    const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        }
    }
}

impl fmt::Display for Refusal {
    /// As [`message`](Self::message).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for Refusal {}
