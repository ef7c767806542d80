//! What the directory of AWS Organizations keeps to besides, on moto's server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use aws_sdk_organizations::Client;
use aws_sdk_organizations::types::OrganizationFeatureSet;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use licentia::clock::Clock;
use licentia::organization::{AwsOrganizations, Organizations, ServicePrincipal};
use licentia_core::arn::AccountId;
use licentia_core::principal::{OrganizationId, OuId};
use licentia_core::time::{NotATime, Timestamp};
use licentia_tests::moto::Moto;
use uuid::Uuid;

use super::{Scene, fresh_account};

/// A clock that stands still until it is turned.
#[derive(Default)]
struct TestClock(AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> Result<Timestamp, NotATime> {
        Timestamp::from_unix(self.0.load(Ordering::SeqCst))
    }
}

/// The way to moto's server, held by a client and by its test: says which
/// account asks, counts what is asked, and breaks on demand.
#[derive(Clone, Debug)]
struct Line {
    account: AccountId,
    requests: Arc<AtomicUsize>,
    is_broken: Arc<AtomicBool>,
}

impl Intercept for Line {
    fn name(&self) -> &'static str {
        "Line"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        if self.is_broken.load(Ordering::SeqCst) {
            return Err("the line is broken".into());
        }
        context.request_mut().headers_mut().insert("x-moto-account-id", self.account.to_string());
        Ok(())
    }
}

/// The account whose organization the service sees.
struct Cloud {
    client: Client,
    line: Line,
    clock: Arc<TestClock>,
    directory: AwsOrganizations,
}

pub(super) struct AwsScene {
    cloud: Cloud,
    id: OrganizationId,
    root: String,
}

impl Cloud {
    fn new() -> Self {
        let line = Line { account: fresh_account(), requests: Arc::default(), is_broken: Arc::default() };
        let config = Moto::shared().organizations().interceptor(line.clone());
        let client = Client::from_conf(config.build());
        let clock = Arc::new(TestClock::default());
        let directory = AwsOrganizations::new(client.clone(), clock.clone());
        Self { client, line, clock, directory }
    }

    fn wait(&self, seconds: u64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

pub(super) async fn scene(all_features: bool) -> AwsScene {
    let cloud = Cloud::new();
    let features = match all_features {
        true => OrganizationFeatureSet::All,
        false => OrganizationFeatureSet::ConsolidatedBilling,
    };
    let made = cloud.client.create_organization().feature_set(features).send().await.unwrap();
    let id = OrganizationId::parse(made.organization().unwrap().id().unwrap()).unwrap();
    let roots = cloud.client.list_roots().send().await.unwrap();
    let root = roots.roots()[0].id().unwrap().to_owned();
    AwsScene { cloud, id, root }
}

impl AwsScene {
    fn parent(&self, unit: Option<&OuId>) -> String {
        unit.map_or_else(|| self.root.clone(), OuId::to_string)
    }
}

#[async_trait::async_trait]
impl Scene for AwsScene {
    fn directory(&self) -> &dyn Organizations {
        &self.cloud.directory
    }

    fn organization(&self) -> &OrganizationId {
        &self.id
    }

    fn management(&self) -> &AccountId {
        &self.cloud.line.account
    }

    async fn unit(&self, parent: Option<&OuId>) -> OuId {
        let name = Uuid::new_v4().to_string();
        let made = self.cloud.client.create_organizational_unit().parent_id(self.parent(parent)).name(name);
        let unit = made.send().await.unwrap().organizational_unit.unwrap();
        OuId::parse(unit.id().unwrap()).unwrap()
    }

    async fn account(&self, unit: Option<&OuId>) -> AccountId {
        let made = self.cloud.client.create_account().account_name("Member").email("member@example.com");
        let status = made.send().await.unwrap().create_account_status.unwrap();
        let account = AccountId::parse(status.account_id().unwrap()).unwrap();
        self.move_to(&account, unit).await;
        account
    }

    async fn move_to(&self, account: &AccountId, unit: Option<&OuId>) {
        let client = &self.cloud.client;
        let parents = client.list_parents().child_id(account.as_str()).send().await.unwrap();
        let source = parents.parents()[0].id().unwrap();
        let moving = client.move_account().account_id(account.as_str()).source_parent_id(source);
        moving.destination_parent_id(self.parent(unit)).send().await.unwrap();
    }

    async fn leave(&self, account: &AccountId) {
        let leaving = self.cloud.client.remove_account_from_organization().account_id(account.as_str());
        leaving.send().await.unwrap();
    }

    async fn delegate(&self, account: &AccountId, service: ServicePrincipal) {
        let client = &self.cloud.client;
        client.enable_aws_service_access().service_principal(service.name()).send().await.unwrap();
        let delegating = client.register_delegated_administrator().account_id(account.as_str());
        delegating.service_principal(service.name()).send().await.unwrap();
    }

    async fn undelegate(&self, account: &AccountId, service: ServicePrincipal) {
        let ending = self.cloud.client.deregister_delegated_administrator().account_id(account.as_str());
        ending.service_principal(service.name()).send().await.unwrap();
    }

    fn wait(&self) {
        self.cloud.wait(60);
    }
}

#[tokio::test]
async fn an_account_without_an_organization_sees_none() {
    let cloud = Cloud::new();
    assert_eq!(cloud.directory.membership(&cloud.line.account).await, Ok(None));
}

#[tokio::test]
async fn g_19_consolidated_billing_is_not_all_features() {
    let scene = scene(false).await;
    let membership = scene.directory().membership(scene.management()).await.unwrap().unwrap();
    assert!(!membership.all_features);
}

#[tokio::test]
async fn suspended_accounts_do_not_count() {
    let scene = scene(true).await;
    let account = scene.account(None).await;
    let before = scene.directory().revision(&scene.id).await.unwrap();
    scene.cloud.client.close_account().account_id(account.as_str()).send().await.unwrap();
    scene.wait();
    let left = scene.directory().accounts_under(&scene.id, None).await;
    assert_eq!(left, Ok(vec![scene.management().clone()]));
    assert_ne!(scene.directory().revision(&scene.id).await, Ok(before));
    assert!(scene.directory().membership(&account).await.unwrap().is_some());
}

#[tokio::test]
async fn o_7_without_trusted_access_nobody_administers() {
    let scene = scene(true).await;
    let account = scene.account(None).await;
    let service = ServicePrincipal::LicenseManager;
    assert_eq!(scene.directory().trusts(&scene.id, service).await, Ok(false));
    scene.delegate(&account, service).await;
    let client = &scene.cloud.client;
    client.disable_aws_service_access().service_principal(service.name()).send().await.unwrap();
    scene.wait();
    assert_eq!(scene.directory().trusts(&scene.id, service).await, Ok(false));
    assert_eq!(scene.directory().delegated_administrators(&scene.id, service).await, Ok(vec![]));
}

#[tokio::test]
async fn what_was_read_is_good_for_a_minute() {
    let scene = scene(true).await;
    let count = || async { scene.directory().accounts_under(&scene.id, None).await.unwrap().len() };
    assert_eq!(count().await, 1);
    let asked = scene.cloud.line.requests.load(Ordering::SeqCst);
    assert_eq!(count().await, 1);
    assert_eq!(scene.cloud.line.requests.load(Ordering::SeqCst), asked);
    scene.account(None).await;
    scene.cloud.wait(59);
    assert_eq!(count().await, 1);
    scene.cloud.wait(1);
    assert_eq!(count().await, 2);
}

#[tokio::test]
async fn while_aws_does_not_answer_the_organization_is_as_it_was() {
    let scene = scene(true).await;
    let revision = || scene.directory().revision(&scene.id);
    scene.cloud.line.is_broken.store(true, Ordering::SeqCst);
    assert!(revision().await.unwrap_err().0.contains("the line is broken"));
    scene.cloud.line.is_broken.store(false, Ordering::SeqCst);
    let seen = revision().await;
    scene.account(None).await;
    scene.cloud.line.is_broken.store(true, Ordering::SeqCst);
    for _ in 0..9 {
        scene.cloud.wait(60);
        assert_eq!(revision().await, seen);
    }
    scene.cloud.wait(60);
    assert!(revision().await.is_err());
    scene.cloud.line.is_broken.store(false, Ordering::SeqCst);
    assert_ne!(revision().await, seen);
}
