//! Accounts and their access keys.

mod access_key;
mod account;
mod bootstrap;
mod caller;
mod names;
mod role;
mod temporary;

use std::fmt;
use std::sync::Arc;

use crate::master_key::MasterKey;
use crate::secret::NoEntropy;
use crate::store::{CommitError, Store, Unavailable};

pub use access_key::{AccessKey, NewAccessKey};
pub use account::Account;
pub use bootstrap::{BootstrapError, Bootstrapped, bootstrap};
pub use caller::{Caller, Identity, TokenHolder};
pub use names::{AccessKeyId, DisplayName, NotAName, UserName};
pub use role::{CONSUMPTION_ROLE, RoleName};
pub use temporary::{Session, TemporaryCredentials};

/// All accounts and access keys.
#[derive(Clone)]
pub struct Directory {
    store: Arc<dyn Store>,
    master: Arc<MasterKey>,
}

/// Why an account or an access key cannot be made, found or changed.
#[derive(Clone, Debug, PartialEq)]
pub enum DirectoryError {
    /// There is an account of this number.
    AccountExists,
    /// There is no account of this number.
    UnknownAccount,
    /// There is no access key of this id.
    UnknownAccessKey,
    /// The system has no randomness.
    NoEntropy(NoEntropy),
    /// The store did not do it, or did not say.
    Store(CommitError),
}

impl Directory {
    /// The directory in this store, its secrets sealed under this key.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, master: Arc<MasterKey>) -> Self {
        Self { store, master }
    }
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Directory")
    }
}

impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccountExists => f.write_str("the account exists already"),
            Self::UnknownAccount => f.write_str("there is no such account; see `licentia accounts list`"),
            Self::UnknownAccessKey => {
                f.write_str("there is no such access key; see `licentia access-keys list`")
            }
            Self::NoEntropy(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for DirectoryError {}

impl From<Unavailable> for DirectoryError {
    fn from(error: Unavailable) -> Self {
        Self::Store(error.into())
    }
}

impl From<CommitError> for DirectoryError {
    fn from(error: CommitError) -> Self {
        Self::Store(error)
    }
}

impl From<NoEntropy> for DirectoryError {
    fn from(error: NoEntropy) -> Self {
        Self::NoEntropy(error)
    }
}
