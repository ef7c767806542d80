//! Who tidies up by itself, as DynamoDB does, is not asked to.

use std::sync::Arc;

use licentia::store::{Item, Store, Write};
use serde_json::json;

use super::{commit, get, in_memory, item, on_sqlite};

async fn what_may_be_discarded_is_removed_when_asked(store: Arc<dyn Store>) {
    let until = |sort, time| Write::Put(Item { discard_after: time, ..item(sort, &json!({})) }, vec![]);
    commit(&*store, [until("a", Some(10)), until("b", Some(20)), until("c", None)]).await.unwrap();
    assert_eq!(store.discard(10).await, Ok(0));
    assert_eq!(store.discard(11).await, Ok(1));
    assert_eq!(store.discard(11).await, Ok(0));
    assert_eq!(get(&*store, "a").await, None);
    assert_eq!(store.discard(u64::MAX).await, Ok(1));
    assert!(get(&*store, "c").await.is_some());
}

#[tokio::test]
async fn on_sqlite_what_may_be_discarded_is_removed_when_asked() {
    let (store, _folder) = on_sqlite();
    what_may_be_discarded_is_removed_when_asked(store).await;
}

#[tokio::test]
async fn in_memory_what_may_be_discarded_is_removed_when_asked() {
    what_may_be_discarded_is_removed_when_asked(in_memory()).await;
}
