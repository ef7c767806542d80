//! The operations over real stores, with a clock that the test turns.

mod algorithms;
mod clock;
mod concurrency;
mod costs;
mod doctor;
mod events;
mod expiry;
mod faults;
mod grants;
mod lifecycle;
mod model;
mod policies;
mod proxied;
mod received;
mod retries;
mod settings;
mod shards;
mod simulation;
mod start;
mod status;
mod tags;
mod tokens;
mod torn;
mod two_writes;
mod upkeep;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Bytes;
use licentia::audit::Touched;
use licentia::clock::Clock;
use licentia::context::{Context, Origin, Service};
use licentia::events::{Carriers, Events};
use licentia::identity::{AccessKeyId, Caller, Identity, UserName};
use licentia::operation::Failure;
use licentia::operations::license_manager::OPERATIONS;
use licentia::organization::Own;
use licentia::status::StatusLists;
use licentia::store::Store;
use licentia::wire::Parameters;
use licentia_core::arn::AccountId;
use licentia_core::time::{NotATime, Timestamp};
use licentia_tests::carriers::no_carriers;
use licentia_tests::services::service_on;
use serde_json::{Value, json};
use uuid::Uuid;

const VENDOR: &str = "111122223333";
const CUSTOMER: &str = "444455556666";
const PUBLIC_URL: &str = "https://licenses.example.com";
const BEGIN: &str = "2026-01-31T10:00:00Z";

/// A clock that stands still until it is turned.
#[derive(Default)]
struct TestClock(AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> Result<Timestamp, NotATime> {
        Timestamp::from_unix(self.0.load(Ordering::SeqCst))
    }
}

/// A service and its clock.
#[derive(Clone)]
struct World {
    service: Arc<Service>,
    clock: Arc<TestClock>,
}

/// The code and the message of an error.
type Refused = (&'static str, String);

impl World {
    fn on(store: Arc<dyn Store>) -> Self {
        Self::sending_with(store, no_carriers())
    }

    fn sending_with(store: Arc<dyn Store>, carriers: Carriers) -> Self {
        let world = Self::built(store, "us-east-1", Arc::new(TestClock::default()), carriers);
        world.turn_to("2026-02-01T00:00:00Z");
        world
    }

    /// The same accounts and licenses, seen from another Region.
    fn in_region(&self, region: &str) -> Self {
        Self::built(Arc::clone(&self.service.store), region, Arc::clone(&self.clock), no_carriers())
    }

    /// The same clock, another store.
    fn over(&self, store: Arc<dyn Store>) -> Self {
        Self::built(store, "us-east-1", Arc::clone(&self.clock), no_carriers())
    }

    /// The organizations of this world, to change them.
    fn organizations(&self) -> Own {
        Own::new(Arc::clone(&self.service.store))
    }

    fn built(store: Arc<dyn Store>, region: &str, clock: Arc<TestClock>, carriers: Carriers) -> Self {
        let service = service_on(Arc::clone(&store), clock.clone());
        let service = Service {
            events: Events::new(&store, &service.master_key, carriers),
            status_lists: StatusLists::new(store, Some(PUBLIC_URL.parse().unwrap())),
            region: region.into(),
            ..service
        };
        Self { service: Arc::new(service), clock }
    }

    fn turn_to(&self, time: &str) {
        self.clock.0.store(Timestamp::parse(time).unwrap().unix(), Ordering::SeqCst);
    }

    fn clock_now(&self) -> Timestamp {
        self.clock.now().unwrap()
    }

    fn wait(&self, minutes: u64) {
        self.wait_seconds(minutes * 60);
    }

    fn wait_seconds(&self, seconds: u64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    async fn call_as(&self, account: &str, operation: &str, input: &Value) -> Result<Value, Refused> {
        let cx = self.request_of(account, Bytes::from(input.to_string()));
        self.call_in(cx, operation).await
    }

    async fn call_by(&self, caller: Caller, operation: &str, input: &Value) -> Result<Value, Refused> {
        let cx = Context { caller, ..self.request_of(VENDOR, Bytes::from(input.to_string())) };
        self.call_in(cx, operation).await
    }

    async fn call_in(&self, cx: Context, operation: &str) -> Result<Value, Refused> {
        let row = OPERATIONS.iter().find(|row| row.name == operation).unwrap();
        match (row.run)(&cx).await {
            Ok(output) => Ok(serde_json::from_slice(&output).unwrap()),
            Err(Failure::Serialization(message)) => Err(("SerializationException", message)),
            Err(Failure::Operation(error)) => Err((error.kind.code(row.errors).name(), error.message)),
        }
    }

    /// A request of an account, as an operation gets it.
    fn request_of(&self, account: &str, body: Bytes) -> Context {
        Context {
            service: Arc::clone(&self.service),
            caller: Caller {
                account: AccountId::parse(account).unwrap(),
                identity: Identity::User {
                    access_key_id: AccessKeyId::parse("AKIAABCDEFGHIJKLMNOP").unwrap(),
                    user: UserName::parse("admin").unwrap(),
                    policies: vec![],
                },
            },
            now: self.clock_now(),
            parameters: Parameters::new(body),
            origin: Origin::default(),
            touched: Touched::default(),
        }
    }

    async fn call(&self, operation: &str, input: &Value) -> Result<Value, Refused> {
        self.call_as(VENDOR, operation, input).await
    }

    /// A license of this many seats, and perhaps other members than usual.
    async fn license(&self, seats: u64, change: impl FnOnce(&mut Value)) -> String {
        let mut input = terms(seats);
        for (member, value) in [
            ("ProductSKU", json!("sku")),
            ("Beneficiary", json!(CUSTOMER)),
            ("ClientToken", json!(Uuid::new_v4().to_string())),
        ] {
            input[member] = value;
        }
        change(&mut input);
        let answer = self.call("CreateLicense", &input).await.unwrap();
        answer["LicenseArn"].as_str().unwrap().to_owned()
    }

    async fn seat(&self, seats: u64) -> Result<Value, Refused> {
        self.take("PROVISIONAL", &Uuid::new_v4().to_string(), seats).await
    }

    async fn take(&self, kind: &str, client_token: &str, seats: u64) -> Result<Value, Refused> {
        self.call("CheckoutLicense", &checkout_of(kind, client_token, seats)).await
    }

    async fn check_in(&self, checkout: &Value) -> Result<Value, Refused> {
        let token = &checkout["LicenseConsumptionToken"];
        self.call("CheckInLicense", &json!({ "LicenseConsumptionToken": token, "Beneficiary": CUSTOMER }))
            .await
    }

    async fn used(&self, arn: &str) -> u64 {
        let usage = self.call("GetLicenseUsage", &json!({ "LicenseArn": arn })).await.unwrap();
        let consumed = &usage["LicenseUsage"]["EntitlementUsages"][0]["ConsumedValue"];
        consumed.as_str().unwrap().parse().unwrap()
    }

    /// A new version with this status; `change` edits the usual terms.
    async fn revise(&self, arn: &str, seats: u64, change: impl FnOnce(&mut Value)) -> Result<Value, Refused> {
        let mut input = terms(seats);
        for (member, value) in [
            ("LicenseArn", json!(arn)),
            ("Status", json!("AVAILABLE")),
            ("ClientToken", json!(Uuid::new_v4().to_string())),
        ] {
            input[member] = value;
        }
        change(&mut input);
        self.call("CreateLicenseVersion", &input).await
    }
}

/// What a license and a version of it both say.
fn terms(seats: u64) -> Value {
    json!({
        "LicenseName": "Team",
        "ProductName": "Analytics",
        "Issuer": { "Name": "Example" },
        "HomeRegion": "us-east-1",
        "Validity": { "Begin": BEGIN },
        "Entitlements": [{ "Name": "Seats", "Unit": "Count", "MaxCount": seats }],
        "ConsumptionConfiguration": {
            "ProvisionalConfiguration": { "MaxTimeToLiveInMinutes": 60 },
            "BorrowConfiguration": { "MaxTimeToLiveInMinutes": 1440, "AllowEarlyCheckIn": true },
        },
    })
}

/// A wish to check seats out.
fn checkout_of(kind: &str, client_token: &str, seats: u64) -> Value {
    json!({
        "ProductSKU": "sku",
        "CheckoutType": kind,
        "KeyFingerprint": format!("aws:{VENDOR}:Example:issuer-fingerprint"),
        "Entitlements": [{ "Name": "Seats", "Unit": "Count", "Value": seats.to_string() }],
        "ClientToken": client_token,
        "Beneficiary": CUSTOMER,
    })
}

/// A wish to borrow seats.
fn borrow_of(arn: &str, seats: u64, client_token: &str) -> Value {
    json!({
        "LicenseArn": arn,
        "Entitlements": [{ "Name": "Seats", "Unit": "Count", "Value": seats.to_string() }],
        "DigitalSignatureMethod": "JWT_ES256",
        "ClientToken": client_token,
    })
}

/// Runs a test on each database.
macro_rules! on_each_store {
    ($($name:ident)+) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let (store, _folder) = crate::store::on_sqlite();
                super::$name(crate::service::World::on(store)).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_dynamodb() {
                super::$name(crate::service::World::on(crate::store::on_dynamodb().await)).await;
            }
        }
    )+};
}
use on_each_store;
