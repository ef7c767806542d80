//! When a record is written, and what happens when it cannot be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use axum::body::Body;
use http::StatusCode;
use licentia::audit::ReadWriteType;
use licentia::store::{Change, CommitError, Item, Key, Page, Query, Store, Unavailable};
use serde_json::json;
use tokio::sync::Semaphore;
use tower::ServiceExt;

use super::{Edge, checkout, license};
use crate::store::on_sqlite;

/// A store whose commits wait for a permit each, are counted, and fail as
/// long as they are told to.
struct Gate {
    inner: Arc<dyn Store>,
    permits: Semaphore,
    waiting: AtomicU64,
    commits: AtomicU64,
    failures: AtomicU64,
}

impl Gate {
    fn before(inner: Arc<dyn Store>, permits: usize) -> Arc<Self> {
        let [waiting, commits, failures] = [0; 3].map(AtomicU64::new);
        Arc::new(Self { inner, permits: Semaphore::new(permits), waiting, commits, failures })
    }
}

#[async_trait]
impl Store for Gate {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        self.inner.get(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        self.inner.query(query).await
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        self.permits.acquire().await.unwrap().forget();
        self.commits.fetch_add(1, Ordering::SeqCst);
        let fails = |left: u64| left.checked_sub(1);
        if self.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fails).is_ok() {
            return Err(CommitError::Unavailable(Unavailable("10.0.0.7 refused the connection".into())));
        }
        self.inner.commit(change).await
    }
}

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn no_answer_leaves_before_its_record_is_durable() {
    let (store, _folder) = on_sqlite();
    let gate = Gate::before(Arc::clone(&store), 0);
    let edge = Arc::new(Edge::with(store, gate.clone(), ReadWriteType::All).await);
    let calling = tokio::spawn({
        let edge = Arc::clone(&edge);
        async move { edge.call("ListLicenses", "{}").await }
    });
    until(|| gate.waiting.load(Ordering::SeqCst) == 1).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!calling.is_finished());
    gate.permits.add_permits(1);
    assert_eq!(calling.await.unwrap().status, StatusCode::OK);
}

#[tokio::test]
async fn records_that_wait_together_are_written_together() {
    let (store, _folder) = on_sqlite();
    let gate = Gate::before(Arc::clone(&store), 0);
    let edge = Arc::new(Edge::with(store, gate.clone(), ReadWriteType::All).await);
    let calls: Vec<_> = (0..40)
        .map(|_| {
            let edge = Arc::clone(&edge);
            tokio::spawn(async move { edge.call("ListLicenses", "{}").await })
        })
        .collect();
    until(|| gate.waiting.load(Ordering::SeqCst) == 1).await;
    // The rest piles up behind the first; however late some come, each group
    // takes what waits.
    gate.permits.add_permits(40);
    for call in calls {
        assert_eq!(call.await.unwrap().status, StatusCode::OK);
    }
    assert_eq!(edge.records().await.len(), 40);
    assert!(gate.commits.load(Ordering::SeqCst) < 40, "{:?}", gate.commits);
}

#[tokio::test]
async fn a_call_that_its_client_gave_up_is_finished_and_recorded() {
    let (store, _folder) = on_sqlite();
    let gate = Gate::before(Arc::clone(&store), 0);
    let edge = Edge::with(store, gate.clone(), ReadWriteType::All).await;
    let request = edge.signed("CreateLicense", license()).map(Body::from);
    let calling = tokio::spawn(edge.router.clone().oneshot(request));
    until(|| gate.waiting.load(Ordering::SeqCst) == 1).await;
    calling.abort();
    assert!(calling.await.unwrap_err().is_cancelled());
    gate.permits.add_permits(1);
    // A stop waits for it.
    edge.service.admission.settled().await;
    assert_eq!(edge.records().await[0].record.event_name, "CreateLicense");
}

#[tokio::test]
async fn a_record_is_tried_again_before_a_call_fails() {
    let (store, _folder) = on_sqlite();
    let gate = Gate::before(Arc::clone(&store), 100);
    let edge = Edge::with(store, gate.clone(), ReadWriteType::All).await;
    gate.failures.store(2, Ordering::SeqCst);
    assert_eq!(edge.call("ListLicenses", "{}").await.status, StatusCode::OK);
    assert_eq!(edge.records().await.len(), 1);
}

#[tokio::test]
async fn a_call_that_cannot_be_recorded_fails_and_its_retry_is_recorded() {
    let (store, _folder) = on_sqlite();
    let gate = Gate::before(Arc::clone(&store), 1000);
    let edge = Edge::with(store, gate.clone(), ReadWriteType::All).await;
    edge.call("CreateLicense", license()).await;
    let checkout = checkout();
    gate.failures.store(u64::MAX, Ordering::SeqCst);
    for (operation, body) in [("CheckoutLicense", &checkout), ("ListLicenses", &json!({}))] {
        let answer = edge.call(operation, body).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{operation}");
        assert_eq!(answer.body["__type"], "ServerInternalException");
        assert!(!answer.body.to_string().contains("10.0.0.7"), "{answer:?}");
    }
    gate.failures.store(0, Ordering::SeqCst);
    let retried = edge.call("CheckoutLicense", &checkout).await;
    assert_eq!(retried.status, StatusCode::OK, "{retried:?}");
    let names: Vec<String> = edge.records().await.into_iter().map(|kept| kept.record.event_name).collect();
    assert_eq!(names, ["CheckoutLicense", "CreateLicense"]);
}

#[tokio::test]
async fn a_refused_signature_is_told_even_if_it_cannot_be_recorded() {
    let (store, _folder) = on_sqlite();
    let gate = Gate::before(Arc::clone(&store), 1000);
    let edge = Edge::with(store, gate.clone(), ReadWriteType::All).await;
    gate.failures.store(u64::MAX, Ordering::SeqCst);
    let mut request = edge.signed("ListLicenses", "{}");
    *request.body_mut() = "{ }".to_owned();
    assert_eq!(edge.send(request).await.body["__type"], "InvalidSignatureException");
}
