//! What a change costs, against the figures of the service's own documents.

use licentia::store::{Edit, Guard, Path, Write};
use licentia_tests::{Meter, Metered};
use serde_json::json;

use super::{commit, get, item, key, on_sqlite, put, update};

async fn cost(metered: &Metered, writes: Vec<Write>) -> Meter {
    let before = metered.meter();
    drop(commit(metered, writes).await);
    metered.meter().since(before)
}

#[tokio::test]
async fn a_kilobyte_is_a_unit_and_a_transaction_doubles_it() {
    let (store, _folder) = on_sqlite();
    let metered = Metered::new(store);
    let units = |write_units| Meter { requests: 1, items: 0, write_units };
    let small = || json!({"n": 1});
    let large = || json!({"n": 1, "text": "x".repeat(2000)});
    assert_eq!(cost(&metered, vec![put("a", &small())]).await, units(1));
    assert_eq!(cost(&metered, vec![put("b", &large())]).await, units(2));
    let add = |sort| update(sort, vec![], vec![Edit::Add(Path::member("n"), 1)]);
    assert_eq!(cost(&metered, vec![add("b")]).await, units(2));
    assert_eq!(cost(&metered, vec![add("a"), add("b"), put("c", &small())]).await, units(2 + 4 + 2));
    let refused = Write::Put(item("b", &small()), vec![Guard::Absent]);
    assert_eq!(cost(&metered, vec![refused]).await, units(2));
    assert_eq!(cost(&metered, vec![update("a", vec![], vec![Edit::Index(Some(key("i")))])]).await, units(2));
    assert_eq!(cost(&metered, vec![Write::Delete(key("b"), vec![])]).await, units(2));
    assert_eq!(cost(&metered, vec![Write::Delete(key("b"), vec![])]).await, units(1));
    get(&metered, "a").await;
    let Meter { requests, items, .. } = metered.meter();
    assert_eq!((requests, items), (9, 1));
}
