//! Grants to organizations and their units (sections 7.3 and 7.4).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use licentia::grants::settle_all;
use licentia::identity::DisplayName;
use licentia::organization::own::Organization;
use licentia::store::{Change, CommitError, Item, Key, Page, Query, Store, Unavailable};
use licentia_core::arn::AccountId;
use licentia_core::principal::OuId;
use licentia_tests::carriers::no_carriers;
use serde_json::{Value, json};

use super::super::concurrency::all_at_once;
use super::super::{CUSTOMER, VENDOR, World, on_each_store};
use super::{INVALID, MEMBER, OTHER, USE, VALIDATION, answered, assert_refused, root, state, text};

on_each_store! {
    g_25_every_member_but_the_maker_has_a_sub_grant
    g_20_a_desired_status_activates_the_sub_grants
    g_24_only_a_linked_organization_with_all_features_is_granted_to
    g_24_a_unit_covers_those_below_it_and_is_not_nested_itself
    g_19_a_member_accepts_by_itself_and_either_side_activates
    g_26_who_joins_has_a_sub_grant_and_who_leaves_has_none
    g_25_a_sub_grant_that_was_deleted_is_not_made_again
    g_27_deleting_the_grant_deletes_its_sub_grants
    g_29_sub_grants_allow_what_the_grant_above_allows
    g_11_a_grantee_that_manages_an_organization_grants_to_it
    g_7_sub_grants_do_not_count
    g_23_the_override_of_the_grantor_stands_in_sub_grants
    settling_many_times_at_once_makes_one_sub_grant_for_each_member
    an_interrupted_distribution_is_gone_on_with
    a_grant_of_a_deleted_license_is_looked_after_no_longer
    h_4_grants_are_changed_at_home
}

/// A store that is gone after some commits.
struct Ending {
    inner: Arc<dyn Store>,
    left: AtomicUsize,
}

#[async_trait]
impl Store for Ending {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        self.inner.get(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        self.inner.query(query).await
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        match left {
            Ok(_) => self.inner.commit(change).await,
            Err(_) => Err(Unavailable("the store is gone".into()).into()),
        }
    }
}

fn account(number: &str) -> AccountId {
    AccountId::parse(number).unwrap()
}

pub(super) fn organization_arn(organization: &Organization) -> String {
    format!("arn:aws:organizations::{VENDOR}:organization/{}", organization.id)
}

fn unit_arn(organization: &Organization, unit: &OuId) -> String {
    format!("arn:aws:organizations::{VENDOR}:ou/{}/{unit}", organization.id)
}

impl World {
    /// An organization that the vendor manages, with the customer and the
    /// member in it; it is linked if it has all features.
    pub(in crate::service) async fn organization(&self, all_features: bool) -> Organization {
        let (own, now) = (self.organizations(), self.service.clock.now().unwrap());
        let organization = own.create(&account(VENDOR), all_features, now).await.unwrap();
        self.join(&organization, CUSTOMER, None).await;
        self.join(&organization, MEMBER, None).await;
        if all_features {
            self.link(true).await;
        }
        organization
    }

    async fn link(&self, enable: bool) {
        let input = json!({ "OrganizationConfiguration": { "EnableIntegration": enable } });
        self.call("UpdateServiceSettings", &input).await.unwrap();
    }

    pub(super) async fn join(&self, organization: &Organization, member: &str, unit: Option<&OuId>) {
        let now = self.service.clock.now().unwrap();
        self.organizations().join(&organization.id, &account(member), unit, now).await.unwrap();
    }

    async fn unit(&self, organization: &Organization, name: &str, parent: Option<&OuId>) -> OuId {
        let name = DisplayName::parse(name).unwrap();
        self.organizations().create_unit(&organization.id, parent, &name).await.unwrap()
    }

    /// The same world, whose store is gone after so many commits.
    fn after_commits(&self, commits: usize) -> Self {
        let store = Ending { inner: Arc::clone(&self.service.store), left: AtomicUsize::new(commits) };
        Self::built(Arc::new(store), "us-east-1", Arc::clone(&self.clock), no_carriers())
    }

    pub(super) async fn settle(&self) -> usize {
        settle_all(&self.service, self.service.clock.now().unwrap()).await.unwrap()
    }

    /// The ARN of a grant to this principal, which was distributed at once.
    pub(super) async fn grant_to(
        &self,
        license: &str,
        principal: &str,
        change: impl FnOnce(&mut Value),
    ) -> String {
        let answer = self
            .try_grant(VENDOR, license, CUSTOMER, |input| {
                input["Principals"] = json!([principal]);
                change(input);
            })
            .await
            .unwrap();
        assert_eq!(answered(&answer), state("PENDING_WORKFLOW", "1"));
        let arn = text(&answer, "GrantArn");
        assert_eq!(self.state(&arn).await, state("WORKFLOW_COMPLETED", "2"));
        arn
    }

    /// The sub-grants of a grant of the vendor's, by grantee.
    async fn sub_grants(&self, parent: &str) -> BTreeMap<String, Value> {
        let listed = self.call("ListDistributedGrants", &json!({ "MaxResults": 100 })).await.unwrap();
        let listed = listed["Grants"].as_array().unwrap().iter();
        let under = listed.filter(|grant| grant["ParentArn"] == parent);
        under.map(|grant| (text(grant, "GranteePrincipalArn"), grant.clone())).collect()
    }

    /// The statuses of the sub-grants that are not ended, by grantee.
    pub(super) async fn live_sub_grants(&self, parent: &str) -> Vec<(String, String)> {
        let listed = self.call("ListDistributedGrants", &json!({ "MaxResults": 100 })).await.unwrap();
        let listed = listed["Grants"].as_array().unwrap().iter();
        let live = listed.filter(|grant| grant["ParentArn"] == parent && grant["GrantStatus"] != "DELETED");
        let mut live: Vec<_> =
            live.map(|grant| (text(grant, "GranteePrincipalArn"), text(grant, "GrantStatus"))).collect();
        live.sort_unstable();
        live
    }

    /// The statuses of the sub-grants, by grantee.
    pub(super) async fn statuses(&self, parent: &str) -> Vec<(String, String)> {
        let grants = self.sub_grants(parent).await.into_iter();
        grants.map(|(grantee, grant)| (grantee, text(&grant, "GrantStatus"))).collect()
    }
}

pub(super) fn statuses(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(account, status)| (root(account), (*status).to_owned())).collect()
}

async fn g_25_every_member_but_the_maker_has_a_sub_grant(world: World) {
    let organization = world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let arn = world.grant_to(&license, &organization_arn(&organization), |_| {}).await;
    let sub_grants = world.sub_grants(&arn).await;
    assert_eq!(sub_grants.keys().cloned().collect::<Vec<_>>(), [root(CUSTOMER), root(MEMBER)]);
    let sub_grant = &sub_grants[&root(MEMBER)];
    let expected = json!({
        "GrantArn": sub_grant["GrantArn"],
        "GrantName": "Analytics",
        "ParentArn": arn,
        "LicenseArn": license,
        "GranteePrincipalArn": root(MEMBER),
        "HomeRegion": "us-east-1",
        "GrantStatus": "DISABLED",
        "StatusReason": "Accepted automatically",
        "Version": "1",
        "GrantedOperations": USE,
        "GrantType": "BuyerGrant",
    });
    assert_eq!(*sub_grant, expected);
    let own = text(sub_grant, "GrantArn");
    assert_eq!(world.get_grant(MEMBER, &own).await, expected);
    assert_eq!(world.get_grant(MEMBER, &arn).await["GranteePrincipalArn"], organization_arn(&organization));
    assert_eq!(answered(&world.set(MEMBER, &own, "ACTIVE").await.unwrap()), state("ACTIVE", "2"));
    assert_eq!(answered(&world.set(VENDOR, &own, "DISABLED").await.unwrap()), state("DISABLED", "3"));
    assert_eq!(world.statuses(&arn).await, statuses(&[(CUSTOMER, "DISABLED"), (MEMBER, "DISABLED")]));
}

async fn g_20_a_desired_status_activates_the_sub_grants(world: World) {
    let organization = world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let options = json!({ "DesiredStatus": "ACTIVE" });
    let arn = world.grant_to(&license, &organization_arn(&organization), |i| i["Options"] = options).await;
    assert_eq!(world.statuses(&arn).await, statuses(&[(CUSTOMER, "ACTIVE"), (MEMBER, "ACTIVE")]));
    assert!(world.get_grant(VENDOR, &arn).await.get("Options").is_none(), "a stored grant has none desired");
}

async fn g_24_only_a_linked_organization_with_all_features_is_granted_to(world: World) {
    let organization = world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let principal = organization_arn(&organization);
    let to = |principal: String| move |input: &mut Value| input["Principals"] = json!([principal]);
    world.link(false).await;
    let refused = world.try_grant(VENDOR, &license, CUSTOMER, to(principal.clone())).await;
    assert_refused(refused, INVALID, "is not linked");
    world.link(true).await;
    let other = principal.replace(organization.id.as_str(), "o-0000000000");
    assert_refused(
        world.try_grant(VENDOR, &license, CUSTOMER, to(other)).await,
        INVALID,
        "only the management",
    );
    let misnamed = principal.replace(VENDOR, OTHER);
    assert_refused(
        world.try_grant(VENDOR, &license, CUSTOMER, to(misnamed)).await,
        INVALID,
        "only the management",
    );
    let all = json!(["CreateGrant", "CheckoutLicense"]);
    let given = world.grant(&license, CUSTOMER, |input| input["AllowedOperations"] = all).await;
    world.set(CUSTOMER, &given, "ACTIVE").await.unwrap();
    let by_a_member = world
        .try_grant(CUSTOMER, &license, CUSTOMER, |input| {
            to(principal.clone())(input);
            input["AllowedOperations"] = json!(["CheckoutLicense"]);
        })
        .await;
    assert_refused(by_a_member, INVALID, "only the management account");
}

async fn g_24_a_unit_covers_those_below_it_and_is_not_nested_itself(world: World) {
    let organization = world.organization(true).await;
    let outer = world.unit(&organization, "Sales", None).await;
    let inner = world.unit(&organization, "Europe", Some(&outer)).await;
    world.join(&organization, OTHER, Some(&inner)).await;
    let license = world.license(5, |_| {}).await;
    let nested = unit_arn(&organization, &inner);
    let refused = world.try_grant(VENDOR, &license, CUSTOMER, |i| i["Principals"] = json!([nested])).await;
    assert_refused(refused, INVALID, "in another unit");
    let unknown = unit_arn(&organization, &OuId::parse("ou-ab12-0123456789").unwrap());
    let refused = world.try_grant(VENDOR, &license, CUSTOMER, |i| i["Principals"] = json!([unknown])).await;
    assert_refused(refused, INVALID, "has no such unit");
    let arn = world.grant_to(&license, &unit_arn(&organization, &outer), |_| {}).await;
    assert_eq!(world.statuses(&arn).await, statuses(&[(OTHER, "DISABLED")]));
    world.organizations().move_to(&account(OTHER), None).await.unwrap();
    world.organizations().move_to(&account(MEMBER), Some(&outer)).await.unwrap();
    assert_eq!(world.settle().await, 1);
    assert_eq!(world.statuses(&arn).await, statuses(&[(OTHER, "DELETED"), (MEMBER, "DISABLED")]));
}

async fn g_19_a_member_accepts_by_itself_and_either_side_activates(world: World) {
    world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let answer = world.try_grant(VENDOR, &license, CUSTOMER, |_| {}).await.unwrap();
    assert_eq!(answered(&answer), state("DISABLED", "1"));
    let arn = text(&answer, "GrantArn");
    assert_eq!(answered(&world.set(VENDOR, &arn, "ACTIVE").await.unwrap()), state("ACTIVE", "2"));
    assert_eq!(answered(&world.set(CUSTOMER, &arn, "DISABLED").await.unwrap()), state("DISABLED", "3"));
    let outside = world.try_grant(VENDOR, &license, OTHER, |_| {}).await.unwrap();
    assert_eq!(answered(&outside), state("PENDING_ACCEPT", "1"));
    world.link(false).await;
    assert_refused(world.set(VENDOR, &arn, "ACTIVE").await, VALIDATION, "its grantee decides");
    let unlinked = world.try_grant(VENDOR, &license, MEMBER, |_| {}).await.unwrap();
    assert_eq!(answered(&unlinked), state("PENDING_ACCEPT", "1"));
}

async fn g_26_who_joins_has_a_sub_grant_and_who_leaves_has_none(world: World) {
    let organization = world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let arn = world.grant_to(&license, &organization_arn(&organization), |_| {}).await;
    assert_eq!(world.settle().await, 0, "nothing has changed");
    world.join(&organization, OTHER, None).await;
    world.organizations().leave(&account(MEMBER)).await.unwrap();
    assert_eq!(world.settle().await, 1);
    assert_eq!(
        world.statuses(&arn).await,
        statuses(&[(OTHER, "DISABLED"), (CUSTOMER, "DISABLED"), (MEMBER, "DELETED")])
    );
    let left = text(&world.sub_grants(&arn).await[&root(MEMBER)], "GrantArn");
    world.wait(1);
    world.join(&organization, MEMBER, None).await;
    assert_eq!(world.settle().await, 1);
    let input = json!({ "Filters": [{ "Name": "GrantStatus", "Values": ["DISABLED"] }] });
    let received = world.call_as(MEMBER, "ListReceivedGrants", &input).await.unwrap();
    let [again] = received["Grants"].as_array().unwrap().as_slice() else { panic!("{received}") };
    assert_ne!(text(again, "GrantArn"), left, "the old one stays deleted");
    assert_eq!(world.state(&left).await, state("DELETED", "2"));
}

async fn g_25_a_sub_grant_that_was_deleted_is_not_made_again(world: World) {
    let organization = world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let arn = world.grant_to(&license, &organization_arn(&organization), |_| {}).await;
    let own = text(&world.sub_grants(&arn).await[&root(MEMBER)], "GrantArn");
    world.delete_grant(VENDOR, &own, "1").await.unwrap();
    world.join(&organization, OTHER, None).await;
    assert_eq!(world.settle().await, 1);
    assert_eq!(
        world.statuses(&arn).await,
        statuses(&[(OTHER, "DISABLED"), (CUSTOMER, "DISABLED"), (MEMBER, "DELETED")])
    );
}

async fn g_27_deleting_the_grant_deletes_its_sub_grants(world: World) {
    let organization = world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let arn = world.grant_to(&license, &organization_arn(&organization), |_| {}).await;
    assert_eq!(answered(&world.delete_grant(VENDOR, &arn, "2").await.unwrap()), state("DELETED", "3"));
    assert_eq!(world.statuses(&arn).await, statuses(&[(CUSTOMER, "DELETED"), (MEMBER, "DELETED")]));
    world.join(&organization, OTHER, None).await;
    assert_eq!(world.settle().await, 0);
    world.grant_to(&license, &organization_arn(&organization), |_| {}).await;
}

async fn g_29_sub_grants_allow_what_the_grant_above_allows(world: World) {
    let organization = world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let arn = world.grant_to(&license, &organization_arn(&organization), |_| {}).await;
    for operations in [json!(["CheckoutLicense"]), json!(["CheckoutLicense", "CreateToken"])] {
        world.version_as(VENDOR, &arn, |i| i["AllowedOperations"] = operations.clone()).await.unwrap();
        assert_eq!(world.sub_grants(&arn).await[&root(MEMBER)]["GrantedOperations"], operations);
    }
    assert_refused(
        world.set(VENDOR, &arn, "ACTIVE").await,
        INVALID,
        "WORKFLOW_COMPLETED cannot be activated",
    );
}

async fn g_11_a_grantee_that_manages_an_organization_grants_to_it(world: World) {
    let (own, now) = (world.organizations(), world.service.clock.now().unwrap());
    let organization = own.create(&account(CUSTOMER), true, now).await.unwrap();
    world.join(&organization, MEMBER, None).await;
    let link = json!({ "OrganizationConfiguration": { "EnableIntegration": true } });
    world.call_as(CUSTOMER, "UpdateServiceSettings", &link).await.unwrap();
    let license = world.license(5, |_| {}).await;
    let all = json!(["CreateGrant", "CheckoutLicense"]);
    let bought = world.active_grant(&license, CUSTOMER, |input| input["AllowedOperations"] = all).await;
    let principal = organization_arn(&organization).replace(VENDOR, CUSTOMER);
    let answer = world
        .try_grant(CUSTOMER, &license, CUSTOMER, |input| {
            input["Principals"] = json!([principal]);
            input["AllowedOperations"] = json!(["CheckoutLicense"]);
        })
        .await;
    let distributed = text(&answer.unwrap(), "GrantArn");
    assert_eq!(world.get_grant(CUSTOMER, &distributed).await["ParentArn"], bought);
    let input = json!({ "Filters": [{ "Name": "GranterAccountId", "Values": [CUSTOMER] }] });
    let received = world.call_as(MEMBER, "ListReceivedGrants", &input).await.unwrap();
    let received = received["Grants"].as_array().unwrap();
    let own = received.iter().find(|grant| grant["ParentArn"] == distributed).unwrap();
    assert_eq!(
        (text(own, "GrantStatus"), &own["GrantedOperations"]),
        ("DISABLED".into(), &json!(["CheckoutLicense"]))
    );
    world.delete_grant(VENDOR, &bought, "3").await.unwrap();
    assert_eq!(world.state(&text(own, "GrantArn")).await, state("DELETED", "2"), "G-27");
    assert_eq!(world.state(&distributed).await, state("DELETED", "3"), "G-27");
}

async fn g_7_sub_grants_do_not_count(world: World) {
    let organization = world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let all = json!(["CreateGrant", "CheckoutLicense"]);
    let arn = world
        .grant_to(&license, &organization_arn(&organization), |input| {
            input["AllowedOperations"] = all;
            input["Options"] = json!({ "DesiredStatus": "ACTIVE" });
        })
        .await;
    assert_eq!(world.grants_counted(&license).await, 1);
    let only = json!(["CheckoutLicense"]);
    let made = world.try_grant(MEMBER, &license, OTHER, |i| i["AllowedOperations"] = only).await.unwrap();
    assert_eq!(world.grants_counted(&license).await, 2, "what a member makes does");
    world.delete_grant(VENDOR, &arn, "2").await.unwrap();
    assert_eq!(world.grants_counted(&license).await, 0);
    assert_eq!(world.state(&text(&made, "GrantArn")).await, state("DELETED", "2"));
}

async fn g_23_the_override_of_the_grantor_stands_in_sub_grants(world: World) {
    let organization = world.organization(true).await;
    let marketplace = |input: &mut Value| input["Issuer"] = json!({ "Name": "AWS/Marketplace" });
    let (first, second) = (world.license(5, marketplace).await, world.license(5, marketplace).await);
    let bought = world.grant(&first, CUSTOMER, |_| {}).await;
    let options = |how: &str| json!({ "DesiredStatus": "ACTIVE", "ActivationOverrideBehavior": how });
    let how = options("ALL_GRANTS_PERMITTED_BY_ISSUER");
    let arn = world.grant_to(&second, &organization_arn(&organization), |i| i["Options"] = how).await;
    assert_eq!(world.statuses(&arn).await, statuses(&[(CUSTOMER, "ACTIVE"), (MEMBER, "ACTIVE")]));
    assert_eq!(world.state(&bought).await, state("DISABLED", "2"), "G-21");
    let own = text(&world.sub_grants(&arn).await[&root(CUSTOMER)], "GrantArn");
    world.set(CUSTOMER, &own, "DISABLED").await.unwrap();
    let other = world
        .version_as(CUSTOMER, &own, |input| {
            input["Status"] = json!("ACTIVE");
            input["Options"] = json!({ "ActivationOverrideBehavior": "DISTRIBUTED_GRANTS_ONLY" });
        })
        .await;
    assert_refused(other, INVALID, "the grantor has set it to ALL_GRANTS_PERMITTED_BY_ISSUER");
    let third = world.license(5, marketplace).await;
    let plain = json!({ "DesiredStatus": "ACTIVE" });
    let third = world.grant_to(&third, &organization_arn(&organization), |i| i["Options"] = plain).await;
    assert_eq!(world.statuses(&third).await, statuses(&[(CUSTOMER, "ACTIVE"), (MEMBER, "DISABLED")]), "G-22");
}

async fn settling_many_times_at_once_makes_one_sub_grant_for_each_member(world: World) {
    let organization = world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let arn = world.grant_to(&license, &organization_arn(&organization), |_| {}).await;
    for index in 0..30 {
        world.join(&organization, &format!("5555{index:08}"), None).await;
    }
    all_at_once(8, |_| {
        let world = world.clone();
        async move { Ok(json!(world.settle().await)) }
    })
    .await;
    assert_eq!(world.settle().await, 0);
    let listed = world.call("ListDistributedGrants", &json!({ "MaxResults": 100 })).await.unwrap();
    let under = listed["Grants"].as_array().unwrap().iter().filter(|grant| grant["ParentArn"] == arn);
    assert_eq!((under.count(), world.sub_grants(&arn).await.len()), (32, 32));
}

async fn an_interrupted_distribution_is_gone_on_with(world: World) {
    let organization = world.organization(true).await;
    for index in 0..30 {
        world.join(&organization, &format!("5555{index:08}"), None).await;
    }
    let license = world.license(5, |_| {}).await;
    let ends = world.after_commits(2);
    let principal = organization_arn(&organization);
    let answer = ends.try_grant(VENDOR, &license, CUSTOMER, |i| i["Principals"] = json!([principal])).await;
    let arn = text(&answer.unwrap(), "GrantArn");
    assert_eq!(world.state(&arn).await, state("PENDING_WORKFLOW", "1"));
    assert_eq!(world.sub_grants(&arn).await.len(), 12, "as far as it came");
    while world.settle().await > 0 {}
    assert_eq!(world.state(&arn).await, state("WORKFLOW_COMPLETED", "2"));
    assert_eq!(world.sub_grants(&arn).await.len(), 32);
}

async fn a_grant_of_a_deleted_license_is_looked_after_no_longer(world: World) {
    let organization = world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let arn = world.grant_to(&license, &organization_arn(&organization), |_| {}).await;
    world.call("DeleteLicense", &json!({ "LicenseArn": license, "SourceVersion": "1" })).await.unwrap();
    world.join(&organization, OTHER, None).await;
    assert_eq!((world.settle().await, world.settle().await), (1, 0));
    assert_eq!(world.statuses(&arn).await, statuses(&[(CUSTOMER, "DELETED"), (MEMBER, "DELETED")]));
}

async fn h_4_grants_are_changed_at_home(world: World) {
    let organization = world.organization(true).await;
    let license = world.license(5, |_| {}).await;
    let arn = world.grant_to(&license, &organization_arn(&organization), |_| {}).await;
    let waiting = world.grant(&license, OTHER, |_| {}).await;
    world.join(&organization, OTHER, None).await;
    let away = world.in_region("eu-west-1");
    let home = "in resource home AWS region: us-east-1";
    assert_refused(away.try_grant(VENDOR, &license, CUSTOMER, |_| {}).await, VALIDATION, home);
    assert_refused(away.accept(OTHER, &waiting).await, VALIDATION, home);
    assert_refused(away.reject(OTHER, &waiting).await, VALIDATION, home);
    assert_refused(away.set(OTHER, &waiting, "ACTIVE").await, VALIDATION, home);
    assert_refused(away.delete_grant(VENDOR, &waiting, "1").await, VALIDATION, home);
    assert_eq!(away.settle().await, 0);
    assert_eq!(away.state(&waiting).await, state("PENDING_ACCEPT", "1"), "H-5");
    assert_eq!(away.sub_grants(&arn).await.len(), 2, "H-5");
}
