//! Licenses, their versions, and how they are found by SKU.

use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::license::{License, Version};
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::{account_partition, digest, license_partition};
use crate::store::{Edit, Item, Key, Query, Unavailable, Write};

/// How long a deleted license can be read (L-24).
const READABLE_MONTHS: u32 = 6;

/// A license as it is now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Its current version.
    pub license: License,
    /// Grows with every change, as the pool's does.
    pub revision: u64,
    /// When it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

/// Where a license is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pointer {
    /// Its ARN.
    pub license_arn: LicenseArn,
}

impl AsRef<License> for Head {
    fn as_ref(&self) -> &License {
        &self.license
    }
}

impl Head {
    /// Whether it can still be read: a deleted license can for six months
    /// (L-24).
    #[must_use]
    pub fn is_readable(&self, now: Timestamp) -> bool {
        self.deleted_at.is_none_or(|deleted_at| now < deleted_at.plus_months(READABLE_MONTHS))
    }
}

/// Where a license stands.
#[must_use]
pub fn head_key(arn: &LicenseArn) -> Key {
    Key::new(account_partition(arn.owner()), format!("L#{}", arn.id()))
}

/// Where one version of it stands.
#[must_use]
pub fn version_key(arn: &LicenseArn, version: Version) -> Key {
    Key::new(license_partition(arn), format!("V#{:020}", version.number()))
}

/// The licenses of an account, oldest first.
#[must_use]
pub fn heads(account: &AccountId, limit: usize) -> Query {
    Query::prefix(account_partition(account), "L#", limit)
}

/// The versions of a license, oldest first.
#[must_use]
pub fn versions(arn: &LicenseArn, limit: usize) -> Query {
    Query::prefix(license_partition(arn), "V#", limit)
}

/// The pointers to an account's licenses of this SKU, those for one
/// beneficiary or all.
#[must_use]
pub fn pointers(account: &AccountId, sku: &str, beneficiary: Option<&str>, limit: usize) -> Query {
    let prefix = beneficiary.map(|beneficiary| format!("{}#", digest(beneficiary))).unwrap_or_default();
    Query::prefix(sku_partition(account, sku), &prefix, limit)
}

/// The item of a license.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn head_item(head: &Head) -> Result<Item, Unavailable> {
    Item::new(head_key(&head.license.license_arn), head)
}

/// The item of a version.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn version_item(license: &License) -> Result<Item, Unavailable> {
    Item::new(version_key(&license.license_arn, license.version), license)
}

/// The item by which a license is found by SKU and beneficiary, neither of
/// which ever changes (L-13).
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn pointer_item(license: &License) -> Result<Item, Unavailable> {
    Item::new(pointer_key(license), &Pointer { license_arn: license.license_arn.clone() })
}

fn pointer_key(license: &License) -> Key {
    let sort = format!("{}#{}", digest(&license.beneficiary), license.license_arn.id());
    Key::new(sku_partition(license.owner(), &license.product_sku), sort)
}

/// Forgets, when a deleted license is no longer readable (L-24), where to find
/// it.
#[must_use]
pub fn expire_pointer(license: &License, deleted_at: Timestamp) -> Write {
    let readable_until = deleted_at.plus_months(READABLE_MONTHS).unix();
    Write::Update(pointer_key(license), vec![], vec![Edit::DiscardAfter(Some(readable_until))])
}

fn sku_partition(account: &AccountId, sku: &str) -> String {
    format!("S#{account}#{}", digest(sku))
}
