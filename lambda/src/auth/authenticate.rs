//! From a request to its caller.

use std::fmt;

use licentia_core::time::Timestamp;

use super::{Claim, Refusal, Service, SignedRequest, bearer};
use crate::identity::{AccessKeyId, Caller, Directory};
use crate::openid::{Provider, TokenError};
use crate::store::Unavailable;

/// Why there is no caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthError {
    /// The request's fault; its text is for the client.
    Refused(Refusal),
    /// Ours; its text is for the log.
    Unavailable(Unavailable),
}

/// The caller whose access key, a temporary one perhaps, signed the request for
/// this service in this Region; or who holds the access token that it carries
/// instead.
///
/// # Errors
/// [`AuthError`].
pub async fn authenticate(
    directory: &Directory,
    provider: &Provider,
    request: &SignedRequest<'_>,
    region: &str,
    service: &Service,
    now: Timestamp,
) -> Result<Caller, AuthError> {
    if service.takes_access_tokens
        && let Some(token) = bearer::access_token(request.headers)
    {
        return bearer::holder(provider, token, now).await;
    }
    let claim = Claim::read(request, region, service, now)?;
    if let Some(session_token) = claim.session_token() {
        let session = directory.session(claim.access_key_id(), session_token);
        let session = session.ok_or(Refusal::UnknownSession)?;
        claim.verify(request, session.secret.expose())?;
        if session.expires_at <= now {
            return Err(Refusal::SessionExpired { at: session.expires_at }.into());
        }
        return Ok(session.caller);
    }
    let id = AccessKeyId::parse(claim.access_key_id()).map_err(|_| Refusal::UnknownKey)?;
    let credentials = directory.recent_credentials(&id, now).await?.ok_or(Refusal::UnknownKey)?;
    let (caller, secret) = &*credentials;
    claim.verify(request, secret.expose())?;
    Ok(caller.clone())
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

impl From<TokenError> for AuthError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Refused(refusal) => Self::Refused(Refusal::Token(refusal)),
            TokenError::Unavailable(reason) => Self::Unavailable(reason),
        }
    }
}

impl From<Unavailable> for AuthError {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}
