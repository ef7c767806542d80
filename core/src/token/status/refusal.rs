//! Why a status list is no good, or a license with a status is refused.

use alloc::string::String;
use alloc::vec;
use core::fmt;

use crate::time::Timestamp;
use crate::token::evidence::message_from;
use crate::token::{Evidence, Found, Refusal};

/// Every message of a list or status, as [`Refusal`]'s stand in a file.
const MESSAGES: &str = include_str!("messages.txt");

/// Why a status list is no good, or why a license is refused for its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatusRefusal {
    /// The text is no signed token, or no key given signed it.
    Token(Refusal),
    /// Signed, but no status list.
    ListMalformed {
        /// The claim that is missing or of another type or range; `None`
        /// where the payload is no JSON object or holds a name twice.
        claim: Option<&'static str>,
    },
    /// The license was taken back: checked in, or its issuer revoked it.
    Revoked {
        /// The list that says so.
        uri: String,
        /// The license's place in it.
        index: u64,
    },
    /// The license may not be used for the time being.
    Suspended {
        /// The list that says so.
        uri: String,
        /// The license's place in it.
        index: u64,
    },
    /// The list says something that has no meaning here.
    StatusUnknown {
        /// The status (section 7.1).
        status: u8,
    },
    /// There is no list of the license's issuer that tells its status.
    StatusMissing {
        /// The list that is needed.
        uri: String,
        /// The license's place in it.
        index: u64,
    },
    /// The list is too old to be relied on.
    StatusStale {
        /// The list.
        uri: String,
        /// From when on it is.
        since: Timestamp,
        /// The caller's time.
        now: Timestamp,
    },
}

impl StatusRefusal {
    /// The kind of refusal; never changes, unlike the text.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Token(refusal) => refusal.code(),
            Self::ListMalformed { .. } => "STATUS_LIST_MALFORMED",
            Self::Revoked { .. } => "REVOKED",
            Self::Suspended { .. } => "SUSPENDED",
            Self::StatusUnknown { .. } => "STATUS_UNKNOWN",
            Self::StatusMissing { .. } => "STATUS_MISSING",
            Self::StatusStale { .. } => "STATUS_STALE",
        }
    }

    /// What was found, by the names of the npm package.
    #[must_use]
    pub fn evidence(&self) -> Found {
        match self {
            Self::Token(refusal) => refusal.evidence(),
            Self::ListMalformed { claim } => {
                vec![("claim", claim.map_or(Evidence::Nothing, Evidence::from))]
            }
            Self::Revoked { uri, index }
            | Self::Suspended { uri, index }
            | Self::StatusMissing { uri, index } => {
                vec![("uri", uri.as_str().into()), ("index", Evidence::Number(*index))]
            }
            Self::StatusUnknown { status } => vec![("status", Evidence::Number(u64::from(*status)))],
            Self::StatusStale { uri, since, now } => {
                vec![
                    ("uri", uri.as_str().into()),
                    ("since", Evidence::Time(*since)),
                    ("now", Evidence::Time(*now)),
                ]
            }
        }
    }

    /// What was wrong and what to do next, on one line; for people.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Token(refusal) => refusal.message(),
            own => message_from(MESSAGES, own.code(), &own.evidence()),
        }
    }
}

impl fmt::Display for StatusRefusal {
    /// As [`message`](Self::message).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for StatusRefusal {}

impl From<Refusal> for StatusRefusal {
    fn from(refusal: Refusal) -> Self {
        Self::Token(refusal)
    }
}
