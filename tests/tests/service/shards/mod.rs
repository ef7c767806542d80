//! Licenses that many want at once: pools are split, and merged again, exact to
//! the last seat.

mod trouble;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use licentia::doctor::{Pauses, examine};
use licentia::records;
use licentia::store::{
    Change, CommitError, Edit, Item, Key, Memory, Page, Path, Query, Store, Unavailable, Whole, Write,
};
use licentia_core::arn::LicenseArn;
use licentia_core::pool::Pool;
use licentia_tests::heat::{Heat, Sold, sell_out};
use serde_json::{Value, json};

use super::{Refused, World};

const MOMENT: Duration = Duration::from_millis(1);

/// A store that charges for transactions, and is too busy for the next so many
/// writes of a pool.
struct Hot {
    inner: Arc<dyn Store>,
    too_busy_for: AtomicU32,
}

#[async_trait]
impl Store for Hot {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        self.inner.get(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        self.inner.query(query).await
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        let is_reservation = matches!(change.0.as_slice(), [Write::Update(key, ..)] if key.sort == "POOL");
        let is_left = |left: u32| left.checked_sub(1);
        if is_reservation
            && self.too_busy_for.fetch_update(Ordering::SeqCst, Ordering::SeqCst, is_left).is_ok()
        {
            return Err(CommitError::Busy);
        }
        self.inner.commit(change).await
    }

    fn charges_for_transactions(&self) -> bool {
        true
    }
}

/// A world, and how hot its licenses are.
struct Heated {
    world: World,
    store: Arc<Hot>,
}

impl Heated {
    fn on(inner: Arc<dyn Store>) -> Self {
        let store = Arc::new(Hot { inner, too_busy_for: AtomicU32::new(0) });
        Self { world: World::on(store.clone()), store }
    }

    fn in_memory() -> Self {
        Self::on(Arc::new(Memory::default()))
    }

    /// Takes a seat while the store is too busy for it twice.
    async fn seat_in_the_heat(&self) -> Result<Value, Refused> {
        self.store.too_busy_for.store(2, Ordering::SeqCst);
        self.world.seat(1).await
    }

    async fn pool(&self, arn: &str) -> Pool {
        let key = records::pool_key(&LicenseArn::parse(arn).unwrap());
        self.store.get(&[key]).await.unwrap().remove(0).unwrap().read().unwrap()
    }

    async fn shards(&self, arn: &str) -> Vec<Pool> {
        let (pool, arn) = (self.pool(arn).await, LicenseArn::parse(arn).unwrap());
        let mut shards = vec![];
        for (number, lent) in &pool.shards {
            let key = records::shard_key(&arn, *number);
            let shard: Pool = self.store.get(&[key]).await.unwrap().remove(0).unwrap().read().unwrap();
            assert_eq!(shard.share.as_ref(), Some(lent));
            assert!(lent.get("Seats").is_none_or(|lent| shard.used("Seats") <= *lent));
            shards.push(shard);
        }
        shards
    }

    /// Seats taken one by one until they are refused.
    async fn sell_out(&self) -> Vec<Value> {
        let mut sold = vec![];
        loop {
            match self.world.seat(1).await {
                Ok(seat) => sold.push(seat),
                Err((code, _)) => {
                    assert_eq!(code, "NoEntitlementsAllowedException");
                    return sold;
                }
            }
        }
    }
}

#[tokio::test]
async fn a_hot_license_is_split_into_sixty_four_at_most() {
    let hot = Heated::in_memory();
    let arn = hot.world.license(100_000, |_| {}).await;
    hot.store.too_busy_for.store(1, Ordering::SeqCst);
    hot.world.seat(1).await.unwrap();
    assert_eq!(hot.shards(&arn).await.len(), 0, "once is by chance");
    let mut counts = vec![];
    for _ in 0..7 {
        hot.seat_in_the_heat().await.unwrap();
        counts.push(hot.shards(&arn).await.len());
    }
    assert_eq!(counts, [2, 4, 8, 16, 32, 64, 64]);
    for _ in 0..100 {
        hot.world.service.recent.change_lanes();
        hot.world.seat(1).await.unwrap();
    }
    let shards = hot.shards(&arn).await;
    let busy = shards.iter().filter(|shard| !shard.used("Seats").is_zero()).count();
    assert_eq!(busy, 64, "each lane has its shard");
    assert_eq!(hot.world.used(&arn).await, 108);
}

#[tokio::test]
async fn e_8_a_split_license_is_sold_to_the_last_seat_and_not_beyond() {
    let hot = Heated::in_memory();
    let arn = hot.world.license(1100, |_| {}).await;
    let mut sold = vec![hot.seat_in_the_heat().await.unwrap(), hot.seat_in_the_heat().await.unwrap()];
    assert_eq!(hot.shards(&arn).await.len(), 4);
    sold.extend(hot.sell_out().await);
    assert_eq!((sold.len(), hot.world.used(&arn).await), (1100, 1100));
    for seat in sold.drain(..50) {
        hot.world.check_in(&seat).await.unwrap();
    }
    assert_eq!(hot.world.used(&arn).await, 1050);
    assert_eq!(hot.sell_out().await.len(), 50);
}

#[tokio::test]
async fn what_is_taken_from_a_shard_returns_to_it_and_after_a_merge_to_the_license() {
    let hot = Heated::in_memory();
    let arn = hot.world.license(600, |_| {}).await;
    hot.seat_in_the_heat().await.unwrap();
    let seats = [hot.world.seat(5).await.unwrap(), hot.world.seat(7).await.unwrap()];
    hot.world.check_in(&seats[0]).await.unwrap();
    assert_eq!(hot.world.used(&arn).await, 8);
    let whole = hot.pool(&arn).await;
    assert!(whole.used("Seats").units() >= 8, "what is lent counts there");
    hot.world.revise(&arn, 600, |_| {}).await.unwrap();
    assert_eq!(hot.pool(&arn).await.shards.len(), 0, "a new version merges");
    assert_eq!(hot.world.used(&arn).await, 8);
    hot.world.check_in(&seats[1]).await.unwrap();
    assert_eq!(hot.world.used(&arn).await, 1);
    assert_eq!(hot.pool(&arn).await.used("Seats").units(), 1);
}

#[tokio::test]
async fn c_6_a_retry_is_answered_from_whichever_shard_or_none() {
    let hot = Heated::in_memory();
    let arn = hot.world.license(600, |_| {}).await;
    hot.seat_in_the_heat().await.unwrap();
    let first = hot.world.take("PROVISIONAL", "again", 3).await.unwrap();
    assert_eq!(hot.world.take("PROVISIONAL", "again", 3).await.unwrap(), first);
    hot.seat_in_the_heat().await.unwrap();
    assert_eq!(hot.world.take("PROVISIONAL", "again", 3).await.unwrap(), first);
    hot.world.revise(&arn, 600, |_| {}).await.unwrap();
    assert_eq!(hot.world.take("PROVISIONAL", "again", 3).await.unwrap(), first);
    assert_eq!(hot.world.used(&arn).await, 5);
}

#[tokio::test]
async fn e_9_what_ran_out_in_a_shard_returns_where_it_is_needed_and_on_the_schedule() {
    let hot = Heated::in_memory();
    let hot = Heated { world: World::on(hot.store.clone()).with_accounts().await, store: hot.store };
    let arn = hot.world.license(600, |_| {}).await;
    hot.seat_in_the_heat().await.unwrap();
    hot.sell_out().await;
    hot.world.wait(60);
    assert_eq!(hot.world.used(&arn).await, 0);
    assert_eq!(hot.sell_out().await.len(), 600);
    hot.world.wait(60);
    while hot.world.tidy().await.reclaimed > 0 {}
    assert_eq!(hot.pool(&arn).await.used("Seats").units(), 0);
    hot.seat_in_the_heat().await.unwrap();
    hot.world.seat(20).await.unwrap();
    assert_eq!(hot.shards(&arn).await.len(), 2);
    hot.world.wait(60);
    assert_eq!(hot.world.tidy().await.reclaimed, 2);
    assert_eq!(hot.world.used(&arn).await, 0);
}

#[tokio::test]
async fn a_license_that_cooled_is_merged_and_one_that_is_still_hot_is_not() {
    let hot = Heated::in_memory();
    let hot = Heated { world: World::on(hot.store.clone()).with_accounts().await, store: hot.store };
    let arn = hot.world.license(100_000, |_| {}).await;
    hot.seat_in_the_heat().await.unwrap();
    hot.world.tidy().await;
    assert_eq!(hot.shards(&arn).await.len(), 2, "too early to tell");
    hot.world.wait_seconds(61);
    // A quarter of a thousand a second is worth it.
    let mut pool = hot.pool(&arn).await;
    let number = *pool.shards.keys().next().unwrap();
    let key = records::shard_key(&LicenseArn::parse(&arn).unwrap(), number);
    // Then another was merged, whose number is gone.
    for taken in [250 * 61 + 1, 5] {
        let taken = Edit::Set(Path::member("taken"), json!(taken));
        hot.store.inner.commit(&Change(vec![Write::Update(key.clone(), vec![], vec![taken])])).await.unwrap();
        hot.world.tidy().await;
        pool = hot.pool(&arn).await;
        assert_eq!(pool.shards.len(), 2, "still hot");
        hot.world.wait_seconds(61);
    }
    hot.world.tidy().await;
    assert_eq!(hot.pool(&arn).await.shards.len(), 0);
    assert_eq!(hot.world.used(&arn).await, 1);
}

#[tokio::test]
async fn l_15_a_reset_and_l_25_a_deletion_reach_what_shards_hold() {
    let hot = Heated::in_memory();
    let arn = hot.world.license(600, |_| {}).await;
    hot.seat_in_the_heat().await.unwrap();
    hot.world.seat(9).await.unwrap();
    hot.world.revise(&arn, 600, |input| input["ResetUsage"] = json!(true)).await.unwrap();
    assert_eq!(hot.world.used(&arn).await, 0);
    let arn = hot.world.license(600, |_| {}).await;
    hot.seat_in_the_heat().await.unwrap();
    let delete = json!({ "LicenseArn": arn, "SourceVersion": "1" });
    hot.world.call("DeleteLicense", &delete).await.unwrap();
    assert_eq!(hot.pool(&arn).await.shards.len(), 0);
    assert_eq!(hot.world.used(&arn).await, 0);
}

#[tokio::test]
async fn who_began_to_merge_and_died_is_finished_by_who_comes_next() {
    let hot = Heated::in_memory();
    let arn = hot.world.license(600, |_| {}).await;
    hot.seat_in_the_heat().await.unwrap();
    let seat = hot.world.seat(4).await.unwrap();
    let license = LicenseArn::parse(&arn).unwrap();
    let pool = hot.pool(&arn).await;
    for number in pool.shards.keys() {
        let shut = Edit::Set(Path::member("revision"), json!(0));
        let write = Write::Update(records::shard_key(&license, *number), vec![], vec![shut]);
        hot.store.inner.commit(&Change(vec![write])).await.unwrap();
    }
    assert_eq!(hot.world.used(&arn).await, 5);
    hot.world.check_in(&seat).await.unwrap();
    hot.world.seat(2).await.unwrap();
    hot.world.seat(2).await.unwrap();
    assert_eq!(hot.pool(&arn).await.shards.len(), 0);
    assert_eq!(hot.world.used(&arn).await, 5);
}

#[tokio::test]
async fn the_doctor_counts_shards_in_and_mends_a_license_that_is_split() {
    let (store, _folder) = crate::store::sqlite();
    let store: Arc<dyn Whole> = store;
    let hot = Heated::on(Arc::<dyn Whole>::clone(&store));
    let arn = hot.world.license(600, |_| {}).await;
    hot.seat_in_the_heat().await.unwrap();
    hot.world.seat(7).await.unwrap();
    let pauses = Pauses { between_looks: MOMENT, before_lowering: MOMENT };
    let report = examine(&*store, true, pauses, &mut |_| {}).await.unwrap();
    assert_eq!((report.checkouts, report.drifted.len(), report.restless.len()), (2, 0, 0));
    let license = LicenseArn::parse(&arn).unwrap();
    let number = *hot.pool(&arn).await.shards.keys().next().unwrap();
    let more = Edit::Add(Path::entry("used", "Seats"), 5);
    let write = Write::Update(records::shard_key(&license, number), vec![], vec![more]);
    store.commit(&Change(vec![write])).await.unwrap();
    assert_eq!(hot.world.used(&arn).await, 13);
    let report = examine(&*store, true, pauses, &mut |_| {}).await.unwrap();
    assert_eq!(report.drifted.iter().map(|drift| drift.is_repaired).collect::<Vec<_>>(), [true]);
    assert_eq!(hot.world.used(&arn).await, 8);
    hot.world.revise(&arn, 600, |_| {}).await.unwrap();
    assert_eq!(hot.pool(&arn).await.used("Seats").units(), 8);
}

/// Many at once, on the real database: what they were told is what is taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_on_a_split_license_is_exact() {
    let hot = Heated::on(crate::store::on_dynamodb().await);
    let arn = hot.world.license(520, |_| {}).await;
    hot.seat_in_the_heat().await.unwrap();
    hot.seat_in_the_heat().await.unwrap();
    let storm = (0..530).map(|number| {
        let world = hot.world.clone();
        tokio::spawn(async move {
            let seat = loop {
                match world.take("PROVISIONAL", &format!("seat-{number}"), 1).await {
                    Err(("RateLimitExceededException", _)) => {}
                    answer => break answer,
                }
            };
            match seat {
                Ok(seat) if number % 10 == 0 => {
                    while world
                        .check_in(&seat)
                        .await
                        .is_err_and(|(code, _)| code == "RateLimitExceededException")
                    {}
                    (1, 1)
                }
                Ok(_) => (1, 0),
                Err((code, _)) => {
                    assert_eq!(code, "NoEntitlementsAllowedException");
                    (0, 0)
                }
            }
        })
    });
    let (mut taken, mut returned) = (2, 0);
    for seat in storm.collect::<Vec<_>>() {
        let (one, back) = seat.await.unwrap();
        taken += one;
        returned += back;
    }
    let used = hot.world.used(&arn).await;
    assert_eq!(used, taken - returned);
    assert!(used <= 520);
    let rest = hot.sell_out().await.len() as u64;
    assert_eq!(used + rest, 520);
}

/// A tenth of what DynamoDB takes, so that it is soon over.
#[test]
fn more_shards_sell_more_in_a_second_and_exactly_what_there_is() {
    let Sold { seconds, seats, used } = sell_out(Heat { limit: 50, processes: 64, seats: 8000 });
    println!("{seconds:?}");
    assert_eq!((seats, used), (8000, 8000));
    let fastest = seconds.iter().max_by_key(|second| second.checkouts).unwrap();
    assert!(fastest.checkouts >= 8 * 50, "one item takes 50 writes a second; {fastest:?}");
}
