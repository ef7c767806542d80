//! What STS answers instead of a result.

use std::fmt;

use licentia_core::token::OpenIdRefusal;

use crate::error;
use crate::identity::{Caller, DirectoryError};
use crate::openid::TokenError;
use crate::store::Unavailable;

/// A failed request, in STS's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The name on the wire.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// For the client.
    pub message: String,
    /// For the log.
    pub internal: Option<String>,
    /// Who was refused, as far as a token said.
    pub caller: Option<Box<Caller>>,
}

impl Error {
    /// An error of this name and status.
    pub fn new(code: &'static str, status: u16, message: impl fmt::Display) -> Self {
        Self { code, status, message: message.to_string(), internal: None, caller: None }
    }

    /// A parameter is wrong.
    pub fn validation(message: impl fmt::Display) -> Self {
        Self::new("ValidationError", 400, message)
    }

    /// The role does not trust whoever holds this token.
    pub fn access_denied(message: impl fmt::Display) -> Self {
        Self::new("AccessDenied", 403, message)
    }

    /// This caller was refused.
    #[must_use]
    pub fn to(self, caller: Caller) -> Self {
        Self { caller: Some(Box::new(caller)), ..self }
    }

    /// The service failed; the reason goes to the log.
    pub fn internal(reason: impl fmt::Display) -> Self {
        let error::Error { message, internal, .. } = error::Error::internal(reason);
        Self { code: "InternalFailure", status: 500, message, internal, caller: None }
    }
}

impl From<error::Error> for Error {
    fn from(error: error::Error) -> Self {
        match error.kind {
            error::Kind::RateLimitExceeded { .. } => Self::new("Throttling", 400, error.message),
            _ => Self::internal(error.internal.unwrap_or(error.message)),
        }
    }
}

impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Refused(refusal @ OpenIdRefusal::Expired { .. }) => {
                Self::new("ExpiredTokenException", 400, refusal)
            }
            TokenError::Refused(refusal) => Self::new("InvalidIdentityToken", 400, refusal),
            TokenError::Unavailable(reason) => Self::internal(reason),
        }
    }
}

impl From<DirectoryError> for Error {
    fn from(error: DirectoryError) -> Self {
        Self::internal(error)
    }
}

impl From<Unavailable> for Error {
    fn from(error: Unavailable) -> Self {
        Self::internal(error)
    }
}
