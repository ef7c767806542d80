//! Who is told of grants, and of what delegates see (EV-1, EV-3).

use std::sync::Arc;

use licentia::events::{DestinationId, DetailType};
use licentia_tests::Metered;
use licentia_tests::carriers::no_carriers;
use serde_json::{Value, json};

use super::super::{CUSTOMER, VENDOR, World, on_each_store};
use super::NOWHERE;

const MEMBER: &str = "777788889999";
const OTHER: &str = "222233334444";

on_each_store! {
    ev_1_both_sides_are_told_of_each_step_of_a_grant
    ev_1_grantees_are_told_of_grants_that_end_with_their_parent
    ev_1_members_are_told_of_their_sub_grants
    ev_1_who_loses_its_turn_is_told
    ev_3_a_delegate_is_told_of_buyers_licenses_and_grants
    ev_3_delegates_are_looked_up_once_for_all_that_ends_with_a_license
}

impl World {
    async fn tell_of_grants(&self, account: &str) -> DestinationId {
        self.tell(account, NOWHERE, &[DetailType::GrantChange]).await.0
    }

    /// The grants of which it waits to be told, with their statuses and
    /// versions, sorted.
    async fn told(&self, id: &DestinationId) -> Vec<(String, String, String)> {
        let text = |delivery: &Value, member: &str| {
            delivery["envelope"]["detail"][member].as_str().unwrap_or_default().to_owned()
        };
        let waiting = self.waiting(id).await;
        let mut told: Vec<_> = waiting
            .iter()
            .map(|event| (text(event, "grantArn"), text(event, "version"), text(event, "status")))
            .collect();
        told.sort();
        told
    }
}

fn steps(grant: &str, steps: &[(&str, &str)]) -> Vec<(String, String, String)> {
    steps.iter().map(|(version, status)| (grant.to_owned(), (*version).into(), (*status).into())).collect()
}

async fn ev_1_both_sides_are_told_of_each_step_of_a_grant(world: World) {
    let (vendor, customer, other) = (
        world.tell_of_grants(VENDOR).await,
        world.tell_of_grants(CUSTOMER).await,
        world.tell_of_grants(OTHER).await,
    );
    let license = world.license(5, |_| {}).await;
    let arn = world.active_grant(&license, CUSTOMER, |_| {}).await;
    world.accept(CUSTOMER, &arn).await.unwrap_err();
    world.delete_grant(VENDOR, &arn, "3").await.unwrap();
    let all = steps(&arn, &[("1", "PENDING_ACCEPT"), ("2", "DISABLED"), ("3", "ACTIVE"), ("4", "DELETED")]);
    assert_eq!(world.told(&vendor).await, all);
    assert_eq!(world.told(&customer).await, all);
    assert_eq!(world.told(&other).await, []);
}

async fn ev_1_grantees_are_told_of_grants_that_end_with_their_parent(world: World) {
    let license = world.license(5, |_| {}).await;
    let all = json!(["CreateGrant", "CheckoutLicense"]);
    let first = world.active_grant(&license, CUSTOMER, |input| input["AllowedOperations"] = all).await;
    let only = json!(["CheckoutLicense"]);
    let second =
        world.try_grant(CUSTOMER, &license, MEMBER, |i| i["AllowedOperations"] = only).await.unwrap();
    let second = second["GrantArn"].as_str().unwrap();
    let member = world.tell_of_grants(MEMBER).await;
    world.delete_grant(VENDOR, &first, "3").await.unwrap();
    assert_eq!(world.told(&member).await, steps(second, &[("2", "DELETED")]));
    world.call("DeleteLicense", &json!({ "LicenseArn": license, "SourceVersion": "1" })).await.unwrap();
    assert_eq!(world.told(&member).await.len(), 1, "it had ended before");
}

async fn ev_1_members_are_told_of_their_sub_grants(world: World) {
    let organization = world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let (vendor, member) = (world.tell_of_grants(VENDOR).await, world.tell_of_grants(MEMBER).await);
    let principal = format!("arn:aws:organizations::{VENDOR}:organization/{}", organization.id);
    let parent = world.grant(&license, CUSTOMER, |input| input["Principals"] = json!([principal])).await;
    let told = world.told(&member).await;
    let [(own, version, status)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((version.as_str(), status.as_str()), ("1", "DISABLED"));
    let of_parent = |(grant, _, _): &(String, String, String)| *grant == parent;
    let distributed: Vec<_> = world.told(&vendor).await.into_iter().filter(of_parent).collect();
    assert_eq!(distributed, steps(&parent, &[("1", "PENDING_WORKFLOW"), ("2", "WORKFLOW_COMPLETED")]));
    world.call("DeleteLicense", &json!({ "LicenseArn": license, "SourceVersion": "1" })).await.unwrap();
    assert_eq!(world.told(&member).await, steps(own, &[("1", "DISABLED"), ("2", "DELETED")]));
}

async fn ev_1_who_loses_its_turn_is_told(world: World) {
    let marketplace = |input: &mut Value| input["Issuer"] = json!({ "Name": "AWS/Marketplace" });
    let (first, second) = (world.license(5, marketplace).await, world.license(5, marketplace).await);
    let first = world.grant(&first, CUSTOMER, |_| {}).await;
    let second = world.grant(&second, CUSTOMER, |_| {}).await;
    let customer = world.tell_of_grants(CUSTOMER).await;
    world
        .version_as(CUSTOMER, &second, |input| {
            input["Status"] = json!("ACTIVE");
            input["Options"] = json!({ "ActivationOverrideBehavior": "ALL_GRANTS_PERMITTED_BY_ISSUER" });
        })
        .await
        .unwrap();
    let mut expected = [steps(&first, &[("2", "DISABLED")]), steps(&second, &[("2", "ACTIVE")])].concat();
    expected.sort();
    assert_eq!(world.told(&customer).await, expected);
}

async fn ev_3_a_delegate_is_told_of_buyers_licenses_and_grants(world: World) {
    let license = world.license(5, |_| {}).await;
    let delegate = world
        .grant(&license, OTHER, |input| {
            input["GrantType"] = json!("DelegateGrant");
            input["AllowedOperations"] = json!(["ListReceivedLicenses"]);
        })
        .await;
    let (of_grants, _) = world.tell(OTHER, NOWHERE, &[DetailType::GrantChange]).await;
    let (of_licenses, _) = world.tell(OTHER, NOWHERE, &[DetailType::LicenseChange]).await;
    world.accept(OTHER, &delegate).await.unwrap();
    let sold = world.license(5, |_| {}).await;
    assert_eq!(world.states(&of_licenses).await, [""; 0], "not active yet");
    world.set(OTHER, &delegate, "ACTIVE").await.unwrap();
    let to_buyer = world.grant(&sold, CUSTOMER, |_| {}).await;
    world.revise(&sold, 6, |_| {}).await.unwrap();
    let elsewhere = world.license(5, |input| input["ProductSKU"] = json!("other")).await;
    world.grant(&elsewhere, CUSTOMER, |_| {}).await;
    let mut told = world.told(&of_grants).await;
    told.retain(|(grant, _, _)| *grant != delegate);
    assert_eq!(told, steps(&to_buyer, &[("1", "PENDING_ACCEPT")]));
    assert_eq!(world.states(&of_licenses).await, ["Updated"]);
}

async fn ev_3_delegates_are_looked_up_once_for_all_that_ends_with_a_license(world: World) {
    world.tell_of_grants(VENDOR).await;
    let mut asked = vec![];
    for grants in [2, 22] {
        let license = world.license(5, |_| {}).await;
        for index in 0..grants {
            world.grant(&license, &format!("5555{index:08}"), |_| {}).await;
        }
        let meter = Arc::new(Metered::new(Arc::clone(&world.service.store)));
        let metered = World::built(meter.clone(), "us-east-1", Arc::clone(&world.clock), no_carriers());
        metered.call("DeleteLicense", &json!({ "LicenseArn": license, "SourceVersion": "1" })).await.unwrap();
        asked.push(meter.meter().requests);
    }
    let [few, many] = asked.as_slice() else { panic!("{asked:?}") };
    // The destinations may be read anew meanwhile.
    assert!(many - few < 10, "{asked:?}");
}
