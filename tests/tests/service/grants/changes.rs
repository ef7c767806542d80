//! What becomes of grants (sections 7.2 to 7.4).

use serde_json::{Value, json};

use super::super::{CUSTOMER, VENDOR, World, on_each_store};
use super::{INVALID, MEMBER, OTHER, VALIDATION, answered, assert_refused, state, text};

on_each_store! {
    g_12_accepting_and_activating_are_two_steps
    g_13_no_step_but_those_of_the_table
    g_15_every_step_is_a_version
    g_16_both_sides_see_the_reason
    accepting_and_rejecting_are_the_grantees
    a_grantor_decides_on_name_and_operations_a_grantee_on_its_status
    g_15_a_stale_version_changes_nothing
    g_27_grants_made_under_a_deleted_one_are_deleted_with_it
    g_29_narrowing_a_grant_narrows_what_was_made_under_it
    l_25_deleting_the_license_deletes_its_grants
    g_7_deleting_gives_back_what_counted_below
    g_9_a_grant_that_ended_with_its_parent_is_not_in_the_way
    g_18_a_marketplace_purchase_is_active_at_once
    g_21_an_override_is_for_activating_marketplace_licenses
    g_22_two_grants_of_a_marketplace_product_are_not_active_at_once
    g_23_the_grantors_override_stands
}

async fn g_12_accepting_and_activating_are_two_steps(world: World) {
    let license = world.license(5, |_| {}).await;
    let arn = world.grant(&license, CUSTOMER, |_| {}).await;
    assert_eq!(answered(&world.accept(CUSTOMER, &arn).await.unwrap()), state("DISABLED", "2"));
    assert_eq!(answered(&world.set(CUSTOMER, &arn, "ACTIVE").await.unwrap()), state("ACTIVE", "3"));
    assert_eq!(answered(&world.set(CUSTOMER, &arn, "DISABLED").await.unwrap()), state("DISABLED", "4"));
    assert_eq!(answered(&world.set(CUSTOMER, &arn, "ACTIVE").await.unwrap()), state("ACTIVE", "5"));
    assert_eq!(world.state(&arn).await, state("ACTIVE", "5"));
}

async fn g_13_no_step_but_those_of_the_table(world: World) {
    let license = world.license(5, |_| {}).await;
    let pending = world.grant(&license, CUSTOMER, |_| {}).await;
    assert_refused(
        world.set(CUSTOMER, &pending, "ACTIVE").await,
        INVALID,
        "PENDING_ACCEPT cannot be activated",
    );
    assert_refused(world.set(CUSTOMER, &pending, "REJECTED").await, INVALID, "choose ACTIVE or DISABLED");
    assert_refused(world.set(CUSTOMER, &pending, "active").await, VALIDATION, "enum value set");
    world.accept(CUSTOMER, &pending).await.unwrap();
    for refused in [world.accept(CUSTOMER, &pending).await, world.reject(CUSTOMER, &pending).await] {
        assert_refused(refused, INVALID, "a grant that is DISABLED cannot be");
    }
    assert_refused(world.set(CUSTOMER, &pending, "DISABLED").await, INVALID, "cannot be deactivated");
    let rejected = world.grant(&license, OTHER, |_| {}).await;
    assert_eq!(answered(&world.reject(OTHER, &rejected).await.unwrap()), state("REJECTED", "2"));
    assert_refused(
        world.accept(OTHER, &rejected).await,
        INVALID,
        "a grant that is REJECTED cannot be accepted",
    );
    assert_refused(world.delete_grant(VENDOR, &rejected, "2").await, INVALID, "cannot be deleted");
    let renamed = world.version_as(VENDOR, &rejected, |i| i["GrantName"] = json!("Late")).await;
    assert_refused(renamed, INVALID, "REJECTED for good");
    assert_refused(
        world.accept(CUSTOMER, "arn:aws:license-manager::111122223333:grant:g-0").await,
        INVALID,
        "does not exist",
    );
}

async fn g_15_every_step_is_a_version(world: World) {
    let license = world.license(5, |_| {}).await;
    let arn = world.active_grant(&license, CUSTOMER, |_| {}).await;
    world.version_as(VENDOR, &arn, |i| i["GrantName"] = json!("Renamed")).await.unwrap();
    world.delete_grant(VENDOR, &arn, "4").await.unwrap();
    let mut seen = vec![];
    for version in 1..=5 {
        let input = json!({ "GrantArn": arn, "Version": version.to_string() });
        let grant = world.call_as(CUSTOMER, "GetGrant", &input).await.unwrap()["Grant"].clone();
        assert_eq!(grant["Version"], version.to_string());
        seen.push((text(&grant, "GrantStatus"), text(&grant, "GrantName")));
    }
    let expected = [
        ("PENDING_ACCEPT", "Analytics"),
        ("DISABLED", "Analytics"),
        ("ACTIVE", "Analytics"),
        ("ACTIVE", "Renamed"),
        ("DELETED", "Renamed"),
    ];
    assert_eq!(seen, expected.map(|(status, name)| (status.to_owned(), name.to_owned())));
    for version in ["0", "6", "x"] {
        let refused = world.call("GetGrant", &json!({ "GrantArn": arn, "Version": version })).await;
        assert_refused(refused, INVALID, "the current one is `5`");
    }
}

async fn g_16_both_sides_see_the_reason(world: World) {
    let license = world.license(5, |_| {}).await;
    let arn = world.active_grant(&license, CUSTOMER, |_| {}).await;
    let reason = "é".repeat(400);
    let disable = |reason: String| {
        move |input: &mut Value| {
            input["Status"] = json!("DISABLED");
            input["StatusReason"] = json!(reason);
        }
    };
    let long = world.version_as(CUSTOMER, &arn, disable(format!("{reason}é"))).await;
    assert_refused(long, VALIDATION, "less than or equal to 400");
    world.version_as(CUSTOMER, &arn, disable(reason.clone())).await.unwrap();
    for account in [VENDOR, CUSTOMER] {
        assert_eq!(world.get_grant(account, &arn).await["StatusReason"], reason);
    }
}

async fn accepting_and_rejecting_are_the_grantees(world: World) {
    let license = world.license(5, |_| {}).await;
    let arn = world.grant(&license, CUSTOMER, |_| {}).await;
    for caller in [VENDOR, OTHER] {
        let message = format!("Caller arn:aws:iam::{caller}:user/admin is not allowed to accept this grant.");
        assert_eq!(world.accept(caller, &arn).await.unwrap_err(), (VALIDATION, message));
        assert_refused(world.reject(caller, &arn).await, VALIDATION, "is not allowed to reject this grant.");
    }
    for caller in [CUSTOMER, OTHER] {
        let refused = world.delete_grant(caller, &arn, "1").await;
        assert_refused(refused, VALIDATION, "is not allowed to delete this grant.");
    }
    assert_eq!(world.state(&arn).await, state("PENDING_ACCEPT", "1"));
}

async fn a_grantor_decides_on_name_and_operations_a_grantee_on_its_status(world: World) {
    let license = world.license(5, |_| {}).await;
    let arn = world.active_grant(&license, CUSTOMER, |_| {}).await;
    let renamed = world.version_as(CUSTOMER, &arn, |i| i["GrantName"] = json!("Mine")).await;
    assert_refused(renamed, VALIDATION, "its grantor decides");
    let widened = world.version_as(CUSTOMER, &arn, |i| i["AllowedOperations"] = json!(["CreateToken"])).await;
    assert_refused(widened, VALIDATION, "its grantor decides");
    assert_refused(world.set(VENDOR, &arn, "DISABLED").await, VALIDATION, "its grantee decides");
    assert_refused(
        world.set(OTHER, &arn, "DISABLED").await,
        VALIDATION,
        "is not allowed to change this grant",
    );
    let operations = json!(["CheckoutLicense", "CreateToken"]);
    let sees =
        world.version_as(VENDOR, &arn, |i| i["AllowedOperations"] = json!(["ListReceivedLicenses"])).await;
    assert_refused(sees, INVALID, "DelegateGrant");
    world.version_as(VENDOR, &arn, |i| i["AllowedOperations"] = operations.clone()).await.unwrap();
    assert_eq!(world.get_grant(CUSTOMER, &arn).await["GrantedOperations"], operations);
}

async fn g_15_a_stale_version_changes_nothing(world: World) {
    let license = world.license(5, |_| {}).await;
    let arn = world.active_grant(&license, CUSTOMER, |_| {}).await;
    for stale in ["2", "4", "03", "x"] {
        let refused = world
            .version_as(CUSTOMER, &arn, |input| {
                input["Status"] = json!("DISABLED");
                input["SourceVersion"] = json!(stale);
            })
            .await;
        assert_refused(refused, INVALID, "is not the current version `3`");
        assert_refused(
            world.delete_grant(VENDOR, &arn, stale).await,
            INVALID,
            "is not the current version `3`",
        );
    }
    assert_eq!(world.state(&arn).await, state("ACTIVE", "3"));
    assert_eq!(answered(&world.delete_grant(VENDOR, &arn, "3").await.unwrap()), state("DELETED", "4"));
}

/// A grant to the customer, who has granted the license on to the member.
async fn chain(world: &World) -> (String, String, String) {
    let license = world.license(5, |_| {}).await;
    let all = json!(["CreateGrant", "CheckoutLicense", "CreateToken"]);
    let first = world.active_grant(&license, CUSTOMER, |i| i["AllowedOperations"] = all).await;
    let some = json!(["CheckoutLicense", "CreateToken"]);
    let second =
        world.try_grant(CUSTOMER, &license, MEMBER, |i| i["AllowedOperations"] = some).await.unwrap();
    let second = text(&second, "GrantArn");
    world.accept(MEMBER, &second).await.unwrap();
    world.set(MEMBER, &second, "ACTIVE").await.unwrap();
    (license, first, second)
}

async fn g_27_grants_made_under_a_deleted_one_are_deleted_with_it(world: World) {
    let (_, first, second) = chain(&world).await;
    world.delete_grant(VENDOR, &first, "3").await.unwrap();
    assert_eq!(world.state(&second).await, state("DELETED", "4"));
    assert_refused(world.set(MEMBER, &second, "DISABLED").await, INVALID, "DELETED for good");
    assert_refused(world.delete_grant(CUSTOMER, &second, "4").await, INVALID, "DELETED cannot be deleted");
    let before = json!({ "GrantArn": second, "Version": "3" });
    let before = world.call_as(MEMBER, "GetGrant", &before).await.unwrap();
    assert_eq!(before["Grant"]["GrantStatus"], "ACTIVE");
}

async fn g_29_narrowing_a_grant_narrows_what_was_made_under_it(world: World) {
    let (_, first, second) = chain(&world).await;
    let narrow = json!(["CreateGrant", "CheckoutLicense"]);
    world.version_as(VENDOR, &first, |i| i["AllowedOperations"] = narrow).await.unwrap();
    assert_eq!(world.get_grant(MEMBER, &second).await["GrantedOperations"], json!(["CheckoutLicense"]));
    let wide = json!(["CheckoutLicense", "CreateToken"]);
    let refused = world.version_as(CUSTOMER, &second, |i| i["AllowedOperations"] = wide).await;
    assert_refused(refused, INVALID, "you do not hold CreateToken");
}

async fn l_25_deleting_the_license_deletes_its_grants(world: World) {
    let (license, first, second) = chain(&world).await;
    world.call("DeleteLicense", &json!({ "LicenseArn": license, "SourceVersion": "1" })).await.unwrap();
    for grant in [&first, &second] {
        assert_eq!(world.state(grant).await, state("DELETED", "4"));
    }
    assert_refused(world.try_grant(VENDOR, &license, OTHER, |_| {}).await, INVALID, "the license is DELETED");
    world.turn_to("2026-08-02T00:00:00Z");
    let gone = world.call("GetGrant", &json!({ "GrantArn": first })).await;
    assert_refused(gone, INVALID, "does not exist");
}

async fn g_7_deleting_gives_back_what_counted_below(world: World) {
    let (license, first, _) = chain(&world).await;
    assert_eq!(world.grants_counted(&license).await, 2);
    world.delete_grant(VENDOR, &first, "3").await.unwrap();
    assert_eq!(world.grants_counted(&license).await, 0);
}

async fn g_9_a_grant_that_ended_with_its_parent_is_not_in_the_way(world: World) {
    let (license, first, second) = chain(&world).await;
    assert_refused(world.try_grant(VENDOR, &license, MEMBER, |_| {}).await, INVALID, &second);
    world.delete_grant(VENDOR, &first, "3").await.unwrap();
    let third = world.grant(&license, MEMBER, |_| {}).await;
    assert_refused(world.try_grant(VENDOR, &license, MEMBER, |_| {}).await, INVALID, &third);
    assert_eq!(world.grants_counted(&license).await, 1);
}

fn marketplace(input: &mut Value) {
    input["Issuer"] = json!({ "Name": "AWS/Marketplace" });
}

fn overriding(how: &str) -> impl FnOnce(&mut Value) {
    move |input| {
        input["Status"] = json!("ACTIVE");
        input["Options"] = json!({ "ActivationOverrideBehavior": how });
    }
}

async fn g_18_a_marketplace_purchase_is_active_at_once(world: World) {
    let license = world.license(5, marketplace).await;
    let answer = world.try_grant(VENDOR, &license, CUSTOMER, |_| {}).await.unwrap();
    assert_eq!(answered(&answer), state("ACTIVE", "1"));
    let second = world.license(5, marketplace).await;
    let answer = world.try_grant(VENDOR, &second, CUSTOMER, |_| {}).await.unwrap();
    assert_eq!(answered(&answer), state("DISABLED", "1"), "G-22");
}

async fn g_21_an_override_is_for_activating_marketplace_licenses(world: World) {
    let license = world.license(5, |_| {}).await;
    let arn = world.grant(&license, CUSTOMER, |_| {}).await;
    world.accept(CUSTOMER, &arn).await.unwrap();
    let refused = world.version_as(CUSTOMER, &arn, overriding("DISTRIBUTED_GRANTS_ONLY")).await;
    assert_refused(refused, INVALID, "licenses from AWS Marketplace alone");
    let options = json!({ "ActivationOverrideBehavior": "DISTRIBUTED_GRANTS_ONLY" });
    let refused = world.try_grant(VENDOR, &license, OTHER, |i| i["Options"] = options.clone()).await;
    assert_refused(refused, INVALID, "licenses from AWS Marketplace alone");
    let license = world.license(5, marketplace).await;
    let arn = world.grant(&license, CUSTOMER, |_| {}).await;
    let deactivating = world
        .version_as(CUSTOMER, &arn, |input| {
            input["Status"] = json!("DISABLED");
            input["Options"] = options.clone();
        })
        .await;
    assert_refused(deactivating, INVALID, "for activating alone");
    let unknown = world.version_as(CUSTOMER, &arn, overriding("NONE")).await;
    assert_refused(unknown, VALIDATION, "options.activationOverrideBehavior");
}

async fn g_22_two_grants_of_a_marketplace_product_are_not_active_at_once(world: World) {
    let first = world.license(5, marketplace).await;
    let second = world.license(5, marketplace).await;
    let other_product = world
        .license(5, |input| {
            marketplace(input);
            input["ProductSKU"] = json!("other");
        })
        .await;
    let first = world.grant(&first, CUSTOMER, |_| {}).await;
    let second = world.grant(&second, CUSTOMER, |_| {}).await;
    let other_product = world.grant(&other_product, CUSTOMER, |_| {}).await;
    assert_refused(world.set(CUSTOMER, &second, "ACTIVE").await, INVALID, &first);
    world.version_as(CUSTOMER, &second, overriding("DISTRIBUTED_GRANTS_ONLY")).await.unwrap();
    assert_eq!(world.state(&first).await, state("ACTIVE", "1"));
    world.set(CUSTOMER, &second, "DISABLED").await.unwrap();
    world.version_as(CUSTOMER, &second, overriding("ALL_GRANTS_PERMITTED_BY_ISSUER")).await.unwrap();
    assert_eq!(world.state(&first).await, state("DISABLED", "2"));
    assert_eq!(world.state(&second).await, state("ACTIVE", "4"));
    assert_eq!(world.state(&other_product).await, state("ACTIVE", "1"));
}

async fn g_23_the_grantors_override_stands(world: World) {
    let license = world.license(5, marketplace).await;
    let all = json!(["CreateGrant", "CheckoutLicense"]);
    let arn = world.grant(&license, CUSTOMER, |i| i["AllowedOperations"] = all).await;
    world.set(CUSTOMER, &arn, "DISABLED").await.unwrap();
    world.version_as(CUSTOMER, &arn, overriding("DISTRIBUTED_GRANTS_ONLY")).await.unwrap();
    world.set(CUSTOMER, &arn, "DISABLED").await.unwrap();
    let changed = world.version_as(CUSTOMER, &arn, overriding("ALL_GRANTS_PERMITTED_BY_ISSUER")).await;
    assert_eq!(answered(&changed.unwrap()), state("ACTIVE", "5"), "the grantee chose the first itself");
}
