//! A store whose requests are measured and traced.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use tracing::Instrument;

use super::{Change, CommitError, Item, Key, Page, Query, Store, Unavailable};
use crate::telemetry::{metrics, trace};

/// Any store, measured.
pub struct Observed {
    store: Arc<dyn Store>,
    system: &'static str,
}

impl Observed {
    /// This store, of a database of this name (OpenTelemetry's
    /// `db.system.name`).
    pub const fn new(store: Arc<dyn Store>, system: &'static str) -> Self {
        Self { store, system }
    }

    async fn observed<T, E>(
        &self,
        call: &'static str,
        request: impl Future<Output = Result<T, E>>,
        name: fn(&E) -> &'static str,
    ) -> Result<T, E> {
        let (span, started) = (trace::store(self.system, call), Instant::now());
        let answer = request.instrument(span.clone()).await;
        let error = answer.as_ref().err().map(name);
        metrics::store(self.system, call, error, started.elapsed());
        if let Some(error) = error {
            trace::failed(&span, error);
        }
        answer
    }
}

#[async_trait]
impl Store for Observed {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        self.observed("get", self.store.get(keys), unavailable).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        self.observed("query", self.store.query(query), unavailable).await
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        self.observed("commit", self.store.commit(change), CommitError::name).await
    }

    fn charges_for_transactions(&self) -> bool {
        self.store.charges_for_transactions()
    }

    async fn discard(&self, now: u64) -> Result<usize, CommitError> {
        self.observed("discard", self.store.discard(now), CommitError::name).await
    }
}

const fn unavailable(_: &Unavailable) -> &'static str {
    UNAVAILABLE
}

const UNAVAILABLE: &str = "unavailable";

impl CommitError {
    /// What kind it is, for metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "refused",
            Self::Busy => "busy",
            Self::Unavailable(_) => UNAVAILABLE,
            Self::Unknown(_) => "unknown",
        }
    }
}
