//! Checkouts, and the index of those that run out.

use licentia_core::arn::LicenseArn;
use licentia_core::checkout::{Checkout, Ended, Kind};
use licentia_core::pool::Pool;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{RETAINED_DAYS, license_partition};
use crate::sign::KeptSignature;
use crate::store::{Edit, Guard, Item, Key, Path, Query, Unavailable, Write};

/// A checkout, and the request it answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckoutRecord {
    /// The checkout.
    pub checkout: Checkout,
    /// The fingerprint of the request.
    pub request: String,
    /// What makes the signed token again. Older records hold the token itself,
    /// in the checkout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<KeptSignature>,
}

/// What stands in the place of a checkout.
#[derive(Clone, Debug, PartialEq)]
pub enum CheckoutPlace {
    /// The checkout.
    Taken(Box<CheckoutRecord>),
    /// None, and it will not be one of these attempts.
    Free(GivenUp),
}

/// Attempts at a checkout that can become none any more: their reservations
/// are cancelled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GivenUp {
    attempts: Vec<String>,
}

impl CheckoutPlace {
    /// Reads what is stored there.
    ///
    /// # Errors
    /// [`Unavailable`] if it cannot be read.
    pub fn read(item: Option<&Item>) -> Result<Self, Unavailable> {
        match item {
            None => Ok(Self::Free(GivenUp::default())),
            Some(item) if item.body.contains_key(GIVEN_UP) => item.read().map(Self::Free),
            Some(item) => item.read().map(Self::Taken),
        }
    }
}

impl GivenUp {
    /// Whether this attempt is among them.
    #[must_use]
    pub fn has(&self, attempt: &str) -> bool {
        self.attempts.iter().any(|other| other == attempt)
    }

    /// That these are all, and there is no checkout.
    #[must_use]
    pub fn unchanged(&self) -> Guard {
        match self.attempts.as_slice() {
            [] => Guard::Absent,
            attempts => Guard::Equals(Path::member(GIVEN_UP), json!(attempts)),
        }
    }

    /// Gives up one more.
    ///
    /// # Errors
    /// [`Unavailable`] if it cannot be written.
    pub fn give_up(mut self, token: &str, attempt: &str, now: Timestamp) -> Result<Write, Unavailable> {
        let guard = self.unchanged();
        self.attempts.push(attempt.to_owned());
        let mut item = Item::new(checkout_place(token), &self)?;
        item.discard_after = Some(now.plus_days(RETAINED_DAYS).unix());
        Ok(Write::Put(item, vec![guard]))
    }
}

/// The member of [`GivenUp`], by which it is told from a checkout.
const GIVEN_UP: &str = "attempts";

impl AsRef<Checkout> for CheckoutRecord {
    fn as_ref(&self) -> &Checkout {
        &self.checkout
    }
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

/// The checkouts of a license that count and run out within these seconds,
/// both included, the soonest first: those taken from its own pool, or those
/// from its shards of one place.
#[must_use]
pub fn expiring(arn: &LicenseArn, place: Option<u64>, from: Timestamp, to: Timestamp, limit: usize) -> Query {
    Query {
        partition: expiry_partition(arn, place),
        from: format!("{:012}", from.unix()),
        to: format!("{:012}#\u{10ffff}", to.unix()),
        through_index: true,
        descending: false,
        after: None,
        limit,
    }
}

/// The item of a new checkout; in the index if its end gives something back,
/// else kept for a while after its end. Its signed token is not written where
/// its signature is: on DynamoDB each KB costs, in the index once more.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn checkout_item(record: &CheckoutRecord) -> Result<Item, Unavailable> {
    let mut kept = record.clone();
    if kept.signature.is_some() {
        kept.checkout.signed_token = None;
    }
    let mut item = Item::new(checkout_place(&record.checkout.token), &kept)?;
    item.index = expiry_place(&record.checkout, record.checkout.expires_at());
    item.discard_after = discard_time(&record.checkout, record.checkout.expires_at());
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
    let returns = checkout.kind != Kind::Perpetual && checkout.held().next().is_some();
    let expires_at = expires_at.filter(|_| returns)?;
    Some(Key::new(
        expiry_partition(&checkout.license_arn, checkout.shard.map(Pool::place)),
        format!("{:012}#{}", expires_at.unix(), checkout.token),
    ))
}

/// An index partition takes only so many writes a second, as any does.
fn expiry_partition(arn: &LicenseArn, place: Option<u64>) -> String {
    let partition = license_partition(arn);
    place.map_or(partition.clone(), |place| format!("{partition}#{place}"))
}

/// Nothing is discarded before the pool was told that it ended.
fn discard_time(checkout: &Checkout, expires_at: Option<Timestamp>) -> Option<u64> {
    let expires_at = expires_at.filter(|_| checkout.held().next().is_none())?;
    Some(expires_at.plus_days(RETAINED_DAYS).unix())
}
