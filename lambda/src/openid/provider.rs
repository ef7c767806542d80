//! Issuing tokens and knowing them again.

use std::fmt;
use std::sync::Arc;

use licentia_core::time::Timestamp;
use licentia_core::token::{OPENID_ISSUER, OpenIdClaims, OpenIdRefusal, TokenUse, check_openid_token};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::key::ServiceKey;
use crate::master_key::MasterKey;
use crate::store::{Store, Unavailable};

/// Issues the tokens of customers without an account.
pub struct Provider {
    store: Arc<dyn Store>,
    master: Arc<MasterKey>,
    key: OnceCell<Arc<ServiceKey>>,
}

/// Why there are no claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// The token's fault; its text is for the client.
    Refused(OpenIdRefusal),
    /// Ours; its text is for the log.
    Unavailable(Unavailable),
}

impl Provider {
    /// The provider whose key is in this store, sealed under the master key.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, master: Arc<MasterKey>) -> Self {
        Self { store, master, key: OnceCell::new() }
    }

    /// The token that says this: the same text every time.
    ///
    /// # Errors
    /// [`Unavailable`] if the key is not to be had.
    pub async fn issue(&self, claims: &OpenIdClaims) -> Result<String, Unavailable> {
        let key = Arc::clone(self.key().await?);
        let input = claims.signing_input(key.id());
        let signed = tokio::task::spawn_blocking(move || key.sign(&input)).await;
        signed.map_err(|error| Unavailable(error.to_string()))?
    }

    /// What a token for this use says, if it was issued here and its time is
    /// not over.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn check(
        &self,
        token: &str,
        token_use: TokenUse,
        now: Timestamp,
    ) -> Result<OpenIdClaims, TokenError> {
        let key = self.key().await?;
        let verifies = |input: &str, signature: &[u8]| key.verifies(input, signature);
        check_openid_token(token, key.id(), token_use, now, verifies).map_err(TokenError::Refused)
    }

    /// The public key as a JWK Set (RFC 7517 section 5), for everyone.
    ///
    /// # Errors
    /// [`Unavailable`] if the key is not to be had.
    pub async fn jwks(&self) -> Result<String, Unavailable> {
        Ok(format!("{{\"keys\":[{}]}}", self.key().await?.to_jwk()))
    }

    /// What OpenID Connect Discovery 1.0, section 3, asks for: where the keys
    /// are, and what the tokens say.
    #[must_use]
    pub fn configuration(origin: &str) -> Value {
        json!({
            "issuer": OPENID_ISSUER,
            "jwks_uri": format!("{origin}/.well-known/jwks.json"),
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": [
                "iss", "sub", "aud", "amr", "iat", "exp", "token_use", "role_arns", "jti",
            ],
        })
    }

    async fn key(&self) -> Result<&Arc<ServiceKey>, Unavailable> {
        self.key.get_or_try_init(|| ServiceKey::load(self.store.as_ref(), &self.master)).await
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Provider")
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Unavailable(reason) => reason.fmt(f),
        }
    }
}

impl std::error::Error for TokenError {}

impl From<Unavailable> for TokenError {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}
