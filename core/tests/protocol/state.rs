//! How a world stands, and how its processes go on from there.

use licentia_core::checkout::expiration;
use licentia_core::license::License;
use licentia_core::time::Timestamp;

use crate::process::{Request, Settling, cancel, reserve, settle};
use crate::store::{Place, Record, Store, Write};
use crate::world::{Ask, World};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) now: Timestamp,
    pub(crate) requests: Vec<Request>,
    pub(crate) settling: Settling,
    /// Writes on their way, in no order, and who waits for each.
    pub(crate) network: Vec<(Option<Waiting>, Write)>,
    pub(crate) attempts: u8,
    pub(crate) faults: u8,
}

/// Who waits for a write's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Waiting {
    Request(usize),
    Settler,
    /// Whoever splits, lends, merges, or makes a new version.
    Reshaper,
}

impl World {
    /// Reads, decides, and sends the first write; a retry finds its record
    /// where nothing can be taken.
    pub(crate) fn attempt(&self, state: &mut State, at: usize) -> Option<()> {
        let Request::Waiting { tries } = state.requests[at] else { return None };
        let attempt = state.attempts.to_string();
        let ask = &self.requests[at];
        match reserve(&state.store, &self.license, ask, &attempt, state.now) {
            Some((write, shard)) => {
                state.attempts += 1;
                state.requests[at] = Request::Reserving { tries, attempt, shard };
                state.network.push((Some(Waiting::Request(at)), write));
            }
            // It is lent more, or merged.
            None if !state.store.shards.is_empty() => return None,
            None => {
                let Some(Place::Taken(record)) = state.store.places.get(&ask.token) else { return None };
                state.requests[at] = Request::Answered { attempt: record.attempt.clone() };
            }
        }
        Some(())
    }

    /// A write arrives, and whoever waits for it hears what came of it.
    pub(crate) fn arrive(&self, state: &mut State, (waiting, write): (Option<Waiting>, Write)) {
        let applied = state.store.apply(&write);
        match waiting {
            Some(Waiting::Request(at)) => self.answer(state, at, applied),
            Some(Waiting::Settler) => state.settle_on(applied),
            // Whatever came of it is read again.
            Some(Waiting::Reshaper) | None => {}
        }
    }

    /// What a process does when its write was applied or refused.
    fn answer(&self, state: &mut State, at: usize, applied: bool) {
        let &Ask { token, kind, units, .. } = &self.requests[at];
        state.requests[at] = match (state.requests[at].clone(), applied) {
            (Request::Reserving { tries, attempt, shard }, true) => {
                let license = License { version: state.store.license, ..self.license.clone() };
                let (_, pool) = state.store.near(shard);
                let record = Record {
                    spent_since: pool.reservations[&attempt].spent_since,
                    attempt,
                    shard,
                    units,
                    version: license.version,
                    is_kept: self.keeps(),
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
                    Some(Place::Taken(there)) => match cancel(&state.store, record.shard, &record.attempt) {
                        Some(write) => {
                            state.network.push((Some(Waiting::Request(at)), write));
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
    pub(crate) fn unheard(&self, state: &mut State, waiting: Option<Waiting>) {
        match waiting {
            Some(Waiting::Request(at)) => match state.requests[at].clone() {
                Request::Confirming { tries, record, before } if tries > 0 => {
                    state.requests[at] =
                        Self::confirm(state, at, self.requests[at].token, record, before, tries - 1);
                }
                _ => state.lose(at),
            },
            Some(Waiting::Settler) => state.settling = Settling::Idle,
            Some(Waiting::Reshaper) | None => {}
        }
    }
}

impl State {
    /// Whoever waited is no longer there to hear.
    pub(crate) fn stop_waiting(&mut self, who: Waiting) {
        for (waiting, _) in &mut self.network {
            if *waiting == Some(who) {
                *waiting = None;
            }
        }
    }

    pub(crate) fn waits(&self, who: Waiting) -> bool {
        self.network.iter().any(|(waiting, _)| *waiting == Some(who))
    }

    /// The process of a request knows nothing any more.
    pub(crate) fn lose(&mut self, at: usize) {
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

    pub(crate) fn settle(&mut self, attempt: &str) -> Option<()> {
        let (write, is_first) = settle(&self.store, attempt)?;
        let reservation = self.store.reserved_in(attempt)?.1.reservations.get(attempt)?;
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
