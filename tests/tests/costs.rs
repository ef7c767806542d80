//! What operations ask of the store may shrink, not grow.

use licentia_tests::costs::costs;

use crate::store::on_sqlite;

#[tokio::test]
async fn operations_ask_no_more_of_the_store_than_before() {
    let (store, _folder) = on_sqlite();
    let costs: Vec<_> = costs(store)
        .await
        .iter()
        .map(|cost| (cost.name, cost.meter.requests, cost.meter.write_units))
        .collect();
    let expected = [];
    assert_eq!(costs, expected, "operation, requests, write units");
}
