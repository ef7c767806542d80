use std::sync::Arc;

use licentia::store::{Key, Query, Store, Write};
use serde_json::json;

use crate::store::{commit, item, put};

fn range(from: &str, to: &str, limit: usize) -> Query {
    Query { from: from.to_owned(), to: to.to_owned(), ..Query::prefix("p", "", limit) }
}

async fn found(store: &dyn Store, query: &Query) -> (Vec<String>, bool) {
    let page = store.query(query).await.unwrap();
    (page.items.into_iter().map(|item| item.key.sort).collect(), page.more)
}

async fn fill(store: &dyn Store, sorts: &[&str]) {
    let elsewhere =
        Write::Put(licentia::store::Item { key: Key::new("q", "b"), ..item("b", &json!({})) }, vec![]);
    commit(store, sorts.iter().map(|sort| put(sort, &json!({}))).chain([elsewhere])).await.unwrap();
}

pub(super) async fn a_range_includes_both_ends(store: Arc<dyn Store>) {
    fill(&*store, &["a", "b", "c", "d"]).await;
    assert_eq!(found(&*store, &range("b", "c", 9)).await.0, ["b", "c"]);
    assert_eq!(found(&*store, &range("b", "b", 9)).await.0, ["b"]);
    assert_eq!(found(&*store, &range("", "b", 9)).await.0, ["a", "b"]);
    assert_eq!(found(&*store, &range("bb", "zz", 9)).await.0, ["c", "d"]);
}

pub(super) async fn sort_keys_are_ordered_by_their_bytes(store: Arc<dyn Store>) {
    let ordered = [
        "\0",
        " ",
        "A",
        "B",
        "Z",
        "a",
        "a\0",
        "aa",
        "z",
        "\u{7f}",
        "\u{80}",
        "é",
        "\u{e000}",
        "\u{10000}",
        "\u{10ffff}",
    ];
    let mut shuffled = ordered;
    shuffled.reverse();
    fill(&*store, &shuffled).await;
    assert_eq!(found(&*store, &Query::prefix("p", "", 99)).await.0, ordered);
}

pub(super) async fn pages_go_on_after_a_key_either_way(store: Arc<dyn Store>) {
    fill(&*store, &["a", "b", "c", "d", "e"]).await;
    let after =
        |key: &str, descending| Query { after: Some(key.to_owned()), descending, ..range("b", "d", 9) };
    assert_eq!(found(&*store, &after("b", false)).await.0, ["c", "d"]);
    assert_eq!(found(&*store, &after("bb", false)).await.0, ["c", "d"]);
    assert_eq!(found(&*store, &after("a", false)).await.0, ["b", "c", "d"]);
    assert_eq!(found(&*store, &after("d", false)).await.0, [""; 0]);
    assert_eq!(found(&*store, &after("z", false)).await.0, [""; 0]);
    assert_eq!(found(&*store, &after("d", true)).await.0, ["c", "b"]);
    assert_eq!(found(&*store, &after("cc", true)).await.0, ["c", "b"]);
    assert_eq!(found(&*store, &after("z", true)).await.0, ["d", "c", "b"]);
    assert_eq!(found(&*store, &after("b", true)).await.0, [""; 0]);
    assert_eq!(found(&*store, &after("a", true)).await.0, [""; 0]);
}

pub(super) async fn more_says_whether_there_is_more(store: Arc<dyn Store>) {
    fill(&*store, &["a", "b", "c"]).await;
    let ask = |limit, after: Option<&str>| Query { after: after.map(str::to_owned), ..range("", "z", limit) };
    assert_eq!(found(&*store, &ask(2, None)).await, (vec!["a".to_owned(), "b".to_owned()], true));
    assert!(!found(&*store, &ask(3, None)).await.1);
    assert!(!found(&*store, &ask(4, None)).await.1);
    assert_eq!(found(&*store, &ask(1, Some("a"))).await, (vec!["b".to_owned()], true));
    assert_eq!(found(&*store, &ask(2, Some("a"))).await, (vec!["b".to_owned(), "c".to_owned()], false));
}

pub(super) async fn a_prefix_finds_what_begins_so(store: Arc<dyn Store>) {
    fill(&*store, &["a", "ab", "ab\u{10fffe}x", "aé", "ac", "b"]).await;
    assert_eq!(found(&*store, &Query::prefix("p", "ab", 9)).await.0, ["ab", "ab\u{10fffe}x"]);
    assert_eq!(found(&*store, &Query::prefix("p", "a", 9)).await.0.len(), 5);
    assert_eq!(found(&*store, &Query::prefix("p", "", 9)).await.0.len(), 6);
}

pub(super) async fn an_empty_range_is_no_error(store: Arc<dyn Store>) {
    fill(&*store, &["a", "b"]).await;
    assert_eq!(found(&*store, &range("b", "a", 9)).await, (vec![], false));
    assert_eq!(found(&*store, &range("", "", 9)).await, (vec![], false));
    assert_eq!(found(&*store, &Query::prefix("nobody", "", 9)).await, (vec![], false));
}

pub(super) async fn an_unreasonable_query_is_refused(store: Arc<dyn Store>) {
    assert!(store.query(&Query::prefix("p", "", 0)).await.is_err());
    assert!(store.query(&Query::prefix("", "", 1)).await.is_err());
    assert!(store.query(&Query::prefix("p", &"x".repeat(1024), 1)).await.is_err());
}
