//! One history: its processes, what was asked of them, and what they answered.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use licentia::events::{Destinations, Events};
use licentia::store::{Memory, Store};
use licentia_core::time::Timestamp;
use licentia_tests::carriers::no_carriers;
use serde_json::Value;

use super::call::{Asked, Call};
use super::judge::{Judge, Unexplained};
use super::plan::{Bulk, Plan};
use super::reached::Reached;
use super::stage::{Line, Stage};
use crate::service::{TestClock, World};

/// Where there are too many orders to look at all.
pub(super) const UNDECIDED: &str = "undecided";

/// A checkout that a client knows of.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) account: &'static str,
    pub(super) token: String,
    pub(super) beneficiary: Option<String>,
}

/// Everything that goes on.
pub(super) struct History {
    pub(super) judge: Judge,
    pub(super) reached: Reached,
    /// Every step, if it is asked for.
    pub(super) trace: Option<Vec<String>>,
    /// What was sent, in this order.
    pub(super) sent: Vec<(&'static str, Asked)>,
    /// The requests with client tokens so far.
    pub(super) tokens: usize,
    pub(super) held: Vec<Held>,
    pub(super) stage: Arc<Stage>,
    pub(super) processes: Vec<World>,
    /// The names of licenses and grants, which chance has a part in.
    pub(super) arns: Vec<String>,
    /// How often the store is too busy yet to take from a pool.
    pub(super) heat: u32,
    pub(super) bulk: Bulk,
    /// The steps so far.
    pub(super) step: usize,
    /// The calls that the judge has not seen.
    pub(super) calls: Vec<Call>,
}

impl History {
    pub(super) fn new(items: &Memory, plan: &Plan, is_traced: bool) -> Self {
        let stage = Arc::new(Stage::new(items, plan.charges_for_transactions));
        let clocks = [0, plan.ahead].map(|ahead| {
            let clock = TestClock::default();
            clock.0.store(Timestamp::parse("2026-02-01T00:00:00Z").unwrap().unix() + ahead, Ordering::SeqCst);
            Arc::new(clock)
        });
        let processes: Vec<World> = clocks
            .into_iter()
            .enumerate()
            .map(|(process, clock)| begun(Line { stage: Arc::clone(&stage), process }, clock))
            .collect();
        Self {
            judge: Judge::new(processes[0].clock_now()),
            reached: Reached::default(),
            trace: is_traced.then(Vec::new),
            sent: vec![],
            tokens: 0,
            held: vec![],
            stage,
            processes,
            arns: vec![],
            heat: plan.heat,
            bulk: plan.bulk,
            step: 0,
            calls: vec![],
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.processes[0].clock_now()
    }

    pub(super) fn wait(&self, minutes: u64) {
        self.stage.catch_up();
        self.processes.iter().for_each(|process| process.wait(minutes));
    }

    /// Whether the rules explain what was answered since this was asked last.
    pub(super) fn judge(&mut self) -> Result<(), String> {
        let calls = std::mem::take(&mut self.calls);
        self.judge.explains(calls).map_err(|why| {
            let Unexplained::By { calls, left } = why else { return UNDECIDED.to_owned() };
            self.calls = calls;
            let told = self.told_all();
            format!("no order of these requests explains their answers:\n{told}\nthe best leaves over those begun at {left:?}")
        })
    }

    /// The calls that the judge has not seen.
    pub(super) fn told_all(&self) -> String {
        let told: Vec<String> = self.calls.iter().map(|call| self.told(call)).collect();
        told.join("\n")
    }

    /// The process ends, and begins anew with nothing but the store.
    pub(super) fn restart(&mut self, process: usize) {
        let clock = Arc::clone(&self.processes[process].clock);
        self.processes[process] = begun(Line { stage: Arc::clone(&self.stage), process }, clock);
    }

    /// A line of the trace.
    pub(super) fn note(&mut self, line: impl FnOnce(&Self) -> String) {
        if let Some(mut trace) = self.trace.take() {
            trace.push(format!("{:6} {}", self.step, line(self)));
            self.trace = Some(trace);
        }
    }

    /// A call, in words that are the same each time.
    pub(super) fn told(&self, call: &Call) -> String {
        let Call { account, asked, now, begun, ended, changed, outcome, .. } = call;
        let changed = changed.map_or(String::new(), |step| format!(", changed something at {step}"));
        let told = format!("{begun} to {ended}{changed}, at {now}: {account} {asked:?}\n       {outcome:?}");
        self.named(told)
    }

    /// The text with names that are the same each time.
    pub(super) fn named(&self, mut text: String) -> String {
        for (index, arn) in self.arns.iter().enumerate() {
            text = text.replace(arn, &format!("arn {index}"));
        }
        text
    }
}

/// A process on this line. What it caches by the machine's clock it keeps.
fn begun(line: Line, clock: Arc<TestClock>) -> World {
    let store: Arc<dyn Store> = Arc::new(line);
    let mut world = World::built(Arc::clone(&store), "us-east-1", clock, no_carriers());
    let service = Arc::get_mut(&mut world.service).unwrap();
    let destinations = Destinations::new(Arc::clone(&store), Arc::clone(&service.master_key), Duration::MAX);
    service.events = Events::through(destinations, &store, no_carriers());
    world
}

/// The answer without what differs each time.
pub(super) fn without_signature(answer: &Value) -> Value {
    let mut answer = answer.clone();
    if let Some(members) = answer.as_object_mut() {
        members.remove("SignedToken");
    }
    answer
}
