use std::sync::Arc;

use licentia::store::{CommitError, Edit, Guard, Item, Path, Query, Store};
use serde_json::json;

use crate::store::{body, commit, key, put, update};

pub(super) async fn numbers_keep_all_64_bits(store: Arc<dyn Store>) {
    let numbers = json!({
        "a": i64::MIN, "b": i64::MAX, "c": u64::MAX, "d": 0, "e": 9_007_199_254_740_993_u64,
        "f": 1_000_000_000_000_000_000_u64, "list": [i64::MIN + 1, u64::MAX - 1]
    });
    commit(&*store, [put("a", &numbers)]).await.unwrap();
    assert_eq!(body(&*store, "a").await, numbers);
    let guards = vec![
        Guard::Equals(Path::member("a"), json!(i64::MIN)),
        Guard::Equals(Path::member("c"), json!(u64::MAX)),
        Guard::AtMost(Path::member("b"), i64::MAX.unsigned_abs()),
        Guard::AtMost(Path::member("c"), u64::MAX),
        Guard::Above(Path::member("b"), i64::MAX.unsigned_abs() - 1),
        Guard::Above(Path::member("c"), u64::MAX - 1),
    ];
    let edits = vec![Edit::Add(Path::member("a"), i64::MAX), Edit::Add(Path::member("d"), i64::MAX)];
    assert_eq!(commit(&*store, [update("a", guards, edits)]).await, Ok(()));
    let low = Guard::AtMost(Path::member("b"), i64::MAX.unsigned_abs() - 1);
    assert!(matches!(
        commit(&*store, [update("a", vec![low], vec![])]).await,
        Err(CommitError::Refused { .. })
    ));
    let after = body(&*store, "a").await;
    assert_eq!((&after["a"], &after["d"]), (&json!(-1), &json!(i64::MAX)));
}

pub(super) async fn every_json_value_comes_back_as_it_was(store: Arc<dyn Store>) {
    let deep = (0..28).fold(json!({}), |inner, _| json!({ "in": inner }));
    let values = json!({
        "null": null, "yes": true, "no": false, "text": "", "list": [], "map": {}, "deep": deep,
        "mixed": [null, [], {"a": [false]}, "\u{0}\u{1f}\"\\\u{10ffff}", -1], "numeric": "007", "spaces": "  "
    });
    commit(&*store, [put("a", &values)]).await.unwrap();
    assert_eq!(body(&*store, "a").await, values);
    commit(&*store, [put("b", &json!({}))]).await.unwrap();
    assert_eq!(body(&*store, "b").await, json!({}));
}

pub(super) async fn an_item_takes_its_limit_and_no_more(store: Arc<dyn Store>) {
    let overhead = json!({"text": ""}).to_string().len();
    let full = json!({"text": "x".repeat(Item::MAX_BYTES - overhead)});
    assert_eq!(commit(&*store, [put("a", &full)]).await, Ok(()));
    assert_eq!(body(&*store, "a").await, full);
    let large = json!("x".repeat(410_000));
    for change in [
        vec![put("b", &json!({"text": large}))],
        vec![put("b", &json!({"text": large})), put("c", &json!({}))],
        vec![update("a", vec![], vec![Edit::Set(Path::member("more"), large.clone())])],
        vec![update("a", vec![], vec![Edit::Set(Path::member("more"), large.clone())]), put("c", &json!({}))],
    ] {
        let outcome = commit(&*store, change).await;
        assert!(matches!(outcome, Err(CommitError::Unavailable(_))), "{outcome:?}");
    }
    assert_eq!(body(&*store, "a").await, full);
    assert_eq!(body(&*store, "b").await, json!(null));
    assert_eq!(body(&*store, "c").await, json!(null));
}

pub(super) async fn a_page_goes_past_a_megabyte(store: Arc<dyn Store>) {
    let text = "x".repeat(300_000);
    for n in 0..6 {
        commit(&*store, [put(&format!("{n}"), &json!({"n": n, "text": text}))]).await.unwrap();
    }
    let page = store.query(&Query::prefix("p", "", 5)).await.unwrap();
    assert_eq!((page.items.len(), page.more), (5, true));
    let page = store.query(&Query::prefix("p", "", 6)).await.unwrap();
    assert_eq!((page.items.len(), page.more), (6, false));
}

pub(super) async fn a_read_of_many_large_items_is_complete(store: Arc<dyn Store>) {
    let text = "x".repeat(370_000);
    for n in 0..50 {
        commit(&*store, [put(&format!("{n}"), &json!({"n": n, "text": text}))]).await.unwrap();
    }
    let keys: Vec<_> = (0..100).map(|n| key(&format!("{n}"))).collect();
    let found = store.get(&keys).await.unwrap();
    for (n, item) in found.iter().enumerate() {
        assert_eq!(item.as_ref().map(|item| item.body["n"].clone()), (n < 50).then(|| json!(n)));
    }
}
