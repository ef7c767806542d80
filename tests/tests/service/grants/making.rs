//! Making grants (section 7.1).

use serde_json::{Value, json};

use super::super::{CUSTOMER, VENDOR, World, on_each_store};
use super::{
    INVALID, MEMBER, OTHER, USE, VALIDATION, answered, assert_refused, grant_input, root, state, text,
};

on_each_store! {
    g_14_a_new_grant_waits_for_its_grantee
    g_1_a_grant_has_one_principal_named_by_its_arn
    g_2_owners_and_grantees_with_the_right_make_grants
    g_3_a_grantor_gives_what_it_holds
    g_6_each_type_of_grant_has_its_operations
    g_7_a_license_has_2000_grants_and_not_one_more
    g_8_grants_are_made_at_home
    g_9_one_live_grant_of_a_license_to_a_principal
    g_10_only_an_available_license_is_granted
    g_20_a_desired_status_is_for_organizations
    g_24_an_organization_is_named_by_its_management_account
    c_6_a_retry_makes_no_second_grant
    tg_1_a_grant_is_tagged_as_it_is_made
}

async fn g_14_a_new_grant_waits_for_its_grantee(world: World) {
    let license = world.license(5, |_| {}).await;
    let answer = world.try_grant(VENDOR, &license, CUSTOMER, |_| {}).await.unwrap();
    assert_eq!(answered(&answer), state("PENDING_ACCEPT", "1"));
    let arn = text(&answer, "GrantArn");
    assert!(arn.starts_with("arn:aws:license-manager::111122223333:grant:g-"), "C-2");
    let grant = json!({
        "GrantArn": arn,
        "GrantName": "Analytics",
        "ParentArn": license,
        "LicenseArn": license,
        "GranteePrincipalArn": root(CUSTOMER),
        "HomeRegion": "us-east-1",
        "GrantStatus": "PENDING_ACCEPT",
        "Version": "1",
        "GrantedOperations": USE,
        "GrantType": "BuyerGrant",
    });
    assert_eq!(world.get_grant(VENDOR, &arn).await, grant);
    assert_eq!(world.get_grant(CUSTOMER, &arn).await, grant);
    let other = world.call_as(OTHER, "GetGrant", &json!({ "GrantArn": arn })).await;
    assert_refused(other, INVALID, "does not exist");
}

async fn g_1_a_grant_has_one_principal_named_by_its_arn(world: World) {
    let license = world.license(5, |_| {}).await;
    for other in [
        CUSTOMER,
        "o-a1b2c3d4e5",
        "arn:aws:iam::444455556666:user/admin",
        "arn:aws:organizations::111122223333:ou/ou-ab12-01234567",
    ] {
        let answer = world.try_grant(VENDOR, &license, CUSTOMER, |i| i["Principals"] = json!([other])).await;
        assert_refused(answer, INVALID, "not the ARN of a principal");
    }
    for principals in [json!([]), json!([root(CUSTOMER), root(OTHER)])] {
        let answer = world.try_grant(VENDOR, &license, CUSTOMER, |i| i["Principals"] = principals).await;
        assert_refused(answer, VALIDATION, "exactly one");
    }
}

async fn g_2_owners_and_grantees_with_the_right_make_grants(world: World) {
    let license = world.license(5, |_| {}).await;
    let stranger = world.try_grant(OTHER, &license, MEMBER, |_| {}).await;
    assert_refused(stranger, VALIDATION, "Caller arn:aws:iam::222233334444:user/admin is not allowed");
    let with_right =
        |input: &mut Value| input["AllowedOperations"] = json!(["CreateGrant", "CheckoutLicense"]);
    let arn = world.grant(&license, CUSTOMER, with_right).await;
    let only = |input: &mut Value| input["AllowedOperations"] = json!(["CheckoutLicense"]);
    for (status, reason) in [("PENDING_ACCEPT", "PENDING_ACCEPT"), ("DISABLED", "DISABLED")] {
        let refused = world.try_grant(CUSTOMER, &license, MEMBER, only).await;
        assert_refused(refused, VALIDATION, &format!("the grant is {reason}"));
        match status {
            "PENDING_ACCEPT" => world.accept(CUSTOMER, &arn).await.unwrap(),
            _ => world.set(CUSTOMER, &arn, "ACTIVE").await.unwrap(),
        };
    }
    let answer = world.try_grant(CUSTOMER, &license, MEMBER, only).await.unwrap();
    let grant = world.get_grant(MEMBER, &text(&answer, "GrantArn")).await;
    assert_eq!(grant["ParentArn"], json!(arn), "G-11");
    world.active_grant(&license, OTHER, only).await;
    let without = world.try_grant(OTHER, &license, "333344445555", only).await;
    assert_refused(without, VALIDATION, "the grant does not allow CreateGrant");
    let unknown = license.replace(":license:l-", ":license:l-0");
    let unknown = &unknown[..unknown.len() - 1];
    assert_refused(world.try_grant(VENDOR, unknown, MEMBER, only).await, INVALID, "does not exist");
}

async fn g_3_a_grantor_gives_what_it_holds(world: World) {
    let license = world.license(5, |_| {}).await;
    let held = json!(["CreateGrant", "CheckoutLicense"]);
    world.active_grant(&license, CUSTOMER, |i| i["AllowedOperations"] = held).await;
    for (operations, message) in [
        (json!(["CheckoutLicense", "CreateToken"]), "you do not hold CreateToken"),
        (json!(["CreateGrant"]), "shared without CreateGrant"),
    ] {
        let refused =
            world.try_grant(CUSTOMER, &license, MEMBER, |i| i["AllowedOperations"] = operations).await;
        assert_refused(refused, INVALID, message);
    }
    for operations in [json!([]), json!(["Checkout"]), json!(["CreateToken", "CreateToken"])] {
        let refused =
            world.try_grant(VENDOR, &license, MEMBER, |i| i["AllowedOperations"] = operations).await;
        assert_refused(refused, VALIDATION, "allowedOperations");
    }
}

async fn g_6_each_type_of_grant_has_its_operations(world: World) {
    let license = world.license(5, |_| {}).await;
    let sees = json!(["ListReceivedLicenses"]);
    for (grant_type, operations) in
        [("BuyerGrant", sees.clone()), ("DelegateGrant", json!(["ListReceivedLicenses", "CheckoutLicense"]))]
    {
        let refused = world.try_grant(VENDOR, &license, CUSTOMER, |input| {
            input["GrantType"] = json!(grant_type);
            input["AllowedOperations"] = operations;
        });
        assert_refused(refused.await, INVALID, "ListReceivedLicenses");
    }
    let delegate = |input: &mut Value| {
        input["GrantType"] = json!("DelegateGrant");
        input["AllowedOperations"] = sees.clone();
    };
    let arn = world.grant(&license, CUSTOMER, delegate).await;
    assert_eq!(world.get_grant(VENDOR, &arn).await["GrantedOperations"], sees);
    let all = json!(["CreateGrant", "CheckoutLicense"]);
    world.active_grant(&license, MEMBER, |i| i["AllowedOperations"] = all).await;
    let by_a_buyer = world.try_grant(MEMBER, &license, OTHER, delegate).await;
    assert_refused(by_a_buyer, INVALID, "you do not hold ListReceivedLicenses");
}

async fn g_7_a_license_has_2000_grants_and_not_one_more(world: World) {
    let license = world.license(5, |_| {}).await;
    let first = world.grant(&license, CUSTOMER, |_| {}).await;
    world.count_grants_as(&license, 2000).await;
    let full = world.try_grant(VENDOR, &license, OTHER, |_| {}).await;
    assert_refused(full, "ResourceLimitExceededException", "2000 grants");
    world.reject(CUSTOMER, &first).await.unwrap();
    world.grant(&license, CUSTOMER, |_| {}).await;
    let full = world.try_grant(VENDOR, &license, OTHER, |_| {}).await;
    assert_refused(full, "ResourceLimitExceededException", "2000 grants");
}

async fn g_8_grants_are_made_at_home(world: World) {
    let license = world.license(5, |_| {}).await;
    let away = world.try_grant(VENDOR, &license, CUSTOMER, |i| i["HomeRegion"] = json!("eu-west-1")).await;
    let message = "Grant can only be created in resource home AWS region: us-east-1";
    assert_eq!(away.unwrap_err(), (VALIDATION, message.to_owned()));
}

async fn g_9_one_live_grant_of_a_license_to_a_principal(world: World) {
    let license = world.license(5, |_| {}).await;
    let to_oneself = world.try_grant(VENDOR, &license, VENDOR, |_| {}).await;
    assert_refused(to_oneself, INVALID, "your own account");
    let arn = world.grant(&license, CUSTOMER, |_| {}).await;
    let again = world.try_grant(VENDOR, &license, CUSTOMER, |_| {}).await;
    assert_refused(again, INVALID, &arn);
    world.delete_grant(VENDOR, &arn, "1").await.unwrap();
    let second = world.grant(&license, CUSTOMER, |_| {}).await;
    world.reject(CUSTOMER, &second).await.unwrap();
    world.grant(&license, CUSTOMER, |_| {}).await;
}

async fn g_10_only_an_available_license_is_granted(world: World) {
    let license = world.license(5, |_| {}).await;
    world.revise(&license, 5, |input| input["Status"] = json!("DEACTIVATED")).await.unwrap();
    let refused = world.try_grant(VENDOR, &license, CUSTOMER, |_| {}).await;
    assert_refused(refused, INVALID, "the license is DEACTIVATED");
    let ends = |input: &mut Value| input["Validity"]["End"] = json!("2026-02-01T00:00:01Z");
    let license = world.license(5, ends).await;
    world.wait(1);
    assert_refused(world.try_grant(VENDOR, &license, CUSTOMER, |_| {}).await, INVALID, "EXPIRED");
}

async fn g_20_a_desired_status_is_for_organizations(world: World) {
    let license = world.license(5, |_| {}).await;
    for (status, message) in [("ACTIVE", "for grants to an organization"), ("DISABLED", "only ACTIVE")] {
        let refused = world
            .try_grant(VENDOR, &license, CUSTOMER, |i| i["Options"] = json!({ "DesiredStatus": status }))
            .await;
        assert_refused(refused, INVALID, message);
    }
    let arn = world.active_grant(&license, CUSTOMER, |_| {}).await;
    let refused =
        world.version_as(CUSTOMER, &arn, |i| i["Options"] = json!({ "DesiredStatus": "ACTIVE" })).await;
    assert_refused(refused, INVALID, "CreateGrantVersion takes Status");
}

async fn g_24_an_organization_is_named_by_its_management_account(world: World) {
    let license = world.license(5, |_| {}).await;
    for principal in [
        "arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5",
        "arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-0123456789",
    ] {
        let refused =
            world.try_grant(VENDOR, &license, CUSTOMER, |i| i["Principals"] = json!([principal])).await;
        assert_refused(refused, INVALID, "only the management account");
    }
}

async fn c_6_a_retry_makes_no_second_grant(world: World) {
    let license = world.license(5, |_| {}).await;
    let input = grant_input(&license, &root(CUSTOMER));
    let first = world.call("CreateGrant", &input).await.unwrap();
    world.accept(CUSTOMER, &text(&first, "GrantArn")).await.unwrap();
    assert_eq!(world.call("CreateGrant", &input).await.unwrap(), first);
    let mut other = input.clone();
    other["GrantName"] = json!("Other");
    assert_refused(world.call("CreateGrant", &other).await, VALIDATION, "ClientToken was used before");
}

async fn tg_1_a_grant_is_tagged_as_it_is_made(world: World) {
    let license = world.license(5, |_| {}).await;
    let tags = json!([{ "Key": "customer", "Value": "acme" }]);
    let arn = world.grant(&license, CUSTOMER, |input| input["Tags"] = tags.clone()).await;
    let listed = world.call("ListTagsForResource", &json!({ "ResourceArn": arn })).await.unwrap();
    assert_eq!(listed["Tags"], tags);
    let others = world.call_as(CUSTOMER, "ListTagsForResource", &json!({ "ResourceArn": arn })).await;
    assert_eq!(others.unwrap_err().0, INVALID);
}
