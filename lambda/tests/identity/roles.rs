use licentia::identity::{
    CONSUMPTION_ROLE, Directory, DirectoryError, DisplayName, OPENID_PROVIDER, Role, RoleName, TokenHolder,
    own_tokens,
};
use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::policy::TrustPolicy;

use crate::policies::document;
use crate::{Fixture, now};

fn name(text: &str) -> RoleName {
    RoleName::parse(text).unwrap()
}

async fn account(directory: &Directory) -> AccountId {
    directory.create_account(None, DisplayName::parse("vendor").unwrap(), now()).await.unwrap().id
}

/// The holder of a token that this account made, for a session of this name.
fn holder(issuer: &AccountId, session: &str) -> TokenHolder {
    TokenHolder {
        token_id: "66a9bbf5-0896-460f-a1a9-de535dcc175b".into(),
        license: LicenseArn::mint(issuer.clone(), now(), 7),
        properties: vec!["seat-7".into(), format!("aws:license-manager:token-issuer-account-id:{issuer}")],
        role: CONSUMPTION_ROLE.into(),
        session: session.into(),
        access_key_id: None,
        session_policies: vec![],
    }
}

fn admits(role: &Role, issuer: &AccountId) -> bool {
    role.trusts(&holder(issuer, "laptop"), now())
}

#[tokio::test]
async fn every_account_has_the_consumption_role_for_its_own_tokens() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let (vendor, other) = (account(&directory).await, account(&directory).await);
    for path in ["", "service-role/"] {
        let role = directory.role(&vendor, &format!("{path}{CONSUMPTION_ROLE}")).await.unwrap().unwrap();
        assert_eq!(role.arn(), format!("arn:aws:iam::{vendor}:role/{CONSUMPTION_ROLE}"));
        let policies: Vec<&str> = role.policies.iter().map(|policy| policy.name().as_str()).collect();
        assert_eq!(policies, ["AWSLicenseManagerConsumptionPolicy", "LicenseBorrowAccess"]);
        assert!(admits(&role, &vendor));
        assert!(!admits(&role, &other));
    }
    for unknown in ["Metering", "service-role/Metering", "other/AWSLicenseManagerConsumptionRole", "", "a#b"]
    {
        assert_eq!(directory.role(&vendor, unknown).await.unwrap(), None, "{unknown}");
    }
}

#[tokio::test]
async fn a_role_is_made_once_listed_and_deleted() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let (vendor, other) = (account(&directory).await, account(&directory).await);
    let policies = vec![document("count", "license-manager:GetLicenseUsage")];
    let make = |account: AccountId, role: &str| {
        let (directory, role) = (directory.clone(), name(role));
        let (trust, policies) = (own_tokens(&account).unwrap(), policies.clone());
        async move { directory.create_role(&account, role, trust, policies, now()).await }
    };
    let made = make(vendor.clone(), "Metering").await.unwrap();
    assert_eq!(directory.role(&vendor, "Metering").await.unwrap(), Some(made.clone()));
    assert_eq!(directory.role(&other, "Metering").await.unwrap(), None, "an account's own");
    assert_eq!(make(vendor.clone(), "Metering").await, Err(DirectoryError::RoleExists));
    let nowhere = AccountId::parse("000000000000").unwrap();
    assert_eq!(make(nowhere, "Metering").await, Err(DirectoryError::UnknownAccount));

    let listed = async || -> Vec<String> {
        directory.roles(&vendor).await.unwrap().iter().map(|role| role.name.to_string()).collect()
    };
    assert_eq!(listed().await, [CONSUMPTION_ROLE, "Metering"]);
    directory.delete_role(&vendor, &name("Metering")).await.unwrap();
    assert_eq!(listed().await, [CONSUMPTION_ROLE]);
    assert_eq!(directory.delete_role(&vendor, &name("Metering")).await, Err(DirectoryError::UnknownRole));
}

#[tokio::test]
async fn an_account_may_make_its_own_consumption_role_and_go_back() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let vendor = account(&directory).await;
    let first = directory.role(&vendor, CONSUMPTION_ROLE).await.unwrap().unwrap();
    let trust = own_tokens(&AccountId::parse("444455556666").unwrap()).unwrap();
    let own = directory.create_role(&vendor, name(CONSUMPTION_ROLE), trust, vec![], now()).await.unwrap();
    assert_eq!(directory.role(&vendor, CONSUMPTION_ROLE).await.unwrap(), Some(own.clone()));
    assert_eq!(directory.roles(&vendor).await.unwrap(), [own]);
    directory.delete_role(&vendor, &name(CONSUMPTION_ROLE)).await.unwrap();
    assert_eq!(directory.role(&vendor, CONSUMPTION_ROLE).await.unwrap(), Some(first));
}

#[tokio::test]
async fn t_8_a_trust_policy_asks_for_claims_the_session_and_the_time() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let vendor = account(&directory).await;
    for (number, (effect, condition, session, expected)) in [
        ("Allow", r#""StringLike": {"p:sub": "66a9bbf5-*"}"#, "laptop", true),
        ("Allow", r#""StringLike": {"p:sub": "another"}"#, "laptop", false),
        ("Allow", r#""ArnLike": {"p:aud": "arn:aws:license-manager::*:license:*"}"#, "laptop", true),
        ("Allow", r#""ForAnyValue:StringEquals": {"p:amr": "seat-7"}"#, "laptop", true),
        ("Allow", r#""ForAnyValue:StringEquals": {"p:amr": "seat-8"}"#, "laptop", false),
        ("Allow", r#""StringEquals": {"sts:RoleSessionName": "laptop"}"#, "laptop", true),
        ("Allow", r#""StringEquals": {"sts:RoleSessionName": "laptop"}"#, "phone", false),
        ("Allow", r#""DateLessThan": {"aws:CurrentTime": "2026-11-22T10:00:01Z"}"#, "laptop", true),
        ("Allow", r#""NumericLessThan": {"aws:EpochTime": "1795341600"}"#, "laptop", false),
        ("Allow", r#""Null": {"p:email": "true"}"#, "laptop", true),
        ("Deny", r#""StringLike": {"p:sub": "*"}"#, "laptop", false),
    ]
    .into_iter()
    .enumerate()
    {
        let claims = condition.replace("\"p:", &format!("\"{OPENID_PROVIDER}:"));
        let trust = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "{effect}",
                "Principal": {{"Federated": "{OPENID_PROVIDER}"}}, "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {{{claims}}}}}}}"#
        );
        let trust = TrustPolicy::parse(&trust).unwrap();
        let role = name(&format!("role{number}"));
        let role = directory.create_role(&vendor, role, trust, vec![], now()).await.unwrap();
        assert_eq!(role.trusts(&holder(&vendor, session), now()), expected, "{condition}");
    }
}
