use std::collections::BTreeMap;
use std::sync::Arc;

use licentia::store::{CommitError, Frozen, Guard, Item, Key, Whole, Write};
use licentia_core::time::Timestamp;
use serde_json::json;

use crate::store::{body, commit, put, update};

fn items(count: usize, bytes: usize) -> Vec<Item> {
    (0..count)
        .map(|n| {
            let key = Key::new(format!("p{}", n % 7), format!("é{n}"));
            let mut item =
                Item::new(key, &json!({"n": n, "text": "x".repeat(bytes), "": [u64::MAX, null]})).unwrap();
            item.index = (n % 3 == 0).then(|| Key::new("i", format!("{n}")));
            item.discard_after = (n % 2 == 0).then_some(4_000_000_000);
            item
        })
        .collect()
}

/// Everything that pages of this many find, and that none comes twice.
async fn scanned(store: &dyn Whole, limit: usize) -> BTreeMap<Key, Item> {
    let (mut found, mut after) = (BTreeMap::new(), None);
    loop {
        let page = store.scan(after.as_ref(), limit).await.unwrap();
        assert!(page.items.len() <= limit && (!page.items.is_empty() || !page.more));
        after = page.items.last().map(|item| item.key.clone());
        for item in page.items {
            assert_eq!(found.insert(item.key.clone(), item), None);
        }
        if !page.more {
            return found;
        }
    }
}

fn by_key(items: Vec<Item>) -> BTreeMap<Key, Item> {
    items.into_iter().map(|item| (item.key.clone(), item)).collect()
}

fn mark(to: &str) -> Frozen {
    Frozen { to: to.to_owned(), since: Timestamp::parse("2026-11-22T10:00:00Z").unwrap(), is_moved: true }
}

pub(super) async fn a_scan_finds_every_item_once_as_it_is(store: Arc<dyn Whole>) {
    assert_eq!(scanned(&*store, 10).await, BTreeMap::new());
    let small = items(60, 10);
    for writes in small.chunks(20) {
        commit(&*store, writes.iter().map(|item| Write::Put(item.clone(), vec![]))).await.unwrap();
    }
    for limit in [1, 7, 60, 61, 100] {
        assert_eq!(scanned(&*store, limit).await, by_key(small.clone()), "{limit}");
    }
    // More than DynamoDB reads at once.
    let large = items(60, 50_000);
    store.fill(&large).await.unwrap();
    assert_eq!(scanned(&*store, 100).await, by_key(large));
}

pub(super) async fn filling_replaces_and_does_no_harm_twice(store: Arc<dyn Whole>) {
    store.fill(&[]).await.unwrap();
    let first = items(130, 5000);
    store.fill(&first).await.unwrap();
    store.fill(&first).await.unwrap();
    assert_eq!(scanned(&*store, 50).await, by_key(first));
    let second: Vec<Item> = items(130, 1).into_iter().map(|item| Item { index: None, ..item }).collect();
    store.fill(&second).await.unwrap();
    assert_eq!(scanned(&*store, 50).await, by_key(second));
}

pub(super) async fn what_is_frozen_takes_no_commit_until_it_is_thawed(store: Arc<dyn Whole>) {
    commit(&*store, [put("a", &json!({"n": 1}))]).await.unwrap();
    assert_eq!(Frozen::of(&*store).await, Ok(None));
    store.freeze(&Frozen { is_moved: false, ..mark("there") }).await.unwrap();
    let writes = [
        put("b", &json!({})),
        update("a", vec![Guard::Present], vec![]),
        Write::Delete(Key::new("p", "a"), vec![]),
    ];
    for write in [&writes[0], &writes[2]] {
        let refused = commit(&*store, [write.clone()]).await;
        assert!(
            matches!(&refused, Err(CommitError::Unavailable(why)) if why.0.contains("frozen")),
            "{refused:?}"
        );
    }
    let refused = commit(&*store, writes.clone()).await;
    assert!(matches!(refused, Err(CommitError::Unavailable(_) | CommitError::Refused { .. })), "{refused:?}");
    assert_eq!(body(&*store, "a").await, json!({"n": 1}));
    assert_eq!(body(&*store, "b").await, json!(null));
    store.thaw().await.unwrap();
    assert_eq!(Frozen::of(&*store).await, Ok(None));
    commit(&*store, [put("b", &json!({}))]).await.unwrap();
}

pub(super) async fn a_frozen_store_keeps_its_last_mark(store: Arc<dyn Whole>) {
    store.thaw().await.unwrap();
    for to in ["one", "two"] {
        store.freeze(&mark(to)).await.unwrap();
        assert_eq!(Frozen::of(&*store).await, Ok(Some(mark(to))));
    }
    store.thaw().await.unwrap();
    store.thaw().await.unwrap();
    assert_eq!(Frozen::of(&*store).await, Ok(None));
}
