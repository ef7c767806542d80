//! Who made a request.

use licentia_core::arn::{AccountId, LicenseArn};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::names::base32;
use super::{AccessKeyId, AttachedPolicy, OPENID_PROVIDER, UserName};

/// Who made a request: proven by a signature or a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account that acts.
    pub account: AccountId,
    /// Who acts for it.
    pub identity: Identity,
}

/// Who acts for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A user of the account.
    User {
        /// The access key that signed.
        access_key_id: AccessKeyId,
        /// The user whose access key it is.
        user: UserName,
        /// What the access key carries; without any, it may do everything in
        /// its account.
        policies: Vec<AttachedPolicy>,
    },
    /// A customer without an account, who holds an access token (section 8).
    TokenHolder(TokenHolder),
    /// Whoever sends a refresh token and no signature (T-7): nobody acts, and
    /// the account is the token's.
    Nobody {
        /// The token.
        token_id: String,
    },
}

/// A customer without an account: acts for the account that made the token, on
/// the token's license alone (T-10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenHolder {
    /// The token.
    pub token_id: String,
    /// The only license it is good for.
    pub license: LicenseArn,
    /// The `amr` claim: the token's properties and the account that made it
    /// (T-3).
    pub properties: Vec<String>,
    /// The role it acts in, with its path.
    pub role: String,
    /// The session's name.
    pub session: String,
    /// The temporary access key that signed; none where the token itself was
    /// sent.
    pub access_key_id: Option<String>,
    /// What narrows the session to less than the role may do; without any,
    /// nothing does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub session_policies: Vec<AttachedPolicy>,
}

impl TokenHolder {
    /// The values of a condition key that asks for a claim of the token (T-8);
    /// none for any other key.
    #[must_use]
    pub fn claim(&self, key: &str) -> Option<Vec<String>> {
        let (provider, claim) = key.split_at_checked(OPENID_PROVIDER.len())?;
        if !provider.eq_ignore_ascii_case(OPENID_PROVIDER) {
            return None;
        }
        match claim.to_ascii_lowercase().as_str() {
            ":sub" => Some(vec![self.token_id.clone()]),
            ":aud" => Some(vec![self.license.to_string()]),
            ":amr" => Some(self.properties.clone()),
            _ => None,
        }
    }
}

impl Caller {
    /// `arn:aws:iam::<account>:user/<user>`, or
    /// `arn:aws:sts::<account>:assumed-role/<role>/<session>`.
    #[must_use]
    pub fn arn(&self) -> String {
        let account = &self.account;
        match &self.identity {
            Identity::User { user, .. } => format!("arn:aws:iam::{account}:user/{user}"),
            Identity::TokenHolder(holder) => {
                let role = holder.role.rsplit('/').next().unwrap_or_default();
                format!("arn:aws:sts::{account}:assumed-role/{role}/{}", holder.session)
            }
            Identity::Nobody { .. } => "anonymous".to_owned(),
        }
    }

    /// How STS and audit records call it: an access key, or a role's id and
    /// its session.
    #[must_use]
    pub fn user_id(&self) -> String {
        match &self.identity {
            Identity::User { access_key_id, .. } => access_key_id.to_string(),
            Identity::TokenHolder(holder) => {
                format!("{}:{}", role_id(&self.account, &holder.role), holder.session)
            }
            Identity::Nobody { .. } => String::new(),
        }
    }

    /// The access key that signed, if one did.
    #[must_use]
    pub fn access_key_id(&self) -> Option<&str> {
        match &self.identity {
            Identity::User { access_key_id, .. } => Some(access_key_id.as_str()),
            Identity::TokenHolder(holder) => holder.access_key_id.as_deref(),
            Identity::Nobody { .. } => None,
        }
    }

    /// The token that it holds, if it acts by one.
    #[must_use]
    pub const fn token(&self) -> Option<&TokenHolder> {
        match &self.identity {
            Identity::TokenHolder(holder) => Some(holder),
            Identity::User { .. } | Identity::Nobody { .. } => None,
        }
    }

    /// The only license it may touch, if it is bound to one (T-10).
    #[must_use]
    pub fn license(&self) -> Option<&LicenseArn> {
        self.token().map(|holder| &holder.license)
    }

    /// Whose retries are told apart from whose (C-6): an account's, or, since
    /// customers know nothing of each other, a token's. Holds no white space.
    #[must_use]
    pub fn scope(&self) -> String {
        match &self.identity {
            Identity::User { .. } | Identity::Nobody { .. } => self.account.to_string(),
            Identity::TokenHolder(holder) => format!("{}/{}", self.account, holder.token_id),
        }
    }
}

/// The id of a role of this name, with its path, as at AWS: `AROA` and 17
/// letters or digits.
fn role_id(account: &AccountId, role: &str) -> String {
    let hash = Sha256::digest(format!("{account}:role/{role}"));
    format!("AROA{}", base32(hash.get(..17).unwrap_or_default()))
}
