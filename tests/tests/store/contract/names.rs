use std::sync::Arc;

use licentia::store::{Edit, Guard, Item, Key, Path, Query, Store, Write};
use serde_json::{Value, json};

use crate::store::{body, commit, put, refused, update};

fn odd() -> Vec<String> {
    let mut names: Vec<String> = [
        "",
        " ",
        ".",
        "..",
        "a.b",
        "a b",
        "a-b",
        "[0]",
        "\"",
        "'",
        "`",
        "\\",
        "\\\\",
        "\\pk",
        "#0",
        "#",
        ":0",
        "pk",
        "ttl",
        "consumed",
        "SET",
        "é",
        "e\u{301}",
        "日本語",
        "🪑",
        "\u{10ffff}",
        "\0",
        "\n",
        "\u{200b}",
        "$.a",
        "null",
    ]
    .map(str::to_owned)
    .into();
    names.push("n".repeat(1000));
    names
}

pub(super) async fn entry_names_are_any_text(store: Arc<dyn Store>) {
    let whole: Value = odd().into_iter().map(|name| (name, json!({"": 1}))).collect();
    commit(&*store, [put("whole", &json!({ "map": whole }))]).await.unwrap();
    assert_eq!(body(&*store, "whole").await, json!({ "map": whole }));

    commit(&*store, [put("a", &json!({"n": {}, "t": {}}))]).await.unwrap();
    for name in odd() {
        let edits =
            vec![Edit::Add(Path::entry("n", &name), 2), Edit::Set(Path::entry("t", &name), json!(name))];
        commit(&*store, [update("a", vec![Guard::AtMost(Path::entry("n", &name), 0)], edits)]).await.unwrap();
    }
    let numbers: Value = odd().into_iter().map(|name| (name, json!(2))).collect();
    let texts: Value = odd().into_iter().map(|name| (name.clone(), json!(name))).collect();
    let expected = json!({"n": numbers, "t": texts});
    assert_eq!(body(&*store, "a").await, expected);
    for name in odd() {
        let guards = vec![
            Guard::Equals(Path::entry("t", &name), json!(name)),
            Guard::AtMost(Path::entry("n", &name), 2),
        ];
        let edits =
            vec![Edit::Set(Path::entry("t", &name), json!(null)), Edit::Add(Path::entry("n", &name), -2)];
        let outcome = commit(&*store, [update("a", guards, edits)]).await;
        assert_eq!(outcome, Ok(()), "{name:?}");
    }
    let zeros: Value = odd().into_iter().map(|name| (name, json!(0))).collect();
    let nulls: Value = odd().into_iter().map(|name| (name, json!(null))).collect();
    assert_eq!(body(&*store, "a").await, json!({"n": zeros, "t": nulls}));
}

pub(super) async fn member_names_collide_with_nothing(store: Arc<dyn Store>) {
    let members =
        json!({"pk": 1, "sk": 2, "ipk": 3, "isk": 4, "ttl": 5, "": 6, "\\": 7, "\\pk": 8, "size": 9});
    commit(&*store, [put("a", &members)]).await.unwrap();
    assert_eq!(body(&*store, "a").await, members);
    let edits = vec![Edit::Add(Path::member("pk"), 10), Edit::Set(Path::member("ttl"), json!("x"))];
    let guard = Guard::Equals(Path::member("sk"), json!(2));
    commit(&*store, [update("a", vec![guard], edits)]).await.unwrap();
    assert_eq!(body(&*store, "a").await["pk"], json!(11));
    assert_eq!(body(&*store, "a").await["ttl"], json!("x"));
}

pub(super) async fn keys_are_any_text(store: Arc<dyn Store>) {
    let places = odd().into_iter().filter(|name| !name.is_empty()).map(|name| Key::new(&name, &name));
    let items: Vec<Item> = places
        .map(|place| Item {
            key: place.clone(),
            index: Some(place),
            ..Item::new(Key::new("p", "s"), &json!({"v": 1})).unwrap()
        })
        .collect();
    commit(&*store, items.iter().map(|item| Write::Put(item.clone(), vec![Guard::Absent]))).await.unwrap();
    for item in items {
        let again = commit(&*store, [Write::Put(item.clone(), vec![Guard::Absent])]).await;
        assert_eq!(again, refused(0, Some(item.clone())));
        for through_index in [false, true] {
            let query = Query { through_index, ..Query::prefix(&item.key.partition, "", 2) };
            assert_eq!(store.query(&query).await.unwrap().items, std::slice::from_ref(&item));
        }
    }
}
