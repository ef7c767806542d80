//! From a signed request to its caller.

use std::fmt;

use licentia_core::time::Timestamp;

use super::{Claim, Refusal, Service, SignedRequest};
use crate::identity::{AccessKeyId, Caller, Directory};
use crate::store::Unavailable;

/// Why there is no caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthError {
    /// The request's fault; its text is for the client.
    Refused(Refusal),
    /// Ours; its text is for the log.
    Unavailable(Unavailable),
}

/// The caller whose access key signed the request for this service in this
/// Region.
///
/// # Errors
/// [`AuthError`].
pub async fn authenticate(
    directory: &Directory,
    request: &SignedRequest<'_>,
    region: &str,
    service: &Service,
    now: Timestamp,
) -> Result<Caller, AuthError> {
    let claim = Claim::read(request, region, service, now)?;
    let id = AccessKeyId::parse(claim.access_key_id()).map_err(|_| Refusal::UnknownKey)?;
    let (caller, secret) = directory.credentials(&id).await?.ok_or(Refusal::UnknownKey)?;
    claim.verify(request, secret.expose())?;
    Ok(caller)
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Unavailable(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AuthError {}

impl From<Refusal> for AuthError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Unavailable> for AuthError {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}
