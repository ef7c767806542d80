//! What each operation on a checkout asks of the store, its caller's
//! authentication included, and what its record does (EV-4).

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is how a measurement reports that it cannot be made"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use aws_credential_types::Credentials;
use axum::Router;
use axum::body::{Body, to_bytes};
use http::StatusCode;
use licentia::audit::{Settings, Trail};
use licentia::clock::{Clock, SystemClock};
use licentia::context::Service;
use licentia::events::{Destinations, Events};
use licentia::http::router;
use licentia::identity::{DisplayName, UserName};
use licentia::status::{PublicUrl, StatusLists};
use licentia::store::Store;
use licentia_core::arn::AccountId;
use licentia_core::time::{NotATime, Timestamp};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::carriers::no_carriers;
use crate::requests::{BENEFICIARY, checkout_license, create_license};
use crate::services::service_on;
use crate::signed::signed;
use crate::{Meter, Metered};

const SKU: &str = "analytics";
const COLD_SKU: &str = "reports";
const SEATS: u64 = 1000;

/// A clock that runs ahead, so that an extension has something to extend.
#[derive(Default)]
struct Ahead(AtomicU32);

impl Clock for Ahead {
    fn now(&self) -> Result<Timestamp, NotATime> {
        Ok(SystemClock.now()?.plus_minutes(self.0.load(Relaxed)))
    }
}

/// What one operation asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// What was done.
    pub name: &'static str,
    /// What it took.
    pub meter: Meter,
    /// What its record took.
    pub record: Meter,
}

/// Goes through a checkout's life, signed keys and caches warm, on an empty
/// store; with a public URL, the licenses can be revoked.
///
/// # Panics
/// If an operation does not answer as it should.
pub async fn costs(store: Arc<dyn Store>, public_url: Option<PublicUrl>) -> Vec<Cost> {
    let mut bill = Bill::open(store, public_url).await;
    let arn = bill.call("CreateLicense", &create_license(SKU, SEATS)).await["LicenseArn"].clone();
    let license = bill.call("GetLicense", &json!({ "LicenseArn": arn })).await;
    let fingerprint = license["License"]["Issuer"]["KeyFingerprint"].as_str().unwrap();
    let checkout = |client_token: &str, seats| checkout_license(SKU, fingerprint, client_token, seats);
    // The first checkout makes the account's signing key, the second is like
    // any other.
    bill.call("CheckoutLicense", &checkout("first", 1)).await;
    let taken = bill.enter("checkout", StatusCode::OK, "CheckoutLicense", &checkout("second", 1)).await;
    bill.enter("its retry", StatusCode::OK, "CheckoutLicense", &checkout("second", 1)).await;
    bill.enter("refused checkout", StatusCode::BAD_REQUEST, "CheckoutLicense", &checkout("third", SEATS))
        .await;
    // Of this license the process knows nothing.
    bill.call("CreateLicense", &create_license(COLD_SKU, SEATS)).await;
    let cold = checkout_license(COLD_SKU, fingerprint, "cold", 1);
    bill.enter("checkout of a cold license", StatusCode::OK, "CheckoutLicense", &cold).await;
    let token = json!({ "LicenseConsumptionToken": taken["LicenseConsumptionToken"] });
    bill.clock.0.store(1, Relaxed);
    bill.enter("extension", StatusCode::OK, "ExtendLicenseConsumption", &token).await;
    let mut returned = token;
    returned["Beneficiary"] = json!(BENEFICIARY);
    bill.enter("check-in", StatusCode::OK, "CheckInLicense", &returned).await;
    let borrow = json!({
        "LicenseArn": arn,
        "Entitlements": [{ "Name": "Seats", "Unit": "Count", "Value": "1" }],
        "DigitalSignatureMethod": "JWT_ES256",
        "ClientToken": "fourth",
    });
    bill.enter("borrow", StatusCode::OK, "CheckoutBorrowLicense", &borrow).await;
    bill.entries
}

/// A service whose store counts.
struct Bill {
    store: Arc<Metered>,
    records: Arc<Metered>,
    clock: Arc<Ahead>,
    router: Router,
    credentials: Credentials,
    entries: Vec<Cost>,
}

impl Bill {
    async fn open(store: Arc<dyn Store>, public_url: Option<PublicUrl>) -> Self {
        let metered = Arc::new(Metered::new(Arc::clone(&store)));
        let records = Arc::new(Metered::new(store));
        let store: Arc<dyn Store> = metered.clone();
        let clock = Arc::new(Ahead::default());
        let service = service_on(Arc::clone(&store), clock.clone());
        let now = clock.now().unwrap();
        // Consumption tokens hang on the account, and on them which checkout
        // takes expired ones along.
        let account = AccountId::parse("111122223333").unwrap();
        let account = service
            .directory
            .create_account(Some(account), DisplayName::parse("vendor").unwrap(), now)
            .await
            .unwrap();
        let user = UserName::parse("admin").unwrap();
        let new = service.directory.create_access_key(&account.id, user, now).await.unwrap();
        // Nothing is to run out of a cache while this goes on.
        let destinations =
            Destinations::new(Arc::clone(&store), Arc::clone(&service.master_key), Duration::from_secs(3600));
        let service = Service {
            events: Events::through(destinations, &store, no_carriers()),
            status_lists: StatusLists::new(store, public_url),
            trail: Trail::new(records.clone(), Settings::default()),
            ..service
        };
        Self {
            store: metered,
            records,
            clock,
            router: router(Arc::new(service)),
            credentials: Credentials::new(new.key.id.as_str(), new.secret.expose(), None, None, "costs"),
            entries: vec![],
        }
    }

    async fn send(&self, operation: &str, input: &Value) -> (StatusCode, Value) {
        let request = signed(&self.credentials, "localhost", operation, input.to_string()).unwrap();
        let answer = self.router.clone().oneshot(request.map(Body::from)).await.unwrap();
        let status = answer.status();
        (status, serde_json::from_slice(&to_bytes(answer.into_body(), usize::MAX).await.unwrap()).unwrap())
    }

    async fn call(&self, operation: &str, input: &Value) -> Value {
        let (status, answer) = self.send(operation, input).await;
        assert_eq!(status, StatusCode::OK, "{operation}: {answer}");
        answer
    }

    /// Enters what a call costs that answers so.
    async fn enter(
        &mut self,
        name: &'static str,
        status: StatusCode,
        operation: &str,
        input: &Value,
    ) -> Value {
        let before = (self.store.meter(), self.records.meter());
        let (answered, answer) = self.send(operation, input).await;
        assert_eq!(answered, status, "{name}: {answer}");
        let meter = self.store.meter().since(before.0);
        let record = self.records.meter().since(before.1);
        self.entries.push(Cost { name, meter, record });
        answer
    }
}
