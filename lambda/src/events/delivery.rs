//! One event on its way to one destination.

use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{DeadLetter, Destination, DestinationId, Envelope, Event};
use crate::store::{Edit, Guard, Item, Key, Path, Query, Unavailable, Write};

/// How long what waits is kept: so long may a destination be paused.
pub(super) const KEPT_DAYS: u32 = 30;
/// Seconds for which a dispatcher has a delivery to itself: more than one
/// attempt ever takes.
const LEASE: u64 = 60;
/// Characters of a failure that are kept.
const MOST_REASON: usize = 500;

/// An event on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Where it goes.
    pub destination: DestinationId,
    /// What goes.
    pub envelope: Envelope,
    /// Attempts that failed.
    pub attempts: u32,
    /// When the first of them failed.
    pub tried_since: Option<Timestamp>,
    /// Why the last of them failed.
    pub last_failure: Option<String>,
    /// The Unix second up to which a dispatcher has it; 0 if none ever had.
    claimed_until: u64,
}

/// A delivery that this process has to itself for a while.
#[derive(Debug)]
pub(super) struct Claimed {
    pub(super) delivery: Delivery,
    key: Key,
}

impl Delivery {
    pub(super) fn new(event: &Event, destination: &Destination, region: &str) -> Self {
        Self {
            destination: destination.id.clone(),
            envelope: event.envelope(&destination.account, &destination.source, region),
            attempts: 0,
            tried_since: None,
            last_failure: None,
            claimed_until: 0,
        }
    }

    /// The same as if it had never been tried.
    pub(super) fn afresh(self) -> Self {
        Self { attempts: 0, tried_since: None, last_failure: None, claimed_until: 0, ..self }
    }

    /// The item of a delivery that is due so many seconds from now.
    pub(super) fn item(&self, now: Timestamp, seconds: u64) -> Result<Item, Unavailable> {
        let due = now.unix() + seconds;
        let key = Key::new(queue(&self.destination), format!("{due:012}#{}", self.envelope.id));
        Ok(Item { discard_after: Some(now.plus_days(KEPT_DAYS).unix()), ..Item::new(key, self)? })
    }

    /// Whether a dispatcher has it.
    pub(super) const fn is_claimed(&self, now: Timestamp) -> bool {
        self.claimed_until > now.unix()
    }

    /// Takes a delivery that is as it was read, and what that writes.
    pub(super) fn claim(mut self, item: Item, now: Timestamp) -> (Claimed, Write) {
        let member = Path::member("claimed_until");
        let free = vec![Guard::Equals(member.clone(), json!(self.claimed_until))];
        self.claimed_until = now.unix() + LEASE;
        let taken = vec![Edit::Set(member, json!(self.claimed_until))];
        let write = Write::Update(item.key.clone(), free, taken);
        (Claimed { delivery: self, key: item.key }, write)
    }
}

impl Claimed {
    /// Ends it; refused if another dispatcher has taken it since.
    pub(super) fn end(&self) -> Write {
        Write::Delete(self.key.clone(), self.still_ours())
    }

    /// Tries it again after so many seconds, or puts it aside for good.
    pub(super) fn failed(
        mut self,
        why: &str,
        wait: Option<u64>,
        now: Timestamp,
    ) -> Result<Vec<Write>, Unavailable> {
        let end = self.end();
        self.delivery.claimed_until = 0;
        self.delivery.attempts = self.delivery.attempts.saturating_add(1);
        self.delivery.tried_since.get_or_insert(now);
        self.delivery.last_failure = Some(why.chars().take(MOST_REASON).collect());
        let item = match wait {
            Some(seconds) => self.delivery.item(now, seconds)?,
            None => DeadLetter { delivery: self.delivery, died: now }.item()?,
        };
        Ok(vec![end, Write::Put(item, vec![])])
    }

    /// Gives it back as it was, due as before.
    pub(super) fn release(&self) -> Write {
        let free = Edit::Set(Path::member("claimed_until"), json!(0));
        Write::Update(self.key.clone(), self.still_ours(), vec![free])
    }

    fn still_ours(&self) -> Vec<Guard> {
        vec![Guard::Equals(Path::member("claimed_until"), json!(self.delivery.claimed_until))]
    }
}

/// What waits for a destination and is due, the longest due first.
pub(super) fn due(id: &DestinationId, now: Timestamp, limit: usize) -> Query {
    Query { to: format!("{:012}#\u{10ffff}", now.unix()), ..waiting(id, limit) }
}

/// All that waits for a destination.
pub(super) fn waiting(id: &DestinationId, limit: usize) -> Query {
    Query::prefix(queue(id), "", limit)
}

/// A destination has its own queue, so that a slow one holds up no other.
fn queue(id: &DestinationId) -> String {
    format!("Q#{id}")
}
