//! Who goes on next, and what comes over him.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use axum::body::Bytes;
use licentia::licenses::tidy;
use proptest::prelude::RngExt;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::{Value, json};

use super::call::{Asked, Call, Outcome};
use super::history::{Held, History, without_signature};
use super::plan::{Intent, Weather};
use super::stage::{Fault, Kind, Turn, Waiting};
use crate::service::Refused;
use crate::service::model::request::Request;
use crate::service::model::signed::check_signed;

/// More steps than any round needs.
const MOST_STEPS: usize = 50_000;
/// How many calls of the store a request makes at least before it gives up.
const MOST_TURNS: usize = 60;
/// Seconds after which a request may be told that nobody waits for it any more.
const OLD_SECONDS: u32 = 30;
/// What says that nobody knows.
const UNKNOWN: [&str; 2] = ["RateLimitExceededException", "ServerInternalException"];
/// Longer than any request waits before it tries again.
const PAUSE: Duration = Duration::from_secs(1);

/// A client, and what is left for it to ask.
struct Client {
    /// The last first.
    intents: Vec<Intent>,
    /// What it asks next: again, if it did not get an answer.
    next: Option<(&'static str, Asked)>,
    running: Option<Running>,
}

type Answering = Pin<Box<dyn Future<Output = Result<Value, Refused>>>>;

/// A request that is being carried out.
struct Running {
    call: usize,
    process: usize,
    answer: Answering,
}

/// Who may go on.
#[derive(Clone, Copy)]
enum Next {
    /// A client asks.
    Ask,
    /// A call of the store has its turn.
    Turn(usize),
    /// A request has waited long enough.
    Wait,
    /// A commit arrives that nobody waits for.
    Arrive(usize),
}

impl History {
    /// Asks one thing in peace, and waits for the answer.
    pub(super) async fn ask(&mut self, account: &'static str, asked: Asked) -> Result<(), String> {
        let client = Client { intents: vec![], next: Some((account, asked)), running: None };
        self.play(vec![client], Weather::CALM, self.step as u64).await
    }

    /// Lets clients ask at once, until all are answered.
    pub(super) async fn round(
        &mut self,
        clients: &[Vec<Intent>],
        weather: Weather,
        seed: u64,
    ) -> Result<(), String> {
        let client = |intents: &Vec<Intent>| {
            let intents = intents.iter().rev().cloned().collect();
            Client { intents, next: None, running: None }
        };
        self.stage.lag();
        self.play(clients.iter().map(client).collect(), weather, seed).await?;
        self.stage.catch_up();
        Ok(())
    }

    async fn play(&mut self, mut clients: Vec<Client>, weather: Weather, seed: u64) -> Result<(), String> {
        let mut chance = Chance::new(weather, seed);
        let (until, mut last) = (self.step + MOST_STEPS, usize::MAX);
        loop {
            let choices = self.choices(&clients);
            if choices.is_empty() {
                return Ok(());
            }
            self.step += 1;
            if self.step > until {
                return Err(format!("a round does not end:\n{}", self.told_all()));
            }
            if let Some(minutes) = chance.jump() {
                self.note(|_| format!("{minutes} minutes pass"));
                self.wait(minutes);
                continue;
            }
            let (client, next) = chance.choose(&choices, last);
            last = client;
            match next {
                Next::Ask => {
                    let process = chance.below(self.processes.len());
                    self.begin(&mut clients[client], process);
                }
                Next::Wait => {
                    tokio::time::advance(PAUSE).await;
                    self.processes.iter().for_each(|process| process.wait_seconds(PAUSE.as_secs()));
                }
                Next::Turn(index) => self.serve(index, &mut chance),
                Next::Arrive(index) => {
                    self.arrive(index).await;
                    continue;
                }
            }
            if let Some(process) = self.go_on(clients.get_mut(client)).await? {
                self.note(|_| format!("process {process} ends"));
                self.crash(process, &mut clients);
            }
        }
    }

    /// Who may go on: the client that it is done for, and what.
    fn choices(&self, clients: &[Client]) -> Vec<(usize, Next)> {
        let state = self.stage.state();
        let mut choices = Vec::new();
        for (index, client) in clients.iter().enumerate() {
            match &client.running {
                None if client.next.is_some() || !client.intents.is_empty() => {
                    choices.push((index, Next::Ask))
                }
                Some(running) if !state.waiting.iter().any(|waiting| waiting.call == running.call) => {
                    choices.push((index, Next::Wait));
                }
                _ => {}
            }
        }
        let of = |call: usize| {
            clients.iter().position(|client| client.running.as_ref().is_some_and(|one| one.call == call))
        };
        let turns = state.waiting.iter().enumerate();
        choices.extend(
            turns.map(|(index, waiting)| (of(waiting.call).unwrap_or(usize::MAX), Next::Turn(index))),
        );
        choices.extend((0..state.late.len()).map(|index| (usize::MAX, Next::Arrive(index))));
        choices
    }

    /// The client asks what it did not get an answer to, or the next.
    fn begin(&mut self, client: &mut Client, process: usize) {
        let asked = match client.next.take() {
            Some(asked) => Some(asked),
            None => client.intents.pop().and_then(|intent| self.asked(&intent)),
        };
        let Some((account, asked)) = asked else { return };
        let world = self.processes[process].clone();
        let input = asked.json(self.judge.model());
        let operation = asked.operation();
        let cx = world.request_of(account, Bytes::from(input.to_string()));
        let now = cx.now;
        let answer: Answering = match asked {
            Asked::TidyUp => Box::pin(async move {
                match (world.service.store.discard(now.unix()).await, tidy(&world.service, now).await) {
                    (Ok(_), Ok(_)) => Ok(json!({})),
                    (discarded, tidied) => Err((UNKNOWN[1], format!("{discarded:?} {tidied:?}"))),
                }
            }),
            _ => Box::pin(async move { world.call_in(cx, operation).await }),
        };
        let call = self.calls.len();
        self.note(|_| format!("call {call} of process {process} at {now}: {account} {asked:?}"));
        self.sent.push((account, asked.clone()));
        self.calls.push(Call {
            account,
            asked,
            now,
            begun: self.step,
            ended: usize::MAX,
            changed: None,
            reserved_at: None,
            faults: 0,
            turns: 0,
            outcome: Outcome::Lost,
        });
        client.running = Some(Running { call, process, answer });
    }

    /// A call of the store has its turn.
    fn serve(&mut self, index: usize, chance: &mut Chance) {
        let Waiting { call, process, kind, sorts, turn } = self.stage.state().waiting.remove(index);
        let is_taking = kind == Kind::Commit && sorts == ["POOL"];
        let fault = match is_taking && self.heat > 0 {
            true => Some(Fault::Throttled),
            false => chance.fault(Fault::of(kind)),
        };
        if fault.is_none() {
            match sorts.iter().filter(|sort| *sort == "POOL").count() {
                2 if kind == Kind::Commit => self.reached.note("two pools in one commit"),
                3.. if kind == Kind::Commit => self.reached.note("three pools in one commit"),
                _ => {}
            }
        }
        self.heat = self.heat.saturating_sub(u32::from(is_taking));
        self.note(|_| {
            format!(
                "call {call} of process {process}: {kind:?} {} {}",
                sorts.join(" "),
                fault.map_or(String::new(), |fault| format!("{fault:?}"))
            )
        });
        self.calls[call].turns += 1;
        if is_taking {
            self.calls[call].reserved_at = Some(self.processes[process].clock_now());
        }
        if let Some(fault) = fault {
            self.calls[call].faults += 1;
            self.reached.note(format!("{kind:?} {fault:?}"));
        }
        // Who ended does not wait for it.
        let _ = turn.send(Turn { fault, chance: chance.below(64) });
    }

    /// A commit arrives that nobody waits for any more.
    async fn arrive(&mut self, index: usize) {
        let (call, change) = self.stage.state().late.remove(index);
        let is_applied = self.stage.arrive(&change).await;
        self.note(|_| {
            format!("call {call}: a late commit is {}", if is_applied { "applied" } else { "refused" })
        });
        if is_applied {
            self.reached.note("late commit applied");
            self.calls[call].changed = Some(self.step);
            if self.calls[call].outcome == Outcome::Lost {
                self.calls[call].ended = self.step;
            }
        }
    }

    /// The client's request goes on as far as it can. Answers with the process
    /// if it ended over it.
    async fn go_on(&mut self, client: Option<&mut Client>) -> Result<Option<usize>, String> {
        let Some(client) = client else {
            // Work of a process that no request waits for.
            tokio::task::yield_now().await;
            return Ok(None);
        };
        let Some(Running { call, process, mut answer }) = client.running.take() else { return Ok(None) };
        {
            let mut state = self.stage.state();
            (state.call, state.has_changed, state.has_crashed) = (call, false, false);
        }
        let outcome = poll_fn(|cx| {
            Poll::Ready(match answer.as_mut().poll(cx) {
                Poll::Ready(outcome) => Some(outcome),
                Poll::Pending => None,
            })
        })
        .await;
        let (has_changed, has_crashed) = {
            let state = self.stage.state();
            (state.has_changed, state.has_crashed)
        };
        if has_changed {
            self.calls[call].changed = Some(self.step);
        }
        match outcome {
            Some(outcome) => client.next = self.end(call, outcome)?,
            None => client.running = Some(Running { call, process, answer }),
        }
        Ok(has_crashed.then_some(process))
    }

    /// A request has its answer. What is to be asked again, if that says that
    /// nobody knows.
    fn end(
        &mut self,
        index: usize,
        outcome: Result<Value, Refused>,
    ) -> Result<Option<(&'static str, Asked)>, String> {
        let step = self.step;
        let now = self.processes.iter().map(|process| process.clock_now()).max();
        let call = &mut self.calls[index];
        call.ended = step;
        let (account, asked) = (call.account, call.asked.clone());
        let (code, answer) = match outcome {
            Ok(answer) => ("succeeded", Ok(answer)),
            Err((code, why)) if UNKNOWN.contains(&code) => {
                let is_old = Some(call.now.plus_seconds(OLD_SECONDS)) <= now;
                if call.faults == 0 && call.turns < MOST_TURNS && !is_old {
                    return Err(format!("nothing was in the way, and yet: {why}\n{}", self.told_all()));
                }
                self.reached.note(format!("{} {code}", asked.operation()));
                // When to come again is by chance.
                let why = why.split("; try again").next().unwrap_or_default().to_owned();
                self.note(|_| format!("call {index} fails: {why}"));
                return Ok(Some((account, asked)));
            }
            Err((code, _)) => (code, Err(code)),
        };
        self.reached.note(format!("{} {code}", asked.operation()));
        if let Ok(answer) = &answer {
            self.learn(account, &asked, answer)?;
        }
        self.calls[index].outcome = Outcome::Answered(answer);
        self.note(|history| {
            let Outcome::Answered(answer) = &history.calls[index].outcome else { return String::new() };
            history.named(format!("call {index} answers {:?}", answer.as_ref().map(without_signature)))
        });
        Ok(None)
    }

    /// What a client learns from an answer: what it holds.
    fn learn(&mut self, account: &'static str, asked: &Asked, answer: &Value) -> Result<(), String> {
        let beneficiary = match asked {
            Asked::Plain(Request::CheckoutLicense { beneficiary, .. }) => beneficiary.clone(),
            Asked::Plain(Request::CheckoutBorrowLicense { .. }) => None,
            Asked::Plain(Request::CreateLicense { .. } | Request::CreateGrant { .. }) => {
                let arn = answer.get("LicenseArn").or(answer.get("GrantArn")).and_then(Value::as_str);
                self.arns.extend(arn.map(ToOwned::to_owned));
                return Ok(());
            }
            _ => return Ok(()),
        };
        check_signed(answer).map_err(|(claims, signed)| format!("{signed} is signed instead of {claims}"))?;
        let token = answer["LicenseConsumptionToken"].as_str().unwrap_or_default().to_owned();
        if !self.held.iter().any(|held| held.token == token) {
            self.held.push(Held { account, token, beneficiary });
        }
        Ok(())
    }

    /// Everything in a process ends. Who waits for an answer asks again.
    fn crash(&mut self, process: usize, clients: &mut [Client]) {
        self.stage.state().waiting.retain(|waiting| waiting.process != process);
        for client in clients {
            if let Some(running) = client.running.take_if(|running| running.process == process) {
                let call = &mut self.calls[running.call];
                call.ended = self.step;
                client.next = Some((call.account, call.asked.clone()));
            }
        }
        self.restart(process);
    }
}

/// What happens by chance in a round.
struct Chance {
    rng: TestRng,
    weather: Weather,
    faults: u32,
    jumps: u32,
}

impl Chance {
    /// Steps between two jumps of the clock, about.
    const BETWEEN_JUMPS: u32 = 40;

    fn new(weather: Weather, seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        Self { rng, weather, faults: weather.most_faults, jumps: weather.jumps }
    }

    fn below(&mut self, end: usize) -> usize {
        self.rng.random_range(0..end)
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn percent(&mut self, most: u32) -> bool {
        most > 0 && self.rng.random_range(0..100) < most
    }

    fn fault(&mut self, faults: &[Fault]) -> Option<Fault> {
        if self.faults == 0 || !self.percent(self.weather.faults) {
            return None;
        }
        self.faults -= 1;
        Some(self.one_of(faults))
    }

    /// Minutes that pass all at once.
    fn jump(&mut self) -> Option<u64> {
        if self.jumps == 0 || self.rng.random_range(0..Self::BETWEEN_JUMPS) > 0 {
            return None;
        }
        self.jumps -= 1;
        Some(self.one_of(&[1, 29, 30, 60, 1440, 7 * 1440]))
    }

    fn choose(&mut self, choices: &[(usize, Next)], last: usize) -> (usize, Next) {
        let same: Vec<_> = choices.iter().copied().filter(|(client, _)| *client == last).collect();
        if !same.is_empty() && self.percent(self.weather.haste) {
            self.one_of(&same)
        } else {
            self.one_of(choices)
        }
    }
}
