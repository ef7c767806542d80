//! Checkouts between their two writes, and what is remembered from one to the
//! next, on a store that charges for transactions.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use licentia::store::{Change, CommitError, Item, Key, Memory, Page, Query, Store, Unavailable, Write};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::received::CONSUME;
use super::{CUSTOMER, Refused, VENDOR, World, borrow_of};

/// Can keep a checkout waiting before its record, lose an answer, and fail to
/// read a record.
#[derive(Default)]
struct Gate {
    inner: Memory,
    is_shut: AtomicBool,
    reached: Notify,
    opened: Notify,
    loses_next: AtomicBool,
    hides_next: AtomicBool,
}

#[async_trait]
impl Store for Gate {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        let is_record = keys.iter().any(|key| key.sort == "CHECKOUT");
        if is_record && self.hides_next.swap(false, Ordering::SeqCst) {
            return Err(Unavailable("the connection broke".into()));
        }
        self.inner.get(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        self.inner.query(query).await
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        let is_record = matches!(change.0.as_slice(), [Write::Put(item, _)] if item.key.sort == "CHECKOUT");
        if is_record && self.is_shut.load(Ordering::SeqCst) {
            self.reached.notify_one();
            self.opened.notified().await;
        }
        let done = self.inner.commit(change).await;
        if self.loses_next.swap(false, Ordering::SeqCst) {
            return Err(CommitError::Unknown(Unavailable("the connection broke".into())));
        }
        done
    }

    fn charges_for_transactions(&self) -> bool {
        true
    }
}

impl Gate {
    /// Keeps the next checkout waiting before its record; once it does, goes
    /// on with what is to happen meanwhile, and then lets it pass.
    async fn meanwhile<T>(&self, what: impl Future<Output = T>) -> T {
        self.reached.notified().await;
        self.is_shut.store(false, Ordering::SeqCst);
        let done = what.await;
        self.opened.notify_one();
        done
    }

    fn shut(&self) {
        self.is_shut.store(true, Ordering::SeqCst);
    }
}

fn gated() -> (World, Arc<Gate>) {
    let gate = Arc::new(Gate::default());
    (World::on(gate.clone()), gate)
}

impl World {
    /// A checkout whose process dies before the record.
    async fn take_and_die(&self, gate: &Gate, kind: &str, seats: u64) {
        gate.shut();
        tokio::select! {
            _ = self.take(kind, "dead", seats) => panic!("the record was written"),
            () = gate.reached.notified() => gate.is_shut.store(false, Ordering::SeqCst),
        }
    }
}

#[tokio::test]
async fn a_grant_that_ends_during_a_checkout_is_not_used_again() {
    let (world, gate) = gated();
    let arn = world.license(5, |_| {}).await;
    let grant = world.active_grant(&arn, CUSTOMER, |input| input["AllowedOperations"] = json!(CONSUME)).await;
    gate.shut();
    let delete = gate.meanwhile(world.delete_grant(VENDOR, &grant, "3"));
    let (seat, delete) = tokio::join!(world.seat_as(CUSTOMER, 1), delete);
    assert!(seat.is_ok(), "it was decided before: {seat:?}");
    delete.unwrap();
    let (code, _) = world.seat_as(CUSTOMER, 1).await.unwrap_err();
    assert_eq!(code, "NoEntitlementsAllowedException", "K-7");
}

/// Lets a request reserve, then the vendor deactivate the license and the same
/// request come again, and then the first go on. Answers what is used.
async fn retried_while_under_way(
    is_reset: bool,
    take: impl AsyncFn(&World, &str) -> Result<Value, Refused>,
) -> u64 {
    let (world, gate) = gated();
    let arn = world.license(5, |_| {}).await;
    gate.shut();
    let mut retry = std::pin::pin!(take(&world, &arn));
    let meanwhile = gate.meanwhile(async {
        let version = |input: &mut Value| {
            input["Status"] = json!("DEACTIVATED");
            input["ResetUsage"] = json!(is_reset);
        };
        world.revise(&arn, 5, version).await.unwrap();
        tokio::select! {
            retried = &mut retry => panic!("{retried:?}"),
            () = tokio::time::sleep(Duration::from_millis(50)) => {}
        }
    });
    let (first, ()) = tokio::join!(take(&world, &arn), meanwhile);
    assert_eq!(first.unwrap(), retry.await.unwrap(), "C-6");
    assert_eq!(world.seat(1).await.unwrap_err().0, "NoEntitlementsAllowedException", "it is deactivated");
    world.used(&arn).await
}

#[tokio::test]
async fn a_retry_is_not_refused_for_a_version_that_came_after_its_first_sending_reserved() {
    let take = async |world: &World, _: &str| world.take("PROVISIONAL", "one", 1).await;
    let borrow =
        async |world: &World, arn: &str| world.call("CheckoutBorrowLicense", &borrow_of(arn, 1, "one")).await;
    assert_eq!(retried_while_under_way(false, take).await, 1);
    assert_eq!(retried_while_under_way(false, borrow).await, 1);
    assert_eq!(retried_while_under_way(true, take).await, 0, "L-15: nor does it count");
    assert_eq!(retried_while_under_way(true, borrow).await, 0, "L-15: nor does it count");
}

#[tokio::test]
async fn what_a_dead_process_reserved_before_a_reset_holds_nothing() {
    for kind in ["PROVISIONAL", "PERPETUAL"] {
        let (world, gate) = gated();
        let arn = world.license(5, |_| {}).await;
        world.take_and_die(&gate, kind, 3).await;
        world.revise(&arn, 5, |input| input["ResetUsage"] = json!(true)).await.unwrap();
        world.seat(5).await.unwrap();
        world.wait_seconds(10);
        assert_eq!(world.seat(1).await.unwrap_err().0, "NoEntitlementsAllowedException", "{kind}");
        assert_eq!(world.used(&arn).await, 5, "{kind}");
    }
}

#[tokio::test]
async fn what_a_dead_process_reserved_keeps_nobody_from_another_license() {
    let (world, gate) = gated();
    let older = world.license(5, |_| {}).await;
    world.wait(1);
    let newer = world.license(1, |_| {}).await;
    world.take_and_die(&gate, "PROVISIONAL", 1).await;
    let served = |seat: serde_json::Value| seat["LicenseArn"].as_str().map(ToOwned::to_owned);
    assert_eq!(served(world.seat(1).await.unwrap()), Some(older.clone()));
    world.wait_seconds(10);
    assert_eq!(served(world.seat(1).await.unwrap()), Some(newer.clone()), "it returned");
    assert_eq!((world.used(&older).await, world.used(&newer).await), (1, 1));
}

#[tokio::test]
async fn what_a_dead_process_reserved_returns_though_nobody_asks() {
    let (world, gate) = gated();
    let world = world.with_accounts().await;
    let arn = world.license(5, |_| {}).await;
    world.take_and_die(&gate, "PROVISIONAL", 3).await;
    assert_eq!(world.tidy().await.returned, 0, "it may go on yet");
    world.wait_seconds(10);
    assert_eq!(world.tidy().await.returned, 1);
    assert_eq!(world.in_the_pool(&arn).await, json!(0));
}

#[tokio::test]
async fn usage_is_not_told_before_it_is_known_what_a_dead_process_reserved() {
    let (world, gate) = gated();
    let arn = world.license(5, |_| {}).await;
    world.take_and_die(&gate, "PROVISIONAL", 3).await;
    world.wait_seconds(10);
    gate.hides_next.store(true, Ordering::SeqCst);
    let usage = world.call("GetLicenseUsage", &json!({ "LicenseArn": arn })).await;
    assert_eq!(usage.unwrap_err().0, "ServerInternalException");
    assert_eq!(world.used(&arn).await, 0);
}

#[tokio::test]
async fn a_license_that_served_one_request_is_not_preferred_for_another() {
    let (world, _) = gated();
    let older = world.license(50, |_| {}).await;
    world.wait(1);
    let newer = world.license(5, |_| {}).await;
    assert_eq!(world.seat(10).await.unwrap()["LicenseArn"], json!(older));
    assert_eq!(world.seat(1).await.unwrap()["LicenseArn"], json!(newer), "the newest that can serve");
}

#[tokio::test]
async fn a_reservation_whose_answer_got_lost_returns_at_once() {
    let (world, gate) = gated();
    let arn = world.license(5, |_| {}).await;
    gate.loses_next.store(true, Ordering::SeqCst);
    world.seat(3).await.unwrap();
    assert_eq!(world.used(&arn).await, 3);
    world.seat(2).await.unwrap();
}
