use licentia::identity::{
    AccessKeyId, AttachedPolicy, Directory, DirectoryError, DisplayName, Identity, MOST_POLICIES, PolicyName,
    UserName,
};
use licentia::store::{Change, Edit, Guard, Key, Path, Write};
use serde_json::json;

use crate::{Fixture, now};

fn name(text: &str) -> PolicyName {
    PolicyName::parse(text).unwrap()
}

fn preset(text: &str) -> AttachedPolicy {
    AttachedPolicy::preset(name(text)).unwrap()
}

/// A policy of this name about this action.
pub(crate) fn document(text: &str, action: &str) -> AttachedPolicy {
    let policy = format!(r#"{{"Statement": {{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}}}"#);
    AttachedPolicy::document(name(text), &policy).unwrap()
}

/// What the caller of this key carries.
async fn carried(directory: &Directory, id: &AccessKeyId) -> Vec<AttachedPolicy> {
    match directory.credentials(id).await.unwrap().unwrap().0.identity {
        Identity::User { policies, .. } => policies,
        Identity::TokenHolder(_) | Identity::Nobody { .. } => vec![],
    }
}

async fn key(directory: &Directory, policies: Vec<AttachedPolicy>) -> AccessKeyId {
    let account = directory.create_account(None, DisplayName::parse("vendor").unwrap(), now()).await.unwrap();
    let user = UserName::parse("ci").unwrap();
    directory.create_access_key_with(&account.id, user, policies, now()).await.unwrap().key.id
}

#[tokio::test]
async fn a_key_carries_its_policies_from_the_start() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let policies = vec![preset("LicenseVendorAccess"), document("more", "license-manager:AcceptGrant")];
    let id = key(&directory, policies.clone()).await;
    assert_eq!(carried(&directory, &id).await, policies);
    assert_eq!(directory.access_key(&id).await.unwrap().unwrap().policies, policies);
    let account = directory.accounts().await.unwrap()[0].id.clone();
    assert_eq!(directory.access_keys(&account).await.unwrap()[0].policies, policies);
}

#[tokio::test]
async fn policies_are_attached_replaced_by_name_and_detached() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let id = key(&directory, vec![]).await;
    directory.attach_policy(&id, preset("LicenseManagerReadOnly")).await.unwrap();
    directory.attach_policy(&id, document("own", "license-manager:TagResource")).await.unwrap();
    let changed = document("own", "license-manager:UntagResource");
    directory.attach_policy(&id, changed.clone()).await.unwrap();
    assert_eq!(carried(&directory, &id).await, [preset("LicenseManagerReadOnly"), changed.clone()]);
    directory.detach_policy(&id, &name("LicenseManagerReadOnly")).await.unwrap();
    assert_eq!(carried(&directory, &id).await, [changed]);
    let gone = directory.detach_policy(&id, &name("LicenseManagerReadOnly")).await;
    assert_eq!(gone, Err(DirectoryError::UnknownPolicy));
}

#[tokio::test]
async fn the_last_policy_stays_since_without_any_a_key_may_do_everything() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let id = key(&directory, vec![preset("LicenseManagerReadOnly")]).await;
    let last = directory.detach_policy(&id, &name("LicenseManagerReadOnly")).await;
    assert_eq!(last, Err(DirectoryError::LastPolicy));
    assert_eq!(carried(&directory, &id).await, [preset("LicenseManagerReadOnly")]);
}

#[tokio::test]
async fn ten_policies_of_different_names_can_be_attached() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let many: Vec<_> =
        (0..=MOST_POLICIES).map(|number| document(&format!("p{number}"), "license-manager:*")).collect();
    let id = key(&directory, many[..MOST_POLICIES].to_vec()).await;
    let more = directory.attach_policy(&id, many[MOST_POLICIES].clone()).await;
    assert_eq!(more, Err(DirectoryError::TooManyPolicies));
    directory.attach_policy(&id, many[0].clone()).await.unwrap();
    let account = directory.accounts().await.unwrap()[0].id.clone();
    let user = || UserName::parse("ci").unwrap();
    let made = directory.create_access_key_with(&account, user(), many.clone(), now()).await;
    assert_eq!(made.unwrap_err(), DirectoryError::TooManyPolicies);
    let twice = vec![many[0].clone(), many[0].clone()];
    let made = directory.create_access_key_with(&account, user(), twice, now()).await;
    assert_eq!(made.unwrap_err(), DirectoryError::SamePolicyName);
}

#[tokio::test]
async fn an_unknown_key_carries_nothing() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let id = AccessKeyId::parse("AKIAABCDEFGHIJKLMNOP").unwrap();
    assert_eq!(directory.access_key(&id).await.unwrap(), None);
    let attached = directory.attach_policy(&id, preset("AdministratorAccess")).await;
    assert_eq!(attached, Err(DirectoryError::UnknownAccessKey));
}

#[tokio::test]
async fn a_key_whose_policies_cannot_be_read_does_not_sign() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let id = key(&directory, vec![preset("LicenseManagerReadOnly")]).await;
    let unknown = Edit::Set(Path::member("policies"), json!([{ "name": "FromALaterVersion" }]));
    let place = Key::new(format!("K#{id}"), "KEY");
    fixture
        .store
        .commit(&Change(vec![Write::Update(place, vec![Guard::Present], vec![unknown])]))
        .await
        .unwrap();
    let error = directory.credentials(&id).await.unwrap_err();
    assert!(error.to_string().contains("FromALaterVersion"), "{error}");
}
