//! Sends what is due.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use licentia_core::time::Timestamp;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::carrier::Outcome;
use super::delivery::{self, Claimed, Delivery};
use super::schedule::next_attempt;
use super::{Destination, DestinationId, parcel};
use crate::context::Service;
use crate::pause::pause;
use crate::store::{Change, CommitError, Item, Unavailable, Write};
use crate::telemetry::metrics;

/// Deliveries under way to one destination.
const AT_ONCE: usize = 16;
/// How often each queue is looked into, at most. What this process commits is
/// sent at once.
const TURN: Duration = Duration::from_secs(1);
/// Queues looked into in a turn; it takes longer if there are more.
const QUEUES_A_TURN: u32 = 50;
/// How often a busy store is asked again to note how an attempt ended.
const TRIES: u32 = 6;

/// Sends what is due. Any number may work on one store: each delivery is
/// claimed for a minute before it is sent, so that two seldom send the same,
/// and one that ends in the middle only delays it.
#[derive(Clone)]
pub struct Dispatcher {
    service: Arc<Service>,
}

/// What became of a queue.
enum Queue {
    /// What was due was tried, as far as it might go on.
    Served,
    /// Its destination is gone.
    Gone,
}

impl Dispatcher {
    /// A dispatcher of this service's events.
    #[must_use]
    pub const fn new(service: Arc<Service>) -> Self {
        Self { service }
    }

    /// Sends everything that is due, to all destinations side by side, and
    /// answers how much arrived. Nothing new is begun once it may not go on.
    pub async fn pass(&self, may_go_on: impl Fn() -> bool + Clone + Send + Sync + 'static) -> usize {
        self.open_parcels().await;
        let mut queues = JoinSet::new();
        for destination in self.active().await {
            queues.spawn(self.clone().serve(destination, may_go_on.clone()));
        }
        let mut arrived = 0;
        while let Some(ended) = queues.join_next().await {
            arrived += ended.unwrap_or_default();
        }
        arrived
    }

    /// Sends what is due, as it becomes due, until told to stop; then lets the
    /// attempts under way end.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut under_way: HashMap<DestinationId, JoinHandle<usize>> = HashMap::new();
        let mut next_turn = Instant::now();
        loop {
            let is_turn = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => break,
                () = sleep_until(next_turn) => true,
                () = self.service.events.knock.notified() => false,
            };
            if is_turn {
                self.open_parcels().await;
            }
            under_way.retain(|_, queue| !queue.is_finished());
            // Who is under way looks for more before it ends.
            let woken = self.service.events.take_woken(|id| !under_way.contains_key(id));
            let active = self.active().await;
            if is_turn {
                let queues = u32::try_from(active.len()).unwrap_or(u32::MAX);
                next_turn = Instant::now() + TURN.max(TURN.saturating_mul(queues) / QUEUES_A_TURN);
            }
            for destination in active {
                let id = destination.id.clone();
                if !under_way.contains_key(&id) && (is_turn || woken.contains(&id)) {
                    let stop = stop.clone();
                    let queue = self.clone().serve(destination, move || !*stop.borrow());
                    under_way.insert(id, tokio::spawn(queue));
                }
            }
        }
        for queue in under_way.into_values() {
            let _ = queue.await;
        }
    }

    async fn active(&self) -> Vec<Arc<Destination>> {
        match self.service.events.destinations.known().await {
            Ok(known) => known.values().flatten().filter(|to| to.paused.is_none()).cloned().collect(),
            Err(error) => {
                tracing::warn!(%error, "the destinations of events cannot be read");
                vec![]
            }
        }
    }

    async fn open_parcels(&self) {
        let opened = match self.now() {
            Ok(now) => parcel::open(&self.service, now).await,
            Err(error) => Err(error),
        };
        if let Err(error) = opened {
            tracing::warn!(%error, "parcels of events cannot be opened");
        }
    }

    /// Sends what is due to one destination.
    async fn serve(self, destination: Arc<Destination>, may_go_on: impl Fn() -> bool) -> usize {
        let is_woken = || !self.service.events.take_woken(|id| *id == destination.id).is_empty();
        is_woken();
        let mut arrived = 0;
        loop {
            match self.serve_once(&destination, &may_go_on, &mut arrived).await {
                Ok(Queue::Served) if is_woken() && may_go_on() => {}
                Ok(Queue::Served | Queue::Gone) => return arrived,
                Err(error) => {
                    tracing::warn!(%error, destination = %destination.id, "events cannot be sent");
                    return arrived;
                }
            }
        }
    }

    async fn serve_once(
        &self,
        destination: &Arc<Destination>,
        may_go_on: &impl Fn() -> bool,
        arrived: &mut usize,
    ) -> Result<Queue, Unavailable> {
        let mut query = delivery::due(&destination.id, self.now()?, AT_ONCE);
        while may_go_on() {
            let page = self.service.store.query(&query).await?;
            query.after = page.items.last().map(|item| item.key.sort.clone());
            let mut attempts = JoinSet::new();
            for item in page.items {
                attempts.spawn(self.clone().attempt(item, Arc::clone(destination)));
            }
            let (mut is_gone, mut failed) = (false, None);
            while let Some(ended) = attempts.join_next().await {
                match ended {
                    Ok(Ok(Some(Outcome::Delivered))) => *arrived += 1,
                    Ok(Ok(Some(Outcome::Gone(_)))) => is_gone = true,
                    Ok(Ok(Some(Outcome::Failed { .. } | Outcome::Refused(_)) | None)) => {}
                    Ok(Err(error)) => failed = Some(error),
                    Err(panicked) => failed = Some(Unavailable(panicked.to_string())),
                }
            }
            if let Some(error) = failed {
                return Err(error);
            }
            if is_gone {
                return Ok(Queue::Gone);
            }
            if !page.more {
                break;
            }
        }
        Ok(Queue::Served)
    }

    /// Makes one attempt, unless another dispatcher has the delivery.
    async fn attempt(
        self,
        item: Item,
        destination: Arc<Destination>,
    ) -> Result<Option<Outcome>, Unavailable> {
        let now = self.now()?;
        let delivery: Delivery = match item.read() {
            Ok(delivery) => delivery,
            Err(error) => {
                tracing::error!(%error, "an event that cannot be read is left where it is");
                return Ok(None);
            }
        };
        if delivery.is_claimed(now) {
            return Ok(None);
        }
        let (claimed, claim) = delivery.claim(item, now);
        if !self.commit(vec![claim]).await? {
            return Ok(None);
        }
        let Service { events, .. } = &*self.service;
        let envelope = &claimed.delivery.envelope;
        let outcome = events.carriers.carry(envelope, &destination, &events.destinations, now.unix()).await;
        metrics::delivery(outcome.name());
        self.note(claimed, &outcome, &destination).await?;
        Ok(Some(outcome))
    }

    /// Notes how an attempt ended. Until that is noted it may be made again.
    async fn note(
        &self,
        claimed: Claimed,
        outcome: &Outcome,
        destination: &Destination,
    ) -> Result<(), Unavailable> {
        let now = self.now()?;
        let (id, event) = (&destination.id, claimed.delivery.envelope.id.clone());
        let writes = match outcome {
            Outcome::Delivered => {
                tracing::debug!(destination = %id, event, "sent");
                vec![claimed.end()]
            }
            Outcome::Gone(why) => {
                tracing::warn!(destination = %id, event, why, "paused: the destination is gone");
                // One that was removed meanwhile needs no pause.
                let _ = self.service.events.destinations.pause(id, why).await;
                vec![claimed.release()]
            }
            Outcome::Failed { why, asked } => {
                let attempts = claimed.delivery.attempts.saturating_add(1);
                let since = claimed.delivery.tried_since.unwrap_or(now);
                let trying_for = now.unix().saturating_sub(since.unix());
                let chance = getrandom::u64().map_err(|error| Unavailable(error.to_string()))?;
                let wait = next_attempt(attempts, trying_for, *asked, chance);
                tracing::warn!(destination = %id, event, attempts, why, wait, "not sent");
                claimed.failed(why, wait, now)?
            }
            Outcome::Refused(why) => {
                tracing::warn!(destination = %id, event, why, "not sent: it was refused for good");
                claimed.failed(why, None, now)?
            }
        };
        if !self.commit(writes).await? {
            tracing::warn!(destination = %id, event, "another dispatcher has sent this too");
        }
        Ok(())
    }

    /// Whether the writes were applied; not if something changed meanwhile.
    async fn commit(&self, writes: Vec<Write>) -> Result<bool, Unavailable> {
        let change = Change(writes);
        let mut wait = Duration::from_millis(10);
        for _ in 0..TRIES {
            match self.service.store.commit(&change).await {
                Ok(()) => return Ok(true),
                Err(CommitError::Refused { .. }) => return Ok(false),
                Err(CommitError::Busy) => metrics::store_retry("busy"),
                Err(CommitError::Unavailable(error) | CommitError::Unknown(error)) => return Err(error),
            }
            pause(wait).await;
            wait *= 2;
        }
        Err(Unavailable(format!("the store was busy {TRIES} times")))
    }

    fn now(&self) -> Result<Timestamp, Unavailable> {
        self.service.clock.now().map_err(|error| Unavailable(format!("the clock is {error}")))
    }
}
