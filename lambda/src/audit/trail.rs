//! Where records are written. Those of one account that wait while others
//! reach the store go there together.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clap::ValueEnum;
use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use tokio::sync::oneshot;

use super::search::{Cursor, Found, Search, find};
use super::segment::{self, Written};
use super::{Call, Record};
use crate::operation::is_read_only;
use crate::pause::pause;
use crate::store::{Change, Store, Unavailable, Write};
use crate::telemetry::metrics;

/// The longest pauses before a write that did not succeed is tried again.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(10),
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_millis(800),
];

/// Which calls are recorded, in CloudTrail's terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ReadWriteType {
    /// All of them.
    #[default]
    All,
    /// Those that may change something.
    WriteOnly,
}

/// What is recorded, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Which calls.
    pub read_write_type: ReadWriteType,
    /// Days that records are kept.
    pub retention_days: u32,
}

/// The record of a call is not known to be kept; for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRecorded(String);

/// The trails of all accounts.
pub struct Trail {
    shared: Arc<Shared>,
}

struct Shared {
    store: Arc<dyn Store>,
    settings: Settings,
    /// What waits to be written.
    ///
    /// INVARIANT: an account is here while, and only while, a task writes for
    /// it.
    lanes: Mutex<HashMap<AccountId, Vec<Waiting>>>,
}

struct Waiting {
    record: Written,
    reply: oneshot::Sender<Result<(), NotRecorded>>,
}

impl Settings {
    /// Days that records are kept where nothing else is said, as CloudTrail's
    /// event history.
    pub const USUAL_DAYS: u32 = 90;
}

impl Default for Settings {
    fn default() -> Self {
        Self { read_write_type: ReadWriteType::All, retention_days: Self::USUAL_DAYS }
    }
}

impl Trail {
    /// The trails in this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, settings: Settings) -> Self {
        Self { shared: Arc::new(Shared { store, settings, lanes: Mutex::default() }) }
    }

    /// Whether a call is one of those that are recorded.
    #[must_use]
    pub fn records(&self, call: &Call) -> bool {
        self.shared.settings.read_write_type == ReadWriteType::All || !is_read_only(call.operation)
    }

    /// Keeps a record; when this returns, it is durable.
    ///
    /// # Errors
    /// [`NotRecorded`] if the store does not take it, however often it is
    /// asked. The record then goes to the log.
    pub async fn keep(&self, record: &Record) -> Result<(), NotRecorded> {
        let written = Written::new(record)?;
        let (reply, kept) = oneshot::channel();
        let waiting = Waiting { record: written, reply };
        let account = record.recipient_account_id.clone();
        let nobody_writes = match self.shared.lanes().entry(account.clone()) {
            Entry::Occupied(mut lane) => {
                lane.get_mut().push(waiting);
                false
            }
            Entry::Vacant(lane) => {
                lane.insert(vec![waiting]);
                true
            }
        };
        if nobody_writes {
            tokio::spawn(Arc::clone(&self.shared).write_all(account));
        }
        kept.await.map_err(|_| NotRecorded("the service is stopping".to_owned()))?
    }

    /// Records of an account that fit the search, in order: at most so many,
    /// from the cursor on.
    ///
    /// # Errors
    /// [`Unavailable`] if the store does not answer.
    pub async fn find(
        &self,
        account: &AccountId,
        search: &Search,
        from: Option<Cursor>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Found, Unavailable> {
        find(self.shared.store.as_ref(), account, search, from, limit, now).await
    }
}

impl Shared {
    fn lanes(&self) -> MutexGuard<'_, HashMap<AccountId, Vec<Waiting>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes for an account until nothing waits.
    async fn write_all(self: Arc<Self>, account: AccountId) {
        while let Some(waiting) = self.next(&account) {
            for segment in segments(waiting) {
                let outcome = self.write(&account, &segment).await;
                for waiting in segment {
                    if let Err(error) = &outcome {
                        tracing::error!(%error, record = waiting.record.text(), "a call is not recorded");
                    }
                    // A caller that no longer waits needs no answer.
                    let _ = waiting.reply.send(outcome.clone());
                }
            }
        }
    }

    /// What waits for an account; none is the end of its lane.
    fn next(&self, account: &AccountId) -> Option<Vec<Waiting>> {
        let mut lanes = self.lanes();
        let waiting = lanes.get_mut(account).map(std::mem::take).filter(|waiting| !waiting.is_empty());
        if waiting.is_none() {
            lanes.remove(account);
        }
        waiting
    }

    async fn write(&self, account: &AccountId, segment: &[Waiting]) -> Result<(), NotRecorded> {
        let records: Vec<&Written> = segment.iter().map(|waiting| &waiting.record).collect();
        let Some((first, rest)) = records.split_first() else { return Ok(()) };
        let item = segment::item(account, first, rest, self.settings.retention_days)?;
        let put = Change(vec![Write::Put(item, vec![])]);
        let mut pauses = PAUSES.into_iter();
        loop {
            // The same item again changes nothing, so an unknown outcome can be
            // asked for again.
            let Err(error) = self.store.commit(&put).await else { return Ok(()) };
            let Some(longest) = pauses.next() else {
                return Err(NotRecorded(format!("the store does not take it: {error:?}")));
            };
            metrics::store_retry(error.name());
            pause(longest).await;
        }
    }
}

/// Those that may stand together, oldest first.
fn segments(mut waiting: Vec<Waiting>) -> Vec<Vec<Waiting>> {
    waiting.sort_by_key(|waiting| waiting.record.second());
    let mut segments: Vec<Vec<Waiting>> = vec![];
    for next in waiting {
        let fits = |segment: &&mut Vec<Waiting>| {
            next.record.goes_with(segment.iter().map(|waiting| &waiting.record))
        };
        match segments.last_mut().filter(fits) {
            Some(segment) => segment.push(next),
            None => segments.push(vec![next]),
        }
    }
    segments
}

impl fmt::Debug for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trail").field("settings", &self.shared.settings).finish_non_exhaustive()
    }
}

impl fmt::Display for NotRecorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotRecorded {}

impl From<Unavailable> for NotRecorded {
    fn from(error: Unavailable) -> Self {
        Self(error.0)
    }
}
