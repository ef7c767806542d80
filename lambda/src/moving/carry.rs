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
