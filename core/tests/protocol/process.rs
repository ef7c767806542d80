//! What a process does for a request, and what another does that finds a
//! reservation: as the service does (`booking.rs`), call by call.

use licentia_core::checkout::{Wanted, check_out};
use licentia_core::entitlement::Unit;
use licentia_core::license::License;
use licentia_core::pool::{Edit, Reservation};
use licentia_core::quantity::Quantity;
use licentia_core::time::Timestamp;

use crate::store::{Place, Record, Store, Write};
use crate::world::Ask;

/// Where a request stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Request {
    /// To be tried, so often still.
    Waiting { tries: u8 },
    /// The first write is under way.
    Reserving { tries: u8, attempt: String, shard: Option<u64> },
    /// The second write is under way.
    Confirming { tries: u8, record: Record, before: Option<Place> },
    /// Another attempt was faster: what this one took is being returned.
    Cancelling { attempt: String, answer: String },
    /// Answered, with the attempt whose record stands.
    Answered { attempt: String },
    /// Answered, and its check-in is under way.
    Returning { attempt: String },
    /// Answered with an error, checked in, or out of tries.
    Over,
}

/// Where the settling of a reservation stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Settling {
    /// Nothing is being settled.
    Idle,
    /// The attempt is being given up.
    GivingUp { token: u8, attempt: String },
    /// A last write is under way.
    Finishing,
}

/// The first write of a new attempt, if there is room, and in which shard.
pub(crate) fn reserve(
    store: &Store,
    license: &License,
    ask: &Ask,
    attempt: &str,
    now: Timestamp,
) -> Option<(Write, Option<u64>)> {
    let license = License { version: store.license, ..license.clone() };
    let (shard, pool) = store.near(ask.lane.and_then(|lane| store.pool.shard_for(lane)));
    // Who finds a closed one merges it.
    if pool.is_closed() {
        return None;
    }
    let quantity = Quantity::new(ask.units).unwrap();
    let wanted = Wanted { name: "Seats".into(), unit: Unit::Count, quantity };
    let decision = check_out(&license, pool, &[wanted], ask.kind, now).ok()?;
    let reservation = Reservation::of(&decision, pool, &ask.token.to_string(), ask.kind, now);
    let edit = Edit { reserve: [(attempt.to_owned(), reservation)].into(), ..decision.edit };
    Some((Write::Pool { shard, edit }, shard))
}

/// What is done about a reservation that its maker may have given up: the
/// write, and whether the attempt is only being given up by it.
pub(crate) fn settle(store: &Store, attempt: &str) -> Option<(Write, bool)> {
    let (shard, pool) = store.reserved_in(attempt)?;
    let token = pool.reservations.get(attempt)?.token.parse().unwrap();
    let place = store.places.get(&token);
    match place {
        Some(Place::Taken(record)) if record.attempt == attempt => {
            let edit = Edit { confirm: [attempt.to_owned()].into(), ..Edit::default() };
            Some((Write::Pool { shard, edit }, false))
        }
        Some(Place::GivenUp(attempts)) if attempts.contains(attempt) => {
            Some((cancel(store, shard, attempt)?, false))
        }
        Some(Place::Taken(_)) => Some((cancel(store, shard, attempt)?, false)),
        before => {
            let (before, attempt) = (before.cloned(), attempt.to_owned());
            Some((Write::GiveUp { token, before, attempt }, true))
        }
    }
}

/// Returns what an attempt took from this shard, which may be merged by now.
pub(crate) fn cancel(store: &Store, shard: Option<u64>, attempt: &str) -> Option<Write> {
    let (shard, pool) = store.near(shard);
    Some(Write::Pool { shard, edit: pool.cancelling(attempt)? })
}

/// The end of a checkout, checked in or expired.
pub(crate) fn end(
    store: &Store,
    license: &License,
    token: u8,
    expired_at: Option<Timestamp>,
) -> Option<Write> {
    let Some(Place::Taken(record)) = store.places.get(&token) else { return None };
    if record.has_ended || record.is_perpetual() {
        return None;
    }
    let license = License { version: store.license, ..license.clone() };
    let checkout = record.checkout(&license);
    let (shard, pool) = store.near(record.shard);
    let edit = match expired_at {
        None if record.is_kept => return None,
        None => pool.returning(&checkout),
        Some(now) if record.expires_at.is_some_and(|at| at <= now) => {
            pool.reclaiming(&license, [&checkout], now)
        }
        Some(_) => return None,
    };
    Some(Write::End { token, record: record.clone(), shard, edit })
}

/// A new version that resets consumption, once no shards are left.
pub(crate) fn reset(store: &Store, license: &License, now: Timestamp) -> Option<Write> {
    if !store.pool.shards.is_empty() {
        return None;
    }
    let license = License { version: store.license, ..license.clone() };
    let next = License { version: license.version.next(), ..license.clone() };
    Some(Write::Revise { to: next.version, edit: store.pool.revising(&license, &next, true, now) })
}
