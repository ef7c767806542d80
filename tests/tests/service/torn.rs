//! A request reads one thing after the other; others change them in between.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use licentia::store::{Change, CommitError, Item, Key, Memory, Page, Query, Store, Unavailable};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{CUSTOMER, World};

/// Can keep waiting who has read a checkout, or is about to look for those that
/// have expired.
#[derive(Default)]
struct Gate {
    inner: Memory,
    keeps_reader: AtomicBool,
    keeps_searcher: AtomicBool,
    reached: Notify,
    opened: Notify,
}

#[async_trait]
impl Store for Gate {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        let found = self.inner.get(keys).await;
        if keys.iter().any(|key| key.sort == "CHECKOUT") {
            self.pass(&self.keeps_reader).await;
        }
        found
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        if query.through_index {
            self.pass(&self.keeps_searcher).await;
        }
        self.inner.query(query).await
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        self.inner.commit(change).await
    }
}

impl Gate {
    /// Keeps one waiting until something has happened.
    async fn pass(&self, keeps: &AtomicBool) {
        if keeps.swap(false, Ordering::SeqCst) {
            self.reached.notify_one();
            self.opened.notified().await;
        }
    }

    /// Once somebody waits, does this, and lets him go on.
    async fn meanwhile(&self, what: impl Future<Output = ()>) {
        self.reached.notified().await;
        what.await;
        self.opened.notify_one();
    }
}

/// Lets a request about a checkout read it, then another check it in and the
/// vendor make a version, and then the request go on; answers its refusal.
async fn refused_after(
    operation: &str,
    checkout: impl AsyncFn(&World, &str) -> Value,
    next: impl FnOnce(&mut Value),
) -> &'static str {
    let gate = Arc::new(Gate::default());
    let world = World::on(gate.clone());
    let arn = world.license(5, |_| {}).await;
    let checkout = checkout(&world, &arn).await;
    let token = &checkout["LicenseConsumptionToken"];
    let input = match checkout.get("CheckoutType") {
        Some(_) => json!({ "LicenseConsumptionToken": token, "Beneficiary": CUSTOMER }),
        None => json!({ "LicenseConsumptionToken": token }),
    };
    gate.keeps_reader.store(true, Ordering::SeqCst);
    let meanwhile = gate.meanwhile(async {
        world.call("CheckInLicense", &input).await.unwrap();
        world.revise(&arn, 5, next).await.unwrap();
    });
    tokio::join!(world.call(operation, &input), meanwhile).0.unwrap_err().0
}

#[tokio::test]
async fn a_check_in_is_not_refused_for_what_became_of_the_license_after_it_ended() {
    let borrow = async |world: &World, arn: &str| {
        let input = json!({
            "LicenseArn": arn,
            "Entitlements": [{ "Name": "Seats", "Unit": "Count", "Value": "1" }],
            "DigitalSignatureMethod": "JWT_ES256",
            "ClientToken": "t",
        });
        world.call("CheckoutBorrowLicense", &input).await.unwrap()
    };
    let configuration = "ConsumptionConfiguration";
    let code = refused_after("CheckInLicense", borrow, |input| {
        input[configuration]["BorrowConfiguration"]["AllowEarlyCheckIn"] = json!(false);
    })
    .await;
    assert_eq!(code, "ResourceNotFoundException", "C-8: it had ended when the version was made");
}

#[tokio::test]
async fn an_extension_is_not_refused_for_what_became_of_the_license_after_it_ended() {
    let seat = async |world: &World, _: &str| world.seat(1).await.unwrap();
    let deactivated = |input: &mut Value| input["Status"] = json!("DEACTIVATED");
    let code = refused_after("ExtendLicenseConsumption", seat, deactivated).await;
    assert_eq!(code, "ResourceNotFoundException", "C-8: it had ended when the version was made");
}

#[tokio::test]
async fn usage_does_not_count_what_is_reclaimed_and_taken_while_it_is_read() {
    let gate = Arc::new(Gate::default());
    let world = World::on(gate.clone());
    let arn = world.license(3, |_| {}).await;
    world.seat(1).await.unwrap();
    world.wait(60);
    gate.keeps_searcher.store(true, Ordering::SeqCst);
    let meanwhile = gate.meanwhile(async { drop(world.seat(3).await.unwrap()) });
    let (used, ()) = tokio::join!(world.used(&arn), meanwhile);
    assert_eq!(used, 3, "C-8: never 1 after the first has expired");
}
