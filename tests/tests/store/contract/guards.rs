use std::sync::Arc;

use licentia::store::{Edit, Guard, Item, Path, Store, Write};
use serde_json::{Value, json};

use crate::store::{body, commit, get, item, key, put, refused, update};

fn stored() -> Item {
    item("a", &json!({"n": 5, "text": "x", "map": {"n": -3, "list": [1, {"k": null}]}, "none": null}))
}

/// Whether the guard holds for [`stored`], by the store's word.
async fn holds(store: &dyn Store, guard: Guard) -> bool {
    let outcome =
        commit(store, [update("a", vec![guard], vec![Edit::Set(Path::member("mark"), json!(1))])]).await;
    let unmark = commit(store, [Write::Put(stored(), vec![])]).await;
    assert_eq!(unmark, Ok(()));
    if outcome.is_err() {
        assert_eq!(outcome, refused(0, Some(stored())));
    }
    outcome.is_ok()
}

pub(super) async fn absent_and_present_ask_for_the_item(store: Arc<dyn Store>) {
    let guarded = |guard| Write::Put(item("b", &json!({"v": 1})), vec![guard]);
    assert_eq!(commit(&*store, [guarded(Guard::Present)]).await, refused(0, None));
    assert_eq!(commit(&*store, [guarded(Guard::Absent)]).await, Ok(()));
    assert_eq!(commit(&*store, [guarded(Guard::Absent)]).await, refused(0, get(&*store, "b").await));
    assert_eq!(commit(&*store, [guarded(Guard::Present)]).await, Ok(()));
}

pub(super) async fn equals_compares_whole_values(store: Arc<dyn Store>) {
    commit(&*store, [Write::Put(stored(), vec![])]).await.unwrap();
    let cases: [(Path, Value, bool); 12] = [
        (Path::member("n"), json!(5), true),
        (Path::member("n"), json!("5"), false),
        (Path::member("n"), json!(6), false),
        (Path::member("text"), json!("x"), true),
        (Path::member("none"), json!(null), true),
        (Path::member("missing"), json!(null), false),
        (Path::entry("map", "n"), json!(-3), true),
        (Path::entry("map", "missing"), json!(-3), false),
        (Path::entry("missing", "n"), json!(-3), false),
        (Path::entry("text", "n"), json!(-3), false),
        (Path::member("map"), json!({"list": [1, {"k": null}], "n": -3}), true),
        (Path::member("map"), json!({"list": [1, {"k": null}]}), false),
    ];
    for (path, value, expected) in cases {
        let guard = Guard::Equals(path, value);
        assert_eq!(holds(&*store, guard.clone()).await, expected, "{guard:?}");
    }
}

pub(super) async fn missing_asks_for_nothing_at_all(store: Arc<dyn Store>) {
    commit(&*store, [Write::Put(stored(), vec![])]).await.unwrap();
    for (path, expected) in [
        (Path::member("missing"), true),
        (Path::entry("map", "missing"), true),
        (Path::entry("missing", "n"), true),
        (Path::entry("text", "n"), true),
        (Path::member("none"), false),
        (Path::entry("map", "list"), false),
    ] {
        let guard = Guard::Missing(path);
        assert_eq!(holds(&*store, guard.clone()).await, expected, "{guard:?}");
    }
}

pub(super) async fn at_most_takes_nothing_for_zero(store: Arc<dyn Store>) {
    commit(&*store, [Write::Put(stored(), vec![])]).await.unwrap();
    let cases = [
        (Path::member("n"), 5, true),
        (Path::member("n"), 4, false),
        (Path::member("n"), u64::MAX, true),
        (Path::member("missing"), 0, true),
        (Path::entry("map", "missing"), 0, true),
        (Path::entry("missing", "n"), 0, true),
        (Path::entry("map", "n"), 0, true),
        (Path::member("text"), u64::MAX, false),
        (Path::member("none"), 0, false),
        (Path::member("map"), 0, false),
    ];
    for (path, most, expected) in cases {
        let guard = Guard::AtMost(path, most);
        assert_eq!(holds(&*store, guard.clone()).await, expected, "{guard:?}");
    }
}

pub(super) async fn above_is_the_opposite_of_at_most_for_numbers(store: Arc<dyn Store>) {
    commit(&*store, [Write::Put(stored(), vec![])]).await.unwrap();
    let cases = [
        (Path::member("n"), 4, true),
        (Path::member("n"), 5, false),
        (Path::member("n"), u64::MAX, false),
        (Path::member("missing"), 0, false),
        (Path::entry("map", "missing"), 0, false),
        (Path::entry("missing", "n"), 0, false),
        (Path::entry("map", "n"), 0, false),
        (Path::member("text"), 0, false),
        (Path::member("none"), 0, false),
        (Path::member("map"), 0, false),
    ];
    for (path, most, expected) in cases {
        let guard = Guard::Above(path, most);
        assert_eq!(holds(&*store, guard.clone()).await, expected, "{guard:?}");
    }
}

pub(super) async fn guards_hold_for_every_kind_of_write(store: Arc<dyn Store>) {
    commit(&*store, [Write::Put(stored(), vec![])]).await.unwrap();
    let no = || {
        vec![Guard::Present, Guard::Equals(Path::member("n"), json!(5)), Guard::AtMost(Path::member("n"), 4)]
    };
    let yes = || {
        vec![Guard::Present, Guard::Equals(Path::member("n"), json!(5)), Guard::AtMost(Path::member("n"), 5)]
    };
    let writes = |guards: fn() -> Vec<Guard>| {
        [
            Write::Put(stored(), guards()),
            update("a", guards(), vec![Edit::Set(Path::member("n"), json!(5))]),
            Write::Delete(key("a"), guards()),
        ]
    };
    for write in writes(no) {
        assert_eq!(commit(&*store, [write.clone()]).await, refused(0, Some(stored())), "alone: {write:?}");
        let together = commit(&*store, [put("b", &json!({})), write.clone()]).await;
        assert_eq!(together, refused(1, Some(stored())), "together: {write:?}");
    }
    for write in writes(yes) {
        assert_eq!(commit(&*store, [write.clone()]).await, Ok(()), "alone: {write:?}");
        commit(&*store, [Write::Put(stored(), vec![])]).await.unwrap();
        assert_eq!(
            commit(&*store, [put("b", &json!({})), write.clone()]).await,
            Ok(()),
            "together: {write:?}"
        );
        commit(&*store, [Write::Put(stored(), vec![])]).await.unwrap();
    }
}

pub(super) async fn an_update_needs_its_item_and_a_delete_does_not(store: Arc<dyn Store>) {
    let set = || update("a", vec![], vec![Edit::Set(Path::member("v"), json!(1))]);
    assert_eq!(commit(&*store, [set()]).await, refused(0, None));
    assert_eq!(commit(&*store, [put("b", &json!({})), set()]).await, refused(1, None));
    assert_eq!(body(&*store, "a").await, json!(null));
    let delete = || Write::Delete(key("a"), vec![]);
    assert_eq!(commit(&*store, [delete()]).await, Ok(()));
    assert_eq!(commit(&*store, [put("b", &json!({})), delete()]).await, Ok(()));
}

pub(super) async fn an_update_without_edits_only_looks(store: Arc<dyn Store>) {
    let look = |most| update("a", vec![Guard::AtMost(Path::member("n"), most)], vec![]);
    assert_eq!(commit(&*store, [look(9)]).await, refused(0, None));
    commit(&*store, [Write::Put(stored(), vec![])]).await.unwrap();
    assert_eq!(commit(&*store, [look(9)]).await, Ok(()));
    assert_eq!(commit(&*store, [look(4)]).await, refused(0, Some(stored())));
    assert_eq!(commit(&*store, [put("b", &json!({"v": 1})), look(4)]).await, refused(1, Some(stored())));
    assert_eq!(body(&*store, "b").await, json!(null));
    assert_eq!(commit(&*store, [put("b", &json!({"v": 1})), look(5)]).await, Ok(()));
    assert_eq!(body(&*store, "b").await, json!({"v": 1}));
    assert_eq!(get(&*store, "a").await, Some(stored()));
}
