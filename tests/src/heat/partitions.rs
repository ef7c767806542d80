//! A database of which each partition takes only so many write units a second,
//! and which answers after a while.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use licentia::store::{Change, CommitError, Item, Key, Memory, Page, Query, Store, Unavailable};
use tokio::time::{Instant, sleep};

use crate::metered::spent;

/// What an answer takes.
const LATENCY: Duration = Duration::from_millis(5);
/// Parts of a second for which a partition saves up what it was not asked for.
const SAVED: f64 = 0.1;

/// The database. Its time is tokio's, which tests turn.
pub(super) struct Partitions {
    inner: Memory,
    /// Write units a second.
    limit: f64,
    left: Mutex<BTreeMap<String, (Instant, f64)>>,
}

impl Partitions {
    pub(super) fn new(limit: f64) -> Arc<Self> {
        Arc::new(Self { inner: Memory::default(), limit, left: Mutex::default() })
    }

    /// Whether all these partitions, of the table and of its index, have
    /// anything left.
    fn have_left(&self, partitions: &BTreeSet<String>) -> bool {
        let mut left = self.left.lock().unwrap();
        let now = Instant::now();
        partitions.iter().all(|partition| {
            let full = self.limit * SAVED;
            let (since, units) = left.entry(partition.clone()).or_insert((now, full));
            *units = full.min(*units + (now - *since).as_secs_f64() * self.limit);
            *since = now;
            *units > 0.0
        })
    }

    fn take(&self, partition: &str, units: u64) {
        let mut left = self.left.lock().unwrap();
        if let Some((_, left)) = left.get_mut(partition) {
            *left -= f64::from(u32::try_from(units).unwrap_or(u32::MAX));
        }
    }
}

#[async_trait]
impl Store for Partitions {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        sleep(LATENCY).await;
        self.inner.get(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        sleep(LATENCY).await;
        self.inner.query(query).await
    }

    /// A write that begins while its partitions have anything left is carried
    /// out; what it takes beyond that, they are short of later.
    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        sleep(LATENCY / 2).await;
        let keys: Vec<Key> = change.0.iter().map(|write| write.key().clone()).collect();
        let before = self.inner.get(&keys).await?;
        let in_index = |items: &[Option<Item>]| -> BTreeSet<String> {
            let places = items.iter().flatten().filter_map(|item| item.index.as_ref());
            places.map(|place| format!("index {}", place.partition)).collect()
        };
        let mut partitions = in_index(&before);
        partitions.extend(keys.iter().map(|key| key.partition.clone()));
        let has_left = self.have_left(&partitions);
        let outcome = if has_left { self.inner.commit(change).await } else { Err(CommitError::Busy) };
        if has_left {
            let after = self.inner.get(&keys).await?;
            self.have_left(&in_index(&after));
            for (index, write) in change.0.iter().enumerate() {
                let state = |items: &[Option<Item>]| items.get(index).cloned().flatten();
                let spent = spent(write, state(&before).as_ref(), state(&after).as_ref(), change.0.len() > 1);
                self.take(&write.key().partition, spent.table);
                if outcome.is_ok() {
                    for partition in in_index(&[state(&before)]).union(&in_index(&[state(&after)])) {
                        self.take(partition, spent.index);
                    }
                }
            }
        }
        sleep(LATENCY / 2).await;
        outcome
    }

    fn charges_for_transactions(&self) -> bool {
        true
    }
}
