//! Tokens of customers without an account; their text is not kept (T-11).

use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::time::Timestamp;
use licentia_core::token::{OpenIdClaims, TokenUse};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::account_partition;
use crate::store::{Edit, Guard, Item, Key, Path, Query, Unavailable, Write};

/// A refresh token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenRecord {
    /// Its id: a UUID that begins with the time, so that they sort by age.
    pub token_id: String,
    /// The account that made it.
    pub account: AccountId,
    /// The license it is good for.
    pub license_arn: LicenseArn,
    /// The license's home Region, which never changes (L-13).
    pub home_region: String,
    /// The roles it was made for.
    pub role_arns: Vec<String>,
    /// What it says of its holder.
    pub properties: Vec<String>,
    /// When it was made.
    pub issued_at: Timestamp,
    /// From when on it is no good (T-4).
    pub expires_at: Timestamp,
    /// When it was deleted. Always written, so that a change can be guarded.
    pub deleted_at: Option<Timestamp>,
}

impl TokenRecord {
    /// What its text says (T-3).
    #[must_use]
    pub fn claims(&self) -> OpenIdClaims {
        OpenIdClaims {
            token_use: TokenUse::Refresh,
            token_id: self.token_id.clone(),
            jwt_id: self.token_id.clone(),
            license_arn: self.license_arn.clone(),
            account: self.account.clone(),
            properties: self.properties.clone(),
            role_arns: self.role_arns.clone(),
            issued_at: self.issued_at,
            expires_at: self.expires_at,
        }
    }
}

/// Where a token stands.
#[must_use]
pub fn token_key(account: &AccountId, token_id: &str) -> Key {
    Key::new(account_partition(account), format!("T#{token_id}"))
}

/// The tokens of an account, oldest first.
#[must_use]
pub fn tokens(account: &AccountId, limit: usize) -> Query {
    Query::prefix(account_partition(account), "T#", limit)
}

/// The item of a token.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn token_item(record: &TokenRecord) -> Result<Item, Unavailable> {
    Item::new(token_key(&record.account, &record.token_id), record)
}

/// Deletes a token that is as it was loaded; it stays to be listed (T-11).
#[must_use]
pub fn delete_token(record: &TokenRecord, now: Timestamp) -> Write {
    let deleted_at = Path::member("deleted_at");
    Write::Update(
        token_key(&record.account, &record.token_id),
        vec![Guard::Equals(deleted_at.clone(), json!(record.deleted_at))],
        vec![Edit::Set(deleted_at, json!(now))],
    )
}
