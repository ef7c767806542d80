//! Whether some order of the requests, one after the other, explains every
//! answer by the rules (C-8).
//!
//! Who was answered before another one asked comes before it. A request whose
//! answer got lost was carried out, or was not. A request whose clock is behind
//! may find what others have returned that it does not yet take for expired.
//!
//! A checkout that is on its way while its grant ends may still be made, and so
//! may one soon after by a process that took it from the license before.
//! Which of several licenses serves a checkout may be known from before: the one
//! that served could, and that another would have come first is no matter.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use licentia_core::pool::Reservation;
use licentia_core::time::Timestamp;
use serde_json::Value;

use super::call::{Asked, Call, Outcome};
use crate::service::model::request::Request;
use crate::service::model::rules::{Made, Model, NOT_FOUND, VALIDATION};

/// How long a retry is answered as before, at least (C-6).
const RETRIED_DAYS: u32 = 1;
/// Seconds after which a reservation is settled by who looks, the clocks'
/// difference included.
const SETTLED_SECONDS: u32 = Reservation::PATIENCE_SECONDS + 3;
/// Seconds for which a process takes a grant for active that another one ended,
/// the clocks' difference included.
const TRUSTED_SECONDS: u32 = 5 + 3;
/// States that are kept for one point in time: where there are more, nobody
/// knows what the others would have explained.
const MOST_STATES: usize = 300;

/// Calls that are tried in some place of an order before nobody looks further.
const MOST_STEPS: usize = 10_000;

/// Why a round is not explained.
pub(super) enum Unexplained {
    /// No order does; what the best one leaves over, by its begin.
    By { calls: Vec<Call>, left: Vec<usize> },
    /// There are too many orders.
    Undecided,
}

/// What the rules make of histories so far.
pub(super) struct Judge {
    /// The state before each round, as one order explains it, and the round.
    rounds: Vec<(Model, Vec<Call>)>,
    /// One that explains everything so far.
    model: Model,
    /// The latest time by any clock in earlier rounds.
    latest: Timestamp,
    lately: Lately,
}

/// What may still matter of what has been.
#[derive(Default)]
struct Lately {
    /// What attempts at checkouts may have reserved, and when.
    reserved: Vec<(Timestamp, u64)>,
    /// When grants were active at the latest.
    active: BTreeMap<usize, Timestamp>,
}

impl Judge {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { rounds: vec![], model: Model::new(now), latest: now, lately: Lately::default() }
    }

    /// A state that explains everything so far.
    pub(super) const fn model(&self) -> &Model {
        &self.model
    }

    /// Takes in a round.
    ///
    /// # Errors
    /// [`Unexplained`].
    pub(super) fn explains(&mut self, calls: Vec<Call>) -> Result<(), Unexplained> {
        self.lately
            .reserved
            .extend(calls.iter().filter_map(|call| Some((call.reserved_at?, call.reserves()?))));
        let round = Search::new(&calls, self.latest, &self.lately);
        let mut found = round.ends(&self.model, 1);
        // Perhaps another order of earlier rounds.
        let mut from = self.rounds.len();
        let mut is_decided = round.is_decided();
        while is_decided && found.is_empty() && from > 0 {
            from = from.saturating_sub(2 * (self.rounds.len() - from).max(1));
            let mut states = vec![self.rounds[from].0.clone()];
            for (_, earlier) in &self.rounds[from..] {
                let search = Search::new(earlier, self.latest, &self.lately);
                states = search.all_ends(&states);
                is_decided &= search.is_decided() && states.len() < MOST_STATES;
            }
            found = round.all_ends(&states);
            is_decided &= round.is_decided();
        }
        let Some(model) = found.into_iter().next() else {
            let left = round.left();
            return Err(if is_decided { Unexplained::By { calls, left } } else { Unexplained::Undecided });
        };
        self.latest = calls.iter().map(|call| call.now).fold(self.latest, Timestamp::max);
        let before = std::mem::replace(&mut self.model, model);
        self.lately.active.extend(active(&before).map(|grant| (grant, self.latest)));
        self.rounds.push((before, calls));
        Ok(())
    }
}

/// The orders of one round.
struct Search<'a> {
    calls: Vec<&'a Call>,
    /// For each, the times at which others may have looked at what expired.
    times: Vec<Vec<Timestamp>>,
    lately: &'a Lately,
    /// The grants that were active when the round began.
    active: RefCell<Vec<usize>>,
    steps: Cell<usize>,
    /// The most calls that an order explained, and which.
    furthest: Cell<(u32, u128)>,
}

/// Where a search has been: what was carried out, and what that came to.
type Been = HashSet<(u128, u64)>;

impl<'a> Search<'a> {
    fn new(calls: &'a [Call], latest: Timestamp, lately: &'a Lately) -> Self {
        // What changed nothing and answered nothing was not carried out. Nor is
        // there anything to explain in a tidy-up; its clock matters all the same.
        let counts = |call: &&Call| {
            call.asked != Asked::TidyUp && (call.outcome != Outcome::Lost || call.changed.is_some())
        };
        let may_return = |call: &&Call| call.asked != Asked::TidyUp || call.changed.is_some();
        let mut counting: Vec<&Call> = calls.iter().filter(counts).collect();
        // The likeliest order.
        counting.sort_by_key(|call| call.changed.unwrap_or(call.ended));
        let times = counting.iter().map(|call| {
            let earlier = calls.iter().filter(|other| other.begun < call.ended).filter(may_return);
            let earlier = earlier.map(|other| other.now);
            let mut times: Vec<Timestamp> = earlier.chain([latest]).filter(|at| *at > call.now).collect();
            times.push(call.now);
            times.sort_unstable();
            times.dedup();
            times
        });
        Self {
            times: times.collect(),
            calls: counting,
            lately,
            active: RefCell::default(),
            steps: Cell::default(),
            furthest: Cell::default(),
        }
    }

    /// The states that orders lead to from this one, up to so many.
    fn ends(&self, from: &Model, most: usize) -> Vec<Model> {
        let mut found = Vec::new();
        self.begin(from);
        self.go_on(from, 0, &mut Been::new(), &mut found, most);
        found
    }

    fn is_decided(&self) -> bool {
        self.steps.get() < MOST_STEPS
    }

    fn begin(&self, model: &Model) {
        *self.active.borrow_mut() = active(model).collect();
    }

    /// The grants that a process may take for active.
    fn trusted(&self, now: Timestamp) -> Vec<usize> {
        let is_recent = |at: Timestamp| at.plus_seconds(TRUSTED_SECONDS) > now;
        let lately = self.lately.active.iter().filter(|(_, at)| is_recent(**at)).map(|(grant, _)| *grant);
        self.active.borrow().iter().copied().chain(lately).collect()
    }

    /// The begins of the calls that the best order leaves over.
    fn left(&self) -> Vec<usize> {
        let (_, done) = self.furthest.get();
        let left = self.calls.iter().enumerate().filter(|(index, _)| done & (1 << index) == 0);
        left.map(|(_, call)| call.begun).collect()
    }

    fn all_ends(&self, from: &[Model]) -> Vec<Model> {
        let mut been = Been::new();
        let mut found = Vec::new();
        for model in from {
            self.begin(model);
            self.go_on(model, 0, &mut been, &mut found, MOST_STATES);
        }
        found
    }

    /// Whether enough was found.
    fn go_on(&self, model: &Model, done: u128, been: &mut Been, found: &mut Vec<Model>, most: usize) -> bool {
        let is_done = |index: usize| done & (1 << index) != 0;
        self.steps.set(self.steps.get() + 1);
        if !self.is_decided() {
            return true;
        }
        self.furthest.set(self.furthest.get().max((done.count_ones(), done)));
        let Some(first_end) = (0..self.calls.len())
            .filter(|index| !is_done(*index) && self.calls[*index].outcome != Outcome::Lost)
            .map(|index| self.calls[index].ended)
            .min()
            .or_else(|| (0..self.calls.len()).any(|index| !is_done(index)).then_some(usize::MAX))
        else {
            found.push(model.clone());
            return found.len() >= most;
        };
        for (index, call) in self.calls.iter().enumerate() {
            // Who was answered before this one was asked comes first.
            if is_done(index) || call.begun > first_end {
                continue;
            }
            let is_late =
                (0..self.calls.len()).any(|other| is_done(other) && self.calls[other].begun > call.ended);
            let done = done | 1 << index;
            for next in self.after(model, index, is_late) {
                if been.insert((done, fingerprint(&next))) && self.go_on(&next, done, been, found, most) {
                    return true;
                }
            }
        }
        false
    }

    /// What the state may be once this one is carried out, if that explains its
    /// answer. One that got lost was not carried out after it was over.
    fn after(&self, model: &Model, index: usize, is_late: bool) -> impl Iterator<Item = Model> {
        let (call, times) = (self.calls[index], &self.times[index]);
        let request = call.asked.by_rules(model);
        // A clock ahead of its own may have had the first answer forgotten.
        let latest = times.iter().copied().max().unwrap_or(call.now);
        let is_old = |request: &Request| {
            let first = model.first(call.account, request);
            first.is_some_and(|first| first.at.plus_days(RETRIED_DAYS) <= latest)
        };
        let ways: &[bool] = if request.as_ref().is_some_and(is_old) { &[false, true] } else { &[false] };
        let is_lost = call.outcome == Outcome::Lost;
        let times: &[Timestamp] = if is_lost && is_late { &[] } else { times.as_slice() };
        let states = times.iter().flat_map(move |time| {
            let request = request.clone();
            let by = call.may_be_served_by(model);
            let trust: &[bool] = if call.reserves().is_some() { &[false, true] } else { &[false] };
            let ways = ways
                .iter()
                .flat_map(move |is_forgotten| trust.iter().map(move |trusts| (*is_forgotten, *trusts)));
            ways.flat_map(move |way| by.clone().into_iter().map(move |by| (way, by))).filter_map(
                move |((is_forgotten, trusts), by)| {
                    let mut next = model.clone();
                    (next.now, next.returned_until, next.served_by) = (call.now, *time, by);
                    next.trusted = if trusts { self.trusted(call.now) } else { vec![] };
                    self.explains(&mut next, call, request.as_ref(), times, is_forgotten).then_some(next)
                },
            )
        });
        states.chain(is_lost.then(|| model.clone()))
    }
    /// Carries a call out by the rules, and tells whether its answer is the one
    /// that they give; its client token may be forgotten.
    fn explains(
        &self,
        model: &mut Model,
        call: &Call,
        request: Option<&Request>,
        times: &[Timestamp],
        is_forgotten: bool,
    ) -> bool {
        let Some(request) = request.cloned() else {
            return call.outcome == Outcome::Answered(Err(NOT_FOUND));
        };
        // A request that got lost may be what made it, and may be not.
        if request.license().is_some_and(|license| license >= model.licenses.len()) {
            return false;
        }
        let first = model.first(call.account, &request).cloned();
        if let Some(first) = first.filter(|_| !is_forgotten) {
            return match (&call.outcome, model.retried(call.account, &request)) {
                (Outcome::Answered(Ok(actual)), Some(Ok(mut expected))) => {
                    if let Some(index) = first.unnamed {
                        actual["LicenseConsumptionToken"]
                            .as_str()
                            .unwrap_or_default()
                            .clone_into(&mut model.checkouts[index].token);
                        adopt(&mut expected, actual);
                        model.remember(call.account, request, expected.clone());
                    }
                    expected == *actual
                }
                (Outcome::Answered(Err(actual)), Some(Err(expected))) => *actual == expected,
                _ => false,
            };
        }
        match (model.call(call.account, &request), &call.outcome) {
            (Err(expected), Outcome::Answered(Err(actual))) => expected == *actual,
            (Ok(answer), Outcome::Answered(Ok(actual))) => {
                let mut expected = answer.value;
                if let Some(made) = answer.made {
                    if model.knows(&made, actual) {
                        return false;
                    }
                    model.name(made, &mut expected, actual);
                    if matches!(made, Made::Checkout) {
                        adopt(&mut expected, actual);
                    }
                }
                if expected != *actual && !self.is_between(model, call, &request, times, actual) {
                    return false;
                }
                model.remember(call.account, request, expected);
                true
            }
            // Nobody knows who returned or deleted it where its own write got lost.
            (Err(NOT_FOUND), Outcome::Answered(Ok(_))) => call.faults > 0 && model.is_checked_in(&request),
            (Err(VALIDATION), Outcome::Answered(Ok(_))) => call.faults > 0 && model.is_deleted(&request),
            // Where it changed nothing it has not been.
            (Ok(answer), Outcome::Lost) => {
                let unnamed = answer.made.map(|_| model.checkouts.len() - 1);
                model.remember_unnamed(call.account, request, answer.value, unnamed);
                true
            }
            _ => false,
        }
    }

    /// Whether this is a usage of which some of what expired was returned, or
    /// some is reserved.
    fn is_between(
        &self,
        model: &Model,
        call: &Call,
        request: &Request,
        times: &[Timestamp],
        actual: &Value,
    ) -> bool {
        let (Request::GetLicenseUsage { license }, [first, ..], [.., last]) = (request, times, times) else {
            return false;
        };
        let is_near = |at: Timestamp| at.plus_seconds(SETTLED_SECONDS) > call.now;
        let reserved: u64 =
            self.lately.reserved.iter().filter(|(at, _)| is_near(*at)).map(|(_, quantity)| quantity).sum();
        let usage = |until: Timestamp| {
            let mut model = model.clone();
            model.returned_until = until;
            model
                .call(call.account, &Request::GetLicenseUsage { license: *license })
                .ok()
                .map(|answer| answer.value)
        };
        let rows = |usage: &Value| {
            usage["LicenseUsage"]["EntitlementUsages"].as_array().cloned().unwrap_or_default()
        };
        let consumed = |row: &Value| row["ConsumedValue"].as_str().and_then(|text| text.parse::<u64>().ok());
        let (Some(most), Some(least)) = (usage(*first), usage(*last)) else { return false };
        let (most, least, actual) = (rows(&most), rows(&least), rows(actual));
        most.len() == actual.len()
            && actual.iter().zip(most.iter().zip(&least)).all(|(actual, (most, least))| {
                let same = |member| actual[member] == most[member];
                ["Name", "MaxCount", "Unit"].into_iter().all(same)
                    && consumed(least) <= consumed(actual)
                    && consumed(actual) <= consumed(most).map(|most| most + reserved)
            })
    }
}

fn active(model: &Model) -> impl Iterator<Item = usize> {
    (0..model.grants.len()).filter(|grant| model.is_active(*grant))
}

/// What the service alone decides: the name of a checkout, and its signature.
fn adopt(expected: &mut Value, actual: &Value) {
    for member in ["LicenseConsumptionToken", "SignedToken"] {
        expected[member] = actual[member].clone();
    }
}

/// What of a state can differ between orders of the same calls.
fn fingerprint(model: &Model) -> u64 {
    let hash = |part: &dyn Fn(&mut DefaultHasher)| {
        let mut hasher = DefaultHasher::new();
        part(&mut hasher);
        hasher.finish()
    };
    let checkouts = model.checkouts.iter().map(|one| hash(&|hasher| one.hash(hasher)));
    let licenses = hash(&|hasher| {
        for license in &model.licenses {
            (license.deleted, license.looked_at).hash(hasher);
            for version in &license.versions {
                (version.made, version.status, version.reset).hash(hasher);
                version.terms.hash(hasher);
            }
        }
    });
    let grants = hash(&|hasher| {
        for grant in 0..model.grants.len() {
            (model.grant_status(grant), model.grant_version(grant)).hash(hasher);
        }
    });
    checkouts.fold(licenses ^ grants.rotate_left(1), u64::wrapping_add)
}
