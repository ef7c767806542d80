//! Calls under way, and those that wait for their turn.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout_at;

use crate::telemetry::metrics::{self, Counted, Overload};

/// Calls under way at once; more could not be recorded.
const MOST_UNDER_WAY: u16 = 4096;
/// Calls that wait for a place. Their bodies have been read.
const MOST_WAITING: u16 = 4096;
/// How long a call waits for a place.
const PATIENCE: Duration = Duration::from_secs(5);

/// A place among the calls under way.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
    _counted: Counted,
}

/// All places.
#[derive(Debug)]
pub(super) struct Places {
    under_way: Arc<Semaphore>,
    waiting: Semaphore,
    most_under_way: u16,
    patience: Duration,
}

impl Default for Places {
    fn default() -> Self {
        Self::new(MOST_UNDER_WAY, MOST_WAITING, PATIENCE)
    }
}

impl Places {
    fn new(most_under_way: u16, most_waiting: u16, patience: Duration) -> Self {
        Self {
            under_way: Arc::new(Semaphore::new(most_under_way.into())),
            waiting: Semaphore::new(most_waiting.into()),
            most_under_way,
            patience,
        }
    }

    /// A place, as soon as there is one; whoever waits longest gets it.
    ///
    /// # Errors
    /// [`Overload`] if too many wait, or this one waited too long.
    pub(super) async fn take(&self, deadline: Option<Instant>) -> Result<Place, Overload> {
        let permit = match Arc::clone(&self.under_way).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => self.wait(deadline).await?,
        };
        Ok(Place { _permit: permit, _counted: metrics::under_way() })
    }

    async fn wait(&self, deadline: Option<Instant>) -> Result<OwnedSemaphorePermit, Overload> {
        let _waiting = self.waiting.try_acquire().map_err(|_| Overload::Queue)?;
        let _counted = metrics::waiting();
        let patience = Instant::now() + self.patience;
        let (until, reason) = match deadline {
            Some(deadline) if deadline < patience => (deadline, Overload::Deadline),
            _ => (patience, Overload::Queue),
        };
        let place = timeout_at(until.into(), Arc::clone(&self.under_way).acquire_owned()).await;
        // Nobody closes the semaphore.
        place.map_err(|_| reason)?.map_err(|_| Overload::Queue)
    }

    /// Waits until all places are free.
    pub(super) async fn all_free(&self) {
        let _all = self.under_way.acquire_many(self.most_under_way.into()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_finds_no_place_waits_for_one_if_there_is_room_to_wait() {
        let places = Places::new(1, 1, Duration::from_secs(60));
        let first = places.take(None).await.unwrap();
        let (second, ()) = tokio::join!(places.take(None), async {
            // The second waits, where there is room for one.
            assert_eq!(places.take(None).await.unwrap_err(), Overload::Queue);
            drop(first);
        });
        drop(second.unwrap());
        places.take(None).await.unwrap();
    }

    #[tokio::test]
    async fn nobody_waits_for_ever() {
        let places = Places::new(1, 1, Duration::from_millis(20));
        let first = places.take(None).await.unwrap();
        assert_eq!(places.take(None).await.unwrap_err(), Overload::Queue);
        drop(first);
        places.take(None).await.unwrap();
    }

    #[tokio::test]
    async fn nobody_waits_beyond_the_deadline() {
        let places = Places::new(1, 1, Duration::from_secs(60));
        let _first = places.take(None).await.unwrap();
        let deadline = Instant::now() + Duration::from_millis(20);
        assert_eq!(places.take(Some(deadline)).await.unwrap_err(), Overload::Deadline);
    }
}
