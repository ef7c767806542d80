//! What became of the reservations of checkouts that are two writes.

use std::collections::BTreeSet;

use licentia_core::pool::{Edit, Pool, Reservation};
use licentia_core::time::Timestamp;

use super::stored::{Near, Stored, load_one};
use crate::context::{Service, Setback};
use crate::error::Error;
use crate::records::{self, CheckoutPlace};
use crate::store::{Change, CommitError, Key};

/// How often a reservation is tried to be settled while others are at it, or
/// the store is busy.
const TRIES: usize = 3;
/// Records read at once.
const READ_AT_ONCE: usize = 100;
/// Reservations in one pool that take about as much room as all else in it.
const CROWD: usize = 4;
/// Reservations settled at once.
const SETTLED_AT_ONCE: usize = 16;

/// What a look at reservations came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settled {
    /// Reservations that came to nothing: what they held returned.
    pub(crate) returned: usize,
    /// Reservations that are forgotten, since their records are there.
    pub(crate) forgotten: usize,
}

/// Finds out what became of reservations.
///
/// # Errors
/// [`Setback::Busy`] while somebody may still be at one of them, and nothing
/// returned.
pub(crate) async fn settle(
    service: &Service,
    stored: &Stored,
    reservations: impl Iterator<Item = (&String, &Reservation)>,
    now: Timestamp,
) -> Result<Settled, Setback> {
    let mut pending = Vec::new();
    let mut forgotten = BTreeSet::new();
    let mut is_waiting = false;
    let reservations: Vec<_> = reservations.collect();
    let confirmed = confirmed(service, reservations.iter().map(|(_, reservation)| *reservation)).await?;
    for (attempt, reservation) in reservations {
        match (confirmed.contains(attempt), reservation.is_stale(now)) {
            // Whoever wrote its record may be gone, and never forget it.
            (true, true) if forgotten.len() < SETTLED_AT_ONCE => {
                forgotten.insert(attempt.clone());
            }
            (true, _) => service.recent.confirm(stored.arn(), stored.number(), attempt),
            (false, true) => pending.push((&reservation.token, attempt)),
            (false, false) => is_waiting = true,
        }
    }
    let mut settled = Settled::default();
    if !forgotten.is_empty() {
        let count = forgotten.len();
        let change = stored.change(&Edit { confirm: forgotten, ..Edit::default() });
        // What is not forgotten now is found again.
        if service.store.commit(&change).await.is_ok() {
            settled.forgotten = count;
        }
    }
    // Those of one request one after the other; names of attempts are random.
    pending.sort_unstable_by_key(|(token, _)| *token);
    for (token, attempt) in pending.iter().take(SETTLED_AT_ONCE) {
        settle_one(service, stored, attempt, token, now).await?;
        settled.returned += 1;
    }
    if is_waiting && settled.returned == 0 { Err(Setback::Busy) } else { Ok(settled) }
}

/// Finds out what became of all old reservations of a license, and answers how
/// many came to nothing.
///
/// # Errors
/// [`Setback`].
pub(crate) async fn settle_stale(
    service: &Service,
    stored: &Stored,
    now: Timestamp,
) -> Result<usize, Setback> {
    let mut returned = settle(service, stored, stored.pool.stale(now), now).await?.returned;
    for &number in stored.pool.shards.keys() {
        let near = Near::Shard(Some(number));
        let Some(present) = load_one(service, stored.arn(), near, now).await? else { break };
        returned += settle(service, &present, present.at_hand().stale(now), now).await?.returned;
    }
    Ok(returned)
}

/// Whether reservations take most of a pool's room: an item is billed by its
/// size.
pub(crate) fn is_crowded(pool: &Pool) -> bool {
    pool.reservations.len() > CROWD
}

/// Notes which reservations of a crowded pool have done their part, as far as
/// the store tells, so that they are forgotten with the next checkout.
pub(crate) async fn note_confirmed(service: &Service, stored: &Stored) {
    let reservations = &stored.at_hand().reservations;
    if is_crowded(stored.at_hand())
        && let Ok(confirmed) = confirmed(service, reservations.values().take(SETTLED_AT_ONCE)).await
    {
        for attempt in confirmed.iter().filter(|attempt| reservations.contains_key(*attempt)) {
            service.recent.confirm(stored.arn(), stored.number(), attempt);
        }
    }
}

/// The attempts whose records are there, among those of these reservations.
pub(super) async fn confirmed(
    service: &Service,
    reservations: impl Iterator<Item = &Reservation>,
) -> Result<BTreeSet<String>, Error> {
    let keys: BTreeSet<Key> =
        reservations.filter_map(|reservation| records::checkout_key(&reservation.token)).collect();
    let keys: Vec<Key> = keys.into_iter().collect();
    let mut confirmed = BTreeSet::new();
    for keys in keys.chunks(READ_AT_ONCE) {
        for item in service.store.get(keys).await? {
            if let CheckoutPlace::Taken(record) = CheckoutPlace::read(item.as_ref())? {
                confirmed.extend(record.checkout.attempt);
            }
        }
    }
    Ok(confirmed)
}

/// Gives an attempt up, unless its record is there after all.
async fn settle_one(
    service: &Service,
    stored: &Stored,
    attempt: &str,
    token: &str,
    now: Timestamp,
) -> Result<(), Setback> {
    let Some(key) = records::checkout_key(token) else { return Ok(()) };
    for _ in 0..TRIES {
        let item = service.store.get(std::slice::from_ref(&key)).await?.pop().flatten();
        match CheckoutPlace::read(item.as_ref())? {
            CheckoutPlace::Taken(record) if record.checkout.attempt.as_deref() == Some(attempt) => {
                let edit = Edit { confirm: [attempt.to_owned()].into(), ..Edit::default() };
                return Ok(service.store.commit(&stored.change(&edit)).await?);
            }
            CheckoutPlace::Taken(_) => return cancel(service, stored, attempt, now).await,
            CheckoutPlace::Free(given_up) if given_up.has(attempt) => {
                return cancel(service, stored, attempt, now).await;
            }
            CheckoutPlace::Free(given_up) => {
                let change = Change(vec![given_up.give_up(token, attempt, now)?]);
                // Whatever came of it is read again.
                if let Err(CommitError::Unavailable(error)) = service.store.commit(&change).await {
                    return Err(error.into());
                }
            }
        }
    }
    Err(Setback::Busy)
}

/// Returns what an attempt took that certainly made no record.
///
/// # Errors
/// [`Setback::Busy`] if it did not come to it: it is settled when it is stale.
pub(crate) async fn cancel(
    service: &Service,
    stored: &Stored,
    attempt: &str,
    now: Timestamp,
) -> Result<(), Setback> {
    for _ in 0..TRIES {
        let near = Near::Shard(stored.number());
        let Some(present) = load_one(service, stored.arn(), near, now).await? else { return Ok(()) };
        let Some(edit) = present.at_hand().cancelling(attempt) else { return Ok(()) };
        match service.store.commit(&present.change(&edit)).await {
            Ok(()) => return Ok(()),
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
            Err(CommitError::Refused { .. } | CommitError::Busy | CommitError::Unknown(_)) => {}
        }
    }
    Err(Setback::Busy)
}
