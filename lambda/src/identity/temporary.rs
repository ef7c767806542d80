//! Temporary credentials: an access key and its secret for customers without
//! an account. Nothing of them is stored: the session token, sealed under the
//! master key and bound to the access key's id, carries all that is to be
//! known when it comes back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::names::base32;
use super::{Caller, Directory, DirectoryError, Identity, TokenHolder};
use crate::master_key::Purpose;
use crate::secret::{Secret, random};
use crate::store::{Key, Unavailable};

/// What the id of a temporary access key begins with, as at AWS.
const PREFIX: &str = "ASIA";
/// The longest id and session token that are looked at, in bytes.
const MOST_ID_BYTES: usize = 128;
const MOST_TOKEN_BYTES: usize = 16 * 1024;

/// Temporary credentials, as they are handed out.
#[derive(Clone, Debug)]
pub struct TemporaryCredentials {
    /// `ASIA` and 16 letters or digits.
    pub access_key_id: String,
    /// 40 characters.
    pub secret: Secret,
    /// To be sent along with every request.
    pub session_token: String,
    /// From when on they are no good.
    pub expires_at: Timestamp,
}

/// Temporary credentials, as they come back.
#[derive(Debug)]
pub struct Session {
    /// Whom they act for.
    pub caller: Caller,
    /// What signs.
    pub secret: Secret,
    /// From when on they are no good.
    pub expires_at: Timestamp,
}

/// What a session token carries.
#[derive(Serialize, Deserialize)]
struct Sealed {
    account: AccountId,
    holder: TokenHolder,
    secret: String,
    expires_at: Timestamp,
}

impl Directory {
    /// Credentials that act for this holder of a token until they expire.
    ///
    /// # Errors
    /// [`DirectoryError::NoEntropy`], or [`DirectoryError::Store`] if they
    /// cannot be sealed.
    pub fn temporary_credentials(
        &self,
        account: &AccountId,
        holder: TokenHolder,
        expires_at: Timestamp,
    ) -> Result<TemporaryCredentials, DirectoryError> {
        let access_key_id = format!("{PREFIX}{}", base32(random::<16>()?.as_slice()));
        let secret = STANDARD.encode(random::<30>()?.as_slice());
        let holder = TokenHolder { access_key_id: Some(access_key_id.clone()), ..holder };
        let sealed = Sealed { account: account.clone(), holder, secret, expires_at };
        let plain = serde_json::to_vec(&sealed).map_err(|error| Unavailable(error.to_string()))?;
        let plain = Zeroizing::new(plain);
        let session_token = self.master.seal(Purpose::SessionToken, &place(&access_key_id), &plain)?;
        let secret = Secret::new(sealed.secret);
        Ok(TemporaryCredentials { access_key_id, secret, session_token, expires_at })
    }

    /// Whom the session token of this access key acts for; none if it was not
    /// handed out with that key, or was changed since.
    #[must_use]
    pub fn session(&self, access_key_id: &str, session_token: &str) -> Option<Session> {
        if access_key_id.len() > MOST_ID_BYTES || session_token.len() > MOST_TOKEN_BYTES {
            return None;
        }
        let plain = self.master.open(Purpose::SessionToken, &place(access_key_id), session_token).ok()?;
        let Sealed { account, holder, secret, expires_at } = serde_json::from_slice(&plain).ok()?;
        let caller = Caller { account, identity: Identity::TokenHolder(holder) };
        Some(Session { caller, secret: Secret::new(secret), expires_at })
    }
}

/// What binds a session token to its access key.
fn place(access_key_id: &str) -> Key {
    Key::new(access_key_id, "SESSION")
}
