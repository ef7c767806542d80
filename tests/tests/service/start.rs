//! What a cold start asks of DynamoDB, up to its first answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use axum::body::Body;
use http::StatusCode;
use licentia::admission::Limits;
use licentia::audit;
use licentia::clock::{Clock, SystemClock};
use licentia::context::Service;
use licentia::http::router;
use licentia::identity::{DisplayName, UserName, bootstrap};
use licentia::organization::OrganizationSource;
use licentia::place::{Opened, aws_config};
use licentia::service::{Settings, StartError, serving};
use licentia::store::{DynamoDb, Frozen, Whole};
use licentia_tests::dynamodb_local::DynamoDbLocal;
use licentia_tests::fault_proxy::{Call, FaultProxy};
use licentia_tests::moto::Moto;
use licentia_tests::signed::{REGION, signed};
use tower::ServiceExt;
use uuid::Uuid;

/// A table that was served from before.
struct Table {
    name: String,
    /// Counts what is asked of it.
    proxy: FaultProxy,
    proxied: String,
    past: String,
    kms_key: String,
}

impl Table {
    async fn new() -> Self {
        let (local, name) = (DynamoDbLocal::shared(), Uuid::new_v4().to_string());
        let proxy = FaultProxy::before(&local.endpoint()).await.unwrap();
        let (proxied, past) = (proxy.endpoint(), local.endpoint());
        let key = Moto::shared().kms().create_key().send().await.unwrap().key_metadata.unwrap();
        let table = Self { name, proxy, proxied, past, kms_key: key.key_id };
        table.store(&table.past).create_table().await.unwrap();
        table
    }

    fn store(&self, endpoint: &str) -> DynamoDb {
        let config = DynamoDbLocal::shared().config().endpoint_url(endpoint);
        DynamoDb::new(&Client::from_conf(config.build()), &self.name)
    }

    async fn start(&self, endpoint: &str, kms_key: &str) -> Result<Arc<Service>, StartError> {
        let store = Arc::new(self.store(endpoint));
        let opened = Opened::table(&self.name, store, Moto::shared().kms(), kms_key);
        let settings = Settings {
            organizations: OrganizationSource::Own,
            audit: audit::Settings::default(),
            public_url: None,
            limits: Limits::default(),
        };
        serving(&opened, &aws_config(REGION).await, REGION, settings).await
    }

    /// What was asked for since the proxy was made.
    fn asked(&self) -> Vec<(Call, usize)> {
        self.proxy.met().into_iter().collect()
    }
}

#[tokio::test]
async fn a_first_answer_takes_one_request_to_start_and_three_of_its_own() {
    let table = Table::new().await;
    let before = table.start(&table.past, &table.kms_key).await.unwrap();
    let now = SystemClock.now().unwrap();
    let account = before.directory.create_account(None, DisplayName::parse("vendor").unwrap(), now).await;
    let user = UserName::parse("admin").unwrap();
    let key = before.directory.create_access_key(&account.unwrap().id, user, now).await.unwrap();

    let service = table.start(&table.proxied, &table.kms_key).await.unwrap();
    assert_eq!(table.asked(), [(Call::Query, 1)], "the mark of a frozen table, the master key");
    let credentials = Credentials::new(key.key.id.as_str(), key.secret.expose(), None, None, "start");
    let request = signed(&credentials, "localhost", "ListLicenses", "{}".to_owned()).unwrap();
    let answer = router(service).oneshot(request.map(Body::from)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let asked = BTreeMap::from([
        // To start, and the listing.
        (Call::Query, 2),
        // The access key.
        (Call::GetItem, 1),
        // The record.
        (Call::PutItem, 1),
    ]);
    assert_eq!(table.proxy.met(), asked);
}

#[tokio::test]
async fn a_table_that_was_left_is_neither_served_from_nor_is_its_key_asked_for() {
    let table = Table::new().await;
    table.start(&table.past, &table.kms_key).await.unwrap();
    let since = SystemClock.now().unwrap();
    let mark = Frozen { to: "folder `b`".to_owned(), since, is_moved: true };
    table.store(&table.past).freeze(&mark).await.unwrap();
    // KMS would say that there is no such key.
    let refused = table.start(&table.proxied, "alias/none").await.err().unwrap();
    assert!(refused.0.starts_with("all that was here was moved to folder `b`"), "{refused}");
    assert_eq!(table.asked(), [(Call::Query, 1)]);
}

#[tokio::test]
async fn a_server_that_starts_again_asks_twice_for_its_first_accounts() {
    let (table, folder) = (Table::new().await, tempfile::tempdir().unwrap());
    let (file, now) = (folder.path().join("credentials"), SystemClock.now().unwrap());
    let before = table.start(&table.past, &table.kms_key).await.unwrap();
    let made = bootstrap(&before.directory, &file, REGION, now).await.unwrap();

    let service = table.start(&table.proxied, &table.kms_key).await.unwrap();
    assert_eq!(bootstrap(&service.directory, &file, REGION, now).await.unwrap(), made);
    assert_eq!(
        table.asked(),
        [
            // The record of the first start.
            (Call::GetItem, 1),
            // Their access keys.
            (Call::BatchGetItem, 1),
            // To start.
            (Call::Query, 1),
        ]
    );
}
