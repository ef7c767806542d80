use std::sync::Arc;

use licentia::store::{CommitError, Edit, Guard, Path, Store, Write};
use serde_json::json;

use crate::store::{body, commit, get, item, key, put, refused, update};

pub(super) async fn a_change_is_applied_whole_or_not_at_all(store: Arc<dyn Store>) {
    commit(&*store, [put("a", &json!({"v": 1})), put("b", &json!({"v": 1}))]).await.unwrap();
    let change = |guard| {
        [
            put("new", &json!({})),
            update("a", vec![], vec![Edit::Add(Path::member("v"), 1)]),
            Write::Delete(key("b"), vec![guard]),
        ]
    };
    let no = change(Guard::Equals(Path::member("v"), json!(2)));
    assert_eq!(commit(&*store, no).await, refused(2, get(&*store, "b").await));
    assert_eq!(body(&*store, "a").await, json!({"v": 1}));
    assert_eq!(body(&*store, "new").await, json!(null));
    assert_eq!(commit(&*store, change(Guard::Equals(Path::member("v"), json!(1)))).await, Ok(()));
    assert_eq!(body(&*store, "a").await, json!({"v": 2}));
    assert_eq!(body(&*store, "b").await, json!(null));
    assert_eq!(body(&*store, "new").await, json!({}));
}

pub(super) async fn a_refusal_names_the_write_and_carries_its_item(store: Arc<dyn Store>) {
    let mut there = item("c", &json!({"who": "c", "map": {"": 1}}));
    there.index = Some(key("second"));
    there.discard_after = Some(4_000_000_000);
    commit(&*store, [Write::Put(there.clone(), vec![])]).await.unwrap();
    let present = |sort| Write::Put(item(sort, &json!({})), vec![Guard::Absent]);
    assert_eq!(commit(&*store, [present("c")]).await, refused(0, Some(there.clone())));
    let outcome = commit(&*store, [present("a"), present("b"), present("c"), present("d")]).await;
    assert_eq!(outcome, refused(2, Some(there.clone())));
    let missing = update("x", vec![], vec![Edit::Add(Path::member("v"), 1)]);
    assert_eq!(commit(&*store, [present("a"), missing, present("c")]).await, refused(1, None));
}

pub(super) async fn a_change_takes_a_hundred_writes(store: Arc<dyn Store>) {
    let sort = |n: usize| format!("{n:03}");
    let writes = |guard: Guard| {
        (0..100).map(move |n| Write::Put(item(&sort(n), &json!({"n": n})), vec![guard.clone()]))
    };
    assert_eq!(commit(&*store, writes(Guard::Absent)).await, Ok(()));
    assert_eq!(body(&*store, "099").await, json!({"n": 99}));
    commit(&*store, [Write::Delete(key("057"), vec![])]).await.unwrap();
    assert_eq!(commit(&*store, writes(Guard::Present)).await, refused(57, None));
    let deletes = (0..100).map(|n| Write::Delete(key(&sort(n)), vec![]));
    assert_eq!(commit(&*store, deletes).await, Ok(()));
    assert_eq!(body(&*store, "099").await, json!(null));
}

pub(super) async fn an_impossible_change_leaves_no_trace(store: Arc<dyn Store>) {
    let changes = [
        vec![],
        (0..101).map(|n| put(&format!("{n}"), &json!({}))).collect(),
        vec![put("a", &json!({})), Write::Delete(key("a"), vec![])],
        vec![put("a", &json!({})), put("", &json!({}))],
        vec![put("a", &json!({})), put("b", &json!({"v": 0.5}))],
        vec![put("a", &json!({})), put(&"b".repeat(1025), &json!({}))],
    ];
    for change in changes {
        let outcome = commit(&*store, change.clone()).await;
        assert!(matches!(outcome, Err(CommitError::Unavailable(_))), "{change:?}: {outcome:?}");
        assert_eq!(body(&*store, "a").await, json!(null));
    }
}

pub(super) async fn a_put_replaces_the_whole_item(store: Arc<dyn Store>) {
    let mut first = item("a", &json!({"old": 1, "v": 1}));
    first.index = Some(key("second"));
    first.discard_after = Some(4_000_000_000);
    commit(&*store, [Write::Put(first, vec![])]).await.unwrap();
    commit(&*store, [put("a", &json!({"v": 2}))]).await.unwrap();
    assert_eq!(get(&*store, "a").await, Some(item("a", &json!({"v": 2}))));
}

pub(super) async fn get_answers_in_the_order_of_the_keys(store: Arc<dyn Store>) {
    commit(&*store, ["b", "a", "c"].map(|sort| put(sort, &json!({"v": sort})))).await.unwrap();
    let found = store.get(&["c", "x", "a", "y", "b"].map(key)).await.unwrap();
    let sorts: Vec<_> = found.iter().map(|item| item.as_ref().map(|item| item.key.sort.as_str())).collect();
    assert_eq!(sorts, [Some("c"), None, Some("a"), None, Some("b")]);
    assert_eq!(store.get(&[]).await, Ok(vec![]));
    let many: Vec<_> = (0..101).map(|n| key(&n.to_string())).collect();
    assert!(store.get(&many).await.is_err());
}
