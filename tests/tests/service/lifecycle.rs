//! Versions, resets, selection and the rules that need a store to show.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{BEGIN, CUSTOMER, VENDOR, World, on_each_store};

on_each_store! {
    l_12_old_versions_stay_as_they_were
    l_14_a_stale_source_version_stores_nothing
    l_16_a_check_in_after_a_reset_returns_nothing
    section_4_the_newest_license_that_can_serve_serves
    many_entitlements_are_booked_together
    names_of_any_text_are_entitlements
    c_6_a_retry_is_answered_alike_even_after_check_in
    listing_pages_through_everything_once
    other_accounts_see_nothing
}

async fn l_12_old_versions_stay_as_they_were(world: World) {
    let arn = world.license(5, |_| {}).await;
    let first = world.call("GetLicense", &json!({ "LicenseArn": arn })).await.unwrap();
    let revised = world.revise(&arn, 9, |input| input["Status"] = json!("DEACTIVATED")).await.unwrap();
    assert_eq!(revised, json!({ "LicenseArn": arn, "Version": "2", "Status": "DEACTIVATED" }));
    let old = world.call("GetLicense", &json!({ "LicenseArn": arn, "Version": "1" })).await.unwrap();
    assert_eq!(old, first);
    let versions = world.call("ListLicenseVersions", &json!({ "LicenseArn": arn })).await.unwrap();
    let numbers: Vec<_> =
        versions["Licenses"].as_array().unwrap().iter().map(|v| v["Version"].clone()).collect();
    assert_eq!(numbers, ["2", "1"]);
    let (code, message) = world.seat(1).await.unwrap_err();
    assert_eq!(
        (code, message.as_str()),
        ("NoEntitlementsAllowedException", "No Entitlements Allowed: the license is DEACTIVATED")
    );
}

async fn l_14_a_stale_source_version_stores_nothing(world: World) {
    let arn = world.license(5, |_| {}).await;
    world.revise(&arn, 6, |input| input["SourceVersion"] = json!("1")).await.unwrap();
    for stale in ["1", "3", "02", "x"] {
        let refused = world.revise(&arn, 7, |input| input["SourceVersion"] = json!(stale)).await;
        assert_eq!(refused.unwrap_err().0, "ConflictException", "{stale}");
    }
    let license = world.call("GetLicense", &json!({ "LicenseArn": arn })).await.unwrap();
    assert_eq!(license["License"]["Version"], "2");
    let home = world.revise(&arn, 7, |input| input["HomeRegion"] = json!("eu-west-1")).await;
    assert_eq!(home.unwrap_err().0, "ValidationException", "L-13");
}

async fn l_16_a_check_in_after_a_reset_returns_nothing(world: World) {
    let arn = world.license(5, |_| {}).await;
    let old = world.seat(3).await.unwrap();
    world.revise(&arn, 5, |input| input["ResetUsage"] = json!(true)).await.unwrap();
    assert_eq!(world.used(&arn).await, 0);
    world.seat(2).await.unwrap();
    world.check_in(&old).await.unwrap();
    assert_eq!(world.used(&arn).await, 2);
}

async fn section_4_the_newest_license_that_can_serve_serves(world: World) {
    let old = world.license(5, |_| {}).await;
    world.wait(1);
    let new = world.license(2, |_| {}).await;
    world.wait(1);
    world.license(9, |input| input["Beneficiary"] = json!("777788889999")).await;
    assert_eq!(world.seat(2).await.unwrap()["LicenseArn"], new);
    assert_eq!(world.seat(2).await.unwrap()["LicenseArn"], old);
    let issuer = json!({
        "ProductSKU": "sku",
        "CheckoutType": "PROVISIONAL",
        "KeyFingerprint": format!("aws:{VENDOR}:Example:issuer-fingerprint"),
        "Entitlements": [{ "Name": "Seats", "Unit": "Count", "Value": "9" }],
        "ClientToken": "own-account",
        "Beneficiary": format!("arn:aws:iam::{VENDOR}:root"),
    });
    assert!(world.call("CheckoutLicense", &issuer).await.is_ok(), "section 4, step 3");
}

async fn many_entitlements_are_booked_together(world: World) {
    let names: Vec<String> = (0..40).map(|number| format!("Module {number}")).collect();
    let arn = world
        .license(1, |input| {
            input["Entitlements"] =
                names.iter().map(|name| json!({ "Name": name, "Unit": "Count", "MaxCount": 2 })).collect();
        })
        .await;
    let borrow = |value: &str| {
        let wanted: Vec<Value> =
            names.iter().map(|name| json!({ "Name": name, "Unit": "Count", "Value": value })).collect();
        json!({
            "LicenseArn": arn,
            "Entitlements": wanted,
            "DigitalSignatureMethod": "JWT_ES256",
            "ClientToken": Uuid::new_v4().to_string(),
        })
    };
    let first = world.call("CheckoutBorrowLicense", &borrow("2")).await.unwrap();
    let refused = world.call("CheckoutBorrowLicense", &borrow("1")).await.unwrap_err();
    assert_eq!(refused.0, "NoEntitlementsAllowedException", "B-3");
    let token = json!({ "LicenseConsumptionToken": first["LicenseConsumptionToken"] });
    world.call("CheckInLicense", &token).await.unwrap();
    assert!(world.call("CheckoutBorrowLicense", &borrow("1")).await.is_ok());
    let usage = world.call("GetLicenseUsage", &json!({ "LicenseArn": arn })).await.unwrap();
    let usages = usage["LicenseUsage"]["EntitlementUsages"].as_array().unwrap();
    assert_eq!(usages.len(), 40);
    assert!(usages.iter().all(|usage| usage["ConsumedValue"] == "1" && usage["MaxCount"] == "2"));
}

async fn names_of_any_text_are_entitlements(world: World) {
    let names = ["a.b", "#n", ":v", "size", "used", "座席", "\"quoted\"", " ", "a[0]"];
    let arn = world
        .license(1, |input| {
            input["Entitlements"] =
                names.iter().map(|name| json!({ "Name": name, "Unit": "Count", "MaxCount": 1 })).collect();
        })
        .await;
    let wanted: Vec<Value> =
        names.iter().map(|name| json!({ "Name": name, "Unit": "Count", "Value": "1" })).collect();
    let input = json!({
        "LicenseArn": arn,
        "Entitlements": wanted,
        "DigitalSignatureMethod": "JWT_ES256",
        "ClientToken": "once",
    });
    let answer = world.call("CheckoutBorrowLicense", &input).await.unwrap();
    assert_eq!(answer["EntitlementsAllowed"].as_array().unwrap().len(), names.len());
}

async fn c_6_a_retry_is_answered_alike_even_after_check_in(world: World) {
    let arn = world.license(5, |_| {}).await;
    let first = world.take("PROVISIONAL", "again", 1).await.unwrap();
    let token = json!({ "LicenseConsumptionToken": first["LicenseConsumptionToken"] });
    world.wait(5);
    world.call("ExtendLicenseConsumption", &token).await.unwrap();
    assert_eq!(world.take("PROVISIONAL", "again", 1).await.unwrap(), first);
    world.check_in(&first).await.unwrap();
    assert_eq!(world.take("PROVISIONAL", "again", 1).await.unwrap(), first);
    assert_eq!(world.used(&arn).await, 0);
    assert_eq!(world.take("PROVISIONAL", "again", 2).await.unwrap_err().0, "ValidationException");
    assert!(world.take("PROVISIONAL", "refused", 6).await.is_err());
    world.revise(&arn, 6, |_| {}).await.unwrap();
    assert!(world.take("PROVISIONAL", "refused", 6).await.is_ok(), "C-7");
}

async fn listing_pages_through_everything_once(world: World) {
    let mut made = Vec::new();
    for number in 0..7 {
        made.push(world.license(1, |input| input["ProductSKU"] = json!(format!("sku-{}", number % 2))).await);
        world.wait(1);
    }
    made.reverse();
    let page = |token: Option<Value>, filters: Value| {
        let mut input = json!({ "MaxResults": 3, "Filters": filters });
        if let Some(token) = token {
            input["NextToken"] = token;
        }
        input
    };
    let mut listed = Vec::new();
    let mut token = None;
    loop {
        let answer = world.call("ListLicenses", &page(token, json!([]))).await.unwrap();
        listed.extend(answer["Licenses"].as_array().unwrap().iter().map(|l| l["LicenseArn"].clone()));
        token = answer.get("NextToken").cloned();
        if token.is_none() {
            break;
        }
        let other = json!([{ "Name": "ProductSKU", "Values": ["sku-1"] }]);
        let foreign = world.call("ListLicenses", &page(token.clone(), other)).await;
        assert_eq!(foreign.unwrap_err().0, "InvalidParameterValueException");
    }
    assert_eq!(listed, made, "newest first, each once");
    let odd = json!([{ "Name": "ProductSKU", "Values": ["sku-1"] }]);
    let answer = world.call("ListLicenses", &page(None, odd)).await.unwrap();
    assert_eq!(answer["Licenses"].as_array().unwrap().len(), 3);
    assert!(answer.get("NextToken").is_none(), "the last page has no token");
    let named =
        json!({ "LicenseArns": [made[2], made[5], "arn:aws:license-manager::111122223333:license:l-0"] });
    let answer = world.call("ListLicenses", &named).await.unwrap();
    let listed: Vec<_> =
        answer["Licenses"].as_array().unwrap().iter().map(|l| l["LicenseArn"].clone()).collect();
    assert_eq!(listed, [made[2].as_str(), made[5].as_str()]);
}

async fn other_accounts_see_nothing(world: World) {
    let arn = world.license(5, |_| {}).await;
    let seat = world.seat(1).await.unwrap();
    let token = &seat["LicenseConsumptionToken"];
    let mut version = super::terms(5);
    version["LicenseArn"] = json!(arn);
    version["Status"] = json!("AVAILABLE");
    version["ClientToken"] = json!("t");
    version["Validity"]["Begin"] = json!(BEGIN);
    for (operation, input, code) in [
        ("GetLicense", json!({ "LicenseArn": arn }), "InvalidParameterValueException"),
        ("ListLicenseVersions", json!({ "LicenseArn": arn }), "InvalidParameterValueException"),
        ("GetLicenseUsage", json!({ "LicenseArn": arn }), "InvalidParameterValueException"),
        (
            "DeleteLicense",
            json!({ "LicenseArn": arn, "SourceVersion": "1" }),
            "InvalidParameterValueException",
        ),
        ("CreateLicenseVersion", version, "ResourceNotFoundException"),
        ("CheckInLicense", json!({ "LicenseConsumptionToken": token }), "ResourceNotFoundException"),
        (
            "ExtendLicenseConsumption",
            json!({ "LicenseConsumptionToken": token }),
            "ResourceNotFoundException",
        ),
    ] {
        let refused = world.call_as(CUSTOMER, operation, &input).await;
        assert_eq!(refused.unwrap_err().0, code, "{operation}");
    }
    let list = world.call_as(CUSTOMER, "ListLicenses", &json!({ "LicenseArns": [arn] })).await.unwrap();
    assert_eq!(list["Licenses"], json!([]));
}
