//! What holders of tokens may do (T-10).

use licentia::operations::license_manager::OPERATIONS;
use serde_json::{Value, json};
use uuid::Uuid;

use super::checkout;
use crate::service::{CUSTOMER, VENDOR, World, borrow_of, on_each_store, terms};

on_each_store! {
    t_1_a_holder_checks_out_extends_and_checks_in
    t_10_a_holder_sees_no_other_license
    t_10_a_holder_may_do_nothing_but_consume
    a_checkout_without_beneficiary_means_the_license_of_the_token
    a_checkout_belongs_to_the_token_it_was_made_with
    holders_of_two_tokens_do_not_share_client_tokens
    a_retry_with_another_access_token_finds_its_checkout
    the_license_decides_however_good_the_token_is
}

async fn t_1_a_holder_checks_out_extends_and_checks_in(world: World) {
    let arn = world.license(1, |_| ()).await;
    let holder = world.holder(&arn).await;
    let call = async |operation: &str, input: Value| world.call_by(holder.clone(), operation, &input).await;
    let taken = call("CheckoutLicense", checkout("first")).await.unwrap();
    assert_eq!(taken["LicenseArn"], json!(arn));
    let refused = call("CheckoutLicense", checkout("second")).await.unwrap_err();
    assert_eq!(refused.0, "NoEntitlementsAllowedException");
    let token = json!({ "LicenseConsumptionToken": taken["LicenseConsumptionToken"] });
    assert!(call("ExtendLicenseConsumption", token.clone()).await.is_ok());
    let license = call("GetLicense", json!({ "LicenseArn": arn })).await.unwrap();
    assert_eq!(license["License"]["LicenseArn"], json!(arn));
    let usage = call("GetLicenseUsage", json!({ "LicenseArn": arn })).await.unwrap();
    assert_eq!(usage["LicenseUsage"]["EntitlementUsages"][0]["ConsumedValue"], "1");
    assert_eq!(call("CheckInLicense", token).await, Ok(json!({})));
    assert_eq!(world.used(&arn).await, 0);
    let borrow = borrow_of(&arn, 1, "borrow");
    assert!(call("CheckoutBorrowLicense", borrow).await.unwrap()["SignedToken"].is_string());
}

async fn t_10_a_holder_sees_no_other_license(world: World) {
    let (arn, other) = (world.license(1, |_| ()).await, world.license(1, |_| ()).await);
    let holder = world.holder(&arn).await;
    let borrow = borrow_of(&other, 1, "borrow");
    for (operation, input, code) in [
        ("GetLicense", json!({ "LicenseArn": other }), "InvalidParameterValueException"),
        ("GetLicenseUsage", json!({ "LicenseArn": other }), "InvalidParameterValueException"),
        ("CheckoutBorrowLicense", borrow, "ResourceNotFoundException"),
    ] {
        let refused = world.call_by(holder.clone(), operation, &input).await.unwrap_err();
        assert_eq!(refused.0, code, "{operation}");
    }
    // The other one is the newer, which an account's own checkout would take.
    for client_token in ["first", "second"] {
        let taken = world.call_by(holder.clone(), "CheckoutLicense", &checkout(client_token)).await;
        assert!(taken.is_err() || taken.unwrap()["LicenseArn"] == json!(arn));
    }
    assert_eq!((world.used(&arn).await, world.used(&other).await), (1, 0));
}

/// What only users may call, each with a request that the owner could make.
fn for_users(arn: &str, token_id: &Value) -> Vec<(&'static str, Value)> {
    let mut create = terms(1);
    for (member, value) in
        [("ProductSKU", json!("sku")), ("Beneficiary", json!(CUSTOMER)), ("ClientToken", json!("create"))]
    {
        create[member] = value;
    }
    let mut revise = terms(1000);
    for (member, value) in
        [("LicenseArn", json!(arn)), ("Status", json!("AVAILABLE")), ("ClientToken", json!("revise"))]
    {
        revise[member] = value;
    }
    let grant = format!("arn:aws:license-manager::{VENDOR}:grant:g-{}", "0".repeat(32));
    let grant_input = json!({
        "ClientToken": "grant",
        "GrantName": "Analytics",
        "LicenseArn": arn,
        "Principals": [format!("arn:aws:iam::{CUSTOMER}:root")],
        "HomeRegion": "us-east-1",
        "AllowedOperations": ["CheckoutLicense"],
    });
    vec![
        ("AcceptGrant", json!({ "GrantArn": grant })),
        ("CreateGrant", grant_input),
        ("CreateGrantVersion", json!({ "ClientToken": "version", "GrantArn": grant })),
        ("DeleteGrant", json!({ "GrantArn": grant, "Version": "1" })),
        ("GetGrant", json!({ "GrantArn": grant })),
        ("ListDistributedGrants", json!({})),
        ("ListReceivedGrants", json!({})),
        ("ListReceivedLicenses", json!({})),
        ("ListReceivedGrantsForOrganization", json!({ "LicenseArn": arn })),
        ("ListReceivedLicensesForOrganization", json!({})),
        ("RejectGrant", json!({ "GrantArn": grant })),
        ("CreateLicense", create),
        ("CreateLicenseVersion", revise),
        ("CreateToken", json!({ "LicenseArn": arn, "ClientToken": "token" })),
        ("DeleteLicense", json!({ "LicenseArn": arn, "SourceVersion": "1" })),
        ("GetServiceSettings", json!({})),
        ("UpdateServiceSettings", json!({})),
        ("DeleteToken", json!({ "TokenId": token_id })),
        ("ListLicenseVersions", json!({ "LicenseArn": arn })),
        ("ListLicenses", json!({})),
        ("ListTagsForResource", json!({ "ResourceArn": arn })),
        ("ListTokens", json!({})),
        ("TagResource", json!({ "ResourceArn": arn, "Tags": [{ "Key": "a", "Value": "b" }] })),
        ("UntagResource", json!({ "ResourceArn": arn, "TagKeys": ["a"] })),
    ]
}

async fn t_10_a_holder_may_do_nothing_but_consume(world: World) {
    let arn = world.license(1, |_| ()).await;
    let made = world.token(&arn, |_| ()).await.unwrap();
    let access = world.exchange(made["Token"].as_str().unwrap(), &[]).await.unwrap();
    let holder = world.bearing(&access).await.unwrap();
    let for_users = for_users(&arn, &made["TokenId"]);
    for (operation, input) in &for_users {
        let (code, message) = world.call_by(holder.clone(), operation, input).await.unwrap_err();
        assert_eq!(code, "AccessDeniedException", "{operation}");
        let arn = format!("arn:aws:sts::{VENDOR}:assumed-role/AWSLicenseManagerConsumptionRole/");
        assert!(message.starts_with(&format!("User: {arn}")), "{message}");
        assert!(message.contains(&format!("perform: license-manager:{operation}")), "{message}");
    }
    // Whatever is added must say whom it serves.
    let consumption = [
        "CheckInLicense",
        "CheckoutBorrowLicense",
        "CheckoutLicense",
        "ExtendLicenseConsumption",
        "GetAccessToken",
        "GetLicense",
        "GetLicenseUsage",
    ];
    let named = |name: &str| consumption.contains(&name) || for_users.iter().any(|(user, _)| *user == name);
    let unnamed: Vec<_> = OPERATIONS.iter().map(|row| row.name).filter(|name| !named(name)).collect();
    assert_eq!(unnamed, [""; 0]);
    assert_eq!(world.exchange(made["Token"].as_str().unwrap(), &[]).await.map(|_| ()), Ok(()));
}

async fn a_checkout_without_beneficiary_means_the_license_of_the_token(world: World) {
    let arn = world.license(5, |_| ()).await;
    let holder = world.holder(&arn).await;
    let with = |member: &str, value: &str| {
        let mut input = checkout(&Uuid::new_v4().to_string());
        input[member] = json!(value);
        input
    };
    for beneficiary in [CUSTOMER, VENDOR] {
        let input = with("Beneficiary", beneficiary);
        assert!(world.call_by(holder.clone(), "CheckoutLicense", &input).await.is_ok(), "{beneficiary}");
    }
    for (member, value) in [
        ("Beneficiary", "someone else"),
        ("ProductSKU", "another"),
        ("KeyFingerprint", "aws:111122223333:Other:issuer-fingerprint"),
    ] {
        let refused = world.call_by(holder.clone(), "CheckoutLicense", &with(member, value)).await;
        assert_eq!(refused.unwrap_err().0, "ResourceNotFoundException", "{member}");
    }
    // The owner itself must still say which of its licenses it means.
    let refused = world.call("CheckoutLicense", &checkout("owner")).await.unwrap_err();
    assert_eq!(refused.0, "ValidationException");
}

async fn a_checkout_belongs_to_the_token_it_was_made_with(world: World) {
    let arn = world.license(5, |_| ()).await;
    let (ours, theirs) = (world.holder(&arn).await, world.holder(&arn).await);
    let taken = world.call_by(ours.clone(), "CheckoutLicense", &checkout("ours")).await.unwrap();
    let owners = world.seat(1).await.unwrap();
    let token = |checkout: &Value| json!({ "LicenseConsumptionToken": checkout["LicenseConsumptionToken"] });
    for (holder, checkout) in [(&theirs, &taken), (&ours, &owners), (&theirs, &owners)] {
        for operation in ["CheckInLicense", "ExtendLicenseConsumption"] {
            let refused = world.call_by(holder.clone(), operation, &token(checkout)).await.unwrap_err();
            assert_eq!(refused.0, "ResourceNotFoundException", "{operation}");
        }
    }
    assert_eq!(world.used(&arn).await, 2);
    // The account that the token acts for holds all of its checkouts (I-4).
    assert_eq!(world.call("CheckInLicense", &token(&taken)).await, Ok(json!({})));
    assert_eq!(world.used(&arn).await, 1);
}

async fn holders_of_two_tokens_do_not_share_client_tokens(world: World) {
    let arn = world.license(5, |_| ()).await;
    let mut taken = Vec::new();
    for _ in 0..2 {
        let holder = world.holder(&arn).await;
        taken.push(world.call_by(holder, "CheckoutLicense", &checkout("same")).await.unwrap());
    }
    assert_ne!(taken[0]["LicenseConsumptionToken"], taken[1]["LicenseConsumptionToken"]);
    assert_eq!(world.used(&arn).await, 2);
}

async fn a_retry_with_another_access_token_finds_its_checkout(world: World) {
    let arn = world.license(5, |_| ()).await;
    let refresh = world.refresh_token(&arn).await;
    let mut taken = Vec::new();
    for _ in 0..2 {
        let holder = world.bearing(&world.exchange(&refresh, &[]).await.unwrap()).await.unwrap();
        taken.push(world.call_by(holder, "CheckoutLicense", &checkout("same")).await.unwrap());
    }
    assert_eq!(taken[0], taken[1]);
    assert_eq!(world.used(&arn).await, 1);
}

async fn the_license_decides_however_good_the_token_is(world: World) {
    let arn = world.license(5, |_| ()).await;
    let holder = world.holder(&arn).await;
    world.revise(&arn, 5, |input| input["Status"] = json!("SUSPENDED")).await.unwrap();
    let refused = world.call_by(holder.clone(), "CheckoutLicense", &checkout("a")).await.unwrap_err();
    assert_eq!(refused.0, "NoEntitlementsAllowedException");
    world.call("DeleteLicense", &json!({ "LicenseArn": arn, "SourceVersion": "2" })).await.unwrap();
    let refused = world.call_by(holder, "CheckoutLicense", &checkout("b")).await.unwrap_err();
    assert_eq!(refused.0, "NoEntitlementsAllowedException");
}
