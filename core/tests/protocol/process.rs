//! What a process does for a request, and what another does that finds a
//! reservation: as the service does (`booking.rs`), call by call.

use licentia_core::checkout::{Kind, Wanted, check_out};
use licentia_core::entitlement::Unit;
use licentia_core::license::License;
use licentia_core::pool::{Edit, Reservation};
use licentia_core::quantity::Quantity;
use licentia_core::time::Timestamp;

use crate::store::{Place, Record, Store, Write};

/// Where a request stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Request {
    /// To be tried, so often still.
    Waiting { tries: u8 },
    /// The first write is under way.
    Reserving { tries: u8, attempt: String },
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

/// The first write of a new attempt, if there is room.
pub(crate) fn reserve(
    store: &Store,
    license: &License,
    (token, kind): (u8, Kind),
    attempt: &str,
    now: Timestamp,
) -> Option<Write> {
    let license = License { version: store.license, ..license.clone() };
    let wanted = Wanted { name: "Seats".into(), unit: Unit::Count, quantity: Quantity::new(1).unwrap() };
    let decision = check_out(&license, &store.pool, &[wanted], kind, now).ok()?;
    let reservation = Reservation::of(&decision, &store.pool, &token.to_string(), kind, now);
    Some(Write::Pool(Edit { reserve: [(attempt.to_owned(), reservation)].into(), ..decision.edit }))
}

/// What is done about a reservation that its maker may have given up: the
/// write, and whether the attempt is only being given up by it.
pub(crate) fn settle(store: &Store, attempt: &str) -> Option<(Write, bool)> {
    let reservation = store.pool.reservations.get(attempt)?;
    let token = reservation.token.parse().unwrap();
    let place = store.places.get(&token);
    match place {
        Some(Place::Taken(record)) if record.attempt == attempt => {
            let confirm = [attempt.to_owned()].into();
            Some((Write::Pool(Edit { confirm, ..Edit::default() }), false))
        }
        Some(Place::GivenUp(attempts)) if attempts.contains(attempt) => cancel(store, attempt),
        Some(Place::Taken(_)) => cancel(store, attempt),
        before => {
            let (before, attempt) = (before.cloned(), attempt.to_owned());
            Some((Write::GiveUp { token, before, attempt }, true))
        }
    }
}

fn cancel(store: &Store, attempt: &str) -> Option<(Write, bool)> {
    Some((Write::Pool(store.pool.cancelling(attempt)?), false))
}

/// The end of a checkout, checked in or expired.
pub(crate) fn end(
    store: &Store,
    license: &License,
    token: u8,
    expired_at: Option<Timestamp>,
) -> Option<Write> {
    let Some(Place::Taken(record)) = store.places.get(&token) else { return None };
    if record.has_ended || record.is_perpetual {
        return None;
    }
    let license = License { version: store.license, ..license.clone() };
    let checkout = record.checkout(&license);
    let edit = match expired_at {
        None => store.pool.returning(&checkout),
        Some(now) if record.expires_at.is_some_and(|at| at <= now) => {
            store.pool.reclaiming(&license, [&checkout], now)
        }
        Some(_) => return None,
    };
    Some(Write::End { token, record: record.clone(), edit })
}
