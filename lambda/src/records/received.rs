//! How received grants are found, and activated one after the other.

use licentia_core::arn::AccountId;
use licentia_core::grant::GrantType;
use licentia_core::license::License;
use licentia_core::principal::Principal;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{GrantRecord, digest};
use crate::store::{Guard, Item, Key, Path, Query, Unavailable, Write};

/// How often grants of a Marketplace product were activated for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// So often.
    pub turn: u64,
}

/// The items by which a grantee finds a grant: among all that it received, by
/// SKU, and a delegate among those that make it one; and the item by which the
/// delegates of a product are found.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn received_items(record: &GrantRecord, license: &License) -> Result<Vec<Item>, Unavailable> {
    let (principal, pointer) = (&record.grant.grantee_principal_arn, record.pointer());
    let all = received_partition(principal);
    let by_sku = received_sku_partition(principal, &license.product_sku);
    let is_delegate = record.grant.grant_type == GrantType::DelegateGrant;
    let delegated =
        is_delegate.then(|| [received_delegate_partition(principal), delegates_partition(license)]);
    let delegated = delegated.into_iter().flatten();
    let partitions = [all, by_sku].into_iter().chain(delegated);
    partitions.map(|partition| Item::new(Key::new(partition, pointer.grant_arn.id()), &pointer)).collect()
}

/// The pointers to the grants that a principal received, oldest first.
#[must_use]
pub fn received(principal: &Principal, limit: usize) -> Query {
    Query::prefix(received_partition(principal), "g-", limit)
}

/// The pointers to the grants of licenses of this SKU that a principal
/// received, oldest first.
#[must_use]
pub fn received_sku(principal: &Principal, sku: &str, limit: usize) -> Query {
    Query::prefix(received_sku_partition(principal, sku), "g-", limit)
}

/// The pointers to the grants that make a principal a delegate, oldest first.
#[must_use]
pub fn received_as_delegate(principal: &Principal, limit: usize) -> Query {
    Query::prefix(received_delegate_partition(principal), "g-", limit)
}

/// The pointers to the grants that make accounts delegates of the license's
/// owner for its product, oldest first.
#[must_use]
pub fn delegates_of(license: &License, limit: usize) -> Query {
    Query::prefix(delegates_partition(license), "g-", limit)
}

/// Where the turn stands in which grants of a Marketplace product are activated
/// for an account, one after the other (G-22).
#[must_use]
pub fn activation_key(account: &AccountId, sku: &str) -> Key {
    Key::new(received_sku_partition(&Principal::Account(account.clone()), sku), "ACTIVATION")
}

/// Takes the next turn, after the one that was loaded.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn take_turn(key: Key, turn: Option<u64>) -> Result<Write, Unavailable> {
    let guard = turn.map_or(Guard::Absent, |turn| Guard::Equals(Path::member("turn"), json!(turn)));
    let next = turn.map_or(1, |turn| turn.saturating_add(1));
    Ok(Write::Put(Item::new(key, &Turn { turn: next })?, vec![guard]))
}

fn received_partition(principal: &Principal) -> String {
    match principal {
        Principal::Account(account) => format!("R#{account}"),
        Principal::Organization { .. } | Principal::Unit { .. } => {
            format!("R#{}", digest(&principal.to_string()))
        }
    }
}

fn received_delegate_partition(principal: &Principal) -> String {
    format!("{}#DELEGATE", received_partition(principal))
}

fn delegates_partition(license: &License) -> String {
    format!("D#{}#{}", license.owner(), digest(&license.product_sku))
}

fn received_sku_partition(principal: &Principal, sku: &str) -> String {
    format!("{}#{}", received_partition(principal), digest(sku))
}
