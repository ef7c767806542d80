//! The port to the directory of organizations.

use std::fmt;

use licentia_core::arn::AccountId;
use licentia_core::principal::{OrganizationId, OuId};
use serde::{Deserialize, Serialize};

use crate::store::Unavailable;

/// Where an account stands in its organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The account that manages it.
    pub management_account: AccountId,
    /// Whether it has all features, not only consolidated billing (G-19).
    pub all_features: bool,
    /// The units that the account is in, the root's child first; none right
    /// under the root.
    pub ou_path: Vec<OuId>,
}

/// The service that an account may administer for its whole organization
/// (O-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ServicePrincipal {
    /// Managed licenses.
    #[serde(rename = "license-manager.amazonaws.com")]
    LicenseManager,
    /// Linux subscriptions.
    #[serde(rename = "license-manager-linux-subscriptions.amazonaws.com")]
    LinuxSubscriptions,
}

/// Which state of an organization was read: another one after an account has
/// joined it, moved within it or left it (G-26). Nothing else can be told from
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision(String);

/// A directory of organizations. An account is in one of them at most.
#[async_trait::async_trait]
pub trait Organizations: Send + Sync + 'static {
    /// The organization of an account, and its place there.
    async fn membership(&self, account: &AccountId) -> Result<Option<Membership>, Unavailable>;

    /// The accounts of an organization, its management account among them, or
    /// those in one of its units and in the units below; by number. Accounts
    /// that are suspended do not count; an organization or a unit that is not
    /// there has none.
    async fn accounts_under(
        &self,
        organization: &OrganizationId,
        unit: Option<&OuId>,
    ) -> Result<Vec<AccountId>, Unavailable>;

    /// The units that a unit of the organization is in, the root's child first,
    /// and the unit itself last; so a unit is nested (G-24) if there are more
    /// than one. None if there is no such unit.
    async fn ou_path(
        &self,
        organization: &OrganizationId,
        unit: &OuId,
    ) -> Result<Option<Vec<OuId>>, Unavailable>;

    /// The members that administer the service for the organization, by number;
    /// none where it is not trusted (O-7).
    async fn delegated_administrators(
        &self,
        organization: &OrganizationId,
        service: ServicePrincipal,
    ) -> Result<Vec<AccountId>, Unavailable>;

    /// Whether the organization lets the service act in its accounts.
    async fn trusts(
        &self,
        organization: &OrganizationId,
        service: ServicePrincipal,
    ) -> Result<bool, Unavailable>;

    /// The present revision of an organization, if it is there.
    async fn revision(&self, organization: &OrganizationId) -> Result<Option<Revision>, Unavailable>;
}

impl ServicePrincipal {
    /// Every service.
    pub const ALL: [Self; 2] = [Self::LicenseManager, Self::LinuxSubscriptions];

    /// Its name in AWS Organizations.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LicenseManager => "license-manager.amazonaws.com",
            Self::LinuxSubscriptions => "license-manager-linux-subscriptions.amazonaws.com",
        }
    }
}

impl fmt::Display for ServicePrincipal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Revision {
    pub(super) fn new(text: impl fmt::Display) -> Self {
        Self(text.to_string())
    }
}
