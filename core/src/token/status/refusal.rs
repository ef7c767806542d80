//! Why a status list is no good, or a license with a status is refused.

use alloc::string::String;
use core::fmt;

use crate::text::{decimal, quoted};
use crate::time::Timestamp;
use crate::token::Refusal;

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

    /// What was wrong and what to do next, on one line; for people.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Token(refusal) => ["not a status list of these keys: ", &refusal.message()].concat(),
            Self::ListMalformed { claim: Some(claim) } => [
                "the status list's `",
                claim,
                "` is missing or not of the expected form; fetch the list again",
            ]
            .concat(),
            Self::ListMalformed { claim: None } => {
                "the status list's payload is not one JSON object of unique members; fetch the list again"
                    .into()
            }
            Self::Revoked { .. } => "the license was checked in or revoked; check it out again".into(),
            Self::Suspended { .. } => {
                "the license is suspended; ask its issuer, and fetch a newer status list".into()
            }
            Self::StatusUnknown { status } => [
                "the license's status is ",
                &decimal(usize::from(*status)),
                ", which means nothing here; ask its issuer",
            ]
            .concat(),
            Self::StatusMissing { uri, .. } => {
                ["no status list at hand tells of the license; fetch ", &quoted(uri)].concat()
            }
            Self::StatusStale { uri, since, now } => [
                "the status list was good until ",
                &since.to_text(),
                " and it is ",
                &now.to_text(),
                "; fetch ",
                &quoted(uri),
                " again",
            ]
            .concat(),
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
