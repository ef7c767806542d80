use std::sync::Arc;

use licentia::store::{CommitError, Edit, Path, Store};
use serde_json::{Value, json};

use crate::store::{body, commit, get, put, refused, update};

/// What the edits make of the body.
async fn edited(store: &dyn Store, before: Value, edits: Vec<Edit>) -> Value {
    commit(store, [put("a", &before)]).await.unwrap();
    commit(store, [update("a", vec![], edits)]).await.unwrap();
    body(store, "a").await
}

pub(super) async fn set_adds_and_replaces(store: Arc<dyn Store>) {
    let edits = vec![
        Edit::Set(Path::member("new"), json!([1, {"deep": null}])),
        Edit::Set(Path::member("old"), json!("after")),
        Edit::Set(Path::entry("map", "new"), json!({"a": 1})),
        Edit::Set(Path::entry("map", "old"), json!(false)),
    ];
    assert_eq!(
        edited(&*store, json!({"old": {"x": 1}, "map": {"old": 1, "kept": 2}}), edits).await,
        json!({"old": "after", "new": [1, {"deep": null}], "map": {"old": false, "kept": 2, "new": {"a": 1}}})
    );
}

pub(super) async fn add_takes_nothing_for_zero(store: Arc<dyn Store>) {
    let edits = vec![
        Edit::Add(Path::member("none"), 3),
        Edit::Add(Path::member("some"), -8),
        Edit::Add(Path::entry("map", "none"), -3),
        Edit::Add(Path::entry("map", "some"), 8),
    ];
    assert_eq!(
        edited(&*store, json!({"some": 5, "map": {"some": 5}}), edits).await,
        json!({"none": 3, "some": -3, "map": {"none": -3, "some": 13}})
    );
}

pub(super) async fn remove_leaves_nothing_whatever_was_there(store: Arc<dyn Store>) {
    let edits = vec![
        Edit::Remove(Path::member("old")),
        Edit::Remove(Path::member("none")),
        Edit::Remove(Path::entry("map", "old")),
        Edit::Remove(Path::entry("map", "none")),
        Edit::Set(Path::entry("map", "new"), json!(3)),
    ];
    assert_eq!(
        edited(&*store, json!({"old": 1, "kept": 2, "map": {"old": {"x": 1}, "kept": 2}}), edits).await,
        json!({"kept": 2, "map": {"kept": 2, "new": 3}})
    );
}

pub(super) async fn an_edit_of_an_entry_needs_its_member(store: Arc<dyn Store>) {
    for before in [json!({}), json!({"map": 7})] {
        commit(&*store, [put("a", &before)]).await.unwrap();
        let path = Path::entry("map", "x");
        for edit in [Edit::Set(path.clone(), json!(1)), Edit::Add(path.clone(), 1), Edit::Remove(path)] {
            let outcome = commit(&*store, [update("a", vec![], vec![edit.clone()])]).await;
            assert!(matches!(outcome, Err(CommitError::Unavailable(_))), "{before} {edit:?}: {outcome:?}");
            let outcome =
                commit(&*store, [put("b", &json!({})), update("a", vec![], vec![edit.clone()])]).await;
            assert!(matches!(outcome, Err(CommitError::Unavailable(_))), "{before} {edit:?}: {outcome:?}");
        }
        assert_eq!(body(&*store, "a").await, before);
        assert_eq!(body(&*store, "b").await, json!(null));
    }
}

pub(super) async fn an_add_that_leaves_64_bits_or_meets_no_number_is_refused(store: Arc<dyn Store>) {
    commit(&*store, [put("a", &json!({"high": u64::MAX, "low": i64::MIN, "map": {"text": "1"}}))])
        .await
        .unwrap();
    let present = get(&*store, "a").await;
    for (path, step) in [
        (Path::member("high"), 1),
        (Path::member("low"), -1),
        (Path::member("map"), 1),
        (Path::entry("map", "text"), 1),
        (Path::entry("map", "text"), -1),
    ] {
        let outcome = commit(&*store, [update("a", vec![], vec![Edit::Add(path, step)])]).await;
        assert_eq!(outcome, refused(0, present.clone()));
    }
    let edits = vec![Edit::Add(Path::member("high"), i64::MIN), Edit::Add(Path::member("low"), i64::MAX)];
    commit(&*store, [update("a", vec![], edits)]).await.unwrap();
    assert_eq!(body(&*store, "a").await, json!({"high": i64::MAX, "low": -1, "map": {"text": "1"}}));
}

pub(super) async fn edits_of_one_update_go_together(store: Arc<dyn Store>) {
    let many = |edit: fn(String) -> Edit| (0..40).map(|n| edit(format!("e{n}"))).collect::<Vec<_>>();
    let mut edits = many(|name| Edit::Add(Path::entry("used", name), 1));
    edits.extend(many(|name| Edit::Set(Path::entry("set", name), json!("x"))));
    let filled: Value = (0..40).map(|n| (format!("e{n}"), json!(1))).collect();
    let after = edited(&*store, json!({"used": {}, "set": {}}), edits).await;
    let set: Value = (0..40).map(|n| (format!("e{n}"), json!("x"))).collect();
    assert_eq!(after, json!({"used": filled, "set": set}));
}
