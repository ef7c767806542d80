//! Holders of tokens, who act in roles (T-8, T-9).

use licentia::identity::{
    AttachedPolicy, CONSUMPTION_ROLE, Caller, DisplayName, Identity, RoleName, TokenHolder, own_tokens,
};
use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::policy::TrustPolicy;
use serde_json::{Value, json};

use super::{ALL, allowed, preset, samples, statements};
use crate::service::{CUSTOMER, Refused, VENDOR, World, on_each_store};

on_each_store! {
    t_9_a_token_holder_may_consume_and_nothing_else
    a_token_sent_itself_acts_in_a_role_that_trusts_it
    a_token_holder_may_what_its_role_may_while_there_is_one
    a_session_ends_with_the_trust_it_was_opened_in
}

fn account() -> AccountId {
    AccountId::parse(VENDOR).unwrap()
}

fn holder(arn: &str, role: &str) -> TokenHolder {
    TokenHolder {
        token_id: "66a9bbf5-0896-460f-a1a9-de535dcc175b".into(),
        license: LicenseArn::parse(arn).unwrap(),
        properties: vec!["seat-7".into(), format!("aws:license-manager:token-issuer-account-id:{VENDOR}")],
        role: role.into(),
        session: "laptop".into(),
        access_key_id: Some("ASIAABCDEFGHIJKLMNOP".into()),
        session_policies: vec![],
    }
}

impl World {
    async fn call_holding(
        &self,
        holder: &TokenHolder,
        operation: &str,
        input: &Value,
    ) -> Result<Value, Refused> {
        let caller = Caller { account: account(), identity: Identity::TokenHolder(holder.clone()) };
        self.call_by(caller, operation, input).await
    }

    /// Gives the vendor's account a record, which its roles need.
    async fn has_account(&self) {
        let name = DisplayName::parse("Vendor").unwrap();
        self.service.directory.create_account(Some(account()), name, self.clock_now()).await.unwrap();
    }

    async fn make_role(&self, name: &str, trust: TrustPolicy, policies: Vec<AttachedPolicy>) {
        let (name, now) = (RoleName::parse(name).unwrap(), self.clock_now());
        self.service.directory.create_role(&account(), name, trust, policies, now).await.unwrap();
    }
}

async fn t_9_a_token_holder_may_consume_and_nothing_else(world: World) {
    let arn = world.license(1, |_| {}).await;
    world.has_account().await;
    world
        .make_role("Four", own_tokens(&account()).unwrap(), preset("AWSLicenseManagerConsumptionPolicy"))
        .await;
    let four = ["CheckoutLicense", "CheckInLicense", "ExtendLicenseConsumption", "GetLicense"];
    let six = [four.as_slice(), &["CheckoutBorrowLicense", "GetLicenseUsage"]].concat();
    for (role, may) in [
        ("Four", four.as_slice()),
        ("AWSLicenseManagerConsumptionRole", &six),
        ("service-role/AWSLicenseManagerConsumptionRole", &six),
    ] {
        for (operation, input, _) in samples(&arn) {
            let answer = world.call_holding(&holder(&arn, role), operation, &input).await;
            assert_eq!(allowed(&answer), may.contains(&operation), "{role} {operation}: {answer:?}");
        }
    }
    let borrow = samples(&arn).into_iter().find(|sample| sample.0 == "CheckoutBorrowLicense").unwrap();
    let (_, message) = world.call_holding(&holder(&arn, "Four"), borrow.0, &borrow.1).await.unwrap_err();
    let who = format!(
        "User: arn:aws:sts::{VENDOR}:assumed-role/Four/laptop is not authorized to perform: \
         license-manager:CheckoutBorrowLicense on resource: {arn} because"
    );
    assert!(message.starts_with(&who), "{message}");
}

async fn a_token_sent_itself_acts_in_a_role_that_trusts_it(world: World) {
    let arn = world.license(1, |_| {}).await;
    world.has_account().await;
    let bearer = TokenHolder { access_key_id: None, ..holder(&arn, CONSUMPTION_ROLE) };
    let input = json!({ "LicenseArn": arn });
    assert!(allowed(&world.call_holding(&bearer, "GetLicense", &input).await));
    let others = own_tokens(&AccountId::parse(CUSTOMER).unwrap()).unwrap();
    world.make_role(CONSUMPTION_ROLE, others, preset("AdministratorAccess")).await;
    assert!(!allowed(&world.call_holding(&bearer, "GetLicense", &input).await));
}

async fn a_token_holder_may_what_its_role_may_while_there_is_one(world: World) {
    let arn = world.license(1, |_| {}).await;
    world.has_account().await;
    let directory = &world.service.directory;
    let may = async |role: &str| {
        let (holder, input) = (holder(&arn, role), json!({ "LicenseArn": arn }));
        allowed(&world.call_holding(&holder, "GetLicenseUsage", &input).await)
    };
    let own = |role: &str| RoleName::parse(role).unwrap();
    let make = async |role: &str, policies| {
        world.make_role(role, own_tokens(&account()).unwrap(), policies).await;
    };
    assert!(!may("Metering").await, "there is no such role");
    make("Metering", vec![]).await;
    assert!(!may("Metering").await, "a role without policies may do nothing");
    for (name, condition, expected) in [
        (
            "Sub",
            r#"{"StringEquals": {"openid-license-manager.amazonaws.com:sub": "66a9bbf5-0896-460f-a1a9-de535dcc175b"}}"#,
            true,
        ),
        ("OtherSub", r#"{"StringEquals": {"openid-license-manager.amazonaws.com:sub": "another"}}"#, false),
        (
            "Amr",
            r#"{"ForAnyValue:StringLike": {"openid-license-manager.amazonaws.com:amr": "seat-*"}}"#,
            true,
        ),
        (
            "OtherAmr",
            r#"{"ForAnyValue:StringLike": {"openid-license-manager.amazonaws.com:amr": "desk-*"}}"#,
            false,
        ),
        (
            "Aud",
            r#"{"ArnLike": {"openid-license-manager.amazonaws.com:aud": "arn:aws:license-manager::*:license:*"}}"#,
            true,
        ),
        (
            "Role",
            r#"{"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/Role"}, "StringEquals": {"aws:PrincipalType": "AssumedRole"}, "Null": {"aws:username": "true"}}"#,
            true,
        ),
    ] {
        make(name, statements(&[&format!(r#"{ALL}, "Condition": {condition}"#)])).await;
        assert_eq!(may(name).await, expected, "{name}");
    }
    directory.delete_role(&account(), &own("Amr")).await.unwrap();
    assert!(!may("Amr").await, "what it did before ends with it");
    assert!(may(CONSUMPTION_ROLE).await);
    make(CONSUMPTION_ROLE, vec![]).await;
    assert!(!may(CONSUMPTION_ROLE).await && !may("service-role/AWSLicenseManagerConsumptionRole").await);
    directory.delete_role(&account(), &own(CONSUMPTION_ROLE)).await.unwrap();
    assert!(may("service-role/AWSLicenseManagerConsumptionRole").await);
}

async fn a_session_ends_with_the_trust_it_was_opened_in(world: World) {
    let arn = world.license(1, |_| {}).await;
    world.has_account().await;
    let (session, input) = (holder(&arn, "Metering"), json!({ "LicenseArn": arn }));
    world.make_role("Metering", own_tokens(&account()).unwrap(), preset("LicenseManagerReadOnly")).await;
    assert!(allowed(&world.call_holding(&session, "GetLicense", &input).await));
    let name = RoleName::parse("Metering").unwrap();
    world.service.directory.delete_role(&account(), &name).await.unwrap();
    let others = own_tokens(&AccountId::parse(CUSTOMER).unwrap()).unwrap();
    world.make_role("Metering", others, preset("AdministratorAccess")).await;
    assert!(!allowed(&world.call_holding(&session, "GetLicense", &input).await));
}
