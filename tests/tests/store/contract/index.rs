use std::sync::Arc;

use licentia::store::{Edit, Item, Key, Path, Query, Store, Write};
use serde_json::json;

use crate::store::{commit, get, item, key, put, update};

fn indexed(sort: &str, index: Key) -> Item {
    Item { index: Some(index), ..item(sort, &json!({"of": sort})) }
}

/// The sort keys in the table of what the index holds in a partition.
async fn listed(store: &dyn Store, partition: &str) -> Vec<String> {
    let query = Query { through_index: true, ..Query::prefix(partition, "", 10) };
    store.query(&query).await.unwrap().items.into_iter().map(|item| item.key.sort).collect()
}

pub(super) async fn an_item_without_a_second_place_is_not_in_the_index(store: Arc<dyn Store>) {
    let writes = [
        Write::Put(indexed("a", Key::new("i", "2")), vec![]),
        Write::Put(indexed("b", Key::new("i", "1")), vec![]),
        Write::Put(indexed("c", Key::new("other", "1")), vec![]),
        put("d", &json!({})),
    ];
    commit(&*store, writes).await.unwrap();
    assert_eq!(listed(&*store, "i").await, ["b", "a"]);
    assert_eq!(listed(&*store, "other").await, ["c"]);
    assert_eq!(listed(&*store, "p").await, [""; 0]);
    let table = store.query(&Query::prefix("p", "", 10)).await.unwrap();
    assert_eq!(table.items.len(), 4);
    assert_eq!(table.items[0], indexed("a", Key::new("i", "2")));
    commit(&*store, [Write::Delete(key("a"), vec![])]).await.unwrap();
    assert_eq!(listed(&*store, "i").await, ["b"]);
}

pub(super) async fn an_update_moves_an_item_in_the_index(store: Arc<dyn Store>) {
    commit(&*store, [put("a", &json!({"v": 1}))]).await.unwrap();
    let place = |index: Option<Key>| update("a", vec![], vec![Edit::Index(index)]);
    commit(&*store, [place(Some(Key::new("i", "1")))]).await.unwrap();
    assert_eq!(listed(&*store, "i").await, ["a"]);
    commit(&*store, [place(Some(Key::new("j", "1"))), put("b", &json!({}))]).await.unwrap();
    assert_eq!(listed(&*store, "i").await, [""; 0]);
    assert_eq!(listed(&*store, "j").await, ["a"]);
    commit(&*store, [update("a", vec![], vec![Edit::Add(Path::member("v"), 1)])]).await.unwrap();
    let query = Query { through_index: true, ..Query::prefix("j", "", 1) };
    let expected = Item { index: Some(Key::new("j", "1")), ..item("a", &json!({"v": 2})) };
    assert_eq!(store.query(&query).await.unwrap().items, [expected]);
    commit(&*store, [place(None)]).await.unwrap();
    assert_eq!(listed(&*store, "j").await, [""; 0]);
    assert_eq!(get(&*store, "a").await, Some(item("a", &json!({"v": 2}))));
}

pub(super) async fn the_index_is_paged_like_the_table(store: Arc<dyn Store>) {
    // The table orders them the other way round.
    let writes =
        (0..7).map(|n| Write::Put(indexed(&format!("t{}", 9 - n), Key::new("i", format!("{n}"))), vec![]));
    commit(&*store, writes).await.unwrap();
    for (descending, expected) in [(false, ["1", "2", "3", "4", "5"]), (true, ["5", "4", "3", "2", "1"])] {
        let mut query = Query {
            from: "1".to_owned(),
            to: "5".to_owned(),
            through_index: true,
            descending,
            ..Query::prefix("i", "", 2)
        };
        let mut found = Vec::new();
        loop {
            let page = store.query(&query).await.unwrap();
            found.extend(page.items.into_iter().map(|item| item.index.unwrap().sort));
            query.after = found.last().cloned();
            if !page.more {
                break;
            }
        }
        assert_eq!(found, expected);
    }
}

pub(super) async fn the_time_to_discard_is_kept_and_edited(store: Arc<dyn Store>) {
    let kept = Item { discard_after: Some(4_000_000_000), ..item("a", &json!({})) };
    commit(&*store, [Write::Put(kept.clone(), vec![])]).await.unwrap();
    assert_eq!(get(&*store, "a").await, Some(kept));
    let time = |time| update("a", vec![], vec![Edit::DiscardAfter(time)]);
    commit(&*store, [time(Some(4_100_000_000))]).await.unwrap();
    assert_eq!(get(&*store, "a").await.unwrap().discard_after, Some(4_100_000_000));
    commit(&*store, [time(None)]).await.unwrap();
    assert_eq!(get(&*store, "a").await, Some(item("a", &json!({}))));
}
