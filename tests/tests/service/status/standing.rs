//! What ends a license offline.

use serde_json::json;

use crate::service::{CUSTOMER, VENDOR, World, on_each_store};

const USE: [&str; 3] = ["CheckoutBorrowLicense", "CheckInLicense", "CreateGrant"];
const MEMBER: &str = "777788889999";

on_each_store! {
    k_6_what_was_checked_in_early_is_revoked_and_nothing_else_is
    a_seat_taken_while_connected_is_revoked_by_its_check_in
    what_was_extended_is_revoked_under_the_same_number
    a_license_is_as_its_issuer_says
    l_25_deleting_a_license_revokes_what_was_taken_of_it
    a_grant_revokes_what_was_taken_under_it_alone
    a_grant_above_holds_up_what_is_below
    a_license_past_its_end_leaves_that_to_its_tokens
}

async fn k_6_what_was_checked_in_early_is_revoked_and_nothing_else_is(world: World) {
    let arn = world.license(9, |_| {}).await;
    let ((first, returned), (_, kept)) = (world.borrowed(&arn).await, world.borrowed(&arn).await);
    assert!(world.is_valid(&returned).await && world.is_valid(&kept).await);
    world.return_borrowed(VENDOR, &first).await;
    assert_eq!(world.refused(&returned).await, "REVOKED");
    assert!(world.is_valid(&kept).await);
    assert!(world.is_valid(&world.borrowed(&arn).await.1).await);
    // Until it would have ended, and longer.
    world.wait(24 * 60 - 10);
    assert_eq!(world.refused(&returned).await, "REVOKED");
    world.wait(60);
    assert_eq!(world.refused(&returned).await, "REVOKED");
}

async fn a_seat_taken_while_connected_is_revoked_by_its_check_in(world: World) {
    world.license(9, |_| {}).await;
    let answer = world.seat(1).await.unwrap();
    let seat = world.licensed(&answer).await;
    assert!(world.is_valid(&seat).await);
    world.check_in(&answer).await.unwrap();
    assert_eq!(world.refused(&seat).await, "REVOKED");
}

async fn what_was_extended_is_revoked_under_the_same_number(world: World) {
    world.license(9, |_| {}).await;
    let answer = world.seat(1).await.unwrap();
    let seat = world.licensed(&answer).await;
    world.wait(30);
    let token = answer["LicenseConsumptionToken"].clone();
    let extend = json!({ "LicenseConsumptionToken": token, "DigitalSignatureMethod": "JWT_ES256" });
    let extended = world.call("ExtendLicenseConsumption", &extend).await.unwrap();
    let extended = world.licensed(&extended).await;
    assert!(extended.expires_at() > seat.expires_at());
    assert_eq!(extended.status_reference(), seat.status_reference());
    assert!(world.is_valid(&extended).await);
    world.check_in(&answer).await.unwrap();
    assert_eq!(world.refused(&extended).await, "REVOKED");
}

async fn a_license_is_as_its_issuer_says(world: World) {
    let arn = world.license(9, |_| {}).await;
    let (_, license) = world.borrowed(&arn).await;
    for (status, refused) in [
        ("AVAILABLE", None),
        ("SUSPENDED", Some("SUSPENDED")),
        ("AVAILABLE", None),
        ("DEACTIVATED", Some("REVOKED")),
        ("AVAILABLE", None),
    ] {
        world.revise(&arn, 9, |input| input["Status"] = json!(status)).await.unwrap();
        let standing = world.standing(&license).await;
        assert_eq!(standing.err().map(|refusal| refusal.code()), refused, "{status}");
    }
}

async fn l_25_deleting_a_license_revokes_what_was_taken_of_it(world: World) {
    let arn = world.license(9, |_| {}).await;
    let other = world.license(9, |_| {}).await;
    let ((_, license), (_, other)) = (world.borrowed(&arn).await, world.borrowed(&other).await);
    world.active_grant(&arn, CUSTOMER, |input| input["AllowedOperations"] = json!(USE)).await;
    let granted = world.licensed(&world.borrow(CUSTOMER, &arn, "JWT_ES256").await).await;
    world.call("DeleteLicense", &json!({ "LicenseArn": arn, "SourceVersion": "1" })).await.unwrap();
    assert_eq!(world.refused(&license).await, "REVOKED");
    assert_eq!(world.refused(&granted).await, "REVOKED");
    assert!(world.is_valid(&other).await);
    // Also when nobody can read the license any more (L-24).
    world.wait(8 * 31 * 24 * 60);
    assert_eq!(world.refused(&license).await, "REVOKED");
    assert_eq!(world.refused(&granted).await, "REVOKED");
}

async fn a_grant_revokes_what_was_taken_under_it_alone(world: World) {
    let arn = world.license(9, |_| {}).await;
    let may_use = |input: &mut serde_json::Value| input["AllowedOperations"] = json!(USE);
    let grant = world.active_grant(&arn, CUSTOMER, may_use).await;
    world.active_grant(&arn, MEMBER, may_use).await;
    let (_, own) = world.borrowed(&arn).await;
    let answer = world.borrow(CUSTOMER, &arn, "JWT_ES256").await;
    let (granted, returned) =
        (world.licensed(&answer).await, world.borrow(CUSTOMER, &arn, "JWT_ES256").await);
    let others = world.licensed(&world.borrow(MEMBER, &arn, "JWT_ES256").await).await;
    world.return_borrowed(CUSTOMER, &returned).await;
    let returned = world.licensed(&returned).await;
    assert!(world.is_valid(&granted).await);
    assert_eq!(world.refused(&returned).await, "REVOKED");
    world.set(CUSTOMER, &grant, "DISABLED").await.unwrap();
    assert_eq!(world.refused(&granted).await, "SUSPENDED");
    assert_eq!(world.refused(&returned).await, "REVOKED");
    world.set(CUSTOMER, &grant, "ACTIVE").await.unwrap();
    assert!(world.is_valid(&granted).await);
    world.revise(&arn, 9, |input| input["Status"] = json!("SUSPENDED")).await.unwrap();
    assert_eq!(world.refused(&granted).await, "SUSPENDED");
    world.revise(&arn, 9, |_| {}).await.unwrap();
    let found = world.call("GetGrant", &json!({ "GrantArn": grant })).await.unwrap();
    let delete = json!({ "GrantArn": grant, "Version": found["Grant"]["Version"] });
    world.call("DeleteGrant", &delete).await.unwrap();
    assert_eq!(world.refused(&granted).await, "REVOKED");
    assert!(world.is_valid(&own).await && world.is_valid(&others).await);
}

async fn a_grant_above_holds_up_what_is_below(world: World) {
    let arn = world.license(9, |_| {}).await;
    let may_use = |input: &mut serde_json::Value| input["AllowedOperations"] = json!(USE);
    let above = world.active_grant(&arn, CUSTOMER, may_use).await;
    let below = world
        .try_grant(CUSTOMER, &arn, MEMBER, |input| {
            input["AllowedOperations"] = json!(["CheckoutBorrowLicense"])
        })
        .await
        .unwrap();
    let below = below["GrantArn"].as_str().unwrap();
    world.accept(MEMBER, below).await.unwrap();
    world.set(MEMBER, below, "ACTIVE").await.unwrap();
    let license = world.licensed(&world.borrow(MEMBER, &arn, "JWT_ES256").await).await;
    assert!(world.is_valid(&license).await);
    world.set(CUSTOMER, &above, "DISABLED").await.unwrap();
    assert_eq!(world.refused(&license).await, "SUSPENDED");
    world.set(CUSTOMER, &above, "ACTIVE").await.unwrap();
    assert!(world.is_valid(&license).await);
}

async fn a_license_past_its_end_leaves_that_to_its_tokens(world: World) {
    let arn = world.license(9, |input| input["Validity"]["End"] = json!("2026-02-01T12:00:00Z")).await;
    let answer = world.take("PERPETUAL", "for-good", 1).await.unwrap();
    assert_eq!(answer["LicenseArn"], arn);
    let license = world.licensed(&answer).await;
    world.wait(24 * 60);
    assert!(world.is_valid(&license).await);
}
