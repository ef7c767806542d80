//! A pool that is split, lent from and merged, as the service does
//! (`shards.rs`), call by call.

mod worlds;

use licentia_core::checkout::{Kind, Wanted, check_out, expiration};
use licentia_core::entitlement::{Measure, Unit};
use licentia_core::quantity::Quantity;
use licentia_core::time::Timestamp;
use stateright::Property;

use crate::process::Request;
use crate::state::State;
use crate::store::{Place, Record, Store, Write};
use crate::world::{Ask, World};

/// As few seats as are worth splitting: of them, each of two shards is lent
/// [`SHARE`].
const SEATS: u64 = 512;
const SHARE: u64 = 8;
/// The token of what others took before.
const OTHERS: u8 = 9;

/// What becomes of shards in a world.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sharding {
    /// How many shards there are at first.
    shards: u64,
    /// What others have left to the license's own pool, if there are any.
    left: u64,
    splits: bool,
    lends: bool,
    pub(crate) merges: bool,
}

/// A step of somebody who changes what shards there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Reshape {
    Split,
    Lend(u64),
    /// The next step of merging this one, by a clock that may lag behind.
    Merge(u64, Timestamp),
}

impl World {
    pub(crate) fn with_seats(seats: u64) -> Self {
        let mut world = Self::default();
        let measure = Measure::Counted { unit: Unit::Count, max: Quantity::new(seats).unwrap() };
        world.license.terms.entitlements[0].measure = measure;
        world
    }

    /// One shard or two, and so much left to the license's own pool.
    fn split(shards: u64, left: u64) -> Self {
        let sharding = Sharding { shards, left, merges: true, ..Sharding::default() };
        Self { sharding, ..Self::with_seats(SEATS) }
    }

    pub(crate) fn seats(&self) -> u64 {
        match self.license.terms.entitlements[0].measure {
            Measure::Counted { max, .. } => max.units(),
            Measure::Feature { .. } => 0,
        }
    }

    pub(crate) fn taken_by_others(&self) -> u64 {
        let Sharding { shards, left, .. } = self.sharding;
        if shards == 0 { 0 } else { SEATS - shards * SHARE - left }
    }

    /// The pool as it is at first: split, and what others took since, who had
    /// not heard of it.
    pub(crate) fn split_before(&self, mut store: Store) -> Store {
        let Sharding { shards, .. } = self.sharding;
        if shards == 0 {
            return store;
        }
        let now = self.license.create_time;
        store.apply(&self.reshape(&store, Reshape::Split).unwrap());
        while let Some(merge) = self.reshape(&store, Reshape::Merge(shards, now)) {
            store.apply(&merge);
        }
        let units = self.taken_by_others();
        if units > 0 {
            let quantity = Quantity::new(units).unwrap();
            let wanted = Wanted { name: "Seats".into(), unit: Unit::Count, quantity };
            let decision = check_out(&self.license, &store.pool, &[wanted], Kind::Provisional, now).unwrap();
            store.apply(&Write::Pool { shard: None, edit: decision.edit });
            let record = Record {
                attempt: "others".into(),
                shard: None,
                units,
                version: store.license,
                spent_since: None,
                is_kept: self.keeps(),
                expires_at: expiration(&self.license, Kind::Provisional, now).unwrap(),
                has_ended: false,
            };
            store.places.insert(OTHERS, Place::Taken(record));
        }
        store
    }

    /// What may become of the shards next.
    pub(crate) fn reshaping(&self, state: &State) -> Vec<Reshape> {
        let mut steps = vec![];
        if self.sharding.splits && state.store.pool.next_shard == 0 {
            steps.push(Reshape::Split);
        }
        for &number in state.store.shards.keys() {
            if self.sharding.lends {
                steps.push(Reshape::Lend(number));
            }
            if self.sharding.merges {
                steps.push(Reshape::Merge(number, state.now));
                if state.now != self.license.create_time {
                    steps.push(Reshape::Merge(number, self.license.create_time));
                }
            }
        }
        steps
    }

    /// The write of such a step, if there is one.
    pub(crate) fn reshape(&self, store: &Store, step: Reshape) -> Option<Write> {
        let mut license = self.license.clone();
        license.version = store.license;
        match step {
            Reshape::Split => Some(Write::Split(store.pool.splitting(&license, license.create_time)?)),
            Reshape::Lend(number) => {
                let (shard, wanted) =
                    (store.shards.get(&number)?, [("Seats".to_owned(), Quantity::new(1).unwrap())].into());
                let loan = store.pool.lending(number, shard, &license, &wanted, license.create_time)?;
                Some(Write::Lend { number, loan: Box::new(loan) })
            }
            Reshape::Merge(number, now) => {
                let shard = store.shards.get(&number)?;
                if !shard.is_closed() {
                    return Some(Write::Pool { shard: Some(number), edit: shard.shutting() });
                }
                // Reservations whose records are there have done their part.
                let mut rest = shard.clone();
                rest.reservations.retain(|attempt, _| !store.has_record_of(attempt));
                let edit = store.pool.merging(number, &rest, &license, now)?;
                Some(Write::Merge { number, shard: Box::new(shard.clone()), edit })
            }
        }
    }

    /// What must happen at some time where shards are merged.
    pub(crate) fn merged_in_time() -> [Property<Self>; 2] {
        [
            Property::sometimes(
                "a reservation is merged before its record is written",
                |_, state: &State| {
                    state.requests.iter().any(|request| match request {
                        Request::Confirming { record, .. } => state.store.carried(record),
                        _ => false,
                    })
                },
            ),
            Property::sometimes("all is merged", |_, state: &State| {
                state.store.pool.next_shard > 0 && state.store.shards.is_empty() && state.network.is_empty()
            }),
        ]
    }
}

impl Store {
    /// Whether the license's own pool has the reservation that a shard had.
    fn carried(&self, record: &Record) -> bool {
        record.shard.is_some() && self.pool.reservations.contains_key(&record.attempt)
    }
}

impl Ask {
    /// All that one shard may take.
    const fn share(token: u8) -> Self {
        Self { units: SHARE, ..Self::seat(token) }
    }

    /// As much as both may take.
    const fn two_shares(token: u8) -> Self {
        Self { units: 2 * SHARE, ..Self::seat(token) }
    }

    const fn in_lane(self, lane: u64) -> Self {
        Self { lane: Some(lane), ..self }
    }

    /// From the license's own pool, by a process that has not heard of shards.
    const fn unaware(token: u8, units: u64) -> Self {
        Self { units, lane: None, ..Self::seat(token) }
    }
}
