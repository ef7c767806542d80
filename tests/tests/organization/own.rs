//! What the own directory keeps to besides, whoever changes it at once.

use std::sync::Arc;

use licentia::identity::DisplayName;
use licentia::organization::own::{Organization, OrganizationError, Own};
use licentia::organization::{Organizations, ServicePrincipal};
use licentia::store::Store;
use licentia_core::arn::AccountId;
use licentia_core::principal::{OrganizationId, OuId};
use licentia_core::time::Timestamp;
use uuid::Uuid;

use super::{Scene, fresh_account};

struct OwnScene {
    own: Own,
    made: Organization,
}

pub(super) async fn scene(store: Arc<dyn Store>, all_features: bool) -> impl Scene {
    let own = Own::new(store);
    let made = own.create(&fresh_account(), all_features, now()).await.unwrap();
    OwnScene { own, made }
}

fn now() -> Timestamp {
    Timestamp::parse("2026-02-01T00:00:00Z").unwrap()
}

fn name() -> DisplayName {
    DisplayName::parse(&Uuid::new_v4().to_string()).unwrap()
}

#[async_trait::async_trait]
impl Scene for OwnScene {
    fn directory(&self) -> &dyn Organizations {
        &self.own
    }

    fn organization(&self) -> &OrganizationId {
        &self.made.id
    }

    fn management(&self) -> &AccountId {
        &self.made.management
    }

    async fn unit(&self, parent: Option<&OuId>) -> OuId {
        self.own.create_unit(&self.made.id, parent, &name()).await.unwrap()
    }

    async fn account(&self, unit: Option<&OuId>) -> AccountId {
        let account = fresh_account();
        self.own.join(&self.made.id, &account, unit, now()).await.unwrap();
        account
    }

    async fn move_to(&self, account: &AccountId, unit: Option<&OuId>) {
        self.own.move_to(account, unit).await.unwrap();
    }

    async fn leave(&self, account: &AccountId) {
        self.own.leave(account).await.unwrap();
    }

    async fn delegate(&self, account: &AccountId, service: ServicePrincipal) {
        self.own.delegate(account, service).await.unwrap();
    }

    async fn undelegate(&self, account: &AccountId, service: ServicePrincipal) {
        self.own.undelegate(account, service).await.unwrap();
    }
}

macro_rules! on_each_store {
    ($($rule:ident)+) => {$(
        mod $rule {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let (store, _folder) = crate::store::on_sqlite();
                super::$rule(super::Own::new(store)).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_dynamodb() {
                super::$rule(super::Own::new(crate::store::on_dynamodb().await)).await;
            }
        }
    )+};
}

on_each_store! {
    an_account_is_in_one_organization_at_most
    of_many_that_want_an_account_one_gets_it
    no_account_is_lost_in_a_unit_that_is_deleted
    many_joins_at_once_are_all_counted
    only_what_is_empty_is_deleted
    units_have_a_place_and_a_name_of_their_own
    o_7_an_administrator_is_a_member_of_an_organization_with_all_features
    who_leaves_administers_nothing
    the_management_account_stays
}

async fn an_account_is_in_one_organization_at_most(own: Own) {
    let (one, other) = (made(&own).await, made(&own).await);
    let account = fresh_account();
    own.join(&one.id, &account, None, now()).await.unwrap();
    let taken = |account: &AccountId, organization: &OrganizationId| {
        Err(OrganizationError::InOrganization {
            account: account.clone(),
            organization: organization.clone(),
        })
    };
    for organization in [&one.id, &other.id] {
        assert_eq!(own.join(organization, &account, None, now()).await, taken(&account, &one.id));
    }
    assert_eq!(own.join(&one.id, &other.management, None, now()).await, taken(&other.management, &other.id));
    assert_eq!(own.create(&account, true, now()).await.map(|_| ()), taken(&account, &one.id));
    own.leave(&account).await.unwrap();
    own.join(&other.id, &account, None, now()).await.unwrap();
    assert_eq!(own.membership(&account).await.unwrap().unwrap().organization_id, other.id);
}

async fn of_many_that_want_an_account_one_gets_it(own: Own) {
    let account = fresh_account();
    let mut organizations = Vec::new();
    for _ in 0..4 {
        organizations.push(made(&own).await.id);
    }
    let tries = organizations.iter().cycle().take(12).map(|organization| {
        let (own, organization, account) = (own.clone(), organization.clone(), account.clone());
        tokio::spawn(async move { own.join(&organization, &account, None, now()).await })
    });
    let tries: Vec<_> = tries.collect();
    let mut joined = 0;
    for tried in tries {
        match tried.await.unwrap() {
            Ok(()) => joined += 1,
            Err(error) => assert!(matches!(error, OrganizationError::InOrganization { .. }), "{error}"),
        }
    }
    assert_eq!(joined, 1);
    let mut holders = Vec::new();
    for organization in &organizations {
        let members = own.accounts_under(organization, None).await.unwrap();
        holders.extend(members.contains(&account).then_some(organization.clone()));
    }
    assert_eq!(holders, [own.membership(&account).await.unwrap().unwrap().organization_id]);
}

async fn no_account_is_lost_in_a_unit_that_is_deleted(own: Own) {
    let organization = made(&own).await.id;
    for _ in 0..8 {
        let unit = own.create_unit(&organization, None, &name()).await.unwrap();
        let account = fresh_account();
        let (joined, deleted) = tokio::join!(
            own.join(&organization, &account, Some(&unit), now()),
            own.delete_unit(&organization, &unit)
        );
        match (joined, deleted) {
            (Ok(()), Err(OrganizationError::NotEmpty)) => {
                let under = own.accounts_under(&organization, Some(&unit)).await;
                assert_eq!(under, Ok(vec![account]));
            }
            (Err(OrganizationError::UnknownUnit(_)), Ok(())) => {
                assert_eq!(own.membership(&account).await, Ok(None));
            }
            outcome => panic!("{outcome:?}"),
        }
    }
}

async fn many_joins_at_once_are_all_counted(own: Own) {
    let organization = made(&own).await;
    let joins: Vec<_> = (0..16)
        .map(|_| {
            let (own, id) = (own.clone(), organization.id.clone());
            tokio::spawn(async move { own.join(&id, &fresh_account(), None, now()).await })
        })
        .collect();
    for join in joins {
        join.await.unwrap().unwrap();
    }
    let after = own.organization(&organization.id).await.unwrap().unwrap();
    assert_eq!(after.revision, organization.revision + 16);
    assert_eq!(own.members(&organization.id).await.unwrap().len(), 17);
}

async fn only_what_is_empty_is_deleted(own: Own) {
    let organization = made(&own).await.id;
    let account = fresh_account();
    let outer = own.create_unit(&organization, None, &name()).await.unwrap();
    let inner = own.create_unit(&organization, Some(&outer), &name()).await.unwrap();
    own.join(&organization, &account, Some(&inner), now()).await.unwrap();
    for unit in [&outer, &inner] {
        assert_eq!(own.delete_unit(&organization, unit).await, Err(OrganizationError::NotEmpty));
    }
    own.move_to(&account, None).await.unwrap();
    assert_eq!(own.delete_unit(&organization, &outer).await, Err(OrganizationError::NotEmpty));
    own.delete_unit(&organization, &inner).await.unwrap();
    assert_eq!(own.delete(&organization).await, Err(OrganizationError::NotEmpty));
    own.leave(&account).await.unwrap();
    assert_eq!(own.delete(&organization).await, Err(OrganizationError::NotEmpty));
    own.delete_unit(&organization, &outer).await.unwrap();
    let unknown = Err(OrganizationError::UnknownUnit(outer.clone()));
    assert_eq!(own.delete_unit(&organization, &outer).await, unknown);
    let management = own.members(&organization).await.unwrap().remove(0).account;
    own.delete(&organization).await.unwrap();
    assert_eq!(own.organization(&organization).await, Ok(None));
    assert_eq!(own.revision(&organization).await, Ok(None));
    assert_eq!(own.membership(&management).await, Ok(None));
    own.create(&management, true, now()).await.unwrap();
}

async fn units_have_a_place_and_a_name_of_their_own(own: Own) {
    let organization = made(&own).await.id;
    let sales = DisplayName::parse("Sales").unwrap();
    let mut unit = own.create_unit(&organization, None, &sales).await.unwrap();
    assert_eq!(own.create_unit(&organization, None, &sales).await, Err(OrganizationError::NameTaken));
    for _ in 0..4 {
        unit = own.create_unit(&organization, Some(&unit), &sales).await.unwrap();
    }
    assert_eq!(own.create_unit(&organization, Some(&unit), &sales).await, Err(OrganizationError::TooDeep));
    let other = made(&own).await.id;
    let unknown = Err(OrganizationError::UnknownUnit(unit.clone()));
    assert_eq!(own.create_unit(&other, Some(&unit), &sales).await, unknown);
    let path = own.ou_path(&organization, &unit).await.unwrap().unwrap();
    assert_eq!((path.len(), path.last()), (5, Some(&unit)));
}

async fn o_7_an_administrator_is_a_member_of_an_organization_with_all_features(own: Own) {
    let service = ServicePrincipal::LicenseManager;
    let account = fresh_account();
    assert_eq!(own.delegate(&account, service).await, Err(OrganizationError::InNone(account.clone())));
    let billing = own.create(&fresh_account(), false, now()).await.unwrap();
    own.join(&billing.id, &account, None, now()).await.unwrap();
    assert!(!own.membership(&account).await.unwrap().unwrap().all_features);
    assert_eq!(own.delegate(&account, service).await, Err(OrganizationError::ConsolidatedBilling));
    let organization = made(&own).await;
    let management = organization.management;
    let refused = Err(OrganizationError::Management(management.clone()));
    assert_eq!(own.delegate(&management, service).await, refused);
}

async fn who_leaves_administers_nothing(own: Own) {
    let organization = made(&own).await.id;
    let account = fresh_account();
    own.join(&organization, &account, None, now()).await.unwrap();
    own.delegate(&account, ServicePrincipal::LicenseManager).await.unwrap();
    own.leave(&account).await.unwrap();
    own.join(&organization, &account, None, now()).await.unwrap();
    let administrators = own.delegated_administrators(&organization, ServicePrincipal::LicenseManager);
    assert_eq!(administrators.await, Ok(vec![]));
}

async fn the_management_account_stays(own: Own) {
    let organization = made(&own).await;
    let management = organization.management;
    let refused = Err(OrganizationError::Management(management.clone()));
    assert_eq!(own.leave(&management).await, refused);
    let unit = own.create_unit(&organization.id, None, &name()).await.unwrap();
    own.move_to(&management, Some(&unit)).await.unwrap();
    assert_eq!(own.accounts_under(&organization.id, Some(&unit)).await, Ok(vec![management]));
}

async fn made(own: &Own) -> Organization {
    own.create(&fresh_account(), true, now()).await.unwrap()
}
