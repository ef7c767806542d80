//! The audit trail (EV-4 to EV-6), as calls over HTTP leave it.

mod calls;
mod evasion;
mod kept;
mod lookup;
mod redaction;
mod shape;
mod tokens;
mod writing;

use std::sync::Arc;

use aws_credential_types::Credentials;
use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, Response, StatusCode};
use licentia::audit::{Kept, ReadWriteType, Search, Settings, Trail};
use licentia::clock::{Clock, SystemClock};
use licentia::context::Service;
use licentia::http::router;
use licentia::identity::{Directory, DisplayName, UserName};
use licentia::store::Store;
use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use licentia_tests::services::service_on;
use licentia_tests::signed::signed;
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

const ACCOUNT: &str = "111122223333";

/// A service over HTTP, and one account that calls it.
struct Edge {
    service: Arc<Service>,
    router: Router,
    credentials: Credentials,
    account: AccountId,
}

/// What came back.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    request_id: String,
    body: Value,
}

impl Edge {
    async fn on(store: Arc<dyn Store>) -> Self {
        Self::with(Arc::clone(&store), store, ReadWriteType::All).await
    }

    /// With the records in a store of their own.
    async fn with(store: Arc<dyn Store>, records: Arc<dyn Store>, read_write_type: ReadWriteType) -> Self {
        let trail = Trail::new(records, Settings { read_write_type, ..Settings::default() });
        let service = Arc::new(Service { trail, ..service_on(store, Arc::new(SystemClock)) });
        let credentials = credentials(&service.directory, account()).await;
        Self { router: router(Arc::clone(&service)), service, credentials, account: account() }
    }

    /// The same service, and another account that calls it.
    async fn called_by(&self, account: &str) -> Self {
        let (service, account) = (Arc::clone(&self.service), AccountId::parse(account).unwrap());
        let credentials = credentials(&service.directory, account.clone()).await;
        Self { router: router(Arc::clone(&service)), service, credentials, account }
    }

    async fn send(&self, request: Request<String>) -> Answer {
        read(self.router.clone().oneshot(request.map(Body::from)).await.unwrap()).await
    }

    async fn call(&self, operation: &str, body: impl ToString) -> Answer {
        self.send(self.signed(operation, body)).await
    }

    fn signed(&self, operation: &str, body: impl ToString) -> Request<String> {
        signed(&self.credentials, "localhost", operation, body.to_string()).unwrap()
    }

    /// All records of the account, the newest first.
    async fn records(&self) -> Vec<Kept> {
        self.found(&Search::default()).await
    }

    /// All records that fit, in order, however many pages they take.
    async fn found(&self, search: &Search) -> Vec<Kept> {
        let (mut records, mut cursor) = (vec![], None);
        loop {
            let now = SystemClock.now().unwrap();
            let page = self.service.trail.find(&self.account, search, cursor, 50, now).await.unwrap();
            records.extend(page.records);
            cursor = page.next;
            if cursor.is_none() {
                return records;
            }
        }
    }
}

/// The access key of a new account.
async fn credentials(directory: &Directory, account: AccountId) -> Credentials {
    let (now, name) = (SystemClock.now().unwrap(), DisplayName::parse("account").unwrap());
    let account = directory.create_account(Some(account), name, now).await.unwrap().id;
    let user = UserName::parse("alice").unwrap();
    let new = directory.create_access_key(&account, user, now).await.unwrap();
    Credentials::new(new.key.id.as_str(), new.secret.expose(), None, None, "audit")
}

async fn read(answer: Response<Body>) -> Answer {
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        request_id: parts.headers["x-amzn-requestid"].to_str().unwrap().to_owned(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    }
}

fn account() -> AccountId {
    AccountId::parse(ACCOUNT).unwrap()
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A license with everything a record could hold.
fn license() -> Value {
    let mut license = licentia_tests::requests::create_license("sku", 10);
    license["ClientToken"] = json!(Uuid::new_v4().to_string());
    license["Tags"] = json!([{ "Key": "team", "Value": "sales" }]);
    license
}

fn checkout() -> Value {
    let fingerprint = format!("aws:{ACCOUNT}:Example:issuer-fingerprint");
    licentia_tests::requests::checkout_license("sku", &fingerprint, &Uuid::new_v4().to_string(), 1)
}
