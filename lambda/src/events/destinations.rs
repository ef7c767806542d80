//! All destinations.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::carrier::WebhookSecret;
use super::destination::{ALL, place};
use super::{Destination, DestinationId, DetailType, EventsError, Target, dead_letters, delivery};
use crate::master_key::MasterKey;
use crate::store::{Change, CommitError, Edit, Guard, Item, Path, Query, Store, Unavailable, Write};

/// Destinations read at once.
const PAGE: usize = 1000;
/// What is removed at once.
const AT_ONCE: usize = 50;

/// All destinations as they were a moment ago, by account.
pub(super) type Known = BTreeMap<AccountId, Vec<Arc<Destination>>>;

/// All destinations. They are few and change seldom, and every change asks for
/// them: what was read is good for a while.
pub struct Destinations {
    store: Arc<dyn Store>,
    master_key: Arc<MasterKey>,
    good_for: Duration,
    known: Mutex<Option<(Instant, Arc<Known>)>>,
}

impl Destinations {
    /// How long what was read is good for: so long may a change go untold to a
    /// destination that another process has just made.
    pub const GOOD_FOR: Duration = Duration::from_secs(2);

    /// The destinations in this store; what is read is good for so long.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, master_key: Arc<MasterKey>, good_for: Duration) -> Self {
        Self { store, master_key, good_for, known: Mutex::new(None) }
    }

    /// Makes a destination; for a webhook, also what it is signed with, which
    /// can be read at this moment only.
    ///
    /// # Errors
    /// [`EventsError`].
    pub async fn add(
        &self,
        account: AccountId,
        target: Target,
        detail_types: Vec<DetailType>,
        source: Option<String>,
        now: Timestamp,
    ) -> Result<(Destination, Option<WebhookSecret>), EventsError> {
        let (destination, secret) =
            Destination::new(account, target, detail_types, source, now, &self.master_key)?;
        let put = Write::Put(destination.item()?, vec![Guard::Absent]);
        self.store.commit(&Change(vec![put])).await?;
        self.forget().await;
        Ok((destination, secret))
    }

    /// All destinations, by name.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub async fn list(&self) -> Result<Vec<Destination>, Unavailable> {
        let mut query = Query::prefix(ALL, "dst-", PAGE);
        let mut destinations = Vec::new();
        loop {
            let page = self.store.query(&query).await?;
            for item in &page.items {
                destinations.push(item.read()?);
            }
            query.after = page.items.last().map(|item| item.key.sort.clone());
            if !page.more {
                return Ok(destinations);
            }
        }
    }

    /// The destination of this name.
    ///
    /// # Errors
    /// [`EventsError::UnknownDestination`].
    pub async fn find(&self, id: &DestinationId) -> Result<Destination, EventsError> {
        let found = self.store.get(&[place(id)]).await?.pop().flatten();
        Ok(found.ok_or(EventsError::UnknownDestination)?.read()?)
    }

    /// Removes a destination, with what waits for it and what could not be sent
    /// there.
    ///
    /// # Errors
    /// [`EventsError::UnknownDestination`].
    pub async fn remove(&self, id: &DestinationId) -> Result<(), EventsError> {
        let account = self.find(id).await?.account;
        self.change(Write::Delete(place(id), vec![Guard::Present])).await?;
        for all in [delivery::waiting(id, AT_ONCE), dead_letters::of(&account, Some(id), AT_ONCE)] {
            loop {
                let page = self.store.query(&all).await?;
                let delete = |item: &Item| Write::Delete(item.key.clone(), vec![]);
                let deletes: Vec<Write> = page.items.iter().map(delete).collect();
                if deletes.is_empty() {
                    break;
                }
                self.store.commit(&Change(deletes)).await?;
            }
        }
        Ok(())
    }

    /// Delivers nothing there for now, and why; what happens meanwhile waits.
    ///
    /// # Errors
    /// [`EventsError::UnknownDestination`].
    pub async fn pause(&self, id: &DestinationId, why: &str) -> Result<(), EventsError> {
        self.set_paused(id, json!(why)).await
    }

    /// Delivers there again, first what has been waiting.
    ///
    /// # Errors
    /// [`EventsError::UnknownDestination`].
    pub async fn resume(&self, id: &DestinationId) -> Result<(), EventsError> {
        self.set_paused(id, Value::Null).await
    }

    async fn set_paused(&self, id: &DestinationId, why: Value) -> Result<(), EventsError> {
        let edit = Edit::Set(Path::member("paused"), why);
        self.change(Write::Update(place(id), vec![Guard::Present], vec![edit])).await
    }

    async fn change(&self, write: Write) -> Result<(), EventsError> {
        let outcome = self.store.commit(&Change(vec![write])).await;
        self.forget().await;
        outcome.map_err(|error| match error {
            CommitError::Refused { .. } => EventsError::UnknownDestination,
            error => error.into(),
        })
    }

    /// All destinations, as they were not longer ago than they are good for.
    pub(super) async fn known(&self) -> Result<Arc<Known>, Unavailable> {
        let mut known = self.known.lock().await;
        if let Some((read, destinations)) = &*known
            && read.elapsed() < self.good_for
        {
            return Ok(Arc::clone(destinations));
        }
        let read = Instant::now();
        let mut destinations = Known::new();
        for destination in self.list().await? {
            destinations.entry(destination.account.clone()).or_default().push(Arc::new(destination));
        }
        let destinations = Arc::new(destinations);
        *known = Some((read, Arc::clone(&destinations)));
        Ok(destinations)
    }

    /// Reads them anew when they are asked for next.
    async fn forget(&self) {
        *self.known.lock().await = None;
    }

    pub(super) fn secret(&self, destination: &Destination) -> Result<WebhookSecret, Unavailable> {
        destination.secret(&self.master_key)
    }
}
