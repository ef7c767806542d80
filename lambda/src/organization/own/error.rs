//! Why an organization cannot be made or changed.

use std::fmt;

use licentia_core::arn::AccountId;
use licentia_core::principal::{OrganizationId, OuId};

use super::change::DEEPEST;
use crate::secret::NoEntropy;
use crate::store::{CommitError, Unavailable};

/// Why an organization cannot be made or changed.
#[derive(Clone, Debug, PartialEq)]
pub enum OrganizationError {
    /// The account is in this organization.
    InOrganization {
        /// The account.
        account: AccountId,
        /// The organization.
        organization: OrganizationId,
    },
    /// The account is in no organization.
    InNone(AccountId),
    /// There is no organization of this id.
    UnknownOrganization(OrganizationId),
    /// The organization has no unit of this id.
    UnknownUnit(OuId),
    /// A unit of this name is under the same parent.
    NameTaken,
    /// The parent is as deep as a unit may be.
    TooDeep,
    /// There are still accounts or units in it.
    NotEmpty,
    /// The account manages the organization.
    Management(AccountId),
    /// The organization has consolidated billing only.
    ConsolidatedBilling,
    /// Another change came first, again and again.
    Busy,
    /// The system has no randomness.
    NoEntropy(NoEntropy),
    /// The store did not do it, or did not say.
    Store(CommitError),
}

impl fmt::Display for OrganizationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InOrganization { account, organization } => {
                write!(f, "account {account} is in organization {organization}; it can be in one only")
            }
            Self::InNone(account) => write!(
                f,
                "account {account} is in no organization; let it join with `licentia organizations accounts join`"
            ),
            Self::UnknownOrganization(id) => {
                write!(f, "there is no organization `{id}`; see `licentia organizations list`")
            }
            Self::UnknownUnit(id) => {
                write!(f, "the organization has no unit `{id}`; see `licentia organizations show`")
            }
            Self::NameTaken => f.write_str("a unit of this name is there already; choose another name"),
            Self::TooDeep => write!(f, "units stand at most {DEEPEST} deep; choose a parent higher up"),
            Self::NotEmpty => f.write_str(
                "there are accounts or units in it; move or remove them first, see `licentia organizations show`",
            ),
            Self::Management(account) => write!(
                f,
                "account {account} manages the organization: it cannot leave it, and needs no delegation"
            ),
            Self::ConsolidatedBilling => f.write_str(
                "the organization has consolidated billing only; delegation needs one with all features",
            ),
            Self::Busy | Self::Store(CommitError::Busy | CommitError::Refused { .. }) => {
                f.write_str("it is being changed by others at the same moment; try again")
            }
            Self::NoEntropy(error) => error.fmt(f),
            Self::Store(CommitError::Unavailable(error)) => write!(f, "the store did not answer: {error}"),
            Self::Store(CommitError::Unknown(error)) => {
                write!(f, "the store did not say whether it was done; look before trying again: {error}")
            }
        }
    }
}

impl std::error::Error for OrganizationError {}

impl From<Unavailable> for OrganizationError {
    fn from(error: Unavailable) -> Self {
        Self::Store(error.into())
    }
}

impl From<NoEntropy> for OrganizationError {
    fn from(error: NoEntropy) -> Self {
        Self::NoEntropy(error)
    }
}
