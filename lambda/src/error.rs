//! What an operation may answer instead of its output.

use std::fmt;
use std::time::Duration;

use crate::sign::SignError;
use crate::store::Unavailable;

/// A failed request: what went wrong, what the client is told, and what only
/// the log may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Decides the code on the wire.
    pub kind: Kind,
    /// For the client: what was wrong and what to do.
    pub message: String,
    /// For the log.
    pub internal: Option<String>,
}

/// What went wrong. Which code it becomes depends on what the operation lists:
/// see [`Kind::code`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request itself is wrong (errors.md 6).
    Validation,
    /// A well-formed value does not fit what is stored.
    InvalidParameterValue,
    /// What the request names does not exist, or not for this caller.
    NotFound,
    /// There are as many as there can be (G-7).
    ResourceLimitExceeded,
    /// What the request names was changed meanwhile.
    Conflict,
    /// Another Region must be called (H-2).
    Redirect {
        /// Its name.
        location: String,
    },
    /// Nothing can be taken (section 4, step 8).
    NoEntitlementsAllowed,
    /// Some of it cannot be taken (B-3).
    EntitlementNotAllowed,
    /// The key does not sign so (B-4).
    UnsupportedDigitalSignatureMethod,
    /// Exactly this error, which stands for nothing else.
    Exactly(Code),
    /// The caller may not.
    AccessDenied,
    /// More is asked for than can be done in time.
    RateLimitExceeded {
        /// How long the caller is to wait before it asks again.
        retry_after: Duration,
    },
    /// The service failed; the same request may succeed later.
    ServerInternal,
}

macro_rules! codes {
    ($($variant:ident $name:literal $status:literal $doc:literal)+) => {
        /// A modelled error, as it is named on the wire.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $(#[doc = $doc] $variant,)+ }

        impl Code {
            /// The name on the wire.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The HTTP status (errors.md 3).
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }
        }
    };
}

codes! {
    Validation "ValidationException" 400 "V"
    InvalidParameterValue "InvalidParameterValueException" 400 "I"
    ResourceNotFound "ResourceNotFoundException" 400 "NF"
    ResourceLimitExceeded "ResourceLimitExceededException" 400 "RL"
    Conflict "ConflictException" 400 "CF"
    Redirect "RedirectException" 400 "RD"
    NoEntitlementsAllowed "NoEntitlementsAllowedException" 400 "NoEnt"
    EntitlementNotAllowed "EntitlementNotAllowedException" 400 "EntNA"
    UnsupportedDigitalSignatureMethod "UnsupportedDigitalSignatureMethodException" 400 "UDSM"
    InvalidLookupAttributes "InvalidLookupAttributesException" 400 "CloudTrail."
    InvalidTimeRange "InvalidTimeRangeException" 400 "CloudTrail."
    InvalidMaxResults "InvalidMaxResultsException" 400 "CloudTrail."
    InvalidNextToken "InvalidNextTokenException" 400 "CloudTrail."
    InvalidEventCategory "InvalidEventCategoryException" 400 "CloudTrail."
    AccessDenied "AccessDeniedException" 400 "Common to all operations."
    RateLimitExceeded "RateLimitExceededException" 503 "Common to all operations; beyond AWS a 5xx, since no SDK tries it again at 400."
    Throttling "ThrottlingException" 400 "CloudTrail's for the same."
    ServerInternal "ServerInternalException" 500 "Common to all operations."
}

impl Kind {
    /// The code under which an operation with these `listed` errors answers
    /// this; V and I stand in for each other and for what is not listed
    /// (errors.md 6, 7). Nothing that an operation does not list can leave it.
    #[must_use]
    pub fn code(&self, listed: &[Code]) -> Code {
        let order: &[Code] = match self {
            Self::Validation => &[Code::Validation, Code::InvalidParameterValue],
            Self::InvalidParameterValue => &[Code::InvalidParameterValue, Code::Validation],
            Self::NotFound => &[Code::ResourceNotFound, Code::InvalidParameterValue, Code::Validation],
            Self::ResourceLimitExceeded => &[Code::ResourceLimitExceeded],
            Self::Conflict => &[Code::Conflict, Code::InvalidParameterValue, Code::Validation],
            Self::Redirect { .. } => &[Code::Redirect, Code::Validation],
            Self::NoEntitlementsAllowed => &[Code::NoEntitlementsAllowed],
            Self::EntitlementNotAllowed => &[Code::EntitlementNotAllowed],
            Self::UnsupportedDigitalSignatureMethod => {
                &[Code::UnsupportedDigitalSignatureMethod, Code::Validation]
            }
            Self::Exactly(code) => std::slice::from_ref(code),
            Self::AccessDenied => return Code::AccessDenied,
            Self::RateLimitExceeded { .. } if listed.contains(&Code::Throttling) => return Code::Throttling,
            Self::RateLimitExceeded { .. } => return Code::RateLimitExceeded,
            Self::ServerInternal => return Code::ServerInternal,
        };
        order.iter().copied().find(|code| listed.contains(code)).unwrap_or(Code::ServerInternal)
    }
}

impl Error {
    /// An error of this kind that the client is told about in these words.
    pub fn new(kind: Kind, message: impl fmt::Display) -> Self {
        Self { kind, message: message.to_string(), internal: None }
    }

    /// The request itself is wrong.
    pub fn validation(message: impl fmt::Display) -> Self {
        Self::new(Kind::Validation, message)
    }

    /// A value does not fit what is stored.
    pub fn invalid(message: impl fmt::Display) -> Self {
        Self::new(Kind::InvalidParameterValue, message)
    }

    /// What the request names does not exist, or not for this caller.
    pub fn not_found(message: impl fmt::Display) -> Self {
        Self::new(Kind::NotFound, message)
    }

    /// The service failed; the reason goes to the log.
    pub fn internal(reason: impl fmt::Display) -> Self {
        Self {
            kind: Kind::ServerInternal,
            message:
                "the service could not answer; try again, and tell its operator the request id if it lasts"
                    .to_owned(),
            internal: Some(reason.to_string()),
        }
    }
}

impl From<SignError> for Error {
    fn from(error: SignError) -> Self {
        match error {
            SignError::Unfit { .. } | SignError::TooManyKeys => Self::validation(error),
            SignError::WrongAlgorithm { .. } => Self::new(Kind::UnsupportedDigitalSignatureMethod, error),
            SignError::Unavailable(reason) => Self::internal(reason),
        }
    }
}

impl From<Unavailable> for Error {
    fn from(unavailable: Unavailable) -> Self {
        Self::internal(unavailable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_answers_only_with_what_it_lists() {
        let (v, i, nf) = (Code::Validation, Code::InvalidParameterValue, Code::ResourceNotFound);
        for (kind, listed, code) in [
            (Kind::Validation, vec![v, i], v),
            (Kind::Validation, vec![i], i),
            (Kind::InvalidParameterValue, vec![v, i], i),
            (Kind::InvalidParameterValue, vec![v, nf], v),
            (Kind::NotFound, vec![v, i, nf], nf),
            (Kind::NotFound, vec![v, i], i),
            (Kind::NotFound, vec![v], v),
            (Kind::Conflict, vec![v, i], i),
            (
                Kind::ResourceLimitExceeded,
                vec![v, i, Code::ResourceLimitExceeded],
                Code::ResourceLimitExceeded,
            ),
            (Kind::NoEntitlementsAllowed, vec![v], Code::ServerInternal),
            (Kind::AccessDenied, vec![], Code::AccessDenied),
            (Kind::RateLimitExceeded { retry_after: Duration::ZERO }, vec![v], Code::RateLimitExceeded),
            (
                Kind::RateLimitExceeded { retry_after: Duration::ZERO },
                vec![Code::Throttling],
                Code::Throttling,
            ),
        ] {
            assert_eq!(kind.code(&listed), code, "{kind:?} {listed:?}");
        }
    }
}
