//! What could not be sent.

use std::sync::Arc;

use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::delivery::KEPT_DAYS;
use super::destination::place;
use super::{Delivery, DestinationId, EventsError};
use crate::store::{Change, CommitError, Guard, Item, Key, Query, Store, Unavailable, Write};

/// Dead letters read at once.
const PAGE: usize = 100;

/// A delivery that was given up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The delivery, and why it failed last.
    pub delivery: Delivery,
    /// When it was given up.
    pub died: Timestamp,
}

/// All deliveries that were given up.
pub struct DeadLetters {
    store: Arc<dyn Store>,
}

impl DeadLetters {
    pub(super) const fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// Those of an account, or of one of its destinations.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub async fn list(
        &self,
        account: &AccountId,
        destination: Option<&DestinationId>,
    ) -> Result<Vec<DeadLetter>, Unavailable> {
        let mut query = of(account, destination, PAGE);
        let mut letters = Vec::new();
        loop {
            let page = self.store.query(&query).await?;
            for item in &page.items {
                letters.push(item.read()?);
            }
            query.after = page.items.last().map(|item| item.key.sort.clone());
            if !page.more {
                return Ok(letters);
            }
        }
    }

    /// Sends it as if it were new: it is due at once, with all its attempts.
    ///
    /// # Errors
    /// [`EventsError::UnknownLetter`].
    pub async fn replay(&self, letter: &DeadLetter, now: Timestamp) -> Result<(), EventsError> {
        let fresh = letter.delivery.clone().afresh();
        self.change(vec![
            Write::Delete(letter.key(), vec![Guard::Present]),
            Write::Update(place(&fresh.destination), vec![Guard::Present], vec![]),
            Write::Put(fresh.item(now, 0)?, vec![]),
        ])
        .await
    }

    /// Forgets it.
    ///
    /// # Errors
    /// [`EventsError::UnknownLetter`].
    pub async fn discard(&self, letter: &DeadLetter) -> Result<(), EventsError> {
        self.change(vec![Write::Delete(letter.key(), vec![Guard::Present])]).await
    }

    async fn change(&self, writes: Vec<Write>) -> Result<(), EventsError> {
        self.store.commit(&Change(writes)).await.map_err(|error| match error {
            CommitError::Refused { .. } => EventsError::UnknownLetter,
            error => error.into(),
        })
    }
}

impl DeadLetter {
    pub(super) fn item(&self) -> Result<Item, Unavailable> {
        let discard_after = Some(self.died.plus_days(KEPT_DAYS).unix());
        Ok(Item { discard_after, ..Item::new(self.key(), self)? })
    }

    fn key(&self) -> Key {
        let Delivery { destination, envelope, .. } = &self.delivery;
        Key::new(partition(&envelope.account), format!("{destination}#{}", envelope.id))
    }
}

/// The items of an account's dead letters, or of one destination's.
pub(super) fn of(account: &AccountId, destination: Option<&DestinationId>, limit: usize) -> Query {
    let prefix = destination.map(|id| format!("{id}#")).unwrap_or_default();
    Query::prefix(partition(account), &prefix, limit)
}

fn partition(account: &AccountId) -> String {
    format!("DEAD#{account}")
}
