//! What can happen in a world, and what it comes to.

use licentia_core::pool::Edit;

use crate::process::{Request, Settling, end, reset};
use crate::shards::Reshape;
use crate::state::{State, Waiting};
use crate::store::{Place, Write};
use crate::world::World;

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
    /// Somebody makes a new version, which resets consumption.
    Reset,
    /// Somebody splits, lends or merges.
    Reshape(Reshape),
    /// Whoever does so, or makes a new version, crashes.
    ReshaperCrashes,
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
                | Self::ReshaperCrashes
        )
    }
}

impl World {
    /// What can happen next.
    pub(crate) fn possible(&self, state: &State) -> Vec<Action> {
        let mut actions = Vec::new();
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
            let reserves = matches!(write, Write::Pool { edit, .. } if !edit.reserve.is_empty());
            if !reserves {
                actions.push(Action::ArriveTwice(at));
            }
        }
        for attempt in state.store.pools().flat_map(|(_, pool)| pool.reservations.keys()) {
            if state.settling == Settling::Idle {
                actions.push(Action::Settle(attempt.clone()));
            }
            if state.store.has_record_of(attempt) {
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
            // Days later: nothing is on its way any more, and what was kept came
            // back.
            if record.has_ended && !record.is_kept && state.network.is_empty() {
                actions.push(Action::Discard(*token));
            }
        }
        if self.clock_moves && state.now == self.license.create_time {
            actions.push(Action::ClockMoves);
        }
        if state.waits(Waiting::Reshaper) {
            actions.push(Action::ReshaperCrashes);
        } else {
            if self.resets && state.store.license == self.license.version {
                actions.push(Action::Reset);
            }
            actions.extend(self.reshaping(state).into_iter().map(Action::Reshape));
        }
        actions
    }

    /// What comes of an action, if it can happen and so much may go wrong.
    pub(crate) fn after(&self, before: &State, action: Action) -> Option<State> {
        let mut state = before.clone();
        state.faults += u8::from(action.is_fault());
        if state.faults > self.faults {
            return None;
        }
        match action {
            Action::Try(at) => self.attempt(&mut state, at)?,
            Action::CheckIn(at) => {
                let token = self.requests[at].token;
                let Request::Answered { attempt } = state.requests[at].clone() else { return None };
                let write = end(&state.store, &self.license, token, None)?;
                state.requests[at] = Request::Returning { attempt };
                state.network.push((Some(Waiting::Request(at)), write));
            }
            Action::Arrive(at) => {
                let message = state.network.remove(at);
                self.arrive(&mut state, message);
            }
            Action::ArriveUnheard(at) => {
                let (waiting, write) = state.network.remove(at);
                state.store.apply(&write);
                self.unheard(&mut state, waiting);
            }
            Action::ArriveTwice(at) => {
                let message @ (waiting, write) = &state.network[at];
                // Once on its way again is enough.
                if state.network.iter().filter(|(_, other)| other == write).count() > 1 || waiting.is_none() {
                    return None;
                }
                let message = message.clone();
                state.network[at].0 = None;
                self.arrive(&mut state, message);
            }
            Action::Vanish(at) => {
                let (waiting, _) = state.network.remove(at);
                self.unheard(&mut state, waiting);
            }
            Action::GiveUp(at) => {
                state.stop_waiting(Waiting::Request(at));
                state.lose(at);
            }
            Action::Settle(attempt) => state.settle(&attempt)?,
            Action::SettlerCrashes => {
                state.stop_waiting(Waiting::Settler);
                state.settling = Settling::Idle;
            }
            Action::Forget(attempt) => {
                let (shard, _) = state.store.reserved_in(&attempt)?;
                let edit = Edit { confirm: [attempt].into(), ..Edit::default() };
                state.store.apply(&Write::Pool { shard, edit });
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
                    state.requests.iter_mut().zip(&self.requests).filter(|(_, ask)| ask.token == token)
                {
                    if let Request::Answered { .. } = request {
                        *request = Request::Over;
                    }
                }
            }
            Action::ClockMoves => state.now = state.now.plus_days(8),
            Action::Reset => {
                let write = reset(&state.store, &self.license, state.now)?;
                state.network.push((Some(Waiting::Reshaper), write));
            }
            Action::Reshape(reshape) => {
                let write = self.reshape(&state.store, reshape)?;
                state.network.push((Some(Waiting::Reshaper), write));
            }
            Action::ReshaperCrashes => state.stop_waiting(Waiting::Reshaper),
        }
        state.network.sort_by_cached_key(|message| format!("{message:?}"));
        Some(state)
    }
}
