//! A world, what can happen in it, and what must hold whatever happens.

use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::checkout::{Kind, expiration};
use licentia_core::entitlement::{Entitlement, Measure, Unit};
use licentia_core::license::{
    ConsumptionConfiguration, Issuer, License, ProvisionalConfiguration, Status, Terms, Validity, Version,
};
use licentia_core::pool::Pool;
use licentia_core::quantity::Quantity;
use licentia_core::renewal::RenewType;
use licentia_core::time::Timestamp;
use stateright::{Model, Property};

use crate::process::{Request, Settling, end, reserve, settle};
use crate::store::{Place, Record, Store, Write};

/// A license with one seat, and who wants it.
#[derive(Clone, Debug)]
pub(crate) struct World {
    /// The token and kind of each request; equal ones are retries.
    pub(crate) requests: Vec<(u8, Kind)>,
    /// How often each is tried.
    pub(crate) tries: u8,
    /// How much goes wrong at most.
    pub(crate) faults: u8,
    /// Whether time passes an expiry and a renewal.
    pub(crate) clock_moves: bool,
    /// Whether a version resets consumption.
    pub(crate) resets: bool,
    /// A license with one seat.
    pub(crate) license: License,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    store: Store,
    now: Timestamp,
    requests: Vec<Request>,
    settling: Settling,
    /// Writes on their way, in no order, and who waits for each.
    network: Vec<(Option<Waiting>, Write)>,
    attempts: u8,
    faults: u8,
    is_reset: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Waiting {
    Request(usize),
    Settler,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    /// A request is tried.
    Try(usize),
    /// A checkout is returned by who holds it.
    CheckIn(usize),
    /// A write arrives, and the answer too.
    Arrive(usize),
    /// A write arrives, and the answer gets lost.
    ArriveUnheard(usize),
    /// A write other than a reservation arrives, and will again.
    ArriveTwice(usize),
    /// A write never arrives.
    Vanish(usize),
    /// Nobody waits any longer: the process crashed, or its patience ended.
    GiveUp(usize),
    /// Somebody begins to settle a reservation, stale or not.
    Settle(String),
    /// Whoever settles crashes.
    SettlerCrashes,
    /// A process forgets a reservation whose record it wrote.
    Forget(String),
    /// Somebody reclaims a checkout that expired.
    Reclaim(u8),
    /// A record that ended long ago is discarded.
    Discard(u8),
    /// A week passes.
    ClockMoves,
    /// A new version resets consumption.
    Reset,
}

impl Action {
    /// Whether something goes wrong.
    const fn is_fault(&self) -> bool {
        matches!(
            self,
            Self::ArriveUnheard(_)
                | Self::ArriveTwice(_)
                | Self::Vanish(_)
                | Self::GiveUp(_)
                | Self::SettlerCrashes
        )
    }
}

impl Default for World {
    fn default() -> Self {
        let owner = AccountId::parse("111122223333").unwrap();
        let begin = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let measure = Measure::Counted { unit: Unit::Count, max: Quantity::new(1).unwrap() };
        let seats = Entitlement { name: "Seats".into(), measure, overage: None, allow_check_in: Some(true) };
        let license = License {
            terms: Terms {
                license_name: String::new(),
                product_name: String::new(),
                issuer: Issuer { name: String::new(), sign_key: None, key_fingerprint: String::new() },
                validity: Validity { begin, end: None },
                entitlements: vec![seats],
                consumption_configuration: ConsumptionConfiguration {
                    renew_type: Some(RenewType::Weekly),
                    provisional_configuration: Some(ProvisionalConfiguration {
                        max_time_to_live_in_minutes: 60,
                    }),
                    borrow_configuration: None,
                },
                license_metadata: vec![],
            },
            license_arn: LicenseArn::mint(owner, begin, 7),
            product_sku: String::new(),
            home_region: String::new(),
            status: Status::Available,
            beneficiary: String::new(),
            create_time: begin,
            version: Version::FIRST,
        };
        Self { requests: vec![], tries: 1, faults: 2, clock_moves: false, resets: false, license }
    }
}

impl Model for World {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let now = self.license.create_time;
        let store =
            Store { license: self.license.version, pool: Pool::of(&self.license, now), places: [].into() };
        let requests = self.requests.iter().map(|_| Request::Waiting { tries: self.tries }).collect();
        let (network, settling) = (vec![], Settling::Idle);
        vec![State { store, now, requests, settling, network, attempts: 0, faults: 0, is_reset: false }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (at, request) in state.requests.iter().enumerate() {
            match request {
                Request::Waiting { .. } => actions.push(Action::Try(at)),
                Request::Answered { .. } => actions.push(Action::CheckIn(at)),
                Request::Reserving { .. }
                | Request::Confirming { .. }
                | Request::Cancelling { .. }
                | Request::Returning { .. } => actions.push(Action::GiveUp(at)),
                Request::Over => {}
            }
        }
        for (at, (_, write)) in state.network.iter().enumerate() {
            actions.extend([Action::Arrive(at), Action::ArriveUnheard(at), Action::Vanish(at)]);
            let reserves = matches!(write, Write::Pool(edit) if edit.reserve.is_some());
            if !reserves {
                actions.push(Action::ArriveTwice(at));
            }
        }
        let is_confirmed = |attempt: &String| {
            state
                .store
                .places
                .values()
                .any(|place| matches!(place, Place::Taken(record) if record.attempt == *attempt))
        };
        for attempt in state.store.pool.reservations.keys() {
            if state.settling == Settling::Idle {
                actions.push(Action::Settle(attempt.clone()));
            }
            if is_confirmed(attempt) {
                actions.push(Action::Forget(attempt.clone()));
            }
        }
        if state.settling != Settling::Idle {
            actions.push(Action::SettlerCrashes);
        }
        for (token, place) in &state.store.places {
            let Place::Taken(record) = place else { continue };
            if state.settling == Settling::Idle && record.expires_at.is_some_and(|at| at <= state.now) {
                actions.push(Action::Reclaim(*token));
            }
            // Days later: nothing is on its way any more.
            if record.has_ended && state.network.is_empty() {
                actions.push(Action::Discard(*token));
            }
        }
        if self.clock_moves && state.now == self.license.create_time {
            actions.push(Action::ClockMoves);
        }
        if self.resets && !state.is_reset {
            actions.push(Action::Reset);
        }
    }

    fn next_state(&self, before: &State, action: Action) -> Option<State> {
        let mut state = before.clone();
        state.faults += u8::from(action.is_fault());
        if state.faults > self.faults {
            return None;
        }
        match action {
            Action::Try(at) => self.attempt(&mut state, at)?,
            Action::CheckIn(at) => {
                let (token, _) = self.requests[at];
                let Request::Answered { attempt } = state.requests[at].clone() else { return None };
                let write = end(&state.store, &self.license, token, None)?;
                state.requests[at] = Request::Returning { attempt };
                state.network.push((Some(Waiting::Request(at)), write));
            }
            Action::Arrive(at) => {
                let (waiting, write) = state.network.remove(at);
                let applied = state.store.apply(&write);
                match waiting {
                    Some(Waiting::Request(at)) => self.answer(&mut state, at, applied),
                    Some(Waiting::Settler) => state.settle_on(applied),
                    None => {}
                }
            }
            Action::ArriveUnheard(at) => {
                let (waiting, write) = state.network.remove(at);
                state.store.apply(&write);
                self.unheard(&mut state, waiting);
            }
            Action::ArriveTwice(at) => {
                let (waiting, write) = state.network[at].clone();
                // Once on its way again is enough.
                if state.network.iter().filter(|(_, other)| *other == write).count() > 1 || waiting.is_none()
                {
                    return None;
                }
                state.network[at].0 = None;
                let applied = state.store.apply(&write);
                match waiting {
                    Some(Waiting::Request(at)) => self.answer(&mut state, at, applied),
                    Some(Waiting::Settler) => state.settle_on(applied),
                    None => {}
                }
            }
            Action::Vanish(at) => {
                let (waiting, _) = state.network.remove(at);
                self.unheard(&mut state, waiting);
            }
            Action::GiveUp(at) => {
                for (waiting, _) in &mut state.network {
                    if *waiting == Some(Waiting::Request(at)) {
                        *waiting = None;
                    }
                }
                state.lose(at);
            }
            Action::Settle(attempt) => state.settle(&attempt)?,
            Action::SettlerCrashes => {
                for (waiting, _) in &mut state.network {
                    if *waiting == Some(Waiting::Settler) {
                        *waiting = None;
                    }
                }
                state.settling = Settling::Idle;
            }
            Action::Forget(attempt) => {
                state.store.pool.reservations.remove(&attempt);
            }
            Action::Reclaim(token) => {
                let write = end(&state.store, &self.license, token, Some(state.now))?;
                state.settling = Settling::Finishing;
                state.network.push((Some(Waiting::Settler), write));
            }
            Action::Discard(token) => {
                state.store.places.remove(&token);
                // Nor is an answer of its time repeated.
                for (request, _) in
                    state.requests.iter_mut().zip(&self.requests).filter(|(_, (of, _))| *of == token)
                {
                    if let Request::Answered { .. } = request {
                        *request = Request::Over;
                    }
                }
            }
            Action::ClockMoves => state.now = state.now.plus_days(8),
            Action::Reset => {
                let license = License { version: state.store.license, ..self.license.clone() };
                let next = License { version: license.version.next(), ..license.clone() };
                let edit = state.store.pool.revising(&license, &next, true, state.now);
                state.store.pool = edit.applied_to(&state.store.pool);
                state.store.license = next.version;
                state.is_reset = true;
            }
        }
        state.network.sort_by_cached_key(|message| format!("{message:?}"));
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
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
}

impl World {
    /// Reads, decides, and sends the first write; a retry finds its record
    /// where nothing can be taken.
    fn attempt(&self, state: &mut State, at: usize) -> Option<()> {
        let Request::Waiting { tries } = state.requests[at] else { return None };
        let attempt = state.attempts.to_string();
        let wanted = self.requests[at];
        match reserve(&state.store, &self.license, wanted, &attempt, state.now) {
            Some(write) => {
                state.attempts += 1;
                state.requests[at] = Request::Reserving { tries, attempt };
                state.network.push((Some(Waiting::Request(at)), write));
            }
            None => {
                let Some(Place::Taken(record)) = state.store.places.get(&wanted.0) else { return None };
                state.requests[at] = Request::Answered { attempt: record.attempt.clone() };
            }
        }
        Some(())
    }

    /// What a process does when its write was applied or refused.
    fn answer(&self, state: &mut State, at: usize, applied: bool) {
        let (token, kind) = self.requests[at];
        state.requests[at] = match (state.requests[at].clone(), applied) {
            (Request::Reserving { tries, attempt }, true) => {
                let license = License { version: state.store.license, ..self.license.clone() };
                let record = Record {
                    attempt,
                    version: license.version,
                    is_perpetual: kind == Kind::Perpetual,
                    expires_at: expiration(&license, kind, state.now).ok().flatten(),
                    has_ended: false,
                };
                Self::confirm(state, at, token, record, None, tries)
            }
            (Request::Confirming { record, .. }, true) => Request::Answered { attempt: record.attempt },
            (Request::Confirming { tries, record, .. }, false) => {
                match state.store.places.get(&token).cloned() {
                    Some(Place::Taken(there)) if there.attempt == record.attempt => {
                        Request::Answered { attempt: record.attempt }
                    }
                    Some(Place::Taken(there)) => match state.store.pool.cancelling(&record.attempt) {
                        Some(edit) => {
                            state.network.push((Some(Waiting::Request(at)), Write::Pool(edit)));
                            Request::Cancelling { attempt: record.attempt, answer: there.attempt }
                        }
                        None => Request::Answered { attempt: there.attempt },
                    },
                    Some(Place::GivenUp(attempts)) if attempts.contains(&record.attempt) => Request::Over,
                    before => Self::confirm(state, at, token, record, before, tries),
                }
            }
            // Refused or not: whoever settles it later does the rest.
            (Request::Cancelling { answer, .. }, _) => Request::Answered { attempt: answer },
            (Request::Returning { .. }, true) => Request::Over,
            (Request::Returning { attempt }, false) => Request::Answered { attempt },
            (request, _) => request,
        };
        if let (Request::Reserving { .. }, false) = (&state.requests[at], applied) {
            state.lose(at);
        }
    }

    fn confirm(
        state: &mut State,
        at: usize,
        token: u8,
        record: Record,
        before: Option<Place>,
        tries: u8,
    ) -> Request {
        let write = Write::Confirm { token, before: before.clone(), record: record.clone() };
        state.network.push((Some(Waiting::Request(at)), write));
        Request::Confirming { tries, record, before }
    }

    /// The outcome of a write stays unknown: a record is written again, all
    /// else is begun anew.
    fn unheard(&self, state: &mut State, waiting: Option<Waiting>) {
        match waiting {
            Some(Waiting::Request(at)) => match state.requests[at].clone() {
                Request::Confirming { tries, record, before } if tries > 0 => {
                    state.requests[at] =
                        Self::confirm(state, at, self.requests[at].0, record, before, tries - 1);
                }
                _ => state.lose(at),
            },
            Some(Waiting::Settler) => state.settling = Settling::Idle,
            None => {}
        }
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

    /// The process of a request knows nothing any more.
    fn lose(&mut self, at: usize) {
        self.requests[at] = match &self.requests[at] {
            Request::Waiting { tries }
            | Request::Reserving { tries, .. }
            | Request::Confirming { tries, .. }
                if *tries > 0 =>
            {
                Request::Waiting { tries: tries - 1 }
            }
            Request::Returning { attempt } => Request::Answered { attempt: attempt.clone() },
            Request::Cancelling { answer, .. } => Request::Answered { attempt: answer.clone() },
            _ => Request::Over,
        };
    }

    fn settle(&mut self, attempt: &str) -> Option<()> {
        let (write, is_first) = settle(&self.store, attempt)?;
        let reservation = self.store.pool.reservations.get(attempt)?;
        self.settling = match is_first {
            true => {
                Settling::GivingUp { token: reservation.token.parse().unwrap(), attempt: attempt.to_owned() }
            }
            false => Settling::Finishing,
        };
        self.network.push((Some(Waiting::Settler), write));
        Some(())
    }

    /// Whoever settles goes on: what was refused is looked at again.
    fn settle_on(&mut self, applied: bool) {
        let settling = std::mem::replace(&mut self.settling, Settling::Idle);
        if let Settling::GivingUp { attempt, .. } = settling
            && applied
        {
            let _ = self.settle(&attempt);
        }
    }
}
