//! The settings of accounts, and who sees an organization as a whole.

use licentia::error::Kind;
use licentia::organization::ServicePrincipal;
use licentia::organization::own::Organization;
use licentia::settings::{is_linked, organization_view};
use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use serde_json::{Value, json};

use super::{CUSTOMER, VENDOR, World, on_each_store};

const OTHER: &str = "777788889999";
const BUCKET: &str = "arn:aws:s3:::aws-license-manager-service-c22d6279-35c4-47c4-bb";
const TOPIC: &str = "arn:aws:sns:us-east-1:111122223333:aws-license-manager-service-alerts";

on_each_store! {
    settings_that_were_never_changed_are_two_defaults
    o_1_an_absent_member_stays_as_it_is
    o_1_settings_are_kept_by_account_and_region
    o_2_names_that_are_not_for_the_service_are_refused
    o_3_only_the_management_account_with_all_features_links_organizations
    o_3_the_resource_share_is_made_once
    o_4_cross_account_discovery_links_and_stays_on
    o_5_source_regions_are_discovered_from_the_region_of_the_call
    a_link_in_any_region_counts
    of_updates_at_once_none_is_lost
    o_8_the_management_account_sees_the_organization_once_it_is_linked
    o_8_a_delegated_administrator_sees_the_organization
    o_8_nobody_else_sees_the_organization
}

fn account(number: &str) -> AccountId {
    AccountId::parse(number).unwrap()
}

/// An organization that the vendor manages, with the customer in it.
async fn organization(world: &World, all_features: bool) -> Organization {
    let own = world.organizations();
    let now = Timestamp::parse("2026-02-01T00:00:00Z").unwrap();
    let made = own.create(&account(VENDOR), all_features, now).await.unwrap();
    own.join(&made.id, &account(CUSTOMER), None, now).await.unwrap();
    made
}

async fn settings(world: &World) -> Value {
    world.call("GetServiceSettings", &json!({})).await.unwrap()
}

/// Changes settings of the vendor; the code of the error if that is refused.
async fn update(world: &World, input: Value) -> Result<(), &'static str> {
    let answer = world.call("UpdateServiceSettings", &input).await;
    answer.map(|output| assert_eq!(output, json!({}))).map_err(|(code, _)| code)
}

fn link(enable: bool) -> Value {
    json!({ "OrganizationConfiguration": { "EnableIntegration": enable } })
}

fn defaults() -> Value {
    json!({
        "OrganizationConfiguration": { "EnableIntegration": false },
        "EnableCrossAccountsDiscovery": false,
    })
}

async fn settings_that_were_never_changed_are_two_defaults(world: World) {
    assert_eq!(settings(&world).await, defaults());
    update(&world, json!({})).await.unwrap();
    update(&world, json!({ "EnableCrossAccountsDiscovery": false })).await.unwrap();
    update(&world, link(false)).await.unwrap();
    assert_eq!(settings(&world).await, defaults());
}

async fn o_1_an_absent_member_stays_as_it_is(world: World) {
    update(&world, json!({ "S3BucketArn": BUCKET })).await.unwrap();
    update(&world, json!({ "SnsTopicArn": TOPIC })).await.unwrap();
    update(&world, json!({})).await.unwrap();
    let mut expected = defaults();
    (expected["S3BucketArn"], expected["SnsTopicArn"]) = (json!(BUCKET), json!(TOPIC));
    assert_eq!(settings(&world).await, expected);
}

async fn o_1_settings_are_kept_by_account_and_region(world: World) {
    update(&world, json!({ "SnsTopicArn": TOPIC })).await.unwrap();
    assert_eq!(settings(&world.in_region("eu-west-1")).await, defaults());
    let customers = world.call_as(CUSTOMER, "GetServiceSettings", &json!({})).await.unwrap();
    assert_eq!(customers, defaults());
    assert_eq!(settings(&world).await["SnsTopicArn"], TOPIC);
}

async fn o_2_names_that_are_not_for_the_service_are_refused(world: World) {
    for input in [
        json!({ "SnsTopicArn": "arn:aws:sns:us-east-1:111122223333:alerts" }),
        json!({ "SnsTopicArn": "" }),
        json!({ "S3BucketArn": "arn:aws:s3:::reports" }),
        json!({ "S3BucketArn": BUCKET, "SnsTopicArn": BUCKET }),
    ] {
        assert_eq!(update(&world, input.clone()).await, Err("InvalidParameterValueException"), "{input}");
    }
    for input in [
        json!({ "OrganizationConfiguration": {} }),
        json!({ "EnabledDiscoverySourceRegions": ["us-east-1", "here"] }),
        json!({ "EnabledDiscoverySourceRegions": vec!["us-east-1"; 101] }),
    ] {
        assert_eq!(update(&world, input.clone()).await, Err("ValidationException"), "{input}");
    }
    assert_eq!(settings(&world).await, defaults());
}

async fn o_3_only_the_management_account_with_all_features_links_organizations(world: World) {
    let ways = [link(true), json!({ "EnableCrossAccountsDiscovery": true })];
    for way in &ways {
        assert_eq!(update(&world, way.clone()).await, Err("AccessDeniedException"), "in none");
    }
    let made = organization(&world, false).await;
    for way in &ways {
        assert_eq!(update(&world, way.clone()).await, Err("AccessDeniedException"), "billing only");
    }
    let own = world.organizations();
    own.leave(&account(CUSTOMER)).await.unwrap();
    own.delete(&made.id).await.unwrap();
    organization(&world, true).await;
    for way in &ways {
        let (code, message) = world.call_as(CUSTOMER, "UpdateServiceSettings", way).await.unwrap_err();
        assert_eq!(code, "AccessDeniedException");
        assert!(message.contains(CUSTOMER), "{message}");
        update(&world, way.clone()).await.unwrap();
    }
    assert_eq!(settings(&world).await["OrganizationConfiguration"]["EnableIntegration"], true);
}

async fn o_3_the_resource_share_is_made_once(world: World) {
    organization(&world, true).await;
    update(&world, link(true)).await.unwrap();
    let share = settings(&world).await["LicenseManagerResourceShareArn"].as_str().unwrap().to_owned();
    assert!(share.starts_with("arn:aws:ram:us-east-1:111122223333:resource-share/"), "{share}");
    update(&world, link(false)).await.unwrap();
    assert_eq!(settings(&world).await, defaults());
    update(&world, link(true)).await.unwrap();
    assert_eq!(settings(&world).await["LicenseManagerResourceShareArn"], share);
}

async fn o_4_cross_account_discovery_links_and_stays_on(world: World) {
    organization(&world, true).await;
    let discover = |on: bool| json!({ "EnableCrossAccountsDiscovery": on });
    let mut contradiction = discover(true);
    contradiction["OrganizationConfiguration"] = json!({ "EnableIntegration": false });
    assert_eq!(update(&world, contradiction).await, Err("ValidationException"));
    update(&world, discover(true)).await.unwrap();
    let on = settings(&world).await;
    assert_eq!(on["EnableCrossAccountsDiscovery"], true);
    assert_eq!(on["OrganizationConfiguration"]["EnableIntegration"], true);
    assert_eq!(on["ServiceStatus"], json!({ "CrossAccountDiscovery": { "Message": "InProgress" } }));
    assert_eq!(update(&world, discover(false)).await, Err("ValidationException"));
    assert_eq!(update(&world, link(false)).await, Err("InvalidParameterValueException"));
    update(&world, discover(true)).await.unwrap();
    assert_eq!(settings(&world).await, on);
}

async fn o_5_source_regions_are_discovered_from_the_region_of_the_call(world: World) {
    let regions = |names: &[&str]| json!({ "EnabledDiscoverySourceRegions": names });
    let there = world.in_region("eu-west-1");
    update(&there, regions(&["us-east-1", "eu-west-1", "us-east-1"])).await.unwrap();
    let mut expected = defaults();
    expected["CrossRegionDiscoveryHomeRegion"] = json!("eu-west-1");
    expected["CrossRegionDiscoverySourceRegions"] = json!(["us-east-1", "eu-west-1"]);
    let status = json!({ "Status": "InProgress" });
    expected["ServiceStatus"] =
        json!({ "CrossRegionDiscovery": { "Message": { "us-east-1": status, "eu-west-1": status } } });
    assert_eq!(settings(&there).await, expected);
    assert_eq!(settings(&world).await, defaults());
    update(&there, regions(&[])).await.unwrap();
    assert_eq!(settings(&there).await, defaults());
}

async fn a_link_in_any_region_counts(world: World) {
    organization(&world, true).await;
    let there = world.in_region("eu-west-1");
    let vendor = account(VENDOR);
    let linked = || is_linked(&world.service, &vendor);
    assert_eq!(linked().await, Ok(false));
    update(&there, link(true)).await.unwrap();
    update(&world, json!({ "SnsTopicArn": TOPIC })).await.unwrap();
    assert_eq!(linked().await, Ok(true));
    update(&there, link(false)).await.unwrap();
    assert_eq!(linked().await, Ok(false));
}

async fn of_updates_at_once_none_is_lost(world: World) {
    organization(&world, true).await;
    let inputs = [
        json!({ "S3BucketArn": BUCKET }),
        json!({ "SnsTopicArn": TOPIC }),
        link(true),
        json!({ "EnabledDiscoverySourceRegions": ["us-east-1"] }),
    ];
    let updates: Vec<_> = inputs
        .into_iter()
        .map(|input| {
            let world = world.clone();
            tokio::spawn(async move { update(&world, input).await })
        })
        .collect();
    for update in updates {
        update.await.unwrap().unwrap();
    }
    let settings = settings(&world).await;
    assert_eq!((&settings["S3BucketArn"], &settings["SnsTopicArn"]), (&json!(BUCKET), &json!(TOPIC)));
    assert_eq!(settings["OrganizationConfiguration"]["EnableIntegration"], true);
    assert_eq!(settings["CrossRegionDiscoverySourceRegions"], json!(["us-east-1"]));
}

/// What the account sees of its organization, or why it sees nothing.
async fn view(world: &World, account: &str) -> Result<String, Kind> {
    let cx = world.request_of(account, "{}".into());
    let view = organization_view(&cx).await;
    view.map(|membership| membership.organization_id.to_string()).map_err(|error| error.kind)
}

async fn o_8_the_management_account_sees_the_organization_once_it_is_linked(world: World) {
    let made = organization(&world, true).await;
    assert_eq!(view(&world, VENDOR).await, Err(Kind::AccessDenied));
    update(&world.in_region("eu-west-1"), link(true)).await.unwrap();
    assert_eq!(view(&world, VENDOR).await, Ok(made.id.to_string()));
    update(&world.in_region("eu-west-1"), link(false)).await.unwrap();
    assert_eq!(view(&world, VENDOR).await, Err(Kind::AccessDenied));
}

async fn o_8_a_delegated_administrator_sees_the_organization(world: World) {
    let made = organization(&world, true).await;
    let (own, customer) = (world.organizations(), account(CUSTOMER));
    own.delegate(&customer, ServicePrincipal::LicenseManager).await.unwrap();
    assert_eq!(view(&world, CUSTOMER).await, Err(Kind::AccessDenied));
    update(&world, link(true)).await.unwrap();
    assert_eq!(view(&world, CUSTOMER).await, Ok(made.id.to_string()));
    own.undelegate(&customer, ServicePrincipal::LicenseManager).await.unwrap();
    own.delegate(&customer, ServicePrincipal::LinuxSubscriptions).await.unwrap();
    assert_eq!(view(&world, CUSTOMER).await, Err(Kind::AccessDenied));
}

async fn o_8_nobody_else_sees_the_organization(world: World) {
    organization(&world, true).await;
    update(&world, link(true)).await.unwrap();
    for account in [CUSTOMER, OTHER] {
        assert_eq!(view(&world, account).await, Err(Kind::AccessDenied), "{account}");
    }
}
