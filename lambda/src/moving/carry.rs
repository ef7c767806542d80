//! Copying all records, and reading them back, until both places hold the same.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::MoveError;
use crate::clock::Clock;
use crate::progress::{Progress, Told};
use crate::store::{Change, CommitError, Frozen, Item, Key, Tally, Unavailable, Whole, Write};

/// Records read and written at once; at most 38 MB of them.
const PAGE: usize = 100;

/// Pages under way.
const UNDER_WAY: usize = 8;

/// A record that one of the places discards while it is copied makes one round
/// more; so many do not happen.
const ROUNDS: usize = 5;

/// What is checked of a page: how many records are not as they should be.
type Wrong = u64;

/// Makes `target` hold what `source` holds, and says what that is in each.
pub(super) async fn carry(
    source: &Arc<dyn Whole>,
    target: &Arc<dyn Whole>,
    mut is_empty: bool,
    clock: &dyn Clock,
    told: Told<'_>,
) -> Result<(Tally, Tally), MoveError> {
    for _ in 0..ROUNDS {
        let now = clock.now()?.unix();
        let sent = copy(source, target, is_empty, now, told).await?;
        let (arrived, wrong) = check(source, target, now, &sent, told).await?;
        if wrong == 0 && arrived == sent {
            return Ok((sent, arrived));
        }
        is_empty = false;
    }
    Err(MoveError::Unsteady)
}

/// Whether the item goes along: not what belongs to the place itself, nor what
/// may be discarded, which either place may do at any moment.
fn is_carried(item: &Item, now: u64) -> bool {
    item.key.partition != Frozen::key().partition && item.discard_after.is_none_or(|time| time >= now)
}

async fn copy(
    source: &Arc<dyn Whole>,
    target: &Arc<dyn Whole>,
    is_empty: bool,
    now: u64,
    told: Told<'_>,
) -> Result<Tally, MoveError> {
    let mut tally = Tally::default();
    each_page(source, now, |under_way, items| {
        items.iter().for_each(|item| tally.add(item));
        told(Progress { step: "records copied", done: tally.items(), of: None });
        let target = Arc::clone(target);
        under_way.spawn(async move { put(&*target, items, is_empty).await.map(|()| 0) });
    })
    .await?;
    Ok(tally)
}

/// Stores the items that are not there yet as they should be.
async fn put(target: &dyn Whole, mut items: Vec<Item>, is_empty: bool) -> Result<(), Unavailable> {
    if !is_empty {
        let found = found(target, &items).await?;
        items.retain(|item| found.get(&item.key) != Some(item));
    }
    target.fill(&items).await
}

/// Reads back what has arrived, and compares each record with the one that it
/// is a copy of.
async fn check(
    source: &Arc<dyn Whole>,
    target: &Arc<dyn Whole>,
    now: u64,
    sent: &Tally,
    told: Told<'_>,
) -> Result<(Tally, Wrong), MoveError> {
    let mut tally = Tally::default();
    let wrong = each_page(target, now, |under_way, items| {
        items.iter().for_each(|item| tally.add(item));
        told(Progress { step: "records checked", done: tally.items(), of: Some(sent.items()) });
        let (source, target) = (Arc::clone(source), Arc::clone(target));
        under_way.spawn(async move { compare(&*source, &*target, &items).await });
    })
    .await?;
    Ok((tally, wrong))
}

/// What differs is copied in the next round; what has no original goes here.
async fn compare(source: &dyn Whole, target: &dyn Whole, items: &[Item]) -> Result<Wrong, Unavailable> {
    let originals = found(source, items).await?;
    let mut wrong = 0;
    for item in items {
        match originals.get(&item.key) {
            Some(original) if original == item => {}
            Some(_) => wrong += 1,
            None => {
                wrong += 1;
                remove(target, item.key.clone()).await?;
            }
        }
    }
    Ok(wrong)
}

async fn remove(target: &dyn Whole, key: Key) -> Result<(), Unavailable> {
    match target.commit(&Change(vec![Write::Delete(key, vec![])])).await {
        // The next round tells.
        Ok(()) | Err(CommitError::Busy | CommitError::Refused { .. } | CommitError::Unknown(_)) => Ok(()),
        Err(CommitError::Unavailable(error)) => Err(error),
    }
}

/// What a store has under the items' keys.
async fn found(store: &dyn Whole, items: &[Item]) -> Result<HashMap<Key, Item>, Unavailable> {
    let keys: Vec<Key> = items.iter().map(|item| item.key.clone()).collect();
    let found = store.get(&keys).await?;
    Ok(found.into_iter().flatten().map(|item| (item.key.clone(), item)).collect())
}

/// Gives each page of what goes along to `start`, which lets work begin on it,
/// and waits for all of that; the sum of what it comes to.
async fn each_page(
    store: &Arc<dyn Whole>,
    now: u64,
    mut start: impl FnMut(&mut JoinSet<Result<Wrong, Unavailable>>, Vec<Item>) + Send,
) -> Result<Wrong, MoveError> {
    let (mut under_way, mut sum, mut after) = (JoinSet::new(), 0, None);
    loop {
        let page = store.scan(after.as_ref(), PAGE).await?;
        after = page.items.last().map(|item| item.key.clone());
        let items: Vec<Item> = page.items.into_iter().filter(|item| is_carried(item, now)).collect();
        if !items.is_empty() {
            start(&mut under_way, items);
        }
        let most = if page.more { UNDER_WAY - 1 } else { 0 };
        while under_way.len() > most {
            match under_way.join_next().await {
                Some(Ok(ended)) => sum += ended?,
                Some(Err(panicked)) => return Err(Unavailable(panicked.to_string()).into()),
                None => break,
            }
        }
        if !page.more {
            return Ok(sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use serde_json::json;
    use tempfile::TempDir;

    use super::*;
    use crate::clock::SystemClock;
    use crate::master_key::Carried;
    use crate::store::{Page, Query, Sqlite, Store};

    fn item(sort: &str, n: u64) -> Item {
        Item::new(Key::new("p", sort), &json!({ "n": n })).unwrap()
    }

    async fn holding(items: &[Item]) -> (Arc<dyn Whole>, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let store = Sqlite::open(folder.path()).unwrap();
        store.fill(items).await.unwrap();
        (Arc::new(store), folder)
    }

    async fn carried(source: &Arc<dyn Whole>, target: &Arc<dyn Whole>) -> Result<Tally, MoveError> {
        let (sent, arrived) = carry(source, target, false, &SystemClock, &mut |_| {}).await?;
        assert_eq!(sent, arrived);
        Ok(arrived)
    }

    async fn items(store: &Arc<dyn Whole>) -> Vec<Item> {
        store.scan(None, 1000).await.unwrap().items
    }

    #[tokio::test]
    async fn what_an_earlier_try_left_becomes_what_it_should_be() {
        let all: Vec<Item> = (100..400).map(|n| item(&format!("{n}"), n)).collect();
        let (source, _one) = holding(&all).await;
        let mut left = all[50..200].to_vec();
        left.extend([item("150", 7), item("500", 500), item("501", 501)]);
        let (target, _two) = holding(&left).await;
        assert_eq!(carried(&source, &target).await.unwrap().items(), 300);
        assert_eq!(items(&target).await, all);
    }

    #[tokio::test]
    async fn marks_of_a_place_and_what_has_ended_stay_where_they_are() {
        let until = |sort, time| Item { discard_after: Some(time), ..item(sort, 1) };
        let mark = |n| Item { key: Carried::place(), ..item("", n) };
        let (source, _one) = holding(&[until("a", 10), until("b", 40_000_000_000), mark(1)]).await;
        let (target, _two) = holding(&[mark(2), until("c", 10)]).await;
        assert_eq!(carried(&source, &target).await.unwrap().items(), 1);
        assert_eq!(items(&target).await, [mark(2), until("b", 40_000_000_000), until("c", 10)]);
    }

    /// A store of which every read finds something else.
    struct Restless(Arc<dyn Whole>);

    #[async_trait]
    impl Store for Restless {
        async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
            Ok(vec![None; keys.len()])
        }

        async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
            self.0.query(query).await
        }

        async fn commit(&self, change: &Change) -> Result<(), CommitError> {
            self.0.commit(change).await
        }
    }

    #[async_trait]
    impl Whole for Restless {
        async fn scan(&self, after: Option<&Key>, limit: usize) -> Result<Page, Unavailable> {
            self.0.scan(after, limit).await
        }

        async fn fill(&self, items: &[Item]) -> Result<(), Unavailable> {
            self.0.fill(items).await
        }

        async fn freeze(&self, mark: &Frozen) -> Result<(), Unavailable> {
            self.0.freeze(mark).await
        }

        async fn thaw(&self) -> Result<(), Unavailable> {
            self.0.thaw().await
        }
    }

    #[tokio::test]
    async fn a_place_that_does_not_come_to_rest_is_not_taken_for_moved() {
        let (inner, _one) = holding(&[item("a", 1)]).await;
        let source: Arc<dyn Whole> = Arc::new(Restless(inner));
        let (target, _two) = holding(&[]).await;
        assert!(matches!(carried(&source, &target).await, Err(MoveError::Unsteady)));
    }
}
