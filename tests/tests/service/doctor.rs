//! Pools are what their checkouts hold, or are told and made so.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use licentia::doctor::{Pauses, Report, examine};
use licentia::records::pool_key;
use licentia::store::{
    Change, CommitError, Edit, Frozen, Item, Key, Page, Path, Query, Sqlite, Store, Unavailable, Whole, Write,
};
use licentia_core::arn::LicenseArn;
use serde_json::json;

use super::World;
use crate::store::{dynamodb, sqlite};

/// The pauses of a service in a hurry.
const PAUSES: Pauses =
    Pauses { between_looks: Duration::from_millis(5), before_lowering: Duration::from_millis(20) };
/// How often a license is looked at in a row while something is wrong with it.
const LOOKS: usize = 5;

async fn look(store: &dyn Whole, is_to_repair: bool) -> Report {
    examine(store, is_to_repair, PAUSES, &mut |_| ()).await.unwrap()
}

async fn what_drifted_is_told_and_repaired(store: Arc<dyn Whole>) {
    let world = World::on(Arc::<dyn Whole>::clone(&store));
    let arn = world.license(10, |_| {}).await;
    let other = world.license(10, |license| license["ProductSKU"] = json!("other")).await;
    world.seat(1).await.unwrap();
    world.wait(60);
    // One ran out and is not reclaimed; one was returned.
    for _ in 0..3 {
        world.seat(2).await.unwrap();
    }
    let seat = world.seat(1).await.unwrap();
    world.check_in(&seat).await.unwrap();
    let sound = look(&*store, true).await;
    assert_eq!((sound.licenses, sound.drifted.len(), sound.restless.len()), (2, 0, 0), "{sound:?}");
    assert!((3..=4).contains(&sound.checkouts), "{sound:?}");

    let place = pool_key(&LicenseArn::parse(&arn).unwrap());
    let before = store.get(std::slice::from_ref(&place)).await.unwrap();
    for (by, differs_by) in [(-2, (0, 2)), (2, (2, 0))] {
        let off = Edit::Add(Path::entry("used", "Seats"), by);
        store.commit(&Change(vec![Write::Update(place.clone(), vec![], vec![off])])).await.unwrap();
        for is_repaired in [false, true] {
            let report = look(&*store, is_repaired).await;
            let [drift] = report.drifted.as_slice() else { panic!("{report:?}") };
            assert_eq!((drift.license.to_string(), drift.is_repaired), (arn.clone(), is_repaired));
            let [(name, said, counted)] = drift.entitlements.as_slice() else { panic!("{drift:?}") };
            let differs = (said.less(*counted).units(), counted.less(*said).units());
            assert_eq!((name.as_str(), differs), ("Seats", differs_by));
        }
        assert_eq!(store.get(std::slice::from_ref(&place)).await.unwrap(), before);
        assert_eq!(look(&*store, false).await, sound);
    }
    assert_eq!(world.used(&other).await, 0);
}

#[tokio::test]
async fn on_sqlite_what_drifted_is_told_and_repaired() {
    let (store, _folder) = sqlite();
    what_drifted_is_told_and_repaired(store).await;
}

#[tokio::test]
async fn on_dynamodb_what_drifted_is_told_and_repaired() {
    what_drifted_is_told_and_repaired(dynamodb().await).await;
}

/// A store whose index is read in another way.
struct ReadingOtherwise<T> {
    store: Arc<dyn Whole>,
    way: T,
}

/// How the index is read.
#[async_trait]
trait Way: Send + Sync + 'static {
    async fn read(&self, store: &dyn Whole, query: &Query) -> Result<Page, Unavailable>;
}

#[async_trait]
impl<T: Way> Store for ReadingOtherwise<T> {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        self.store.get(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        match query.through_index {
            true => self.way.read(&*self.store, query).await,
            false => self.store.query(query).await,
        }
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        self.store.commit(change).await
    }
}

#[async_trait]
impl<T: Way> Whole for ReadingOtherwise<T> {
    async fn scan(&self, after: Option<&Key>, limit: usize) -> Result<Page, Unavailable> {
        self.store.scan(after, limit).await
    }

    async fn fill(&self, items: &[Item]) -> Result<(), Unavailable> {
        self.store.fill(items).await
    }

    async fn freeze(&self, mark: &Frozen) -> Result<(), Unavailable> {
        self.store.freeze(mark).await
    }

    async fn thaw(&self) -> Result<(), Unavailable> {
        self.store.thaw().await
    }
}

/// One checkout a page, and each is extended as soon as the first page is read.
struct Extending(World);

#[async_trait]
impl Way for Extending {
    async fn read(&self, store: &dyn Whole, query: &Query) -> Result<Page, Unavailable> {
        let page = store.query(&Query { limit: 1, ..query.clone() }).await?;
        if let (None, [first]) = (&query.after, page.items.as_slice()) {
            self.0.wait(1);
            let token = json!({ "LicenseConsumptionToken": first.body["checkout"]["token"] });
            self.0.call("ExtendLicenseConsumption", &token).await.unwrap();
        }
        Ok(page)
    }
}

async fn a_checkout_that_is_extended_between_two_pages_counts_once(store: Arc<dyn Whole>) {
    let world = World::on(Arc::<dyn Whole>::clone(&store));
    world.license(10, |_| {}).await;
    for _ in 0..3 {
        world.seat(1).await.unwrap();
        world.wait(1);
    }
    let report = look(&ReadingOtherwise { store, way: Extending(world) }, false).await;
    assert_eq!(report, Report { licenses: 1, checkouts: 3, ..Report::default() });
}

/// An index that does not list so many of the latest checkouts, by the number of
/// times it was asked before.
struct Lagging {
    asked: AtomicUsize,
    lists_without: fn(usize) -> usize,
}

#[async_trait]
impl Way for Lagging {
    async fn read(&self, store: &dyn Whole, query: &Query) -> Result<Page, Unavailable> {
        let mut page = store.query(query).await?;
        let without = (self.lists_without)(self.asked.fetch_add(1, Ordering::SeqCst));
        page.items.truncate(page.items.len().saturating_sub(without));
        Ok(page)
    }
}

/// What is told, by a doctor that repairs, of three seats in an index that lags
/// like that; what is consumed stays as it was.
async fn repairing_where_the_index_lags(lists_without: fn(usize) -> usize) -> Report {
    let (store, _folder) = sqlite();
    let world = World::on(Arc::<Sqlite>::clone(&store));
    let arn = world.license(10, |_| {}).await;
    for _ in 0..3 {
        world.seat(1).await.unwrap();
    }
    let way = Lagging { asked: AtomicUsize::new(0), lists_without };
    let report = look(&ReadingOtherwise { store, way }, true).await;
    assert_eq!(world.used(&arn).await, 3);
    report
}

#[tokio::test]
async fn no_pool_says_less_for_what_an_index_lists_late() {
    let report = repairing_where_the_index_lags(|asked| usize::from(asked < 3 * LOOKS)).await;
    assert_eq!(report, Report { licenses: 1, checkouts: 3, ..Report::default() });
}

#[tokio::test]
async fn no_pool_says_less_for_what_differs_by_something_else_each_time() {
    let report = repairing_where_the_index_lags(|asked| 1 + asked / LOOKS % 2).await;
    assert_eq!((report.drifted.len(), report.restless.len()), (0, 1), "{report:?}");
}

#[tokio::test]
async fn on_sqlite_a_checkout_that_is_extended_between_two_pages_counts_once() {
    let (store, _folder) = sqlite();
    a_checkout_that_is_extended_between_two_pages_counts_once(store).await;
}

#[tokio::test]
async fn on_dynamodb_a_checkout_that_is_extended_between_two_pages_counts_once() {
    a_checkout_that_is_extended_between_two_pages_counts_once(dynamodb().await).await;
}
