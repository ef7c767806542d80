//! Access keys that are remembered on a store that charges, and how soon a
//! change counts nevertheless.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use licentia::identity::{
    AccessKeyId, AttachedPolicy, Directory, DisplayName, Identity, PolicyName, UserName,
};
use licentia::master_key::MasterKey;
use licentia::store::{Change, CommitError, Item, Key, Memory, Page, Query, Store, Unavailable};
use licentia_core::time::Timestamp;
use tokio::sync::Notify;

use super::now;

/// A store that charges, or not, counts reads, can keep an answer back, and
/// can lose one.
#[derive(Default)]
struct Gate {
    inner: Memory,
    is_free: bool,
    reads: AtomicU64,
    is_shut: AtomicBool,
    reached: Notify,
    opened: Notify,
    loses_next: AtomicBool,
}

#[async_trait]
impl Store for Gate {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let found = self.inner.get(keys).await;
        if self.is_shut.swap(false, Ordering::SeqCst) {
            self.reached.notify_one();
            self.opened.notified().await;
        }
        found
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        self.inner.query(query).await
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        let done = self.inner.commit(change).await;
        if self.loses_next.swap(false, Ordering::SeqCst) {
            return Err(CommitError::Unknown(Unavailable("the connection broke".into())));
        }
        done
    }

    fn charges_for_transactions(&self) -> bool {
        !self.is_free
    }
}

impl Gate {
    fn reads(&self) -> u64 {
        self.reads.load(Ordering::SeqCst)
    }
}

/// A process that serves a store.
fn process(store: &Arc<Gate>) -> Directory {
    Directory::new(store.clone(), Arc::new(MasterKey::new(&[7; 32]).unwrap()))
}

async fn with_key(gate: Gate) -> (Arc<Gate>, Directory, AccessKeyId) {
    let store = Arc::new(gate);
    let directory = process(&store);
    let account = directory.create_account(None, DisplayName::parse("vendor").unwrap(), now()).await.unwrap();
    let user = UserName::parse("admin").unwrap();
    let new = directory.create_access_key(&account.id, user, now()).await.unwrap();
    (store, directory, new.key.id)
}

/// How many policies the key carries, if it may sign.
async fn policies(directory: &Directory, id: &AccessKeyId, now: Timestamp) -> Option<usize> {
    let credentials = directory.recent_credentials(id, now).await.unwrap()?;
    match &credentials.0.identity {
        Identity::User { policies, .. } => Some(policies.len()),
        other => panic!("{other:?}"),
    }
}

fn read_only() -> AttachedPolicy {
    AttachedPolicy::preset(PolicyName::parse("LicenseManagerReadOnly").unwrap()).unwrap()
}

#[tokio::test]
async fn a_key_is_read_once_in_five_seconds() {
    let (store, directory, id) = with_key(Gate::default()).await;
    assert_eq!(directory.changes_count_within(), 5);
    let before = store.reads();
    for second in [0, 1, 4, 4] {
        assert_eq!(policies(&directory, &id, now().plus_seconds(second)).await, Some(0));
    }
    assert_eq!(store.reads() - before, 1);
    // Using it does not keep it longer.
    policies(&directory, &id, now().plus_seconds(5)).await.unwrap();
    assert_eq!(store.reads() - before, 2);
    // The clock was set back.
    policies(&directory, &id, now()).await.unwrap();
    assert_eq!(store.reads() - before, 3);
}

#[tokio::test]
async fn a_change_in_the_same_process_counts_at_once() {
    let (_, directory, id) = with_key(Gate::default()).await;
    let clone = directory.clone();
    assert_eq!(policies(&clone, &id, now()).await, Some(0));
    directory.attach_policy(&id, read_only()).await.unwrap();
    assert_eq!(policies(&clone, &id, now()).await, Some(1));
    directory.set_access_key_active(&id, false).await.unwrap();
    assert_eq!(policies(&clone, &id, now()).await, None);
    directory.set_access_key_active(&id, true).await.unwrap();
    assert_eq!(policies(&clone, &id, now()).await, Some(1));
    directory.delete_access_key(&id).await.unwrap();
    assert_eq!(policies(&clone, &id, now()).await, None);
}

#[tokio::test]
async fn a_change_whose_answer_got_lost_counts_at_once() {
    let (store, directory, id) = with_key(Gate::default()).await;
    assert_eq!(policies(&directory, &id, now()).await, Some(0));
    store.loses_next.store(true, Ordering::SeqCst);
    directory.set_access_key_active(&id, false).await.unwrap_err();
    assert_eq!(policies(&directory, &id, now()).await, None);
}

#[tokio::test]
async fn a_change_in_another_process_counts_after_five_seconds() {
    let (store, directory, id) = with_key(Gate::default()).await;
    let other = process(&store);
    assert_eq!(policies(&directory, &id, now()).await, Some(0));
    other.delete_access_key(&id).await.unwrap();
    assert_eq!(policies(&other, &id, now()).await, None);
    assert_eq!(policies(&directory, &id, now().plus_seconds(4)).await, Some(0));
    assert_eq!(policies(&directory, &id, now().plus_seconds(5)).await, None);
}

#[tokio::test]
async fn a_key_that_is_new_or_active_again_counts_at_once_everywhere() {
    let (store, directory, id) = with_key(Gate::default()).await;
    let other = process(&store);
    other.set_access_key_active(&id, false).await.unwrap();
    assert_eq!(policies(&directory, &id, now()).await, None);
    other.set_access_key_active(&id, true).await.unwrap();
    assert_eq!(policies(&directory, &id, now()).await, Some(0));
}

#[tokio::test]
async fn what_was_read_before_a_change_is_not_remembered_after_it() {
    let (store, directory, id) = with_key(Gate::default()).await;
    store.is_shut.store(true, Ordering::SeqCst);
    let late = tokio::spawn({
        let (directory, id) = (directory.clone(), id.clone());
        async move { policies(&directory, &id, now()).await }
    });
    store.reached.notified().await;
    directory.set_access_key_active(&id, false).await.unwrap();
    store.opened.notify_one();
    // It was asked for while the key was good.
    assert_eq!(late.await.unwrap(), Some(0));
    assert_eq!(policies(&directory, &id, now()).await, None);
}

#[tokio::test]
async fn a_store_that_does_not_charge_is_asked_each_time() {
    let (store, directory, id) = with_key(Gate { is_free: true, ..Gate::default() }).await;
    assert_eq!(directory.changes_count_within(), 0);
    assert_eq!(policies(&directory, &id, now()).await, Some(0));
    process(&store).delete_access_key(&id).await.unwrap();
    assert_eq!(policies(&directory, &id, now()).await, None);
}
