//! Split licenses in trouble: requests that nothing can meet, versions in the
//! heat, processes that died, parts that cannot be read.

use std::sync::Arc;
use std::time::Duration;

use licentia::doctor::{Pauses, examine};
use licentia::records;
use licentia::store::{Change, Edit, Memory, Path, Store, Whole, Write};
use licentia_core::arn::LicenseArn;
use licentia_core::quantity::Quantity;
use licentia_tests::heat::{Heat, Revised, revise};
use licentia_tests::{Meter, Metered};
use serde_json::{Value, json};

use super::{Heated, MOMENT};
use crate::service::World;

impl Heated {
    /// Split so often; how many shards there are then.
    async fn split(&self, arn: &str, often: usize) -> usize {
        for _ in 0..often {
            self.seat_in_the_heat().await.unwrap();
        }
        self.shards(arn).await.len()
    }

    /// What a process that knows nothing yet spends on taking so many.
    async fn spent_on(&self, seats: u64) -> (bool, Meter) {
        let metered = Arc::new(Metered::new(self.store.clone()));
        let is_taken = self.world.over(metered.clone()).seat(seats).await.is_ok();
        (is_taken, metered.meter())
    }

    async fn change_a_shard(&self, arn: &str, edits: Vec<Edit>) {
        let number = *self.pool(arn).await.shards.keys().next().unwrap();
        let key = records::shard_key(&LicenseArn::parse(arn).unwrap(), number);
        self.store.inner.commit(&Change(vec![Write::Update(key, vec![], edits)])).await.unwrap();
    }
}

#[tokio::test]
async fn more_than_there_ever_is_is_refused_at_once() {
    let hot = Heated::in_memory();
    let arn = hot.world.license(1_000_000, |_| {}).await;
    assert_eq!(hot.split(&arn, 6).await, 64);
    let (is_taken, spent) = hot.spent_on(1_000_001).await;
    assert!(!is_taken);
    assert_eq!(spent.write_units, 0, "{spent:?}");
    assert_eq!(hot.shards(&arn).await.len(), 64);
}

#[tokio::test]
async fn much_is_lent_at_once() {
    let hot = Heated::in_memory();
    let arn = hot.world.license(1_000_000, |_| {}).await;
    assert_eq!(hot.split(&arn, 6).await, 64);
    let (is_taken, spent) = hot.spent_on(300_000).await;
    assert!(is_taken);
    assert!(spent.requests < 20, "{spent:?}");
    assert_eq!(hot.shards(&arn).await.len(), 64);
    // What is left is in parts too small for this.
    let (is_taken, spent) = hot.spent_on(699_994).await;
    assert!(is_taken);
    assert!(spent.requests < 64 * 12, "{spent:?}");
    assert_eq!((hot.shards(&arn).await.len(), hot.world.used(&arn).await), (0, 1_000_000));
}

#[tokio::test]
async fn a_version_that_is_refused_merges_nothing() {
    let hot = Heated::in_memory();
    let arn = hot.world.license(600, |_| {}).await;
    hot.seat_in_the_heat().await.unwrap();
    let refused = hot.world.revise(&arn, 600, |input| input["SourceVersion"] = json!("7")).await;
    assert_eq!(refused.unwrap_err().0, "ConflictException");
    assert_eq!(hot.shards(&arn).await.len(), 2);
}

#[tokio::test]
async fn a_license_is_kept_whole_while_a_version_or_its_deletion_is_under_way() {
    let hot = Heated::in_memory();
    let arn = hot.world.license(10_000, |_| {}).await;
    assert_eq!(hot.split(&arn, 1).await, 2);
    hot.world.revise(&arn, 10_000, |_| {}).await.unwrap();
    let pool = hot.pool(&arn).await;
    assert_eq!(pool.whole_until, Some(hot.world.clock_now()), "that is over");
    assert_eq!(hot.split(&arn, 1).await, 2);
    // Another process begins to delete it, and dies.
    let now = hot.world.clock_now();
    let license = LicenseArn::parse(&arn).unwrap();
    let edits = vec![Edit::Set(Path::member("whole_until"), json!(now.plus_seconds(30)))];
    let write = Write::Update(records::pool_key(&license), vec![], edits);
    hot.store.inner.commit(&Change(vec![write])).await.unwrap();
    assert_eq!(hot.split(&arn, 1).await, 2);
    hot.world.wait_seconds(30);
    assert_eq!(hot.split(&arn, 1).await, 4);
}

#[test]
fn a_version_comes_through_however_many_take() {
    let heat = Heat { limit: 50, processes: 64, seats: 1_000_000 };
    let Revised { shards, refused } = revise(heat, Duration::from_secs(5));
    assert!(shards >= 4, "{shards}");
    assert!(refused <= 1, "{refused}");
}

#[tokio::test]
async fn what_many_dead_processes_reserved_keeps_no_shard_from_being_merged() {
    let hot = Heated::in_memory();
    let arn = hot.world.license(600, |_| {}).await;
    hot.seat_in_the_heat().await.unwrap();
    let number = *hot.pool(&arn).await.shards.keys().next().unwrap();
    let key = records::shard_key(&LicenseArn::parse(&arn).unwrap(), number);
    let reservation = |dead: u32| {
        let taken = json!({ "of": format!("{dead:032x}"), "at": hot.world.clock_now(), "q": { "Seats": 1 } });
        Edit::Set(Path::entry("reservations", format!("{dead:016x}")), taken)
    };
    let taken = Edit::Add(Path::entry("used", "Seats"), 60);
    let edits = (0..60).map(reservation).chain([taken]).collect();
    hot.store.inner.commit(&Change(vec![Write::Update(key, vec![], edits)])).await.unwrap();
    hot.world.wait_seconds(5);
    hot.world.revise(&arn, 600, |_| {}).await.unwrap();
    assert_eq!(hot.pool(&arn).await.shards.len(), 0);
    assert_eq!(hot.world.used(&arn).await, 1);
}

#[tokio::test]
async fn reservations_of_many_processes_do_not_pile_up_in_a_pool() {
    let store: Arc<dyn Store> = Arc::new(Metered::new(Arc::new(Memory::default())));
    let world = World::on(Arc::clone(&store));
    let arn = world.license(10_000, |_| {}).await;
    let processes: Vec<World> = (0..60).map(|_| world.over(Arc::clone(&store))).collect();
    let mut most = 0;
    for _ in 0..5 {
        for process in &processes {
            process.seat(1).await.unwrap();
            let item = store.get(&[records::pool_key(&LicenseArn::parse(&arn).unwrap())]).await.unwrap();
            most = most.max(item[0].as_ref().unwrap().body["reservations"].as_object().unwrap().len());
        }
    }
    assert!(most <= 24, "{most}");
    assert_eq!(world.used(&arn).await, 300);
}

#[tokio::test]
async fn e_8_overage_in_shards_never_comes_to_more_than_a_quantity() {
    let hot = Heated::in_memory();
    let over = |input: &mut Value| input["Entitlements"][0]["Overage"] = json!(true);
    let arn = hot.world.license(1000, over).await;
    assert_eq!(hot.split(&arn, 1).await, 2);
    let most = Quantity::MAX.units();
    hot.world.seat(most - 10).await.unwrap();
    hot.world.service.recent.change_lanes();
    assert_eq!(hot.world.seat(most - 10).await.unwrap_err().0, "NoEntitlementsAllowedException");
    assert_eq!(hot.world.used(&arn).await, most - 9);
    hot.world.revise(&arn, 1000, over).await.unwrap();
    assert_eq!(hot.world.used(&arn).await, most - 9);
}

#[tokio::test]
async fn the_doctor_takes_nothing_from_a_pool_that_says_less() {
    let (store, _folder) = crate::store::sqlite();
    let store: Arc<dyn Whole> = store;
    let hot = Heated::on(Arc::<dyn Whole>::clone(&store));
    let over = |input: &mut Value| input["Entitlements"][0]["Overage"] = json!(true);
    let arn = hot.world.license(600, over).await;
    assert_eq!(hot.split(&arn, 1).await, 2);
    hot.change_a_shard(&arn, vec![Edit::Add(Path::entry("used", "Seats"), 5)]).await;
    let other = hot.world.license(600, over).await;
    let key = records::pool_key(&LicenseArn::parse(&other).unwrap());
    let nonsense = Edit::Set(Path::member("used"), json!({ "Seats": -1 }));
    store.commit(&Change(vec![Write::Update(key, vec![], vec![nonsense])])).await.unwrap();
    let pauses = Pauses { between_looks: MOMENT, before_lowering: MOMENT };
    let report = examine(&*store, true, pauses, &mut |_| {}).await.unwrap();
    assert_eq!(report.drifted.iter().map(|drift| drift.is_repaired).collect::<Vec<_>>(), [false]);
    assert_eq!(report.unreadable.iter().map(|(arn, _)| arn.to_string()).collect::<Vec<_>>(), [other]);
    // It can still be read, and merged; then it is mended.
    assert_eq!(hot.world.used(&arn).await, 6);
    hot.world.revise(&arn, 600, over).await.unwrap();
    let report = examine(&*store, true, pauses, &mut |_| {}).await.unwrap();
    assert_eq!(report.drifted.iter().map(|drift| drift.is_repaired).collect::<Vec<_>>(), [true]);
    assert_eq!(hot.world.used(&arn).await, 1);
}

#[tokio::test]
async fn a_license_that_cannot_be_read_keeps_no_other_from_being_looked_after() {
    let world = World::on(Arc::new(Memory::default())).with_accounts().await;
    let arns = [world.license(9, |_| {}).await, world.license(9, |_| {}).await];
    world.seat(1).await.unwrap();
    world.wait(60);
    let taken = world.in_the_pool(&arns[1]).await;
    let [held, spoilt] = if taken == json!(1) { [&arns[1], &arns[0]] } else { [&arns[0], &arns[1]] };
    let key = records::pool_key(&LicenseArn::parse(spoilt).unwrap());
    let nonsense = Edit::Set(Path::member("used"), json!({ "Seats": -1 }));
    world.service.store.commit(&Change(vec![Write::Update(key, vec![], vec![nonsense])])).await.unwrap();
    assert_eq!(world.tidy().await.reclaimed, 1);
    assert_eq!(world.in_the_pool(held).await, json!(0));
}
