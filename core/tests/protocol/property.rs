//! What must hold whatever happens, and what must happen at some time.

use stateright::Property;

use crate::process::Request;
use crate::state::State;
use crate::store::Place;
use crate::world::World;

impl World {
    /// Every one of them.
    pub(crate) fn rules(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always("what is used is held or spent", |_, state: &State| state.adds_up()),
            Property::always("no seat is sold twice", |_, state: &State| {
                state.store.pool.used("Seats").units() <= 1
            }),
            Property::always("a retry is answered the same", |world: &Self, state: &State| {
                world.answers_agree(state)
            }),
            Property::always("what was answered is there", |world: &Self, state: &State| {
                world.keeps_its_word(state)
            }),
            Property::sometimes("somebody is answered", |_, state: &State| {
                state.requests.iter().any(|request| matches!(request, Request::Answered { .. }))
            }),
            Property::sometimes("an attempt is given up", |_, state: &State| {
                state.store.places.values().any(|place| matches!(place, Place::GivenUp(_)))
            }),
            Property::sometimes("all is returned", |_, state: &State| {
                state.attempts > 0 && state.store.pool.used("Seats").is_zero() && state.network.is_empty()
            }),
        ];
        if self.requests.iter().all(|request| request.0 == 0) {
            properties.push(Property::sometimes(
                "an attempt is cancelled for another",
                |_, state: &State| {
                    state.requests.iter().any(|request| matches!(request, Request::Cancelling { .. }))
                },
            ));
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
                self.requests[a].0 != self.requests[b].0
                    || answered(a).zip(answered(b)).is_none_or(|(one, other)| one == other)
            })
        })
    }

    /// What was answered is the record that stands, unless it has ended.
    fn keeps_its_word(&self, state: &State) -> bool {
        state.requests.iter().zip(&self.requests).all(|(request, (token, _))| match request {
            Request::Answered { attempt } => match state.store.places.get(token) {
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
    /// `used` is what counts of the records and reservations, and `spent`.
    fn adds_up(&self) -> bool {
        let pool = &self.store.pool;
        let records = self.store.places.values().filter_map(|place| match place {
            Place::Taken(record) => Some(record),
            Place::GivenUp(_) => None,
        });
        let held = records
            .clone()
            .filter(|record| !record.is_perpetual && !record.has_ended && record.version >= pool.counted_from)
            .count();
        let reserved = pool
            .reservations
            .iter()
            .filter(|(attempt, reservation)| {
                reservation.spent_since.is_none()
                    && !records.clone().any(|record| record.attempt == **attempt)
            })
            .count();
        let spent = pool.spent.get("Seats").copied().unwrap_or_default();
        pool.used("Seats").units() == spent.units() + (held + reserved) as u64
    }
}
