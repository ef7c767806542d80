//! A database in memory, gone with its process: for simulations, which need
//! neither a disk nor threads.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound::{Excluded, Included};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::guard::{self, Failure};
use super::{Change, CommitError, Item, Key, Page, Query, Store, Unavailable, limits};

/// Items removed in one [`Store::discard`].
const DISCARDED_AT_ONCE: usize = 1000;

/// A database in memory.
#[derive(Debug, Default)]
pub struct Memory {
    tables: Mutex<Tables>,
    index_lags: bool,
}

#[derive(Clone, Debug, Default)]
struct Tables {
    items: BTreeMap<Key, Item>,
    /// The items with a second place, by it.
    index: BTreeMap<Key, Item>,
    /// What the index has not heard of, the oldest first.
    behind: VecDeque<Moved>,
}

/// What became of an item's place in the index.
#[derive(Clone, Debug)]
struct Moved {
    from: Option<Key>,
    to: Option<Item>,
}

impl Memory {
    /// The same items again, with an index that lags behind until it is told
    /// to [catch up](Self::catch_up).
    #[must_use]
    pub fn lagging(&self) -> Self {
        Self { tables: Mutex::new(self.tables().clone()), index_lags: true }
    }

    /// The index learns what was committed, up to the latest so many items.
    pub fn catch_up(&self, but: usize) {
        let mut tables = self.tables();
        while tables.behind.len() > but {
            tables.hear();
        }
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    /// The index learns what became of one item.
    fn hear(&mut self) {
        let Some(Moved { from, to }) = self.behind.pop_front() else { return };
        if let Some(place) = from {
            self.index.remove(&place);
        }
        if let Some((place, item)) = to.and_then(|item| Some((item.index.clone()?, item))) {
            self.index.insert(place, item);
        }
    }

    fn replace(&mut self, key: Key, after: Option<Item>) {
        let to = after.clone().filter(|item| item.index.is_some());
        let before = match after {
            Some(item) => self.items.insert(key, item),
            None => self.items.remove(&key),
        };
        let from = before.and_then(|item| item.index);
        if from.is_some() || to.is_some() {
            self.behind.push_back(Moved { from, to });
        }
    }

    fn apply(&mut self, change: &Change) -> Result<(), CommitError> {
        let mut after = Vec::with_capacity(change.0.len());
        for (index, write) in change.0.iter().enumerate() {
            let key = write.key();
            let item = match guard::apply(write, self.items.get(key).cloned()) {
                Ok(item) => item,
                Err(Failure::Refused(present)) => return Err(CommitError::Refused { write: index, present }),
                Err(Failure::Impossible(why)) => return Err(why.into()),
            };
            if let Some(item) = &item {
                limits::body_of(item)?;
            }
            after.push((key.clone(), item));
        }
        for (key, item) in after {
            self.replace(key, item);
        }
        Ok(())
    }
}

#[async_trait]
impl Store for Memory {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        limits::check_keys(keys)?;
        let tables = self.tables();
        Ok(keys.iter().map(|key| tables.items.get(key).cloned()).collect())
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        limits::check_query(query)?;
        let tables = self.tables();
        let (from, to) = query.bounds();
        if from > to {
            return Ok(Page { items: vec![], more: false });
        }
        let end = |sort: &str| match query.after.as_deref() {
            Some(after) if after == sort => Excluded(Key::new(&query.partition, sort)),
            _ => Included(Key::new(&query.partition, sort)),
        };
        let (from, to) = (end(from), end(to));
        if matches!((&from, &to), (Excluded(from), Excluded(to)) if from == to) {
            return Ok(Page { items: vec![], more: false });
        }
        let places = if query.through_index { &tables.index } else { &tables.items };
        let range = places.range((from, to)).map(|(_, item)| item.clone());
        let one_more = query.limit.saturating_add(1);
        let mut items: Vec<Item> = if query.descending {
            range.rev().take(one_more).collect()
        } else {
            range.take(one_more).collect()
        };
        let more = items.len() > query.limit;
        items.truncate(query.limit);
        Ok(Page { items, more })
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        limits::check(change)?;
        self.tables().apply(change)?;
        if !self.index_lags {
            self.catch_up(0);
        }
        Ok(())
    }

    async fn discard(&self, now: u64) -> Result<usize, CommitError> {
        let mut tables = self.tables();
        let is_over = |item: &Item| item.discard_after.is_some_and(|time| time < now);
        let over = tables.items.values().filter(|item| is_over(item)).map(|item| item.key.clone());
        let over: Vec<Key> = over.take(DISCARDED_AT_ONCE).collect();
        let discarded = over.len();
        over.into_iter().for_each(|key| tables.replace(key, None));
        drop(tables);
        if !self.index_lags {
            self.catch_up(0);
        }
        Ok(discarded)
    }
}
