//! The service under faults: a few clients ask at once, of two processes over
//! one store, whose calls take turns and fail as chance has it; the clock jumps
//! and processes end in the middle of anything. Whatever the answers are, some
//! order of the requests, one after the other, must explain them by the rules.
//!
//! All chance comes from a seed, and no time passes but in the simulation, so
//! that a history goes the same way each time.

mod asking;
mod call;
mod history;
mod judge;
mod plan;
mod play;
mod reached;
mod stage;

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::Instant;

use licentia::store::Memory;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use tokio::task::coop::unconstrained;

use self::asking::BENEFICIARY;
use self::call::Asked;
use self::history::{History, UNDECIDED};
use self::plan::{Focus, Plan, plans};
use self::reached::Reached;
use self::stage::{Fault, Kind};
use super::model::request::{Request, Wanted};
use super::model::rules::OPERATIONS;
use super::{CUSTOMER as BUYER, VENDOR, World};
use licentia_core::arn::AccountId;

/// How many histories an ordinary run carries out.
const HISTORIES: u64 = 150;
/// One in so many is after shards alone.
const SHARDS: u64 = 4;
/// Longer than anything lasts.
const LONG: u64 = 45 * 1440;

/// What the histories of an ordinary run must reach besides every fault.
const TO_REACH: &[&str] = &[
    "CheckInLicense ResourceNotFoundException",
    "CheckInLicense succeeded",
    "CheckoutBorrowLicense NoEntitlementsAllowedException",
    "CheckoutBorrowLicense succeeded",
    "CheckoutLicense NoEntitlementsAllowedException",
    "CheckoutLicense succeeded",
    "CreateGrantVersion succeeded",
    "CreateLicenseVersion ConflictException",
    "CreateLicenseVersion succeeded",
    "DeleteLicense succeeded",
    "ExtendLicenseConsumption succeeded",
    "TidyUp succeeded",
    "late commit applied",
    "two pools in one commit",
    "three pools in one commit",
];

impl History {
    /// Carries out a whole plan.
    ///
    /// # Errors
    /// The first answers that the rules do not explain.
    async fn run(&mut self, plan: &Plan) -> Result<(), String> {
        for (index, draft) in plan.licenses.iter().enumerate() {
            let sku = if index == 0 || plan.is_one_product { "sku-a" } else { "sku-b" };
            self.begin_license(sku, draft).await?;
        }
        for round in &plan.rounds {
            self.round(&round.clients, round.weather, round.seed).await?;
            self.read_all().await?;
            self.judge()?;
            self.wait(round.then.into());
        }
        // Everything that returns has returned.
        self.wait(LONG);
        self.ask(VENDOR, Asked::TidyUp).await?;
        self.read_all().await?;
        self.judge()?;
        for license in 0..plan.licenses.len() {
            self.take_all(license).await?;
            self.read_all().await?;
            self.judge()?;
        }
        Ok(())
    }

    /// A license, and a grant of it that can be used.
    async fn begin_license(&mut self, sku: &'static str, draft: &plan::Draft) -> Result<(), String> {
        let (terms, beneficiary) = (draft.at(self.now(), self.bulk), BENEFICIARY);
        let create = |token| Request::CreateLicense { token, sku, beneficiary, terms };
        self.ask_new(VENDOR, create).await?;
        // No two are of one second: chance would put them into order.
        self.wait(1);
        let model = self.judge.model();
        let (license, grant) = (model.licenses.len() - 1, model.grants.len());
        let (operations, name) = (OPERATIONS[..7].to_vec(), "Analytics");
        let create = |token| Request::CreateGrant { token, license, to: BUYER, operations, name };
        self.ask_new(VENDOR, create).await?;
        self.ask_new(BUYER, |_| Request::AcceptGrant { grant }).await?;
        let (status, source) = (Some("ACTIVE"), None);
        let (name, operations, reason) = (None, None, None);
        let activate =
            |token| Request::CreateGrantVersion { token, grant, name, operations, status, reason, source };
        self.ask_new(BUYER, activate).await
    }

    async fn ask_new(
        &mut self,
        account: &'static str,
        request: impl FnOnce(usize) -> Request,
    ) -> Result<(), String> {
        let token = self.tokens;
        self.tokens += 1;
        self.ask(account, Asked::Plain(request(token))).await?;
        self.judge()
    }

    /// What is consumed, as either side sees it.
    async fn read_all(&mut self) -> Result<(), String> {
        for license in 0..self.judge.model().licenses.len() {
            for account in [VENDOR, BUYER] {
                self.ask(account, Asked::Plain(Request::GetLicenseUsage { license })).await?;
            }
        }
        Ok(())
    }

    /// Takes all that is left of a license, and then one more.
    async fn take_all(&mut self, license: usize) -> Result<(), String> {
        let model = self.judge.model();
        let (sku, fingerprint) = (model.licenses[license].sku, model.licenses[license].fingerprint());
        let max = model.licenses[license].terms().entitlements[0].max.unwrap();
        let left = max.saturating_sub(model.consumed(license, "Seats"));
        for quantity in [left, 1].into_iter().filter(|quantity| *quantity > 0) {
            let value: Option<&'static str> = Some(quantity.to_string().leak());
            let (kind, node) = ("PROVISIONAL", None);
            let (fingerprint, beneficiary) = (fingerprint.clone(), Some(BENEFICIARY.to_owned()));
            let wanted = vec![Wanted { name: "Seats", unit: "Count", value }];
            let take =
                |token| Request::CheckoutLicense { token, sku, fingerprint, kind, wanted, beneficiary, node };
            self.ask_new(VENDOR, take).await?;
        }
        Ok(())
    }
}

/// What a run of a plan came to.
struct Ran {
    outcome: Result<(), String>,
    reached: Reached,
    trace: Vec<String>,
    steps: usize,
}

fn carry_out(plan: &Plan, items: &Memory, is_traced: bool) -> Ran {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let mut history = History::new(items, plan, is_traced);
    let mut outcome = runtime.block_on(unconstrained(async { history.run(plan).await }));
    if outcome.as_ref().is_err_and(|why| why == UNDECIDED) {
        history.reached.note(UNDECIDED.to_owned());
        outcome = Ok(());
    }
    let (reached, trace, steps) = (history.reached, history.trace.unwrap_or_default(), history.step);
    Ran { outcome, reached, trace, steps }
}

/// A store in which the vendor has a key to sign with: to make one takes a
/// thread.
fn items() -> Memory {
    let store = Arc::new(Memory::default());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let world = World::on(Arc::<Memory>::clone(&store)).with_accounts().await;
        let vendor = AccountId::parse(VENDOR).unwrap();
        assert!(world.service.signer.jwks(&vendor, world.clock_now()).await.unwrap().is_some());
    });
    store.lagging()
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

fn plan_of(seed: u64) -> (TestRunner, impl ValueTree<Value = Plan>) {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        failure_persistence: None,
        max_shrink_iters: 4000,
        max_shrink_time: 20_000,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let focus = if seed.is_multiple_of(SHARDS) { Focus::Shards } else { Focus::Everything };
    let tree = plans(focus).new_tree(&mut runner).unwrap();
    (runner, tree)
}

#[test]
fn some_order_of_the_requests_explains_every_answer_whatever_fails() {
    let histories = number("LICENTIA_HISTORIES");
    let first = number("LICENTIA_SEED").unwrap_or(match histories {
        None => 1,
        Some(_) => std::time::UNIX_EPOCH.elapsed().unwrap().as_secs(),
    });
    let count = histories.unwrap_or(HISTORIES);
    println!("{count} histories from LICENTIA_SEED={first}");
    let items = items();
    let (begin, steps) = (Instant::now(), Cell::new(0_usize));
    let reached = RefCell::new(Reached::default());
    for seed in first..first + count {
        let (mut runner, tree) = plan_of(seed);
        let outcome = runner.run_one(tree, |plan| {
            let ran = carry_out(&plan, &items, false);
            steps.set(steps.get() + ran.steps);
            reached.borrow_mut().join(ran.reached);
            ran.outcome.map_err(TestCaseError::fail)
        });
        if let Err(TestError::Fail(why, plan)) = outcome {
            let trace = carry_out(&plan, &items, true).trace.join("\n");
            panic!("{trace}\n{why}\nreplay it with LICENTIA_HISTORIES=1 LICENTIA_SEED={seed}");
        }
    }
    let reached = reached.into_inner();
    reached.print();
    let seconds = begin.elapsed().as_secs_f64();
    let steps = steps.get();
    println!("{steps} steps in {seconds:.1} s, {:.0} a second", steps as f64 / seconds);
    if histories.is_none() {
        let kinds = [Kind::Get, Kind::Query, Kind::Commit, Kind::Discard];
        let faults = kinds
            .into_iter()
            .flat_map(|kind| Fault::of(kind).iter().map(move |fault| format!("{kind:?} {fault:?}")));
        let all: Vec<String> = faults.chain(TO_REACH.iter().map(|what| (*what).to_owned())).collect();
        let missing: Vec<&String> = all.iter().filter(|what| reached.times(what) == 0).collect();
        assert!(missing.is_empty(), "no history reaches {missing:?}");
    }
}

#[test]
fn a_seed_goes_the_same_way_each_time() {
    let items = items();
    for seed in 1..6 {
        let plan = plan_of(seed).1.current();
        let [first, second] = [(); 2].map(|()| carry_out(&plan, &items, true).trace);
        assert!(first.len() > 100);
        assert_eq!(first, second, "seed {seed}");
    }
}
