//! Events: changes go out with the change that caused them, at least once,
//! never for one that did not happen (EV-1).
//!
//! A commit stores, in the same change, one [`Delivery`] for each destination
//! that is told. A [`Dispatcher`] sends what is due, tries again for a day, and
//! then puts it aside as a [`DeadLetter`].
//!
//! | partition | sort | item |
//! |---|---|---|
//! | `DESTINATIONS` | `<destination>` | where an account's events go |
//! | `Q#<destination>` | `<due>#<event>` | what waits to be sent there |
//! | `Q#PARCELS` | `<time>#<id>` | events too many for the change that they came with |
//! | `DEAD#<account>` | `<destination>#<event>` | what could not be sent |

mod backlog;
mod carrier;
mod dead_letters;
mod delivery;
mod destination;
mod destinations;
mod dispatcher;
mod error;
mod event;
mod outbox;
mod parcel;
mod recipients;
mod schedule;
mod target;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

pub use backlog::publish_backlog;
pub use carrier::{Carriers, WebhookSecret};
pub use dead_letters::{DeadLetter, DeadLetters};
pub use delivery::Delivery;
pub use destination::{Destination, DestinationId, NotADestination};
pub use destinations::Destinations;
pub use dispatcher::Dispatcher;
pub use error::EventsError;
pub use event::{ConsumptionState, DetailType, Envelope, Event, LicenseState, TokenChange, TokenState};
pub(crate) use outbox::enclose;
pub use target::{EventBusArn, NotATarget, Target, TopicArn, WebhookUrl};

use crate::master_key::MasterKey;
use crate::store::{Store, Unavailable};

/// Where events go, and what sends them.
pub struct Events {
    /// Where they go.
    pub destinations: Destinations,
    /// What could not be sent.
    pub dead_letters: DeadLetters,
    carriers: Carriers,
    woken: Mutex<BTreeSet<DestinationId>>,
    knock: Notify,
}

impl Events {
    /// The events in this store, sent by these carriers.
    #[must_use]
    pub fn new(store: &Arc<dyn Store>, master_key: &Arc<MasterKey>, carriers: Carriers) -> Self {
        let good_for = Destinations::GOOD_FOR;
        let destinations = Destinations::new(Arc::clone(store), Arc::clone(master_key), good_for);
        Self::through(destinations, store, carriers)
    }

    /// The same, with destinations that are read more or less often.
    #[must_use]
    pub fn through(destinations: Destinations, store: &Arc<dyn Store>, carriers: Carriers) -> Self {
        Self {
            destinations,
            dead_letters: DeadLetters::new(Arc::clone(store)),
            carriers,
            woken: Mutex::default(),
            knock: Notify::new(),
        }
    }

    /// Whether anybody is told of anything.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub(crate) async fn are_told(&self) -> Result<bool, Unavailable> {
        Ok(!self.destinations.known().await?.is_empty())
    }

    /// Tells this process's dispatcher, if it has one, that something is due.
    pub(crate) fn wake(&self, destinations: BTreeSet<DestinationId>) {
        if !destinations.is_empty() {
            self.woken.lock().unwrap_or_else(PoisonError::into_inner).extend(destinations);
            self.knock.notify_one();
        }
    }

    /// Those of these that something became due for since this was asked last.
    fn take_woken(&self, of: impl Fn(&DestinationId) -> bool) -> BTreeSet<DestinationId> {
        let mut woken = self.woken.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = woken.iter().filter(|id| of(id)).cloned().collect();
        woken.retain(|id| !of(id));
        taken
    }
}
