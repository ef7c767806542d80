//! Who sees which grants (section 7.5).

use serde_json::{Value, json};

use super::super::{CUSTOMER, VENDOR, World, on_each_store};
use super::{INVALID, MEMBER, OTHER, VALIDATION, assert_refused, root, text};

const RECEIVED: &str = "ListReceivedGrants";
const DISTRIBUTED: &str = "ListDistributedGrants";

on_each_store! {
    g_30_both_sides_list_a_grant_and_nobody_else_does
    listings_go_page_by_page_newest_first
    distributed_grants_are_filtered
    received_grants_are_filtered
    g_30_members_receive_what_their_organization_and_units_do
    g_31_ended_grants_stay_in_lists_as_long_as_the_license
    g_6_a_delegate_sees_what_was_distributed_to_buyers_of_the_product
    o_8_an_organization_view_shows_the_grants_of_all_members
    o_8_an_organization_view_shows_the_licenses_of_all_members_each_once
}

impl World {
    /// The ARNs of the grants that are listed, all pages together.
    async fn listed(&self, account: &str, operation: &str, input: Value) -> Vec<String> {
        let mut input = input;
        let mut listed = vec![];
        loop {
            let answer = self.call_as(account, operation, &input).await.unwrap();
            listed.extend(answer["Grants"].as_array().unwrap().iter().map(|grant| text(grant, "GrantArn")));
            let Some(token) = answer.get("NextToken") else { return listed };
            input["NextToken"] = token.clone();
        }
    }
}

fn filter(name: &str, value: &str) -> Value {
    json!({ "Filters": [{ "Name": name, "Values": [value] }] })
}

async fn g_30_both_sides_list_a_grant_and_nobody_else_does(world: World) {
    let license = world.license(5, |_| {}).await;
    let arn = world.grant(&license, CUSTOMER, |_| {}).await;
    for (account, operation, sees) in [
        (VENDOR, DISTRIBUTED, true),
        (VENDOR, RECEIVED, false),
        (CUSTOMER, DISTRIBUTED, false),
        (CUSTOMER, RECEIVED, true),
        (OTHER, DISTRIBUTED, false),
        (OTHER, RECEIVED, false),
    ] {
        let expected: &[String] = if sees { std::slice::from_ref(&arn) } else { &[] };
        for input in [json!({}), json!({ "GrantArns": [arn] })] {
            assert_eq!(world.listed(account, operation, input).await, expected, "{account} {operation}");
        }
    }
    let shown = world.call_as(CUSTOMER, RECEIVED, &json!({})).await.unwrap();
    assert_eq!(shown["Grants"][0], world.get_grant(VENDOR, &arn).await);
}

async fn listings_go_page_by_page_newest_first(world: World) {
    let license = world.license(5, |_| {}).await;
    let mut made = vec![];
    for index in 0..7 {
        let grantee = format!("5555{index:08}");
        made.insert(0, world.grant(&license, &grantee, |_| {}).await);
        world.wait(1);
    }
    assert_eq!(world.listed(VENDOR, DISTRIBUTED, json!({ "MaxResults": 3 })).await, made);
    let named = json!({ "GrantArns": [made[5], made[1], made[5], made[3]], "MaxResults": 2 });
    assert_eq!(world.listed(VENDOR, DISTRIBUTED, named).await, [&*made[1], &*made[3], &*made[5]]);
    let first = world.call(DISTRIBUTED, &json!({ "MaxResults": 3 })).await.unwrap();
    let mut foreign = filter("LicenseArn", &license);
    foreign["NextToken"] = first["NextToken"].clone();
    assert_refused(world.call(DISTRIBUTED, &foreign).await, INVALID, "NextToken");
    let mut received = json!({ "NextToken": first["NextToken"] });
    assert_refused(world.call(RECEIVED, &received).await, INVALID, "NextToken");
    received["MaxResults"] = json!(101);
    assert_refused(world.call(RECEIVED, &received).await, VALIDATION, "maxResults");
}

async fn distributed_grants_are_filtered(world: World) {
    let license = world.license(5, |_| {}).await;
    let other = world
        .license(5, |input| {
            input["ProductSKU"] = json!("other");
            input["Issuer"] = json!({ "Name": "Elsewhere" });
        })
        .await;
    let first = world.grant(&license, CUSTOMER, |_| {}).await;
    let second = world.grant(&other, OTHER, |_| {}).await;
    world.accept(OTHER, &second).await.unwrap();
    for (name, of_first, of_second) in [
        ("LicenseArn", license.as_str(), other.as_str()),
        ("GrantStatus", "PENDING_ACCEPT", "DISABLED"),
        ("GranteePrincipalARN", &root(CUSTOMER), &root(OTHER)),
        ("ProductSKU", "sku", "other"),
        ("LicenseIssuerName", "Example", "Elsewhere"),
    ] {
        for (value, expected) in [(of_first, vec![&*first]), (of_second, vec![&*second]), ("none", vec![])] {
            assert_eq!(world.listed(VENDOR, DISTRIBUTED, filter(name, value)).await, expected, "{name}");
        }
    }
    let wrong_case = world.call(DISTRIBUTED, &filter("GranteePrincipalArn", &root(CUSTOMER))).await;
    assert_refused(wrong_case, INVALID, "is not one of");
}

async fn received_grants_are_filtered(world: World) {
    let license = world.license(5, |_| {}).await;
    let other = world
        .license(5, |input| {
            input["ProductSKU"] = json!("other");
            input["Issuer"] = json!({ "Name": "Elsewhere" });
        })
        .await;
    let all = json!(["CreateGrant", "CheckoutLicense"]);
    world.active_grant(&other, OTHER, |input| input["AllowedOperations"] = all).await;
    let only = json!(["CheckoutLicense"]);
    let second = world.try_grant(OTHER, &other, CUSTOMER, |i| i["AllowedOperations"] = only).await.unwrap();
    let second = text(&second, "GrantArn");
    let first = world.active_grant(&license, CUSTOMER, |_| {}).await;
    for (name, of_first, of_second) in [
        ("ProductSKU", "sku", "other"),
        ("LicenseIssuerName", "Example", "Elsewhere"),
        ("LicenseArn", license.as_str(), other.as_str()),
        ("GrantStatus", "ACTIVE", "PENDING_ACCEPT"),
        ("GranterAccountId", VENDOR, OTHER),
    ] {
        for (value, expected) in [(of_first, vec![&*first]), (of_second, vec![&*second]), ("none", vec![])] {
            assert_eq!(world.listed(CUSTOMER, RECEIVED, filter(name, value)).await, expected, "{name}");
        }
    }
}

async fn g_30_members_receive_what_their_organization_and_units_do(world: World) {
    let organization = world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let principal = format!("arn:aws:organizations::{VENDOR}:organization/{}", organization.id);
    let arn = world.grant(&license, CUSTOMER, |input| input["Principals"] = json!([principal])).await;
    let own = filter("GranterAccountId", VENDOR);
    let listed = world.listed(MEMBER, RECEIVED, own).await;
    assert_eq!(listed.len(), 2, "the organization's and its own");
    assert!(listed.contains(&arn));
    assert_eq!(world.listed(MEMBER, RECEIVED, json!({ "GrantArns": [arn] })).await, [&*arn]);
    assert_eq!(world.listed(OTHER, RECEIVED, json!({ "GrantArns": [arn] })).await, [""; 0]);
}

async fn g_31_ended_grants_stay_in_lists_as_long_as_the_license(world: World) {
    let license = world.license(5, |_| {}).await;
    let rejected = world.grant(&license, CUSTOMER, |_| {}).await;
    world.reject(CUSTOMER, &rejected).await.unwrap();
    world.wait(1);
    let deleted = world.grant(&license, CUSTOMER, |_| {}).await;
    world.delete_grant(VENDOR, &deleted, "1").await.unwrap();
    let both = [&*deleted, &*rejected];
    assert_eq!(world.listed(CUSTOMER, RECEIVED, json!({})).await, both);
    world.call("DeleteLicense", &json!({ "LicenseArn": license, "SourceVersion": "1" })).await.unwrap();
    assert_eq!(world.listed(VENDOR, DISTRIBUTED, filter("GrantStatus", "REJECTED")).await, [&*rejected]);
    world.turn_to("2026-07-31T00:00:00Z");
    assert_eq!(world.listed(VENDOR, DISTRIBUTED, json!({})).await, both);
    world.turn_to("2026-08-02T00:00:00Z");
    assert_eq!(world.listed(VENDOR, DISTRIBUTED, json!({})).await, [""; 0]);
}

async fn g_6_a_delegate_sees_what_was_distributed_to_buyers_of_the_product(world: World) {
    let license = world.license(5, |_| {}).await;
    let sold = world.license(5, |_| {}).await;
    let elsewhere = world.license(5, |input| input["ProductSKU"] = json!("other")).await;
    let delegate = world
        .grant(&license, OTHER, |input| {
            input["GrantType"] = json!("DelegateGrant");
            input["AllowedOperations"] = json!(["ListReceivedLicenses"]);
        })
        .await;
    let to_buyer = world.grant(&sold, CUSTOMER, |_| {}).await;
    world.grant(&elsewhere, CUSTOMER, |_| {}).await;
    world.accept(OTHER, &delegate).await.unwrap();
    assert_eq!(world.listed(OTHER, DISTRIBUTED, json!({})).await, [""; 0], "not active yet");
    world.set(OTHER, &delegate, "ACTIVE").await.unwrap();
    assert_eq!(world.listed(OTHER, DISTRIBUTED, json!({})).await, [&*to_buyer]);
    assert_eq!(world.listed(OTHER, DISTRIBUTED, json!({ "GrantArns": [to_buyer] })).await, [&*to_buyer]);
    assert_refused(world.delete_grant(OTHER, &to_buyer, "1").await, VALIDATION, "is not allowed");
    world.delete_grant(VENDOR, &delegate, "3").await.unwrap();
    assert_eq!(world.listed(OTHER, DISTRIBUTED, json!({})).await, [""; 0]);
}

async fn o_8_an_organization_view_shows_the_grants_of_all_members(world: World) {
    const VIEW: &str = "ListReceivedGrantsForOrganization";
    let organization = world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let principal = format!("arn:aws:organizations::{VENDOR}:organization/{}", organization.id);
    let parent = world.grant(&license, CUSTOMER, |input| input["Principals"] = json!([principal])).await;
    let direct = world.grant(&license, CUSTOMER, |_| {}).await;
    world.grant(&license, OTHER, |_| {}).await;
    let view = |filters: Value| json!({ "LicenseArn": license, "Filters": filters, "MaxResults": 1 });
    let all = world.listed(VENDOR, VIEW, view(json!([]))).await;
    assert_eq!(all.len(), 3, "two sub-grants and one to a member");
    assert!(all.contains(&direct) && !all.contains(&parent));
    let under = json!([{ "Name": "ParentArn", "Values": [parent] }]);
    assert_eq!(world.listed(VENDOR, VIEW, view(under.clone())).await.len(), 2);
    let of_customer = json!([under[0], { "Name": "GranteePrincipalArn", "Values": [root(CUSTOMER)] }]);
    let [sub_grant] = &*world.listed(VENDOR, VIEW, view(of_customer)).await else { panic!() };
    assert_ne!(*sub_grant, direct);
    for account in [CUSTOMER, OTHER] {
        let refused = world.call_as(account, VIEW, &view(json!([]))).await;
        assert_eq!(refused.unwrap_err().0, "AccessDeniedException");
    }
    assert_refused(world.call(VIEW, &json!({})).await, VALIDATION, "licenseArn");
    let wrong = view(json!([{ "Name": "GranteePrincipalARN", "Values": [root(CUSTOMER)] }]));
    assert_refused(world.call(VIEW, &wrong).await, INVALID, "is not one of");
}

async fn o_8_an_organization_view_shows_the_licenses_of_all_members_each_once(world: World) {
    const VIEW: &str = "ListReceivedLicensesForOrganization";
    let organization = world.organization(true).await;
    let principal = format!("arn:aws:organizations::{VENDOR}:organization/{}", organization.id);
    let to_all = world.license(5, |_| {}).await;
    world.grant(&to_all, CUSTOMER, |input| input["Principals"] = json!([principal])).await;
    let to_one = world.license(5, |input| input["ProductSKU"] = json!("other")).await;
    let arn = world.grant(&to_one, MEMBER, |_| {}).await;
    world.set(VENDOR, &arn, "ACTIVE").await.unwrap();
    let outside = world.license(5, |_| {}).await;
    world.grant(&outside, OTHER, |_| {}).await;
    let view = async |filters: Value| {
        let input = json!({ "Filters": filters, "MaxResults": 1 });
        let (mut shown, mut token) = (vec![], None);
        loop {
            let mut input = input.clone();
            if let Some(token) = token {
                input["NextToken"] = token;
            }
            let answer = world.call(VIEW, &input).await.unwrap();
            for license in answer["Licenses"].as_array().unwrap() {
                let status = text(&license["ReceivedMetadata"], "ReceivedStatus");
                shown.push((text(license, "LicenseArn"), status));
            }
            token = answer.get("NextToken").cloned();
            if token.is_none() {
                shown.sort();
                return shown;
            }
        }
    };
    let mut both = vec![(to_all.clone(), "DISABLED".to_owned()), (to_one.clone(), "ACTIVE".to_owned())];
    both.sort();
    assert_eq!(view(json!([])).await, both);
    let other = json!([{ "Name": "ProductSKU", "Values": ["other"] }]);
    assert_eq!(view(other).await, [(to_one.clone(), "ACTIVE".to_owned())]);
    let beneficiary = json!([{ "Name": "Beneficiary", "Values": ["nobody"] }]);
    assert_eq!(view(beneficiary).await, []);
    for account in [CUSTOMER, OTHER] {
        assert_eq!(world.call_as(account, VIEW, &json!({})).await.unwrap_err().0, "AccessDeniedException");
    }
    let wrong = json!({ "Filters": [{ "Name": "Status", "Values": ["AVAILABLE"] }] });
    assert_refused(world.call(VIEW, &wrong).await, INVALID, "is not one of");
}
