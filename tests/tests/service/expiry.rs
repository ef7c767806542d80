//! The clock alone ends checkouts, terms and periods: nothing sweeps.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Value, json};

use super::{World, on_each_store};

on_each_store! {
    e_9_seats_return_at_their_expiry
    e_9_expired_seats_return_though_a_feature_is_allowed
    e_9_expired_seats_of_every_candidate_return
    x_1_an_extended_seat_stays_taken
    x_1_an_extension_comes_with_a_token_if_one_is_asked_for
    e_13_spent_seats_return_at_the_renewal
    usage_counts_past_any_number_of_expired_checkouts
    a_refusal_says_what_is_left_and_when_more_returns
    l_24_a_deleted_license_is_readable_for_six_months
    l_24_usage_stays_as_it_was_when_the_license_was_deleted
    l_24_after_six_months_nothing_of_the_license_is_there_for_its_issuer
    the_status_becomes_expired_at_the_end_of_the_validity
}

async fn e_9_seats_return_at_their_expiry(world: World) {
    let arn = world.license(2, |_| {}).await;
    world.seat(2).await.unwrap();
    world.wait(59);
    assert_eq!(world.used(&arn).await, 2);
    assert!(world.seat(1).await.is_err());
    world.wait(1);
    assert_eq!(world.used(&arn).await, 0);
    assert!(world.seat(2).await.is_ok());
    assert_eq!(world.used(&arn).await, 2);
}

async fn e_9_expired_seats_return_though_a_feature_is_allowed(world: World) {
    let tier = json!({ "Name": "Tier", "Unit": "None" });
    world.license(1, |input| input["Entitlements"].as_array_mut().unwrap().push(tier.clone())).await;
    for _ in 0..3 {
        let input = json!({
            "ProductSKU": "sku",
            "CheckoutType": "PROVISIONAL",
            "KeyFingerprint": "aws:111122223333:Example:issuer-fingerprint",
            "Entitlements": [{ "Name": "Seats", "Unit": "Count", "Value": "1" }, tier],
            "ClientToken": uuid::Uuid::new_v4().to_string(),
            "Beneficiary": super::CUSTOMER,
        });
        let answer = world.call("CheckoutLicense", &input).await.unwrap();
        assert_eq!(answer["EntitlementsAllowed"].as_array().unwrap().len(), 2);
        world.wait(60);
    }
}

async fn e_9_expired_seats_of_every_candidate_return(world: World) {
    let old = world.license(1, |_| {}).await;
    world.wait(1);
    let new = world.license(1, |_| {}).await;
    let held = world.seat(1).await.unwrap();
    assert_eq!(held["LicenseArn"], new);
    assert_eq!(world.seat(1).await.unwrap()["LicenseArn"], old);
    world.wait(30);
    let token = json!({ "LicenseConsumptionToken": held["LicenseConsumptionToken"] });
    world.call("ExtendLicenseConsumption", &token).await.unwrap();
    world.wait(30);
    assert_eq!(world.seat(1).await.unwrap()["LicenseArn"], old);
}

async fn x_1_an_extended_seat_stays_taken(world: World) {
    let arn = world.license(1, |_| {}).await;
    let seat = world.seat(1).await.unwrap();
    let token = &seat["LicenseConsumptionToken"];
    world.wait(30);
    let dry = json!({ "LicenseConsumptionToken": token, "DryRun": true });
    let dry = world.call("ExtendLicenseConsumption", &dry).await.unwrap();
    assert_eq!(dry["Expiration"], "2026-02-01T01:00:00Z", "X-3");
    let extended =
        world.call("ExtendLicenseConsumption", &json!({ "LicenseConsumptionToken": token })).await.unwrap();
    assert_eq!(extended["Expiration"], "2026-02-01T01:30:00Z");
    world.wait(59);
    assert!(world.seat(1).await.is_err());
    assert_eq!(world.used(&arn).await, 1);
    world.wait(1);
    let late = world.call("ExtendLicenseConsumption", &json!({ "LicenseConsumptionToken": token })).await;
    assert_eq!(late.unwrap_err().0, "ResourceNotFoundException");
    assert!(world.seat(1).await.is_ok());
    assert_eq!(world.check_in(&seat).await.unwrap_err().0, "ResourceNotFoundException", "I-3");
}

async fn x_1_an_extension_comes_with_a_token_if_one_is_asked_for(world: World) {
    world.license(1, |_| {}).await;
    let seat = world.seat(1).await.unwrap();
    let extend = async |more: Value| {
        let mut input = json!({ "LicenseConsumptionToken": seat["LicenseConsumptionToken"] });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        world.call("ExtendLicenseConsumption", &input).await
    };
    let signed = json!({ "DigitalSignatureMethod": "JWT_ES256" });
    world.wait(30);
    assert!(extend(json!({})).await.unwrap().get("SignedToken").is_none());
    let dry = json!({ "DigitalSignatureMethod": "JWT_ES256", "DryRun": true });
    assert!(extend(dry).await.unwrap().get("SignedToken").is_none());
    // The second one changes nothing.
    for _ in 0..2 {
        let extended = extend(signed.clone()).await.unwrap();
        let (before, after) = (claims(&seat), claims(&extended));
        assert_eq!(before["expiration"], "2026-02-01T01:00:00Z");
        assert_eq!(after["expiration"], "2026-02-01T01:30:00Z");
        assert_eq!(after["expiration"], extended["Expiration"]);
        assert_eq!(after["exp"], before["exp"].as_u64().unwrap() + 30 * 60);
        for claim in ["jti", "issuedAt", "licenseArn", "entitlementsAllowed"] {
            assert_eq!(after[claim], before[claim], "{claim}");
        }
    }
    let other = extend(json!({ "DigitalSignatureMethod": "JWT_PS384" })).await;
    assert_eq!(other.unwrap_err().0, "ValidationException");
}

/// What the signed token of an answer says.
fn claims(answer: &Value) -> Value {
    let payload = answer["SignedToken"].as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

async fn e_13_spent_seats_return_at_the_renewal(world: World) {
    let monthly =
        |input: &mut serde_json::Value| input["ConsumptionConfiguration"]["RenewType"] = json!("Monthly");
    let arn = world.license(5, monthly).await;
    world.turn_to("2026-02-28T09:30:00Z");
    world.take("PERPETUAL", "spent", 3).await.unwrap();
    world.seat(2).await.unwrap();
    assert!(world.seat(1).await.is_err());
    world.turn_to("2026-02-28T10:00:00Z");
    assert_eq!(world.used(&arn).await, 2);
    world.seat(3).await.unwrap();
    assert_eq!(world.used(&arn).await, 5);
}

async fn usage_counts_past_any_number_of_expired_checkouts(world: World) {
    let arn = world.license(1000, |_| {}).await;
    for _ in 0..230 {
        world.seat(2).await.unwrap();
    }
    world.wait(30);
    world.seat(7).await.unwrap();
    world.wait(30);
    assert_eq!(world.used(&arn).await, 7);
    assert!(world.seat(1000).await.is_err());
    assert!(world.seat(993).await.is_ok());
    assert_eq!(world.used(&arn).await, 1000);
}

async fn a_refusal_says_what_is_left_and_when_more_returns(world: World) {
    world.license(5, |_| {}).await;
    world.seat(2).await.unwrap();
    world.wait(10);
    world.seat(3).await.unwrap();
    let (code, message) = world.seat(1).await.unwrap_err();
    assert_eq!(code, "NoEntitlementsAllowedException");
    assert_eq!(
        message,
        "No Entitlements Allowed: `Seats` has 0 of 5 Count left; next expiry 2026-02-01T01:00:00Z"
    );
}

async fn l_24_a_deleted_license_is_readable_for_six_months(world: World) {
    let arn = world.license(1, |_| {}).await;
    let seat = world.seat(1).await.unwrap();
    let delete = json!({ "LicenseArn": arn, "SourceVersion": "1" });
    assert_eq!(world.call("DeleteLicense", &delete).await.unwrap()["Status"], "DELETED");
    assert_eq!(world.call("DeleteLicense", &delete).await.unwrap_err().0, "ValidationException", "2.3");
    assert_eq!(world.check_in(&seat).await.unwrap_err().0, "ResourceNotFoundException", "L-25");
    assert_eq!(world.seat(1).await.unwrap_err().0, "NoEntitlementsAllowedException");
    assert_eq!(world.used(&arn).await, 0);
    let get = json!({ "LicenseArn": arn });
    world.turn_to("2026-07-31T23:59:59Z");
    assert_eq!(world.call("GetLicense", &get).await.unwrap()["License"]["Status"], "DELETED");
    world.turn_to("2026-08-01T00:00:00Z");
    assert_eq!(world.call("GetLicense", &get).await.unwrap_err().0, "InvalidParameterValueException");
    assert_eq!(world.call("ListLicenses", &json!({})).await.unwrap()["Licenses"], json!([]));
}

/// What had run out for good by then stays spent, reclaimed or not; what ran is
/// ended (E-9, L-25).
async fn l_24_usage_stays_as_it_was_when_the_license_was_deleted(world: World) {
    let arn = world
        .license(5, |input| {
            input["Entitlements"][0]["AllowCheckIn"] = json!(false);
            input["ConsumptionConfiguration"]["RenewType"] = json!("Weekly");
        })
        .await;
    world.seat(2).await.unwrap();
    world.wait(60);
    world.seat(1).await.unwrap();
    assert_eq!(world.used(&arn).await, 3);
    world.call("DeleteLicense", &json!({ "LicenseArn": arn, "SourceVersion": "1" })).await.unwrap();
    assert_eq!(world.used(&arn).await, 2);
    world.wait(8 * 24 * 60);
    assert_eq!(world.used(&arn).await, 2, "no renewal any more");
}

async fn l_24_after_six_months_nothing_of_the_license_is_there_for_its_issuer(world: World) {
    let arn = world.license(1, |_| {}).await;
    let delete = json!({ "LicenseArn": arn, "SourceVersion": "1" });
    world.call("DeleteLicense", &delete).await.unwrap();
    let input = json!({
        "ProductSKU": "sku",
        "CheckoutType": "PROVISIONAL",
        "KeyFingerprint": "aws:111122223333:Example:issuer-fingerprint",
        "Entitlements": [{ "Name": "Seats", "Unit": "Count", "Value": "1" }],
        "ClientToken": "without-beneficiary",
    });
    assert_eq!(world.call("CheckoutLicense", &input).await.unwrap_err().0, "ValidationException");
    world.turn_to("2026-08-01T00:00:00Z");
    assert_eq!(world.call("CheckoutLicense", &input).await.unwrap_err().0, "ResourceNotFoundException");
}

async fn the_status_becomes_expired_at_the_end_of_the_validity(world: World) {
    let arn = world.license(1, |input| input["Validity"]["End"] = json!("2026-03-01T00:00:00Z")).await;
    world.turn_to("2026-03-01T00:00:00Z");
    let filter = json!({ "Filters": [{ "Name": "Status", "Values": ["EXPIRED"] }] });
    assert_eq!(world.call("ListLicenses", &filter).await.unwrap()["Licenses"][0]["LicenseArn"], arn);
    let (code, message) = world.seat(1).await.unwrap_err();
    assert_eq!(
        (code, message.as_str()),
        ("NoEntitlementsAllowedException", "No Entitlements Allowed: the license is EXPIRED")
    );
    assert_eq!(world.revise(&arn, 1, |_| {}).await.unwrap()["Status"], "AVAILABLE");
    assert!(world.seat(1).await.is_ok());
}
