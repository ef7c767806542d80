//! Licenses that were received: what a grantee sees, and what it may take
//! (sections 4 to 7).

use serde_json::{Value, json};
use uuid::Uuid;

use super::{CUSTOMER, Refused, VENDOR, World, borrow_of, on_each_store};

const OTHER: &str = "777788889999";
pub(super) const CONSUME: [&str; 5] = [
    "CheckoutLicense",
    "CheckInLicense",
    "ExtendConsumptionLicense",
    "CheckoutBorrowLicense",
    "ListPurchasedLicenses",
];

on_each_store! {
    a_grantee_takes_and_returns_seats_of_the_one_pool
    nothing_is_taken_before_the_grant_is_active
    the_newest_license_that_can_serve_is_taken
    a_grant_without_the_operation_denies_it
    an_owner_without_beneficiary_takes_by_the_grant_that_it_received
    what_runs_goes_on_when_its_grant_ends
    a_borrow_needs_its_own_operation
    usage_is_shown_to_grantees_while_active
    a_grantee_sees_what_it_was_granted_and_nothing_else
    received_licenses_are_filtered_and_paged
    one_license_is_listed_once_by_its_best_grant
    a_delegate_sees_what_buyers_have
    a_second_grantee_shares_the_pool
    a_license_that_was_granted_to_its_owner_hides_no_other
    the_issuer_names_a_beneficiary_where_nothing_that_it_received_matches
}

impl World {
    /// A grant of the license for these operations, not accepted yet.
    async fn offered(&self, license: &str, to: &str, operations: &[&str]) -> String {
        self.grant(license, to, |input| input["AllowedOperations"] = json!(operations)).await
    }

    /// An active grant of the license for these operations.
    async fn granted(&self, license: &str, to: &str, operations: &[&str]) -> String {
        self.active_grant(license, to, |input| input["AllowedOperations"] = json!(operations)).await
    }

    pub(super) async fn seat_as(&self, account: &str, seats: u64) -> Result<Value, Refused> {
        self.seat_from(VENDOR, account, seats).await
    }

    /// A checkout of a license that this account issued.
    async fn seat_from(&self, issuer: &str, account: &str, seats: u64) -> Result<Value, Refused> {
        let input = json!({
            "ProductSKU": "sku",
            "CheckoutType": "PROVISIONAL",
            "KeyFingerprint": format!("aws:{issuer}:Example:issuer-fingerprint"),
            "Entitlements": [{ "Name": "Seats", "Unit": "Count", "Value": seats.to_string() }],
            "ClientToken": Uuid::new_v4().to_string(),
        });
        self.call_as(account, "CheckoutLicense", &input).await
    }

    /// The ARN of a license that this account issued.
    async fn license_of(&self, account: &str) -> String {
        let mut input = super::terms(3);
        for (member, value) in
            [("ProductSKU", "sku"), ("Beneficiary", OTHER), ("ClientToken", &Uuid::new_v4().to_string())]
        {
            input[member] = json!(value);
        }
        let answer = self.call_as(account, "CreateLicense", &input).await.unwrap();
        answer["LicenseArn"].as_str().unwrap().to_owned()
    }

    async fn return_as(&self, account: &str, checkout: &Value) -> Result<Value, Refused> {
        let input = json!({ "LicenseConsumptionToken": checkout["LicenseConsumptionToken"] });
        self.call_as(account, "CheckInLicense", &input).await
    }

    pub(super) async fn extend_as(&self, account: &str, checkout: &Value) -> Result<Value, Refused> {
        let input = json!({ "LicenseConsumptionToken": checkout["LicenseConsumptionToken"] });
        self.call_as(account, "ExtendLicenseConsumption", &input).await
    }

    async fn received(&self, account: &str, input: &Value) -> Vec<Value> {
        let answer = self.call_as(account, "ListReceivedLicenses", input).await.unwrap();
        answer["Licenses"].as_array().unwrap().clone()
    }
}

fn arns(licenses: &[Value]) -> Vec<&str> {
    licenses.iter().map(|license| license["LicenseArn"].as_str().unwrap()).collect()
}

async fn a_grantee_takes_and_returns_seats_of_the_one_pool(world: World) {
    let arn = world.license(3, |_| {}).await;
    world.granted(&arn, CUSTOMER, &CONSUME).await;
    let taken = world.seat_as(CUSTOMER, 2).await.unwrap();
    assert_eq!(taken["LicenseArn"], json!(arn));
    world.seat(1).await.unwrap();
    assert_eq!(world.used(&arn).await, 3);
    let (code, message) = world.seat_as(CUSTOMER, 1).await.unwrap_err();
    assert_eq!((code, message.starts_with("No Entitlements")), ("NoEntitlementsAllowedException", true));
    assert!(world.extend_as(CUSTOMER, &taken).await.is_ok());
    // Another account's checkout does not exist (I-4), the owner's own eyes included.
    for account in [VENDOR, OTHER] {
        assert_eq!(world.return_as(account, &taken).await.unwrap_err().0, "ResourceNotFoundException");
        assert_eq!(world.extend_as(account, &taken).await.unwrap_err().0, "ResourceNotFoundException");
    }
    assert_eq!(world.return_as(CUSTOMER, &taken).await, Ok(json!({})));
    assert_eq!(world.used(&arn).await, 1);
}

async fn nothing_is_taken_before_the_grant_is_active(world: World) {
    let arn = world.license(3, |_| {}).await;
    // Nothing is visible to the caller (section 4, step 4).
    assert_eq!(world.seat_as(CUSTOMER, 1).await.unwrap_err().0, "ResourceNotFoundException");
    let grant = world.offered(&arn, CUSTOMER, &CONSUME).await;
    let no = "NoEntitlementsAllowedException";
    let (code, message) = world.seat_as(CUSTOMER, 1).await.unwrap_err();
    assert_eq!((code, message.contains("PENDING_ACCEPT")), (no, true), "{message}");
    world.accept(CUSTOMER, &grant).await.unwrap();
    let (code, message) = world.seat_as(CUSTOMER, 1).await.unwrap_err();
    assert_eq!((code, message.contains("DISABLED")), (no, true), "{message}");
    world.set(CUSTOMER, &grant, "ACTIVE").await.unwrap();
    world.seat_as(CUSTOMER, 1).await.unwrap();
    world.set(CUSTOMER, &grant, "DISABLED").await.unwrap();
    assert_eq!(world.seat_as(CUSTOMER, 1).await.unwrap_err().0, no);
    // The issuer without a Beneficiary took nothing by grant.
    assert_eq!(world.seat_as(VENDOR, 1).await.unwrap_err().0, "ValidationException");
}

async fn the_newest_license_that_can_serve_is_taken(world: World) {
    let older = world.license(1, |_| {}).await;
    world.wait(1);
    let newer = world.license(1, |_| {}).await;
    world.wait(1);
    let other_issuer = world.license(9, |input| input["Issuer"]["Name"] = json!("Other")).await;
    world.wait(1);
    let not_active = world.license(9, |_| {}).await;
    for arn in [&older, &newer, &other_issuer] {
        world.granted(arn, CUSTOMER, &CONSUME).await;
    }
    world.offered(&not_active, CUSTOMER, &CONSUME).await;
    assert_eq!(world.seat_as(CUSTOMER, 1).await.unwrap()["LicenseArn"], json!(newer));
    assert_eq!(world.seat_as(CUSTOMER, 1).await.unwrap()["LicenseArn"], json!(older));
    let (code, message) = world.seat_as(CUSTOMER, 1).await.unwrap_err();
    assert_eq!(
        (code, message.contains("next expiry")),
        ("NoEntitlementsAllowedException", true),
        "{message}"
    );
}

async fn a_grant_without_the_operation_denies_it(world: World) {
    let arn = world.license(3, |_| {}).await;
    let grant = world.granted(&arn, CUSTOMER, &["CheckoutLicense"]).await;
    let taken = world.seat_as(CUSTOMER, 1).await.unwrap();
    for refused in [world.return_as(CUSTOMER, &taken).await, world.extend_as(CUSTOMER, &taken).await] {
        assert_eq!(refused.unwrap_err().0, "AccessDeniedException");
    }
    let narrowed = json!({
        "ClientToken": "narrowed", "GrantArn": grant, "AllowedOperations": ["CheckInLicense"],
    });
    world.call("CreateGrantVersion", &narrowed).await.unwrap();
    assert_eq!(world.seat_as(CUSTOMER, 1).await.unwrap_err().0, "AccessDeniedException");
    assert_eq!(world.return_as(CUSTOMER, &taken).await, Ok(json!({})));
}

/// Section 4, step 3.
async fn an_owner_without_beneficiary_takes_by_the_grant_that_it_received(world: World) {
    let arn = world.license(3, |_| {}).await;
    world.granted(&arn, CUSTOMER, &["CreateGrant", "CheckoutLicense", "CheckInLicense"]).await;
    let back = json!({
        "ClientToken": "back", "GrantName": "Back", "LicenseArn": arn, "HomeRegion": "us-east-1",
        "Principals": [format!("arn:aws:iam::{VENDOR}:root")], "AllowedOperations": ["CheckoutLicense"],
    });
    let grant = world.call_as(CUSTOMER, "CreateGrant", &back).await.unwrap();
    let grant = grant["GrantArn"].as_str().unwrap();
    assert_eq!(world.seat_as(VENDOR, 1).await.unwrap_err().0, "NoEntitlementsAllowedException");
    world.accept(VENDOR, grant).await.unwrap();
    world.set(VENDOR, grant, "ACTIVE").await.unwrap();
    let taken = world.seat_as(VENDOR, 1).await.unwrap();
    assert_eq!(world.return_as(VENDOR, &taken).await.unwrap_err().0, "AccessDeniedException");
}

async fn what_runs_goes_on_when_its_grant_ends(world: World) {
    let arn = world.license(3, |_| {}).await;
    let grant = world.granted(&arn, CUSTOMER, &CONSUME).await;
    let (one, two) = (world.seat_as(CUSTOMER, 1).await.unwrap(), world.seat_as(CUSTOMER, 2).await.unwrap());
    let read = world.call("GetGrant", &json!({ "GrantArn": grant })).await.unwrap();
    let delete = json!({ "GrantArn": grant, "Version": read["Grant"]["Version"] });
    world.call("DeleteGrant", &delete).await.unwrap();
    assert_eq!(world.seat_as(CUSTOMER, 1).await.unwrap_err().0, "NoEntitlementsAllowedException");
    assert_eq!(world.extend_as(CUSTOMER, &one).await.unwrap_err().0, "ValidationException");
    // Running checkouts end at their expiry (G-28), or when they are returned.
    assert_eq!(world.used(&arn).await, 3);
    world.return_as(CUSTOMER, &two).await.unwrap();
    assert_eq!(world.used(&arn).await, 1);
    world.wait(60);
    assert_eq!(world.used(&arn).await, 0);
}

async fn a_borrow_needs_its_own_operation(world: World) {
    let arn = world.license(3, |_| {}).await;
    let borrow =
        async |token| world.call_as(CUSTOMER, "CheckoutBorrowLicense", &borrow_of(&arn, 1, token)).await;
    assert_eq!(borrow("1").await.unwrap_err().0, "ResourceNotFoundException");
    let grant = world.offered(&arn, CUSTOMER, &["CheckoutLicense"]).await;
    assert_eq!(borrow("2").await.unwrap_err().0, "NoEntitlementsAllowedException");
    world.accept(CUSTOMER, &grant).await.unwrap();
    world.set(CUSTOMER, &grant, "ACTIVE").await.unwrap();
    assert_eq!(borrow("3").await.unwrap_err().0, "AccessDeniedException");
    let widened = json!({
        "ClientToken": "widened", "GrantArn": grant,
        "AllowedOperations": ["CheckoutLicense", "CheckoutBorrowLicense", "CheckInLicense"],
    });
    world.call("CreateGrantVersion", &widened).await.unwrap();
    let borrowed = borrow("4").await.unwrap();
    assert!(borrowed["SignedToken"].is_string());
    assert_eq!(world.return_as(CUSTOMER, &borrowed).await, Ok(json!({})));
}

async fn usage_is_shown_to_grantees_while_active(world: World) {
    let arn = world.license(3, |_| {}).await;
    let usage = async || world.call_as(CUSTOMER, "GetLicenseUsage", &json!({ "LicenseArn": arn })).await;
    assert_eq!(usage().await.unwrap_err().0, "InvalidParameterValueException");
    let grant = world.granted(&arn, CUSTOMER, &CONSUME).await;
    world.seat(2).await.unwrap();
    let shown = usage().await.unwrap();
    assert_eq!(shown["LicenseUsage"]["EntitlementUsages"][0]["ConsumedValue"], json!("2"));
    world.set(CUSTOMER, &grant, "DISABLED").await.unwrap();
    assert_eq!(usage().await.unwrap_err().0, "InvalidParameterValueException");
}

async fn a_grantee_sees_what_it_was_granted_and_nothing_else(world: World) {
    let arn = world.license(3, |_| {}).await;
    let hidden = world.license(3, |_| {}).await;
    let grant = world.offered(&arn, CUSTOMER, &CONSUME).await;
    let seen = world.received(CUSTOMER, &json!({})).await;
    assert_eq!(arns(&seen), [arn.as_str()]);
    let metadata = &seen[0]["ReceivedMetadata"];
    assert_eq!(metadata["ReceivedStatus"], json!("PENDING_ACCEPT"));
    assert_eq!(metadata["GrantType"], json!("BuyerGrant"));
    let granted = world.call("GetGrant", &json!({ "GrantArn": grant })).await.unwrap();
    assert_eq!(metadata["AllowedOperations"], granted["Grant"]["GrantedOperations"]);
    let own = world.call("GetLicense", &json!({ "LicenseArn": arn })).await.unwrap();
    for member in ["LicenseName", "ProductSKU", "Entitlements", "Issuer", "Status", "Version", "CreateTime"] {
        assert_eq!(seen[0][member], own["License"][member], "{member}");
    }
    assert_eq!(arns(&world.received(OTHER, &json!({})).await), Vec::<&str>::new());
    assert_eq!(
        arns(&world.received(CUSTOMER, &json!({ "LicenseArns": [hidden] })).await),
        Vec::<&str>::new()
    );
    // A license that its owner deletes ends the grant (L-25) and can be read for six months (L-24).
    world.call("DeleteLicense", &json!({ "LicenseArn": arn, "SourceVersion": "1" })).await.unwrap();
    let seen = world.received(CUSTOMER, &json!({})).await;
    assert_eq!(seen[0]["Status"], json!("DELETED"));
    assert_eq!(seen[0]["ReceivedMetadata"]["ReceivedStatus"], json!("DELETED"));
    world.turn_to("2026-08-02T00:00:00Z");
    assert_eq!(arns(&world.received(CUSTOMER, &json!({})).await), Vec::<&str>::new());
}

async fn received_licenses_are_filtered_and_paged(world: World) {
    let mut made = Vec::new();
    for number in 0..5 {
        world.wait(1);
        let arn = world
            .license(1, |input| {
                input["ProductSKU"] = json!(format!("sku-{}", number % 2));
                input["Beneficiary"] = json!(format!("team-{number}"));
            })
            .await;
        world.offered(&arn, CUSTOMER, &CONSUME).await;
        made.insert(0, arn);
    }
    let filter = |name: &str, value: &str| json!({ "Filters": [{ "Name": name, "Values": [value] }] });
    for (name, value, expected) in [
        ("ProductSKU", "sku-1", vec![1, 3]),
        ("Beneficiary", "team-4", vec![0]),
        ("Status", "AVAILABLE", vec![0, 1, 2, 3, 4]),
        ("Status", "DELETED", vec![]),
        ("IssuerName", "Example", vec![0, 1, 2, 3, 4]),
        ("Fingerprint", "aws:1:Example:issuer-fingerprint", vec![]),
    ] {
        let expected: Vec<&str> = expected.into_iter().map(|at: usize| made[at].as_str()).collect();
        assert_eq!(arns(&world.received(CUSTOMER, &filter(name, value)).await), expected, "{name} {value}");
    }
    let unknown = world.call_as(CUSTOMER, "ListReceivedLicenses", &filter("Name", "x")).await;
    assert_eq!(unknown.unwrap_err().0, "InvalidParameterValueException");
    let mut pages = Vec::new();
    let mut input = json!({ "MaxResults": 2 });
    loop {
        let page = world.call_as(CUSTOMER, "ListReceivedLicenses", &input).await.unwrap();
        pages.extend(arns(page["Licenses"].as_array().unwrap()).into_iter().map(str::to_owned));
        let Some(token) = page.get("NextToken") else { break };
        input["NextToken"] = token.clone();
    }
    assert_eq!(pages, made);
}

async fn one_license_is_listed_once_by_its_best_grant(world: World) {
    let arn = world.license(1, |_| {}).await;
    let first = world.offered(&arn, CUSTOMER, &CONSUME).await;
    world.reject(CUSTOMER, &first).await.unwrap();
    assert_eq!(
        world.received(CUSTOMER, &json!({})).await[0]["ReceivedMetadata"]["ReceivedStatus"],
        json!("REJECTED")
    );
    world.granted(&arn, CUSTOMER, &["CheckoutLicense"]).await;
    let seen = world.received(CUSTOMER, &json!({})).await;
    assert_eq!(arns(&seen), [arn.as_str()]);
    assert_eq!(seen[0]["ReceivedMetadata"]["ReceivedStatus"], json!("ACTIVE"));
    assert_eq!(seen[0]["ReceivedMetadata"]["AllowedOperations"], json!(["CheckoutLicense"]));
}

async fn a_delegate_sees_what_buyers_have(world: World) {
    let (sold, kept, other) = (
        world.license(1, |_| {}).await,
        world.license(1, |_| {}).await,
        world.license(1, |input| input["ProductSKU"] = json!("other")).await,
    );
    world.granted(&sold, CUSTOMER, &CONSUME).await;
    world.granted(&other, CUSTOMER, &CONSUME).await;
    let delegated = world.license(1, |_| {}).await;
    let see = ["ListReceivedLicenses"];
    let delegate = |input: &mut Value| {
        input["GrantType"] = json!("DelegateGrant");
        input["AllowedOperations"] = json!(see);
    };
    let grant = world.grant(&delegated, OTHER, delegate).await;
    assert_eq!(arns(&world.received(OTHER, &json!({})).await), [delegated.as_str()]);
    world.accept(OTHER, &grant).await.unwrap();
    world.set(OTHER, &grant, "ACTIVE").await.unwrap();
    let seen = world.received(OTHER, &json!({})).await;
    let mut seen_arns = arns(&seen);
    seen_arns.sort_unstable();
    let mut expected = [delegated.as_str(), sold.as_str()];
    expected.sort_unstable();
    assert_eq!(seen_arns, expected, "not {kept}, which nobody bought, nor {other}, another product");
    for license in &seen {
        assert_eq!(license["ReceivedMetadata"]["GrantType"], json!("DelegateGrant"));
        assert_eq!(license["ReceivedMetadata"]["AllowedOperations"], json!(see));
    }
    // Sight only.
    assert_eq!(world.seat_as(OTHER, 1).await.unwrap_err().0, "AccessDeniedException");
    world.set(OTHER, &grant, "DISABLED").await.unwrap();
    assert_eq!(arns(&world.received(OTHER, &json!({})).await), [delegated.as_str()]);
}

async fn a_second_grantee_shares_the_pool(world: World) {
    let arn = world.license(20, |_| {}).await;
    for account in [CUSTOMER, OTHER] {
        world.granted(&arn, account, &CONSUME).await;
    }
    let tasks: Vec<_> = (0..32)
        .map(|number| {
            let world = world.clone();
            let account = if number % 2 == 0 { CUSTOMER } else { OTHER };
            tokio::spawn(async move { world.seat_as(account, 1).await })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => taken += 1,
            Err((code, _)) => assert_eq!(code, "NoEntitlementsAllowedException"),
        }
    }
    assert_eq!((taken, world.used(&arn).await), (20, 20));
}

async fn a_license_that_was_granted_to_its_owner_hides_no_other(world: World) {
    let bought = world.license(3, |_| {}).await;
    world.granted(&bought, CUSTOMER, &CONSUME).await;
    world.wait(1);
    let own = world.license_of(CUSTOMER).await;
    let pass_on = |input: &mut Value| input["AllowedOperations"] = json!(["CreateGrant", "CheckoutLicense"]);
    let offer = world.try_grant(CUSTOMER, &own, OTHER, pass_on).await.unwrap();
    let offer = offer["GrantArn"].as_str().unwrap();
    world.accept(OTHER, offer).await.unwrap();
    world.set(OTHER, offer, "ACTIVE").await.unwrap();
    let back = |input: &mut Value| input["AllowedOperations"] = json!(["CheckoutLicense"]);
    world.try_grant(OTHER, &own, CUSTOMER, back).await.unwrap();
    assert_eq!(world.seat_as(CUSTOMER, 1).await.unwrap()["LicenseArn"], json!(bought));
    // What was granted to it is not active, though the license is its own.
    let (code, message) = world.seat_from(CUSTOMER, CUSTOMER, 1).await.unwrap_err();
    assert_eq!(code, "NoEntitlementsAllowedException", "{message}");
}

async fn the_issuer_names_a_beneficiary_where_nothing_that_it_received_matches(world: World) {
    let bought = world.license(3, |_| {}).await;
    world.granted(&bought, CUSTOMER, &CONSUME).await;
    world.license_of(CUSTOMER).await;
    let (code, message) = world.seat_from(CUSTOMER, CUSTOMER, 1).await.unwrap_err();
    assert_eq!(code, "ValidationException", "{message}");
    assert!(message.contains("Beneficiary"), "{message}");
    assert_eq!(world.seat_from(OTHER, OTHER, 1).await.unwrap_err().0, "ResourceNotFoundException");
}
