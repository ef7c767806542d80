//! Accounts, their access keys and roles, and the policies of both.

mod access_key;
mod account;
mod bootstrap;
mod caller;
mod names;
mod policy;
mod remembered;
mod role;
mod temporary;

use std::fmt;
use std::sync::Arc;

use self::remembered::Remembered;
use crate::master_key::MasterKey;
use crate::secret::NoEntropy;
use crate::store::{CommitError, Store, Unavailable};

pub use access_key::{AccessKey, NewAccessKey};
pub use account::Account;
pub use bootstrap::{BootstrapError, Bootstrapped, bootstrap};
pub use caller::{Caller, Identity, TokenHolder};
pub use names::{AccessKeyId, DisplayName, NotAName, PolicyName, RoleName, UserName};
pub use policy::{AttachedPolicy, MOST_POLICIES, NotAttachable};
pub use role::{CONSUMPTION_ROLE, MAX_SESSION_SECONDS, OPENID_PROVIDER, Role, RoleArn, own_tokens};
pub use temporary::{Session, TemporaryCredentials};

/// All accounts and access keys.
#[derive(Clone)]
pub struct Directory {
    store: Arc<dyn Store>,
    master: Arc<MasterKey>,
    remembered: Arc<Remembered>,
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
    /// The access key carries no policy of this name.
    UnknownPolicy,
    /// The access key's only policy: without any it could do everything.
    LastPolicy,
    /// More policies than an access key or a role can carry.
    TooManyPolicies,
    /// Two policies of one name.
    SamePolicyName,
    /// There is a role of this name.
    RoleExists,
    /// There is no role of this name.
    UnknownRole,
    /// The system has no randomness.
    NoEntropy(NoEntropy),
    /// The store did not do it, or did not say.
    Store(CommitError),
}

impl Directory {
    /// The directory in this store, its secrets sealed under this key.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, master: Arc<MasterKey>) -> Self {
        Self { store, master, remembered: Arc::default() }
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
            Self::UnknownPolicy => {
                f.write_str("no policy of this name is attached; see `licentia access-keys show`")
            }
            Self::TooManyPolicies => {
                write!(f, "at most {MOST_POLICIES} policies can be attached; merge some of them")
            }
            Self::LastPolicy => f.write_str(
                "this is the key's only policy, and without any it could do everything in its account; attach \
                 another one first, AdministratorAccess if that is meant",
            ),
            Self::SamePolicyName => f.write_str("two of the policies have one name; rename a file"),
            Self::RoleExists => f.write_str("the role exists already; delete it first"),
            Self::UnknownRole => {
                f.write_str("there is no such role among those made; see `licentia roles list`")
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
