//! A change and what tells of it are one commit.

use std::collections::BTreeSet;
use std::sync::Arc;

use licentia::events::DetailType::{LicenseChange, LicenseConsumptionChange, LicenseTokenChange};
use serde_json::{Value, json};

use super::super::{CUSTOMER, VENDOR, World, borrow_of, on_each_store};
use super::NOWHERE;
use super::failing::Failing;

on_each_store! {
    ev_1_each_change_of_a_license_leaves_one_delivery_for_each_destination
    ev_1_each_change_of_consumption_leaves_one_delivery
    ev_1_each_change_of_a_token_leaves_one_delivery
    an_event_is_an_envelope_of_eventbridge
    what_is_refused_or_asked_again_leaves_no_delivery
    other_accounts_and_other_kinds_are_not_told
    of_many_who_want_the_last_seat_one_is_told_of
}

async fn ev_1_each_change_of_a_license_leaves_one_delivery_for_each_destination(world: World) {
    let (first, _) = world.tell(VENDOR, NOWHERE, &[]).await;
    let (second, _) = world.tell(VENDOR, NOWHERE, &[LicenseChange]).await;
    let arn = world.license(1, |_| {}).await;
    for (status, states) in [
        ("AVAILABLE", vec!["Created", "Updated"]),
        ("DEACTIVATED", vec!["Created", "Deactivated", "Updated"]),
        ("DEACTIVATED", vec!["Created", "Deactivated", "Updated", "Updated"]),
        ("SUSPENDED", vec!["Created", "Deactivated", "Updated", "Updated", "Updated"]),
    ] {
        world.revise(&arn, 1, |input| input["Status"] = json!(status)).await.unwrap();
        assert_eq!(world.states(&first).await, states, "L-22");
    }
    let delete = json!({ "LicenseArn": arn, "SourceVersion": "5" });
    world.call("DeleteLicense", &delete).await.unwrap();
    for id in [first, second] {
        let states = ["Created", "Deactivated", "Deleted", "Updated", "Updated", "Updated"];
        assert_eq!(world.states(&id).await, states);
    }
}

async fn ev_1_each_change_of_consumption_leaves_one_delivery(world: World) {
    let (id, _) = world.tell(VENDOR, NOWHERE, &[LicenseConsumptionChange]).await;
    let arn = world.license(2, |_| {}).await;
    let seat = world.seat(2).await.unwrap();
    assert_eq!(world.states(&id).await, ["CheckedOut"]);
    world.wait(1);
    let token = json!({ "LicenseConsumptionToken": seat["LicenseConsumptionToken"] });
    world.call("ExtendLicenseConsumption", &token).await.unwrap();
    assert_eq!(world.states(&id).await, ["CheckedOut", "Extended"]);
    world.check_in(&seat).await.unwrap();
    assert_eq!(world.states(&id).await, ["CheckedIn", "CheckedOut", "Extended"]);
    let borrowed = world.call("CheckoutBorrowLicense", &borrow_of(&arn, 2, "borrow")).await.unwrap();
    world.wait(1440);
    world.seat(1).await.unwrap();
    let states = ["CheckedIn", "CheckedOut", "CheckedOut", "CheckedOut", "Expired", "Extended"];
    assert_eq!(world.states(&id).await, states);
    let signed = borrowed["SignedToken"].as_str().unwrap();
    let waiting = world.waiting(&id).await;
    assert!(waiting.iter().all(|delivery| !delivery.to_string().contains(signed)));
    let tokens: BTreeSet<&str> = waiting
        .iter()
        .map(|delivery| delivery["envelope"]["detail"]["licenseConsumptionToken"].as_str().unwrap())
        .collect();
    assert_eq!(tokens.len(), 3);
}

async fn ev_1_each_change_of_a_token_leaves_one_delivery(world: World) {
    let (id, _) = world.tell(VENDOR, NOWHERE, &[LicenseTokenChange]).await;
    let arn = world.license(1, |_| {}).await;
    let create = json!({ "LicenseArn": arn, "ClientToken": "token" });
    let made = world.call("CreateToken", &create).await.unwrap();
    world.call("CreateToken", &create).await.unwrap();
    world.call("GetAccessToken", &json!({ "Token": made["Token"] })).await.unwrap();
    assert_eq!(world.states(&id).await, ["Created"]);
    let delete = json!({ "TokenId": made["TokenId"] });
    world.call("DeleteToken", &delete).await.unwrap();
    world.call("DeleteToken", &delete).await.unwrap();
    assert_eq!(world.states(&id).await, ["Created", "Deleted"]);
    let text = made["Token"].as_str().unwrap();
    for delivery in world.waiting(&id).await {
        assert_eq!(delivery["envelope"]["detail"]["tokenId"], made["TokenId"]);
        assert!(!delivery.to_string().contains(text));
    }
}

async fn an_event_is_an_envelope_of_eventbridge(world: World) {
    let (id, _) = world.tell(VENDOR, NOWHERE, &[LicenseConsumptionChange]).await;
    let arn = world.license(2, |_| {}).await;
    let seat = world.seat(2).await.unwrap();
    let envelope = &world.waiting(&id).await[0]["envelope"];
    assert_eq!(
        *envelope,
        json!({
            "version": "0",
            "id": envelope["id"],
            "detail-type": "License Consumption Change",
            "source": "aws.license-manager",
            "account": VENDOR,
            "time": "2026-02-01T00:00:00Z",
            "region": "us-east-1",
            "resources": [arn],
            "detail": {
                "licenseArn": arn,
                "version": "1",
                "licenseConsumptionToken": seat["LicenseConsumptionToken"],
                "checkoutType": "PROVISIONAL",
                "state": "CheckedOut",
                "entitlements": [{ "name": "Seats", "value": "2", "unit": "Count" }],
                "beneficiary": CUSTOMER,
                "expiration": "2026-02-01T01:00:00Z",
                "account": VENDOR,
                "time": "2026-02-01T00:00:00Z",
            },
        })
    );
}

async fn what_is_refused_or_asked_again_leaves_no_delivery(world: World) {
    let (id, _) = world.tell(VENDOR, NOWHERE, &[]).await;
    let arn = world.license(1, |_| {}).await;
    let seat = world.take("PROVISIONAL", "once", 1).await.unwrap();
    let before = world.waiting(&id).await;
    assert_eq!(before.len(), 2);

    assert_eq!(world.take("PROVISIONAL", "once", 1).await.unwrap(), seat, "C-6");
    world.seat(1).await.unwrap_err();
    world.revise(&arn, 1, |input| input["SourceVersion"] = json!("7")).await.unwrap_err();
    world.call("DeleteLicense", &json!({ "LicenseArn": arn, "SourceVersion": "7" })).await.unwrap_err();
    world
        .call_as(CUSTOMER, "DeleteLicense", &json!({ "LicenseArn": arn, "SourceVersion": "1" }))
        .await
        .unwrap_err();
    world.wait(1);
    let dry = json!({ "LicenseConsumptionToken": seat["LicenseConsumptionToken"], "DryRun": true });
    world.call("ExtendLicenseConsumption", &dry).await.unwrap();
    let other = json!({ "LicenseConsumptionToken": "0123456789abcdef0123456789abcdef" });
    world.call("CheckInLicense", &other).await.unwrap_err();
    world.call("GetLicense", &json!({ "LicenseArn": arn })).await.unwrap();
    assert_eq!(world.waiting(&id).await, before);
}

async fn other_accounts_and_other_kinds_are_not_told(world: World) {
    let (customer, _) = world.tell(CUSTOMER, NOWHERE, &[]).await;
    let (consumption, _) = world.tell(VENDOR, NOWHERE, &[LicenseConsumptionChange]).await;
    world.license(1, |_| {}).await;
    assert_eq!(world.waiting(&customer).await, Vec::<Value>::new());
    assert_eq!(world.waiting(&consumption).await, Vec::<Value>::new());
}

async fn of_many_who_want_the_last_seat_one_is_told_of(world: World) {
    let (id, _) = world.tell(VENDOR, NOWHERE, &[LicenseConsumptionChange]).await;
    world.license(1, |_| {}).await;
    let callers: Vec<_> = (0..16)
        .map(|_| {
            let world = world.clone();
            tokio::spawn(async move { world.seat(1).await.is_ok() })
        })
        .collect();
    let mut taken = 0;
    for caller in callers {
        taken += usize::from(caller.await.unwrap());
    }
    assert_eq!((taken, world.waiting(&id).await.len()), (1, 1));
}

#[tokio::test]
async fn a_commit_that_fails_leaves_no_delivery() {
    let (store, _folder) = crate::store::on_sqlite();
    let failing = Arc::new(Failing::new(store));
    let world = World::on(failing.clone());
    let (id, _) = world.tell(VENDOR, NOWHERE, &[]).await;
    let arn = world.license(1, |_| {}).await;
    let before = world.waiting(&id).await;
    failing.fail(|_| true);
    assert_eq!(world.seat(1).await.unwrap_err().0, "ServerInternalException");
    let delete = json!({ "LicenseArn": arn, "SourceVersion": "1" });
    assert_eq!(world.call("DeleteLicense", &delete).await.unwrap_err().0, "ServerInternalException");
    assert_eq!(world.waiting(&id).await, before);
    failing.mend();
    world.seat(1).await.unwrap();
    assert_eq!(world.waiting(&id).await.len(), before.len() + 1);
}
