//! Worlds with shards: a pool that is split, lent from and merged, as the
//! service does (`shards.rs`), call by call.

use licentia_core::checkout::{Kind, Wanted, check_out, expiration};
use licentia_core::entitlement::{Measure, Unit};
use licentia_core::quantity::Quantity;
use licentia_core::renewal::RenewType;
use licentia_core::time::Timestamp;
use stateright::Property;

use crate::explore;
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
    fn with_seats(seats: u64) -> Self {
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
                let (shard, names) = (store.shards.get(&number)?, ["Seats".to_owned()]);
                let loan = store.pool.lending(number, shard, &license, &names, license.create_time)?;
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
        Self { lane, ..self }
    }
}

#[test]
fn a_request_in_a_shard_while_it_is_merged() {
    explore(World { requests: vec![Ask::share(0)], faults: 2, ..World::split(1, 0) });
}

#[test]
fn two_requests_in_two_shards_while_they_are_merged() {
    let requests = vec![Ask::share(0), Ask::share(1).in_lane(1)];
    explore(World { requests, tries: 0, faults: 0, ..World::split(2, 0) });
}

#[test]
fn the_last_seats_wanted_by_a_request_that_needs_both_shards() {
    let requests = vec![Ask::two_shares(0), Ask::share(1)];
    explore(World { requests, faults: 1, ..World::split(2, 0) });
}

#[test]
fn two_requests_in_two_shards_of_which_one_can_be_lent_more() {
    let requests = vec![Ask::two_shares(0), Ask::two_shares(1).in_lane(1)];
    let world = World::split(2, 4 * SHARE);
    let sharding = Sharding { lends: true, ..world.sharding };
    explore(World { requests, tries: 0, faults: 0, sharding, ..world });
}

#[test]
fn a_request_in_one_shard_and_its_retry_in_another() {
    let requests = vec![Ask::share(0), Ask::share(0).in_lane(1)];
    explore(World { requests, tries: 0, faults: 0, ..World::split(2, 0) });
}

#[test]
fn a_share_that_expires_by_a_renewal() {
    explore(World { requests: vec![Ask::share(0)], clock_moves: true, faults: 1, ..World::split(1, 0) });
}

#[test]
fn a_share_that_expires_and_does_not_come_back() {
    let mut world = World::split(1, 0);
    world.license.terms.entitlements[0].allow_check_in = Some(false);
    world.license.terms.consumption_configuration.renew_type = Some(RenewType::None);
    explore(World { requests: vec![Ask::share(0)], clock_moves: true, faults: 1, ..world });
}

#[test]
fn a_share_that_is_spent_until_a_renewal() {
    let requests = vec![Ask::share(0).perpetual()];
    explore(World { requests, clock_moves: true, faults: 1, ..World::split(1, 0) });
}

#[test]
fn a_share_that_is_spent_while_another_is_wanted() {
    let requests = vec![Ask::share(0).perpetual(), Ask::share(1)];
    explore(World { requests, tries: 0, clock_moves: true, faults: 0, ..World::split(1, 0) });
}

#[test]
fn a_reset_after_a_merge() {
    explore(World { requests: vec![Ask::share(0)], resets: true, faults: 2, ..World::split(1, 0) });
}

#[test]
fn a_pool_that_is_split_while_it_is_taken_from() {
    let sharding = Sharding { splits: true, merges: true, ..Sharding::default() };
    let requests = vec![Ask::share(0)];
    explore(World { requests, resets: true, faults: 1, sharding, ..World::with_seats(SEATS + SHARE) });
}
