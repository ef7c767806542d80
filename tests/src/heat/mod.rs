//! One license that many want at once, on a database of which each partition
//! takes only so many write units a second: what is sold in each second, in a
//! time that takes no time.

#![expect(clippy::unwrap_used, reason = "a panic is how a simulation reports that it cannot go on")]

mod partitions;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use licentia::audit::Touched;
use licentia::clock::Clock;
use licentia::context::{Context, Origin, Service};
use licentia::identity::{AccessKeyId, Caller, Identity, UserName};
use licentia::operation::Failure;
use licentia::operations::license_manager::OPERATIONS;
use licentia::recent::Recent;
use licentia::records;
use licentia::store::Store;
use licentia::wire::Parameters;
use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::pool::Pool;
use licentia_core::time::{NotATime, Timestamp};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use self::partitions::Partitions;
use crate::requests::{checkout_license, create_license};
use crate::services::service_on;

const VENDOR: &str = "111122223333";
const SKU: &str = "analytics";
/// What a client waits that was told to come again later.
const LATER: Duration = Duration::from_millis(100);

/// What is simulated.
#[derive(Clone, Copy, Debug)]
pub struct Heat {
    /// Write units a second that each partition takes; 1,000 of DynamoDB.
    pub limit: u32,
    /// Processes, each with one request at a time, as on Lambda.
    pub processes: u64,
    /// Seats to be sold.
    pub seats: u64,
}

/// What happened in a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Second {
    /// Checkouts that were answered.
    pub checkouts: u64,
    /// Shards at its end.
    pub shards: usize,
}

/// What it came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sold {
    /// Second by second.
    pub seconds: Vec<Second>,
    /// Seats that clients have.
    pub seats: u64,
    /// Seats that are taken, as the service says in the end.
    pub used: u64,
}

/// The time that tokio has come to.
struct Turned(Instant);

impl Clock for Turned {
    fn now(&self) -> Result<Timestamp, NotATime> {
        Timestamp::from_unix(1_795_300_000 + self.0.elapsed().as_secs())
    }
}

/// A version of a license that was made while many took from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revised {
    /// Shards before.
    pub shards: usize,
    /// How often its issuer was told to come again later.
    pub refused: u32,
}

/// Sells all seats, one by one, to whoever is fastest.
///
/// # Panics
/// If an operation does not answer as it should.
#[must_use]
pub fn sell_out(heat: Heat) -> Sold {
    in_no_time(async {
        let sale = Sale::open(heat).await;
        let mut seconds: Vec<Second> = vec![];
        while sale.buyers.iter().any(|buyer| !buyer.is_finished()) {
            sleep(Duration::from_secs(1)).await;
            let before: u64 = seconds.iter().map(|second| second.checkouts).sum();
            let checkouts = sale.sold.load(Ordering::SeqCst) - before;
            seconds.push(Second { checkouts, shards: sale.shards().await });
        }
        for buyer in sale.buyers {
            buyer.await.unwrap();
        }
        let usage = json!({ "LicenseArn": sale.license });
        let usage = call(&sale.vendor, "GetLicenseUsage", &usage).await.unwrap();
        let used = usage.pointer("/LicenseUsage/EntitlementUsages/0/ConsumedValue").and_then(Value::as_str);
        Sold { seconds, seats: sale.sold.load(Ordering::SeqCst), used: used.unwrap().parse().unwrap() }
    })
}

/// Makes a version of the license after some seconds of the sale.
///
/// # Panics
/// If an operation does not answer as it should.
#[must_use]
pub fn revise(heat: Heat, after: Duration) -> Revised {
    in_no_time(async {
        let sale = Sale::open(heat).await;
        sleep(after).await;
        let shards = sale.shards().await;
        let mut version = create_license(SKU, heat.seats);
        let members = version.as_object_mut().unwrap();
        members.insert("LicenseArn".to_owned(), json!(sale.license));
        members.insert("Status".to_owned(), json!("AVAILABLE"));
        let mut refused = 0;
        while let Err(code) = call(&sale.vendor, "CreateLicenseVersion", &version).await {
            assert_eq!(code, "RateLimitExceededException");
            refused += 1;
            sleep(LATER).await;
        }
        for buyer in sale.buyers {
            buyer.abort();
        }
        Revised { shards, refused }
    })
}

fn in_no_time<T>(what: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.unwrap().block_on(what)
}

/// A license, and who buys.
struct Sale {
    store: Arc<Partitions>,
    vendor: Arc<Service>,
    license: LicenseArn,
    sold: Arc<AtomicU64>,
    buyers: Vec<JoinHandle<()>>,
}

impl Sale {
    async fn open(heat: Heat) -> Self {
        let store = Partitions::new(f64::from(heat.limit));
        let clock = Arc::new(Turned(Instant::now()));
        let process = |number| {
            let recent = Recent::from_lane(number);
            Arc::new(Service { recent, ..service_on(store.clone(), clock.clone()) })
        };
        let vendor = process(0);
        let (license, fingerprint) = issued(&vendor, heat.seats).await;
        let sold = Arc::new(AtomicU64::new(0));
        let buyer = |number| {
            let (service, fingerprint, sold) = (process(number), fingerprint.clone(), Arc::clone(&sold));
            tokio::spawn(async move { buy(&service, number, &fingerprint, &sold).await })
        };
        let buyers = (1..=heat.processes).map(buyer).collect();
        Self { store, vendor, license, sold, buyers }
    }

    async fn shards(&self) -> usize {
        let item = self.store.get(&[records::pool_key(&self.license)]).await.unwrap().pop().flatten();
        item.unwrap().read::<Pool>().unwrap().shards.len()
    }
}

/// The license, and the fingerprint of its issuer's key.
async fn issued(vendor: &Arc<Service>, seats: u64) -> (LicenseArn, String) {
    let arn = call(vendor, "CreateLicense", &create_license(SKU, seats)).await.unwrap();
    let arn = LicenseArn::parse(arn.pointer("/LicenseArn").and_then(Value::as_str).unwrap()).unwrap();
    let license = call(vendor, "GetLicense", &json!({ "LicenseArn": arn })).await.unwrap();
    let fingerprint = license.pointer("/License/Issuer/KeyFingerprint").and_then(Value::as_str).unwrap();
    (arn, fingerprint.to_owned())
}

/// Takes seats until there are none left.
async fn buy(service: &Arc<Service>, buyer: u64, fingerprint: &str, sold: &AtomicU64) {
    for number in 0_u64.. {
        let checkout = checkout_license(SKU, fingerprint, &format!("{buyer}-{number}"), 1);
        loop {
            match call(service, "CheckoutLicense", &checkout).await {
                Ok(_) => {
                    sold.fetch_add(1, Ordering::SeqCst);
                    break;
                }
                Err("NoEntitlementsAllowedException") => return,
                Err(code) => {
                    assert_eq!(code, "RateLimitExceededException");
                    sleep(LATER).await;
                }
            }
        }
    }
}

/// The answer, or the code of the error.
async fn call(service: &Arc<Service>, operation: &str, input: &Value) -> Result<Value, &'static str> {
    let cx = Context {
        service: Arc::clone(service),
        caller: Caller {
            account: AccountId::parse(VENDOR).unwrap(),
            identity: Identity::User {
                access_key_id: AccessKeyId::parse("AKIAABCDEFGHIJKLMNOP").unwrap(),
                user: UserName::parse("admin").unwrap(),
                policies: vec![],
            },
        },
        now: service.clock.now().unwrap(),
        parameters: Parameters::new(Bytes::from(input.to_string())),
        origin: Origin::default(),
        touched: Touched::default(),
    };
    let row = OPERATIONS.iter().find(|row| row.name == operation).unwrap();
    match (row.run)(&cx).await {
        Ok(output) => Ok(serde_json::from_slice(&output).unwrap()),
        Err(Failure::Serialization(_)) => Err("SerializationException"),
        Err(Failure::Operation(error)) => Err(error.kind.code(row.errors).name()),
    }
}
