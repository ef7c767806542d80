//! A store that fails in every way it may: what was acknowledged stands, and
//! nothing is done twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use licentia::store::{Change, CommitError, Item, Key, Page, Query, Store, Unavailable};
use serde_json::{Value, json};

use super::events::NOWHERE;
use super::{CUSTOMER, VENDOR, World};

/// Fails commits in turn: busy, applied but not acknowledged, not applied and
/// not known to be, and then as it should be.
struct Failing {
    inner: Arc<dyn Store>,
    commits: AtomicU64,
}

#[async_trait]
impl Store for Failing {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        self.inner.get(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        self.inner.query(query).await
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        let unknown = || Err(CommitError::Unknown(Unavailable("the connection broke".into())));
        match self.commits.fetch_add(1, Ordering::SeqCst) % 4 {
            0 => Err(CommitError::Busy),
            1 => unknown(),
            2 => self.inner.commit(change).await.and_then(|()| unknown()),
            _ => self.inner.commit(change).await,
        }
    }
}

#[tokio::test]
async fn every_operation_is_done_once_however_the_store_fails() {
    let (inner, _folder) = crate::store::on_sqlite();
    let calm = World::on(Arc::clone(&inner));
    let (told, _) = calm.tell(VENDOR, NOWHERE, &[]).await;
    let world = World::on(Arc::new(Failing { inner, commits: AtomicU64::new(0) }));
    for round in 0..8_u64 {
        let arn = world.license(5, |_| {}).await;
        let list = world.call("ListLicenses", &json!({})).await.unwrap();
        assert_eq!(list["Licenses"].as_array().map(Vec::len), Some(usize::try_from(round).unwrap() + 1));
        let revised = world.revise(&arn, 5, |_| {}).await.unwrap();
        assert_eq!(revised["Version"], "2");
        let seats: Value = world.seat(2).await.unwrap();
        assert_eq!(world.used(&arn).await, 2);
        world.wait(1);
        let token = &seats["LicenseConsumptionToken"];
        world.call("ExtendLicenseConsumption", &json!({ "LicenseConsumptionToken": token })).await.unwrap();
        world.check_in(&seats).await.unwrap();
        assert_eq!(world.used(&arn).await, 0);
        world.seat(5).await.unwrap();
        world.wait(60);
        world.seat(5).await.unwrap();
        assert_eq!(world.used(&arn).await, 5);
        let grant = world.grant(&arn, CUSTOMER, |_| {}).await;
        assert_eq!(world.accept(CUSTOMER, &grant).await.unwrap()["Version"], "2");
        assert_eq!(world.set(CUSTOMER, &grant, "ACTIVE").await.unwrap()["Version"], "3");
        assert_eq!(world.delete_grant(VENDOR, &grant, "3").await.unwrap()["Version"], "4");
        let grant = world.grant(&arn, CUSTOMER, |_| {}).await;
        assert_eq!(world.reject(CUSTOMER, &grant).await.unwrap()["Version"], "2");
        assert_eq!(world.grants_counted(&arn).await, 0);
        let delete = json!({ "LicenseArn": arn, "SourceVersion": "2" });
        assert_eq!(world.call("DeleteLicense", &delete).await.unwrap()["Status"], "DELETED");
    }
    let mut counts = BTreeMap::new();
    for state in calm.states(&told).await {
        *counts.entry(state).or_insert(0) += 1;
    }
    let once = ["CheckedIn", "Created", "Deleted", "Expired", "Extended", "Updated"];
    let of_grants = ["ACTIVE", "DELETED", "DISABLED", "REJECTED"];
    let once = once.into_iter().chain(of_grants).map(|state| (state.to_owned(), 8));
    let more = [("CheckedOut".to_owned(), 24), ("PENDING_ACCEPT".to_owned(), 16)];
    let expected: BTreeMap<_, _> = once.chain(more).collect();
    assert_eq!(counts, expected, "EV-1");
}

/// A store that is not there.
struct Gone;

#[async_trait]
impl Store for Gone {
    async fn get(&self, _: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        Err(Unavailable("10.0.0.7 refused the connection".into()))
    }

    async fn query(&self, _: &Query) -> Result<Page, Unavailable> {
        Err(Unavailable("10.0.0.7 refused the connection".into()))
    }

    async fn commit(&self, _: &Change) -> Result<(), CommitError> {
        Err(CommitError::Unavailable(Unavailable("10.0.0.7 refused the connection".into())))
    }
}

#[tokio::test]
async fn a_store_that_is_gone_is_the_services_failure_and_its_address_stays_in_the_log() {
    let world = World::on(Arc::new(Gone));
    let arn = "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60";
    for (operation, input) in [
        ("GetLicense", json!({ "LicenseArn": arn })),
        ("ListLicenses", json!({})),
        ("CheckInLicense", json!({ "LicenseConsumptionToken": "0123456789abcdef0123456789abcdef" })),
        ("DeleteLicense", json!({ "LicenseArn": arn, "SourceVersion": "1" })),
    ] {
        let (code, message) = world.call(operation, &input).await.unwrap_err();
        assert_eq!(code, "ServerInternalException", "{operation}");
        assert!(!message.contains("10.0.0.7"), "{message}");
    }
}
