//! Access tokens in place of signatures (RFC 6750): beyond AWS, so that a
//! browser needs nothing but `fetch`.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use licentia_core::time::Timestamp;
use licentia_core::token::TokenUse;

use super::AuthError;
use crate::identity::{CONSUMPTION_ROLE, Caller, Identity, TokenHolder};
use crate::openid::Provider;

/// The token that the request carries, if that is all it has for a signature.
pub(super) fn access_token(headers: &HeaderMap) -> Option<&str> {
    let mut authorizations = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (authorizations.next(), authorizations.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim_start_matches(' '))
}

/// Who holds this access token: it acts in the consumption role, and its id
/// names the session.
pub(super) async fn holder(provider: &Provider, token: &str, now: Timestamp) -> Result<Caller, AuthError> {
    let claims = provider.check(token, TokenUse::Access, now).await?;
    let holder = TokenHolder {
        properties: claims.amr(),
        license: claims.license_arn,
        role: CONSUMPTION_ROLE.to_owned(),
        session: claims.token_id.clone(),
        token_id: claims.token_id,
        access_key_id: None,
        session_policies: vec![],
    };
    Ok(Caller { account: claims.account, identity: Identity::TokenHolder(holder) })
}
