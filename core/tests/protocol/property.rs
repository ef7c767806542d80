//! What must hold whatever happens, and what must happen at some time.

use licentia_core::pool::{Amounts, Pool, Reservation};
use licentia_core::time::Timestamp;
use stateright::Property;

use crate::process::{Request, settle};
use crate::state::State;
use crate::store::{Place, Record, Store};
use crate::world::{Ask, World};

impl World {
    /// Every one of them.
    pub(crate) fn rules(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always("what is used is held or spent", |_, state: &State| state.adds_up()),
            Property::always("what is spent was taken since the renewal", |_, state: &State| {
                state.spends_once()
            }),
            Property::always("no seat is sold twice", |world: &Self, state: &State| {
                state.store.pool.used("Seats").units() <= world.seats()
            }),
            Property::always("a shard takes what it was lent", |_, state: &State| state.shards_agree()),
            Property::always("a retry is answered the same", |world: &Self, state: &State| {
                world.answers_agree(state)
            }),
            Property::always("what was answered is there", |world: &Self, state: &State| {
                world.keeps_its_word(state)
            }),
            Property::always("a reservation can be settled", |_, state: &State| {
                let mut attempts = state.store.pools().flat_map(|(_, pool)| pool.reservations.keys());
                attempts.all(|attempt| settle(&state.store, attempt).is_some())
            }),
            Property::sometimes("somebody is answered", |_, state: &State| {
                state.requests.iter().any(|request| matches!(request, Request::Answered { .. }))
            }),
            Property::sometimes("an attempt is given up", |_, state: &State| {
                state.store.places.values().any(|place| matches!(place, Place::GivenUp(_)))
            }),
            Property::sometimes("all is returned", |world: &Self, state: &State| {
                let used = state.store.pool.used("Seats").units();
                state.attempts > 0 && used == world.taken_by_others() && state.network.is_empty()
            }),
        ];
        let is_first = |ask: &Ask| ask.token == 0;
        if self.requests.len() > 1 && self.requests.iter().all(is_first) {
            properties.push(Property::sometimes(
                "an attempt is cancelled for another",
                |_, state: &State| {
                    state.requests.iter().any(|request| matches!(request, Request::Cancelling { .. }))
                },
            ));
        }
        if self.sharding.merges {
            properties.extend(Self::merged_in_time());
        }
        properties
    }

    fn answers_agree(&self, state: &State) -> bool {
        let answered = |at: usize| match &state.requests[at] {
            Request::Answered { attempt } | Request::Returning { attempt } => Some(attempt.clone()),
            _ => None,
        };
        (0..self.requests.len()).all(|a| {
            (0..a).all(|b| {
                self.requests[a].token != self.requests[b].token
                    || answered(a).zip(answered(b)).is_none_or(|(one, other)| one == other)
            })
        })
    }

    /// What was answered is the record that stands, unless it has ended.
    fn keeps_its_word(&self, state: &State) -> bool {
        state.requests.iter().zip(&self.requests).all(|(request, ask)| match request {
            Request::Answered { attempt } => match state.store.places.get(&ask.token) {
                Some(Place::Taken(record)) => record.attempt == *attempt,
                Some(Place::GivenUp(_)) => false,
                // Discarded, long after its end.
                None => true,
            },
            _ => true,
        })
    }
}

impl State {
    /// What each pool has used is what counts of the records and reservations,
    /// what is spent, and what it has lent.
    fn adds_up(&self) -> bool {
        self.store.pools().all(|(shard, pool)| {
            let held =
                self.taken_from(shard, pool).filter(|record| !record.is_perpetual() && !record.has_ended);
            let reserved = self.reserved(pool).filter(|reservation| reservation.spent_since.is_none());
            let lent = pool.shards.values().map(seats);
            let held = held.map(|record| record.units).sum::<u64>();
            let reserved = reserved.map(|reservation| seats(&reservation.taken)).sum::<u64>();
            pool.used("Seats").units() == seats(&pool.spent) + held + reserved + lent.sum::<u64>()
        })
    }

    /// What each pool has spent was taken for good, or ran out without coming
    /// back, since spent quantities returned there.
    fn spends_once(&self) -> bool {
        self.store.pools().all(|(shard, pool)| {
            let counts = |since: Option<Timestamp>| since.is_some_and(|since| since >= pool.returned_at);
            let ran_out = |record: &Record| {
                record.is_kept
                    && record.has_ended
                    && record.expires_at.is_some_and(|at| at > pool.returned_at)
            };
            let taken = self.taken_from(shard, pool);
            let taken = taken.filter(|record| counts(record.spent_since) || ran_out(record));
            let reserved = self.reserved(pool).filter(|reservation| counts(reservation.spent_since));
            let taken = taken.map(|record| record.units).sum::<u64>();
            seats(&pool.spent) == taken + reserved.map(|reservation| seats(&reservation.taken)).sum::<u64>()
        })
    }

    /// The license's own pool knows each shard and what it may take, and none
    /// takes more, or is of another revision unless it is shut.
    fn shards_agree(&self) -> bool {
        let Store { pool, shards, .. } = &self.store;
        pool.shards.keys().eq(shards.keys())
            && shards.iter().all(|(number, shard)| {
                shard.share.as_ref() == pool.shards.get(number)
                    && shard.used("Seats").units() <= shard.share.as_ref().map_or(0, seats)
                    && (shard.is_closed() || shard.revision == pool.revision)
                    && shard.counted_from == pool.counted_from
            })
    }

    /// The records of this shard that count, or of the license's own pool: its
    /// own, and those of shards that were merged.
    fn taken_from<'a>(&'a self, shard: Option<u64>, pool: &'a Pool) -> impl Iterator<Item = &'a Record> {
        let counts = |record: &&Record| record.version >= pool.counted_from;
        self.store.records().filter(counts).filter(move |record| self.store.near(record.shard).0 == shard)
    }

    /// Those whose records are not there.
    fn reserved<'a>(&'a self, pool: &'a Pool) -> impl Iterator<Item = &'a Reservation> {
        pool.counting().filter(|(attempt, _)| !self.store.has_record_of(attempt)).map(|(_, taken)| taken)
    }
}

fn seats(amounts: &Amounts) -> u64 {
    amounts.get("Seats").map_or(0, |quantity| quantity.units())
}
