//! Checkouts between their two writes.
//!
//! A host for which a change of several items is dear takes a quantity from
//! the pool first and writes the checkout's record then. Between the two the
//! pool holds a reservation under the name of the attempt, which the record
//! carries too. So whoever finds a reservation can tell what became of it: with
//! the record of this attempt it is confirmed; with none, or that of another
//! attempt of the same request, it is cancelled.

use alloc::string::{String, ToString};

use serde::{Deserialize, Serialize};

use super::{Amounts, Edit, Pool, Row, signed};
use crate::checkout::{Decision, Kind};
use crate::license::Version;
use crate::time::Timestamp;

/// What an attempt at a checkout took. Its members have short names where it is
/// kept: a host may pay for every KB of a pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Hash)]
pub struct Reservation {
    /// The token of the checkout.
    #[serde(rename = "of")]
    pub token: String,
    /// When it was made.
    #[serde(rename = "at")]
    pub made_at: Timestamp,
    /// How much, by entitlement name.
    #[serde(rename = "q")]
    pub taken: Amounts,
    /// The reset that it was made after; with the next, it holds nothing any
    /// more.
    #[serde(rename = "from", default = "first_version", skip_serializing_if = "is_first_version")]
    pub counted_from: Version,
    /// For what is spent: the last return of spent quantities before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent_since: Option<Timestamp>,
}

impl Reservation {
    /// Seconds after which an attempt is taken for given up: many times what the
    /// second write takes.
    pub const PATIENCE_SECONDS: u32 = 5;

    /// What a decision on this pool takes for the checkout with this token.
    #[must_use]
    pub fn of(decision: &Decision, pool: &Pool, token: &str, kind: Kind, now: Timestamp) -> Self {
        let taken = decision.allowed.iter().filter_map(|data| Some((data.name.clone(), data.quantity()?)));
        let returned_at = decision.edit.return_to.unwrap_or(pool.returned_at);
        Self {
            token: token.to_string(),
            made_at: now,
            taken: taken.collect(),
            counted_from: pool.counted_from,
            spent_since: (kind == Kind::Perpetual).then_some(returned_at),
        }
    }

    /// Whether whoever made it has probably given up.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.made_at.plus_seconds(Self::PATIENCE_SECONDS) <= now
    }
}

impl Pool {
    /// What changes when a reservation comes to nothing; nothing if there is
    /// none of this attempt.
    #[must_use]
    pub fn cancelling(&self, attempt: &str) -> Option<Edit> {
        let reservation = self.reservations.get(attempt)?;
        let is_spent = reservation.spent_since.is_some();
        // All returned with a reset, and what is spent may have with a renewal.
        let returned = reservation.counted_from != self.counted_from
            || reservation.spent_since.is_some_and(|since| since != self.returned_at);
        let taken = reservation.taken.iter().filter(|_| !returned);
        let row = |quantity| Row {
            used: -signed(quantity),
            spent: if is_spent { -signed(quantity) } else { 0 },
            ..Row::default()
        };
        Some(Edit {
            // A reset or return in between changes what there is to give back.
            counted_from: Some(self.counted_from),
            returned_at: Some(self.returned_at),
            rows: taken.map(|(name, &quantity)| (name.clone(), row(quantity))).collect(),
            cancel: Some((attempt.to_string(), reservation.clone())),
            ..Edit::default()
        })
    }

    /// The reservations of attempts that have probably been given up.
    pub fn stale(&self, now: Timestamp) -> impl Iterator<Item = (&String, &Reservation)> {
        self.reservations.iter().filter(move |(_, reservation)| reservation.is_stale(now))
    }

    /// The reservations that were made since the last reset.
    pub fn counting(&self) -> impl Iterator<Item = (&String, &Reservation)> {
        self.reservations.iter().filter(|(_, reservation)| reservation.counted_from == self.counted_from)
    }

    /// The reservations that hold something of these entitlements.
    pub fn holding<'a>(&'a self, wanted: &'a Amounts) -> impl Iterator<Item = (&'a String, &'a Reservation)> {
        let holds =
            |reservation: &Reservation| wanted.keys().any(|name| reservation.taken.contains_key(name));
        self.counting().filter(move |(_, reservation)| holds(reservation))
    }
}

const fn first_version() -> Version {
    Version::FIRST
}

fn is_first_version(version: &Version) -> bool {
    *version == Version::FIRST
}
