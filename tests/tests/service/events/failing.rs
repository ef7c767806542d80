//! A store that loses chosen changes, as one does when the process ends before
//! they are made.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use licentia::store::{Change, CommitError, Item, Key, Page, Query, Store, Unavailable};

type Choice = Box<dyn Fn(&Change) -> bool + Send>;

/// The store.
pub(super) struct Failing {
    inner: Arc<dyn Store>,
    lost: Mutex<Choice>,
}

impl Failing {
    pub(super) fn new(inner: Arc<dyn Store>) -> Self {
        Self { inner, lost: Mutex::new(Box::new(|_| false)) }
    }

    /// Loses these changes from now on.
    pub(super) fn fail(&self, lost: impl Fn(&Change) -> bool + Send + 'static) {
        *self.lost.lock().unwrap() = Box::new(lost);
    }

    pub(super) fn mend(&self) {
        self.fail(|_| false);
    }
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
        if (self.lost.lock().unwrap())(change) {
            return Err(CommitError::Unavailable(Unavailable("it is gone".into())));
        }
        self.inner.commit(change).await
    }
}
