//! Retries of checkouts, whose signed tokens are made again from what is kept
//! of them (C-6).

use licentia::records::checkout_key;
use licentia::store::{Change, Item, Write};
use serde_json::{Value, json};

use super::{CUSTOMER, World, borrow_of, on_each_store};

on_each_store! {
    c_6_a_retry_is_signed_alike_after_a_new_version_that_lacks_room
    c_6_a_checkout_that_holds_its_token_is_answered_with_it
    c_6_a_token_that_would_say_something_else_is_signed_anew
    c_6_a_retry_through_another_process_is_signed_alike
}

impl World {
    async fn borrow_again(&self, arn: &str) -> Value {
        let mut input = borrow_of(arn, 1, "borrow");
        input["NodeId"] = json!("node");
        input["CheckoutMetadata"] = json!([{ "Name": "b", "Value": "2" }, { "Name": "a", "Value": "1" }]);
        self.call("CheckoutBorrowLicense", &input).await.unwrap()
    }

    /// The record of a checkout, changed.
    async fn edit_record(&self, checkout: &Value, edit: impl FnOnce(&mut Item)) {
        let key = checkout_key(checkout["LicenseConsumptionToken"].as_str().unwrap()).unwrap();
        let mut item = self.service.store.get(&[key]).await.unwrap().pop().flatten().unwrap();
        edit(&mut item);
        self.service.store.commit(&Change(vec![Write::Put(item, vec![])])).await.unwrap();
    }
}

async fn c_6_a_retry_is_signed_alike_after_a_new_version_that_lacks_room(world: World) {
    let arn = world.license(2, |_| {}).await;
    let taken = world.take("PROVISIONAL", "seat", 1).await.unwrap();
    let borrowed = world.borrow_again(&arn).await;
    world.verified(&borrowed).await;
    world.wait(30);
    let extension = json!({ "LicenseConsumptionToken": taken["LicenseConsumptionToken"] });
    world.call("ExtendLicenseConsumption", &extension).await.unwrap();
    world.revise(&arn, 1, |input| input["Issuer"]["Name"] = json!("Renamed")).await.unwrap();
    assert_eq!(world.borrow_again(&arn).await, borrowed);
    assert_eq!(world.take("PROVISIONAL", "seat", 1).await.unwrap(), taken);
    let version = world.call("GetLicense", &json!({ "LicenseArn": arn })).await.unwrap();
    let input = json!({ "LicenseArn": arn, "SourceVersion": version["License"]["Version"] });
    world.call("DeleteLicense", &input).await.unwrap();
    assert_eq!(world.take("PROVISIONAL", "seat", 1).await.unwrap(), taken);
    assert_eq!(world.borrow_again(&arn).await, borrowed);
}

async fn c_6_a_checkout_that_holds_its_token_is_answered_with_it(world: World) {
    let arn = world.license(2, |_| {}).await;
    let borrowed = world.borrow_again(&arn).await;
    world
        .edit_record(&borrowed, |item| {
            assert!(item.body.remove("signature").is_some());
            assert!(item.body["checkout"].get("signed_token").is_none());
            item.body["checkout"]["signed_token"] = json!("kept.as.whole");
        })
        .await;
    let again = world.borrow_again(&arn).await;
    assert_eq!(again["SignedToken"], "kept.as.whole");
    assert_eq!(again["LicenseConsumptionToken"], borrowed["LicenseConsumptionToken"]);
    world.wait(30);
    // What was kept so can be returned, too.
    let (used, token) = (world.used(&arn).await, &borrowed["LicenseConsumptionToken"]);
    world.call("CheckInLicense", &json!({ "LicenseConsumptionToken": token })).await.unwrap();
    assert_eq!((used, world.used(&arn).await), (1, 0));
}

async fn c_6_a_token_that_would_say_something_else_is_signed_anew(world: World) {
    let arn = world.license(2, |_| {}).await;
    let borrowed = world.borrow_again(&arn).await;
    world.edit_record(&borrowed, |item| item.body["signature"]["of"] = json!("another text")).await;
    let mut again = world.borrow_again(&arn).await;
    assert_ne!(again["SignedToken"], borrowed["SignedToken"]);
    assert_eq!(world.verified(&again).await, world.verified(&borrowed).await);
    again["SignedToken"] = borrowed["SignedToken"].clone();
    assert_eq!(again, borrowed);
}

async fn c_6_a_retry_through_another_process_is_signed_alike(world: World) {
    let arn = world.license(1, |_| {}).await;
    let taken = world.take("PROVISIONAL", "seat", 1).await.unwrap();
    assert_eq!(taken["LicenseArn"], json!(arn));
    let other = world.over(world.service.store.clone());
    let _another_license = other.license(1, |input| input["Beneficiary"] = json!(CUSTOMER)).await;
    assert_eq!(other.take("PROVISIONAL", "seat", 1).await.unwrap(), taken);
}
