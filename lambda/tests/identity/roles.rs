use licentia::identity::{
    CONSUMPTION_ROLE, Directory, DirectoryError, DisplayName, OPENID_PROVIDER, Role, RoleName, own_tokens,
};
use licentia_core::arn::AccountId;
use licentia_core::policy::{Assumption, Verdict};

use crate::policies::document;
use crate::{Fixture, now};

fn name(text: &str) -> RoleName {
    RoleName::parse(text).unwrap()
}

async fn account(directory: &Directory) -> AccountId {
    directory.create_account(None, DisplayName::parse("vendor").unwrap(), now()).await.unwrap().id
}

/// Whether a token that this account made may take the role on.
fn admits(role: &Role, issuer: &AccountId) -> bool {
    let context = |key: &str| match key.strip_prefix(OPENID_PROVIDER) {
        Some(":amr") => vec![format!("aws:license-manager:token-issuer-account-id:{issuer}")],
        _ => vec![],
    };
    let action = "sts:AssumeRoleWithWebIdentity";
    let assumption = Assumption { action, provider: OPENID_PROVIDER, context: &context };
    role.trust.evaluate(&assumption) == Verdict::Allowed
}

#[tokio::test]
async fn every_account_has_the_consumption_role_for_its_own_tokens() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let (vendor, other) = (account(&directory).await, account(&directory).await);
    for path in ["", "service-role/"] {
        let role = directory.role(&vendor, &format!("{path}{CONSUMPTION_ROLE}")).await.unwrap().unwrap();
        assert_eq!(role.arn(), format!("arn:aws:iam::{vendor}:role/{CONSUMPTION_ROLE}"));
        assert_eq!(role.policies[0].name().as_str(), "AWSLicenseManagerConsumptionPolicy");
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
