//! What the store in memory adds to the contract: an index that lags behind, as
//! DynamoDB's may.

use licentia::store::{Edit, Item, Key, Memory, Query, Store, Write};
use serde_json::json;

use super::{commit, get, item, key, update};

#[tokio::test]
async fn the_index_learns_what_was_committed_when_it_is_told_to() {
    let first = Memory::default();
    let indexed = |sort: &str| Item { index: Some(Key::new("i", sort)), ..item(sort, &json!({})) };
    commit(&first, [Write::Put(indexed("a"), vec![])]).await.unwrap();
    let store = first.lagging();
    let listed = async || {
        let query = Query { through_index: true, ..Query::prefix("i", "", 10) };
        let items = store.query(&query).await.unwrap().items.into_iter();
        items.map(|item| item.index.unwrap().sort).collect::<Vec<_>>()
    };
    commit(&store, [Write::Put(indexed("b"), vec![])]).await.unwrap();
    commit(&store, [update("a", vec![], vec![Edit::Index(Some(Key::new("i", "c")))])]).await.unwrap();
    commit(&store, [Write::Delete(key("b"), vec![])]).await.unwrap();
    assert_eq!(get(&store, "b").await, None, "only the index lags behind");
    assert_eq!(listed().await, ["a"]);
    store.catch_up(2);
    assert_eq!(listed().await, ["a", "b"]);
    store.catch_up(1);
    assert_eq!(listed().await, ["b", "c"]);
    store.catch_up(0);
    assert_eq!(listed().await, ["c"]);
    assert!(get(&first, "b").await.is_none(), "it is a store of its own");
}
