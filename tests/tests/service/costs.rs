//! What operations ask of the store may shrink, not grow.

use std::sync::Arc;

use licentia::status::PublicUrl;
use licentia::store::{Memory, Store};
use licentia_tests::Metered;
use licentia_tests::costs::costs;
use serde_json::json;

use super::received::CONSUME;
use super::{CUSTOMER, VENDOR, World};
use crate::store::on_sqlite;

async fn figures(store: Arc<dyn Store>, public_url: Option<PublicUrl>) -> Vec<(&'static str, u64, u64)> {
    let costs = costs(store, public_url).await;
    costs.iter().map(|cost| (cost.name, cost.meter.requests, cost.meter.write_units)).collect()
}

#[tokio::test]
async fn operations_ask_no_more_of_the_store_than_before() {
    let (store, _folder) = on_sqlite();
    let costs = figures(store, None).await;
    let expected = [
        ("checkout", 2, 3),
        ("its retry", 4, 3),
        ("refused checkout", 7, 0),
        ("checkout of a cold license", 4, 3),
        // A minute later: the access key is read again.
        ("extension", 4, 3),
        ("check-in", 3, 5),
        ("borrow", 3, 3),
    ];
    assert_eq!(costs, expected, "operation, requests, write units");
}

#[tokio::test]
async fn licenses_that_can_be_revoked_cost_what_others_do_until_they_are() {
    let (store, _folder) = on_sqlite();
    let costs = figures(store, Some("https://licenses.example.com".parse().unwrap())).await;
    let expected = [
        ("checkout", 2, 3),
        ("its retry", 4, 3),
        ("refused checkout", 7, 0),
        // Two more, every 64 checkouts: the process takes numbers for its tokens.
        ("checkout of a cold license", 6, 4),
        // A minute later: the access key is read again.
        ("extension", 4, 3),
        // One more item: that the token was taken back.
        ("check-in", 3, 7),
        ("borrow", 3, 3),
    ];
    assert_eq!(costs, expected, "operation, requests, write units");
}

#[tokio::test]
async fn a_checkout_of_two_entitlements_on_a_node_under_a_grant_costs_no_more() {
    let metered = Arc::new(Metered::new(Arc::new(Memory::default())));
    let world = World::on(metered.clone());
    let entitlements =
        ["Seats", "Exports"].map(|name| json!({ "Name": name, "Unit": "Count", "MaxCount": 9 }));
    let arn = world.license(9, |input| input["Entitlements"] = json!(entitlements)).await;
    world.active_grant(&arn, CUSTOMER, |input| input["AllowedOperations"] = json!(CONSUME)).await;
    let wanted = ["Seats", "Exports"].map(|name| json!({ "Name": name, "Unit": "Count", "Value": "1" }));
    let mut spent = metered.meter();
    for client_token in ["first", "second"] {
        spent = metered.meter();
        let input = json!({
            "ProductSKU": "sku",
            "CheckoutType": "PROVISIONAL",
            "KeyFingerprint": format!("aws:{VENDOR}:Example:issuer-fingerprint"),
            "Entitlements": wanted,
            "NodeId": "i-0123456789abcdef0",
            "ClientToken": client_token,
        });
        world.call_as(CUSTOMER, "CheckoutLicense", &input).await.unwrap();
    }
    let spent = metered.meter().since(spent);
    assert_eq!((spent.requests, spent.write_units), (2, 3), "its caller was authenticated before");
}

#[tokio::test]
async fn a_license_in_use_is_read_again_every_five_seconds() {
    let metered = Arc::new(Metered::new(Arc::new(Memory::default())));
    let world = World::on(metered.clone());
    world.license(1000, |_| {}).await;
    let mut requests = vec![];
    for second in 0..12 {
        let before = metered.meter();
        world.take("PROVISIONAL", &format!("at-{second}"), 1).await.unwrap();
        requests.push(metered.meter().since(before).requests);
        world.wait_seconds(1);
    }
    let read_again: Vec<usize> = (1..12).filter(|&second| requests[second] > 2).collect();
    assert_eq!(read_again, [5, 10], "{requests:?}");
}

#[tokio::test]
async fn usage_and_listing_read_no_checkout_that_runs() {
    let metered = Arc::new(Metered::new(Arc::new(Memory::default())));
    let world = World::on(metered.clone());
    let arn = world.license(1000, |_| {}).await;
    world.active_grant(&arn, CUSTOMER, |_| {}).await;
    let mut read = vec![];
    for checkouts in [1, 299] {
        for _ in 0..checkouts {
            world.seat(1).await.unwrap();
        }
        let before = metered.meter();
        world.call("ListLicenses", &json!({})).await.unwrap();
        world.call_as(CUSTOMER, "ListReceivedLicenses", &json!({})).await.unwrap();
        world.used(&arn).await;
        let since = metered.meter().since(before);
        read.push((since.requests, since.items));
    }
    assert_eq!(read[0], read[1], "requests, items");
    // Those that expired are read a hundred at a time.
    world.wait(60);
    let before = metered.meter();
    assert_eq!(world.used(&arn).await, 0);
    let since = metered.meter().since(before);
    assert!(since.items >= 600 && since.items <= 100 * since.requests, "{since:?}");
}

#[tokio::test]
async fn a_record_is_one_write_of_two_kilobytes_at_most() {
    let (store, _folder) = on_sqlite();
    for cost in costs(store, None).await {
        assert_eq!(cost.record.requests, 1, "{}", cost.name);
        assert!(cost.record.write_units <= 2, "{}: {:?}", cost.name, cost.record);
    }
}
