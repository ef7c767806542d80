//! A request takes one step after the other; others change things in between.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use licentia::store::{Change, CommitError, Item, Key, Memory, Page, Query, Store, Unavailable};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::received::CONSUME;
use super::{CUSTOMER, Refused, World, borrow_of, checkout_of};

/// Where a request can be kept.
#[derive(Clone, Copy, PartialEq)]
enum Moment {
    /// It has just read a checkout.
    CheckoutRead,
    /// It reads a grant next.
    BeforeGrant,
    /// It reads next what has expired.
    BeforeExpired,
    /// It writes a checkout next.
    BeforeBooking,
}

/// Can keep waiting who is at some moment, and break the connection.
#[derive(Default)]
struct Gate {
    inner: Memory,
    /// Who is kept: so many others pass before.
    keeps: Mutex<Option<(Moment, usize)>>,
    reached: Notify,
    opened: Notify,
    breaks: Mutex<Option<Break>>,
}

/// When the connection breaks.
#[derive(Clone, Copy, PartialEq)]
enum Break {
    BeforeCommit,
    AfterCommit,
}

#[async_trait]
impl Store for Gate {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        if keys.iter().any(|key| key.sort.starts_with("G#")) {
            self.pass(Moment::BeforeGrant).await;
        }
        let found = self.inner.get(keys).await;
        if keys.iter().any(|key| key.sort == "CHECKOUT") {
            self.pass(Moment::CheckoutRead).await;
        }
        found
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        if query.through_index {
            self.pass(Moment::BeforeExpired).await;
        }
        self.inner.query(query).await
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        if change.0.iter().any(|write| write.key().sort == "CHECKOUT") {
            self.pass(Moment::BeforeBooking).await;
        }
        let breaks = self.breaks.lock().unwrap().take();
        if breaks == Some(Break::BeforeCommit) {
            return Err(unknown());
        }
        let done = self.inner.commit(change).await;
        if breaks == Some(Break::AfterCommit) { Err(unknown()) } else { done }
    }
}

impl Gate {
    /// Keeps one until something has happened, when so many others have passed.
    fn keep(&self, moment: Moment, after: usize) {
        *self.keeps.lock().unwrap() = Some((moment, after));
    }

    async fn pass(&self, moment: Moment) {
        let is_kept = {
            let mut keeps = self.keeps.lock().unwrap();
            match keeps.as_mut() {
                Some((kept, after)) if *kept == moment && *after > 0 => {
                    *after -= 1;
                    false
                }
                Some((kept, _)) if *kept == moment => keeps.take().is_some(),
                _ => false,
            }
        };
        if is_kept {
            self.reached.notify_one();
            self.opened.notified().await;
        }
    }

    /// Once somebody waits, does this, and lets him go on.
    async fn meanwhile(&self, what: impl Future<Output = ()>) {
        let reached = tokio::time::timeout(Duration::from_secs(10), self.reached.notified());
        reached.await.unwrap();
        what.await;
        self.opened.notify_one();
    }
}

fn unknown() -> CommitError {
    CommitError::Unknown(Unavailable("the connection broke".into()))
}

fn deactivated(input: &mut Value) {
    input["Status"] = json!("DEACTIVATED");
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
    gate.keep(Moment::CheckoutRead, 0);
    let meanwhile = gate.meanwhile(async {
        world.call("CheckInLicense", &input).await.unwrap();
        world.revise(&arn, 5, next).await.unwrap();
    });
    tokio::join!(world.call(operation, &input), meanwhile).0.unwrap_err().0
}

#[tokio::test]
async fn a_check_in_is_not_refused_for_what_became_of_the_license_after_it_ended() {
    let borrow = async |world: &World, arn: &str| {
        world.call("CheckoutBorrowLicense", &borrow_of(arn, 1, "t")).await.unwrap()
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
    let code = refused_after("ExtendLicenseConsumption", seat, deactivated).await;
    assert_eq!(code, "ResourceNotFoundException", "C-8: it had ended when the version was made");
}

#[tokio::test]
async fn an_extension_is_not_refused_for_what_became_of_the_grant_after_the_license_was_deleted() {
    let gate = Arc::new(Gate::default());
    let world = World::on(gate.clone());
    let arn = world.license(5, |_| {}).await;
    world.active_grant(&arn, CUSTOMER, |input| input["AllowedOperations"] = json!(CONSUME)).await;
    let seat = world.seat_as(CUSTOMER, 1).await.unwrap();
    gate.keep(Moment::BeforeGrant, 0);
    let deletion = json!({ "LicenseArn": arn, "SourceVersion": "1" });
    let meanwhile = gate.meanwhile(async { drop(world.call("DeleteLicense", &deletion).await.unwrap()) });
    let (extended, ()) = tokio::join!(world.extend_as(CUSTOMER, &seat), meanwhile);
    assert_eq!(extended.unwrap_err().0, "ResourceNotFoundException", "L-25: it ended with the license");
}

/// Extends a seat of an hour after half of it, over a connection that breaks;
/// before the service looks what came of it, the vendor deactivates the license.
async fn extended_while_deactivated(breaks: Break) -> (World, Value, Result<Value, Refused>) {
    let gate = Arc::new(Gate::default());
    let world = World::on(gate.clone());
    let arn = world.license(5, |_| {}).await;
    let seat = world.seat(1).await.unwrap();
    world.wait(30);
    let input = json!({ "LicenseConsumptionToken": seat["LicenseConsumptionToken"] });
    *gate.breaks.lock().unwrap() = Some(breaks);
    gate.keep(Moment::CheckoutRead, 1);
    let meanwhile = gate.meanwhile(async { drop(world.revise(&arn, 5, deactivated).await.unwrap()) });
    let (extended, ()) = tokio::join!(world.call("ExtendLicenseConsumption", &input), meanwhile);
    (world, input, extended)
}

#[tokio::test]
async fn an_extension_whose_answer_got_lost_is_answered_though_the_license_is_deactivated_since() {
    let (_, _, extended) = extended_while_deactivated(Break::AfterCommit).await;
    assert_eq!(extended.unwrap()["Expiration"], "2026-02-01T01:30:00Z");
}

#[tokio::test]
async fn an_extension_is_not_refused_while_nobody_knows_whether_it_was_applied() {
    let (world, input, extended) = extended_while_deactivated(Break::BeforeCommit).await;
    assert_eq!(extended.unwrap_err().0, "ServerInternalException");
    let again = world.call("ExtendLicenseConsumption", &input).await;
    assert_eq!(again.unwrap_err().0, "ValidationException", "it was not");
}

#[tokio::test]
async fn an_extension_that_did_not_arrive_is_sent_again_though_the_checkout_lasts_longer() {
    let gate = Arc::new(Gate::default());
    let world = World::on(gate.clone());
    let arn = world.license(5, |_| {}).await;
    let seat = world.seat(1).await.unwrap();
    world.wait(30);
    let input = json!({ "LicenseConsumptionToken": seat["LicenseConsumptionToken"] });
    world.call("ExtendLicenseConsumption", &input).await.unwrap();
    let shorter = |input: &mut Value| {
        input["ConsumptionConfiguration"]["ProvisionalConfiguration"]["MaxTimeToLiveInMinutes"] = json!(5);
    };
    world.revise(&arn, 5, shorter).await.unwrap();
    *gate.breaks.lock().unwrap() = Some(Break::BeforeCommit);
    let extended = world.call("ExtendLicenseConsumption", &input).await.unwrap();
    assert_eq!(extended["Expiration"], "2026-02-01T00:35:00Z", "X-1");
    assert_eq!(world.used(&arn).await, 1);
    world.wait(5);
    assert_eq!(world.used(&arn).await, 0, "as it was told");
}

/// What usage tells of 3 seats, of which one has expired; they are all taken
/// after so many looks for what has expired.
async fn used_while_taken(looks: usize) -> u64 {
    let gate = Arc::new(Gate::default());
    let world = World::on(gate.clone());
    let arn = world.license(3, |_| {}).await;
    world.seat(1).await.unwrap();
    world.wait(60);
    gate.keep(Moment::BeforeExpired, looks);
    let meanwhile = gate.meanwhile(async { drop(world.seat(3).await.unwrap()) });
    tokio::join!(world.used(&arn), meanwhile).0
}

#[tokio::test]
async fn usage_does_not_count_what_is_reclaimed_and_taken_while_it_is_read() {
    for looks in [0, 1] {
        assert_eq!(used_while_taken(looks).await, 3, "C-8: never 1 after the first has expired");
    }
}

#[tokio::test]
async fn what_there_was_no_room_for_is_taken_if_it_returns_before_the_rest_is_booked() {
    let gate = Arc::new(Gate::default());
    let world = World::on(gate.clone());
    let also = |input: &mut Value, storage| input["Entitlements"].as_array_mut().unwrap().push(storage);
    let storage = json!({ "Name": "Storage", "Unit": "Gigabytes", "MaxCount": 2 });
    let arn = world.license(1, |input| also(input, storage)).await;
    let seat = world.seat(1).await.unwrap();
    let mut wish = checkout_of("PROVISIONAL", "t", 1);
    also(&mut wish, json!({ "Name": "Storage", "Unit": "Gigabytes", "Value": "1" }));
    gate.keep(Moment::BeforeBooking, 0);
    let meanwhile = gate.meanwhile(async { drop(world.check_in(&seat).await.unwrap()) });
    let (taken, ()) = tokio::join!(world.call("CheckoutLicense", &wish), meanwhile);
    let allowed = taken.unwrap()["EntitlementsAllowed"].as_array().unwrap().len();
    assert_eq!((allowed, world.used(&arn).await), (2, 1), "section 4, step 7");
}
