//! How licenses and checkouts are kept: keys, items, and pool edits as store
//! writes.
//!
//! | partition | sort | item |
//! |---|---|---|
//! | `A#<account>` | `L#<license id>` | the license as it is now |
//! | `L#<license id>` | `POOL` | its consumption |
//! | `L#<license id>` | `V#<version>` | one version of it |
//! | `S#<account>#<SKU>` | `<beneficiary>#<license id>` | where to find it by SKU |
//! | `C#<token>` | `CHECKOUT` | a checkout; in the index by license and expiry while it counts |
//! | `I#<account>` | `<operation>#<client token>` | the answer for a retry |
//!
//! SKUs, beneficiaries and client tokens, which may be long, stand there as
//! hashes. Ids of licenses begin with the time, so that they sort by age.

use std::collections::BTreeMap;

use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::checkout::{Checkout, Ended};
use licentia_core::license::{License, Version};
use licentia_core::pool::{Amounts, Edit as PoolEdit, Pool};
use licentia_core::quantity::Quantity;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::store::{Edit, Guard, Item, Key, Path, Query, Unavailable, Write};

/// How long what has ended is kept for retries: C-6 asks for 24 hours.
const RETAINED_DAYS: u32 = 7;
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
    /// Its tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// A checkout, and the request it answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckoutRecord {
    /// The checkout.
    pub checkout: Checkout,
    /// The fingerprint of the request.
    pub request: String,
}

/// Where a license is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pointer {
    /// Its ARN.
    pub license_arn: LicenseArn,
}

/// What a retry is answered (C-6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replay {
    /// The fingerprint of the request.
    pub request: String,
    /// The first answer.
    pub answer: Value,
}

impl AsRef<License> for Head {
    fn as_ref(&self) -> &License {
        &self.license
    }
}

impl AsRef<Checkout> for CheckoutRecord {
    fn as_ref(&self) -> &Checkout {
        &self.checkout
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

/// Where its consumption stands.
#[must_use]
pub fn pool_key(arn: &LicenseArn) -> Key {
    Key::new(license_partition(arn), "POOL")
}

/// Where one version of it stands.
#[must_use]
pub fn version_key(arn: &LicenseArn, version: Version) -> Key {
    Key::new(license_partition(arn), format!("V#{:020}", version.number()))
}

/// Where the checkout with this token stands; texts that are no consumption
/// token (C-4) have no place.
#[must_use]
pub fn checkout_key(token: &str) -> Option<Key> {
    let is_token = token.len() == 32 && token.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_token.then(|| checkout_place(token))
}

fn checkout_place(token: &str) -> Key {
    Key::new(format!("C#{token}"), "CHECKOUT")
}

/// Where the answer for a retry stands.
#[must_use]
pub fn replay_key(account: &AccountId, operation: &str, client_token: &str) -> Key {
    Key::new(format!("I#{account}"), format!("{operation}#{}", digest(client_token)))
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

/// The checkouts of a license that count and run out within these seconds,
/// both included, the soonest first.
#[must_use]
pub fn expiring(arn: &LicenseArn, from: Timestamp, to: Timestamp, limit: usize) -> Query {
    Query {
        partition: license_partition(arn),
        from: format!("{:012}", from.unix()),
        to: format!("{:012}#\u{10ffff}", to.unix()),
        through_index: true,
        descending: false,
        after: None,
        limit,
    }
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

/// The item of a pool.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn pool_item(arn: &LicenseArn, pool: &Pool) -> Result<Item, Unavailable> {
    Item::new(pool_key(arn), pool)
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

/// The item of a new checkout; in the index if its end gives something back,
/// else kept for a while after its end.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn checkout_item(record: &CheckoutRecord) -> Result<Item, Unavailable> {
    let mut item = Item::new(checkout_place(&record.checkout.token), record)?;
    item.index = expiry_place(&record.checkout, record.checkout.expires_at());
    item.discard_after = discard_time(&record.checkout, record.checkout.expires_at());
    Ok(item)
}

/// Forgets, when a deleted license is no longer readable (L-24), where to find
/// it.
#[must_use]
pub fn expire_pointer(license: &License, deleted_at: Timestamp) -> Write {
    let readable_until = deleted_at.plus_months(READABLE_MONTHS).unix();
    Write::Update(pointer_key(license), vec![], vec![Edit::DiscardAfter(Some(readable_until))])
}

/// The item of an answer for a retry.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn replay_item(key: Key, replay: &Replay, now: Timestamp) -> Result<Item, Unavailable> {
    let mut item = Item::new(key, replay)?;
    item.discard_after = Some(now.plus_days(RETAINED_DAYS).unix());
    Ok(item)
}

/// Ends a checkout that is as it was loaded.
#[must_use]
pub fn end_checkout(checkout: &Checkout, ended: Ended, now: Timestamp) -> Write {
    Write::Update(
        checkout_place(&checkout.token),
        as_loaded(checkout),
        vec![
            Edit::Set(Path::entry("checkout", "ended"), json!(ended)),
            Edit::Index(None),
            Edit::DiscardAfter(Some(now.plus_days(RETAINED_DAYS).unix())),
        ],
    )
}

/// Extends a checkout that is as it was loaded.
#[must_use]
pub fn extend_checkout(checkout: &Checkout, until: Timestamp) -> Write {
    Write::Update(
        checkout_place(&checkout.token),
        as_loaded(checkout),
        vec![
            Edit::Set(Path::entry("checkout", "extended_to"), json!(until)),
            Edit::Index(expiry_place(checkout, Some(until))),
            Edit::DiscardAfter(discard_time(checkout, Some(until))),
        ],
    )
}

/// A checkout changes in two ways only: it is extended, and it ends.
fn as_loaded(checkout: &Checkout) -> Vec<Guard> {
    let entry = |name: &str, value: Value| Guard::Equals(Path::entry("checkout", name), value);
    vec![entry("extended_to", json!(checkout.extended_to)), entry("ended", json!(checkout.ended))]
}

fn expiry_place(checkout: &Checkout, expires_at: Option<Timestamp>) -> Option<Key> {
    use licentia_core::checkout::Kind;
    let returns = checkout.kind != Kind::Perpetual && checkout.held().next().is_some();
    let expires_at = expires_at.filter(|_| returns)?;
    Some(Key::new(
        license_partition(&checkout.license_arn),
        format!("{:012}#{}", expires_at.unix(), checkout.token),
    ))
}

/// Nothing is discarded before the pool was told that it ended.
fn discard_time(checkout: &Checkout, expires_at: Option<Timestamp>) -> Option<u64> {
    let expires_at = expires_at.filter(|_| checkout.held().next().is_none())?;
    Some(expires_at.plus_days(RETAINED_DAYS).unix())
}

/// Entitlements in one edit up to which each is guarded and changed on its
/// own, so that edits of others do not disturb it. Beyond, DynamoDB's limit of
/// 4 KB for an expression would be passed, and the numbers are compared and
/// replaced as a whole.
const ROWS_APART: usize = 12;

/// The write of an edit, decided on this pool; none if it changes nothing.
#[must_use]
pub fn pool_write(arn: &LicenseArn, pool: &Pool, edit: &PoolEdit) -> Option<Write> {
    if edit.is_empty() {
        return None;
    }
    let (mut guards, mut edits) = (Vec::new(), Vec::new());
    let mut guard = |member, value: Option<Value>| {
        guards.extend(value.map(|value| Guard::Equals(Path::member(member), value)));
    };
    guard("revision", edit.revision.map(|revision| json!(revision)));
    guard("counted_from", edit.counted_from.map(|version| json!(version)));
    guard("renewed_at", edit.renewed_at.map(|renewal| json!(renewal)));
    let mut set = |member, value: Option<Value>| {
        edits.extend(value.map(|value| Edit::Set(Path::member(member), value)));
    };
    set("revision", edit.revise_to.map(|revision| json!(revision)));
    set("counted_from", edit.reset_to.map(|version| json!(version)));
    set("renewed_at", edit.renew_to.map(|renewal| json!(renewal)));
    set("returned_at", edit.return_to.map(|renewal| json!(renewal)));
    if edit.reset_to.is_some() {
        edits.push(Edit::Set(Path::member("used"), json!({})));
        edits.push(Edit::Set(Path::member("spent"), json!({})));
    } else if edit.rows.len() <= ROWS_APART {
        for (name, row) in &edit.rows {
            if let Some(most) = row.used_at_most {
                guards.push(Guard::AtMost(Path::entry("used", name), most.units()));
            }
            if let Some(spent) = row.spent_is {
                guards.push(Guard::Equals(Path::entry("spent", name), json!(spent)));
            }
            for (member, difference) in [("used", row.used), ("spent", row.spent)] {
                if difference != 0 {
                    edits.push(Edit::Add(Path::entry(member, name), difference));
                }
            }
        }
    } else {
        let after = edit.applied_to(pool);
        for (member, before, after) in
            [("used", &pool.used, &after.used), ("spent", &pool.spent, &after.spent)]
        {
            guards.push(Guard::Equals(Path::member(member), amounts(before)));
            edits.push(Edit::Set(Path::member(member), amounts(after)));
        }
    }
    Some(Write::Update(pool_key(arn), guards, edits))
}

fn amounts(amounts: &Amounts) -> Value {
    let numbers =
        amounts.iter().map(|(name, quantity): (&String, &Quantity)| (name.clone(), json!(quantity)));
    Value::Object(numbers.collect())
}

fn account_partition(account: &AccountId) -> String {
    format!("A#{account}")
}

fn license_partition(arn: &LicenseArn) -> String {
    format!("L#{}", arn.id())
}

fn sku_partition(account: &AccountId, sku: &str) -> String {
    format!("S#{account}#{}", digest(sku))
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}
