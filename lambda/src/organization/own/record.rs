//! How an organization is kept: keys and items.

use std::collections::{BTreeMap, BTreeSet};

use licentia_core::arn::AccountId;
use licentia_core::principal::{OrganizationId, OuId, RootId};
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::identity::DisplayName;
use crate::organization::ServicePrincipal;
use crate::store::{Item, Key, Query, Unavailable};

/// The index partition of all organizations.
const ALL: &str = "ORGANIZATIONS";

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// What its units are under.
    pub root: RootId,
    /// The account that manages it, a member like the others.
    pub management: AccountId,
    /// Whether it has all features, not only consolidated billing.
    pub all_features: bool,
    /// When it was made.
    pub created: Timestamp,
    /// Grows with every change of it, of its units and of its members.
    pub revision: u64,
    /// The members that administer services for it (O-7).
    pub administrators: BTreeMap<AccountId, BTreeSet<ServicePrincipal>>,
}

/// A unit of an organization. It never moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// The units that it is in, the root's child first, and itself last.
    pub path: Vec<OuId>,
    /// What people call it.
    pub name: DisplayName,
}

/// An account in an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The account.
    pub account: AccountId,
    /// The organization.
    pub organization: OrganizationId,
    /// The units that it is in, the root's child first.
    pub ou_path: Vec<OuId>,
    /// When it joined.
    pub joined: Timestamp,
}

impl Organization {
    pub(super) fn item(&self) -> Result<Item, Unavailable> {
        let index = Some(Key::new(ALL, format!("O#{}", self.id)));
        Ok(Item { index, ..Item::new(organization_key(&self.id), self)? })
    }
}

impl Unit {
    /// The last of its path.
    #[must_use]
    pub fn id(&self) -> Option<&OuId> {
        self.path.last()
    }

    /// The units that it is in.
    #[must_use]
    pub fn parents(&self) -> &[OuId] {
        self.path.split_last().map_or(&[], |(_, parents)| parents)
    }
}

pub(super) fn organization_key(organization: &OrganizationId) -> Key {
    Key::new(partition(organization), "ORGANIZATION")
}

pub(super) fn unit_key(organization: &OrganizationId, unit: &OuId) -> Key {
    Key::new(partition(organization), format!("U#{unit}"))
}

/// Where the organization lists the account.
pub(super) fn member_key(organization: &OrganizationId, account: &AccountId) -> Key {
    Key::new(partition(organization), format!("M#{account}"))
}

/// Where the account's organization is found.
pub(super) fn membership_key(account: &AccountId) -> Key {
    Key::new(format!("A#{account}"), "ORGANIZATION")
}

pub(super) fn all(limit: usize) -> Query {
    Query { through_index: true, ..Query::prefix(ALL, "O#", limit) }
}

pub(super) fn units(organization: &OrganizationId, limit: usize) -> Query {
    Query::prefix(partition(organization), "U#", limit)
}

pub(super) fn members(organization: &OrganizationId, limit: usize) -> Query {
    Query::prefix(partition(organization), "M#", limit)
}

fn partition(organization: &OrganizationId) -> String {
    format!("O#{organization}")
}
