//! What a change costs on DynamoDB, counted by its published rules. DynamoDB
//! Local's own figures are wrong for transactions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use async_trait::async_trait;
use licentia::store::{Change, CommitError, Item, Key, Page, Query, Store, Unavailable, Write};
use serde_json::{Map, Value};

/// What has been spent so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meter {
    /// Calls of the store.
    pub requests: u64,
    /// Items that they brought.
    pub items: u64,
    /// Write units: a KB written, or begun, is one; two in a transaction.
    pub write_units: u64,
}

impl Meter {
    /// What has been spent since it stood so.
    #[must_use]
    pub const fn since(self, before: Self) -> Self {
        Self {
            requests: self.requests - before.requests,
            items: self.items - before.items,
            write_units: self.write_units - before.write_units,
        }
    }
}

/// A store that counts.
///
/// It reads each item before and after every change, uncounted, so it is not
/// for measuring time. An item that several change at once may be counted by
/// the size that another left it with.
pub struct Metered {
    store: Arc<dyn Store>,
    requests: AtomicU64,
    items: AtomicU64,
    write_units: AtomicU64,
}

impl Metered {
    /// Counts what goes through to this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        let none = AtomicU64::default;
        Self { store, requests: none(), items: none(), write_units: none() }
    }

    /// The count.
    #[must_use]
    pub fn meter(&self) -> Meter {
        Meter {
            requests: self.requests.load(Relaxed),
            items: self.items.load(Relaxed),
            write_units: self.write_units.load(Relaxed),
        }
    }

    fn read(&self, items: usize) {
        self.requests.fetch_add(1, Relaxed);
        self.items.fetch_add(items as u64, Relaxed);
    }
}

#[async_trait]
impl Store for Metered {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        let items = self.store.get(keys).await?;
        self.read(items.iter().flatten().count());
        Ok(items)
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        let page = self.store.query(query).await?;
        self.read(page.items.len());
        Ok(page)
    }

    fn charges_for_transactions(&self) -> bool {
        true
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        self.requests.fetch_add(1, Relaxed);
        let keys: Vec<Key> = change.0.iter().map(|write| write.key().clone()).collect();
        let before = self.store.get(&keys).await?;
        let outcome = self.store.commit(change).await;
        // A refused write is paid for too.
        if matches!(outcome, Ok(()) | Err(CommitError::Refused { .. })) {
            let after = self.store.get(&keys).await?;
            let states = before.iter().map(Option::as_ref).zip(after.iter().map(Option::as_ref));
            let is_transaction = keys.len() > 1;
            let spent = change
                .0
                .iter()
                .zip(states)
                .map(|(write, (before, after))| spent(write, before, after, is_transaction));
            self.write_units.fetch_add(spent.map(|spent| spent.table + spent.index).sum(), Relaxed);
        }
        outcome
    }
}

/// The units that one write takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    /// Of the table.
    pub(crate) table: u64,
    /// Of its index.
    pub(crate) index: u64,
}

/// What a write takes of an item that stood so before and stands so after.
pub(crate) fn spent(
    write: &Write,
    before: Option<&Item>,
    after: Option<&Item>,
    is_transaction: bool,
) -> Spent {
    let factor = if is_transaction { 2 } else { 1 };
    Spent { table: factor * units(written(write, before, after)), index: index_units(before, after) }
}

/// The larger of the item's sizes; what a refused write saw is there still.
fn written(write: &Write, before: Option<&Item>, after: Option<&Item>) -> u64 {
    let intended = match write {
        Write::Put(item, _) => size(item),
        Write::Update(..) | Write::Delete(..) => 0,
    };
    [before, after].into_iter().flatten().map(size).fold(intended, u64::max)
}

/// The index holds a copy: one more write to make, change or remove it, two to
/// move it, none if nothing changed.
fn index_units(before: Option<&Item>, after: Option<&Item>) -> u64 {
    let copy = |item: Option<&Item>| item.filter(|item| item.index.is_some()).cloned();
    match (copy(before), copy(after)) {
        (None, None) => 0,
        (Some(one), None) | (None, Some(one)) => units(size(&one)),
        (Some(before), Some(after)) if before == after => 0,
        (Some(before), Some(after)) if before.index == after.index => units(size(&before).max(size(&after))),
        (Some(before), Some(after)) => units(size(&before)) + units(size(&after)),
    }
}

fn units(bytes: u64) -> u64 {
    bytes.div_ceil(1024).max(1)
}

/// An item's size as DynamoDB counts it, in bytes.
fn size(item: &Item) -> u64 {
    let key = |names: [&str; 2], key: &Key| {
        length(names.concat().as_str()) + length(&key.partition) + length(&key.sort)
    };
    key(["pk", "sk"], &item.key)
        + item.index.as_ref().map_or(0, |index| key(["ipk", "isk"], index))
        + item.discard_after.map_or(0, |time| length("ttl") + digits(&time.to_string()))
        + members(&item.body)
}

fn members(entries: &Map<String, Value>) -> u64 {
    entries.iter().map(|(name, value)| length(name) + value_size(value)).sum()
}

fn value_size(value: &Value) -> u64 {
    match value {
        Value::Null | Value::Bool(_) => 1,
        Value::Number(number) => digits(&number.to_string()),
        Value::String(text) => length(text),
        Value::Array(entries) => 3 + entries.iter().map(|entry| 1 + value_size(entry)).sum::<u64>(),
        Value::Object(entries) => 3 + length_of(entries.len()) + members(entries),
    }
}

/// A number takes a byte for two significant digits, one more, and one for a
/// minus.
fn digits(number: &str) -> u64 {
    let significant = number.trim_start_matches('-').trim_end_matches('0');
    length(significant).div_ceil(2) + 1 + u64::from(number.starts_with('-'))
}

fn length(text: &str) -> u64 {
    length_of(text.len())
}

fn length_of(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn item(text: usize, index: bool) -> Item {
        let body = json!({ "n": 1200, "m": {"a": -123, "b": [true, null]}, "t": "x".repeat(text) });
        let mut item = Item::new(Key::new("p", "s"), &body).unwrap();
        item.index = index.then(|| Key::new("p", "s"));
        item
    }

    #[test]
    fn an_item_is_as_large_as_dynamodb_says() {
        // Keys 6, `n` 1 + 2, `m` 1 + 3 + 2 + (1 + 4) + (1 + 3 + 2 + 2), `t` 1.
        assert_eq!(size(&item(0, false)), 6 + 3 + 19 + 1);
        assert_eq!(size(&item(7, true)), 6 + 3 + 19 + 8 + 8);
    }

    #[test]
    fn an_index_costs_what_changes_in_it() {
        let (plain, indexed, larger) = (item(1, false), item(1, true), item(1100, true));
        let mut moved = larger.clone();
        moved.index = Some(Key::new("p", "elsewhere"));
        assert_eq!(index_units(None, Some(&plain)), 0);
        assert_eq!(index_units(Some(&plain), Some(&indexed)), 1);
        assert_eq!(index_units(Some(&indexed), Some(&indexed)), 0);
        assert_eq!(index_units(Some(&indexed), Some(&larger)), 2);
        assert_eq!(index_units(Some(&larger), Some(&moved)), 4);
        assert_eq!(index_units(Some(&larger), None), 2);
    }
}
