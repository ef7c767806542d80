//! Signing keys as the store holds them.

use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use licentia_core::token::{Algorithm, PublicKey};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::identity::DisplayName;
use crate::store::{Item, Key, Unavailable};

/// What a signing key's sort key begins with.
pub(super) const PREFIX: &str = "SIGN#";

/// A signing key, without what is secret about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKeyInfo {
    /// The thumbprint of RFC 7638: the `kid` of tokens, and what `SignKey`
    /// names a local key by.
    pub id: String,
    /// What it signs.
    pub algorithm: Algorithm,
    /// Where it comes from.
    pub origin: Origin,
    /// When it was made, or first used.
    pub created: Timestamp,
}

/// Where a signing key comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Made by the service for licenses without `SignKey`.
    Own,
    /// Made by `licentia keys create` under this name.
    Named(DisplayName),
    /// The KMS key of this ARN.
    Kms(String),
}

/// A signing key in the store.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) id: String,
    algorithm: String,
    /// The public key (RFC 7517), as it is published.
    pub(super) jwk: Map<String, Value>,
    pub(super) created: Timestamp,
    pub(super) origin: Origin,
    /// The private key, unless KMS has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sealed: Option<String>,
}

impl Record {
    pub(super) fn new(
        public: &PublicKey,
        origin: Origin,
        sealed: Option<String>,
        created: Timestamp,
    ) -> Result<Self, Unavailable> {
        let jwk = serde_json::from_str(&public.to_jwk())
            .map_err(|error| Unavailable(format!("{}: {error}", public.thumbprint())))?;
        let algorithm = public.algorithm().name().to_owned();
        Ok(Self { id: public.thumbprint().to_owned(), algorithm, jwk, created, origin, sealed })
    }

    pub(super) fn algorithm(&self) -> Result<Algorithm, Unavailable> {
        let named = Algorithm::ALL.iter().find(|algorithm| algorithm.name() == self.algorithm);
        named.copied().ok_or_else(|| Unavailable(format!("{}: algorithm `{}`", self.id, self.algorithm)))
    }

    pub(super) fn info(self) -> Result<SigningKeyInfo, Unavailable> {
        let algorithm = self.algorithm()?;
        Ok(SigningKeyInfo { id: self.id, algorithm, origin: self.origin, created: self.created })
    }

    pub(super) fn item(&self, account: &AccountId) -> Result<Item, Unavailable> {
        Item::new(place(account, &self.id), self)
    }
}

/// Where the key of this id stands.
pub(super) fn place(account: &AccountId, id: &str) -> Key {
    Key::new(format!("A#{account}"), format!("{PREFIX}{id}"))
}
