//! The operations while requests to DynamoDB are refused, delayed, cut off and
//! passed on twice: each kind of call meets each fault, one at a time, then
//! many by chance.

mod storm;
mod trial;

use fastrand::Rng;
use licentia_tests::fault_proxy::{Call, Fault};

use self::trial::{Trial, Worlds};

const CHECKOUT: &str = "CheckoutLicense";
const BORROW: &str = "CheckoutBorrowLicense";

/// How many trials of each kind a search makes, `LICENTIA_TRIALS`; an ordinary
/// run makes few.
fn trials(usually: u64) -> u64 {
    number("LICENTIA_TRIALS").unwrap_or(usually)
}

/// What the first trial draws from, `LICENTIA_SEED`; the next one has the next.
fn seed() -> u64 {
    number("LICENTIA_SEED").unwrap_or(1)
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

/// Everything that a client does with a license.
async fn whole_life(worlds: &Worlds, arrives: impl FnMut() -> bool + Send + 'static) {
    let mut trial = Trial::open(worlds.clone(), arrives).await;
    trial.take(CHECKOUT, 2).await;
    trial.retry(0).await;
    trial.take(BORROW, 1).await;
    trial.wait(1);
    trial.extend(0).await;
    trial.revise().await;
    trial.spend(3).await;
    trial.take(CHECKOUT, 2).await;
    trial.take(CHECKOUT, 1).await;
    trial.check_in(0).await;
    trial.take(CHECKOUT, 1).await;
    trial.usage().await;
    // All but the borrowed seat and the traffic come back by themselves.
    trial.wait(60);
    trial.take(BORROW, 4).await;
    trial.extend(2).await;
    trial.check_in(1).await;
    trial.retry(1).await;
    trial.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_fault_of_each_kind_changes_nothing() {
    let worlds = Worlds::open().await;
    worlds.proxy.pass_everything();
    whole_life(&worlds, || true).await;
    let calls = worlds.proxy.met();
    println!("in a license's life: {calls:?}");
    let mut made = 0;
    for (&call, &count) in &calls {
        for fault in Fault::of(call) {
            // A search faults each request, an ordinary run the one whose turn it is.
            let every = number("LICENTIA_TRIALS").is_some();
            let turn = made % count;
            for request in (0..count).filter(|request| every || *request == turn) {
                // What is late arrives at once, or after what comes next.
                let lags = if fault == Fault::Late { 3 } else { 1 };
                for lag in 0..lags {
                    println!("{call:?} {request} meets {fault:?}, late by {lag}");
                    worlds.proxy.plan(move |met, before| (met == call && before == request).then_some(fault));
                    let mut steps = 0;
                    let arrives = move || {
                        steps += 1;
                        steps % (lag + 1) == lag
                    };
                    whole_life(&worlds, arrives).await;
                    made += 1;
                }
            }
        }
    }
    println!("{made} trials");
    for call in [Call::GetItem, Call::BatchGetItem, Call::Query, Call::UpdateItem, Call::TransactWriteItems] {
        assert!(calls.contains_key(&call), "{call:?} was never made");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_faults_by_chance_change_nothing() {
    let worlds = Worlds::open().await;
    let first = seed();
    println!("{} trials from LICENTIA_SEED={first}", trials(12));
    for seed in first..first + trials(12) {
        println!("LICENTIA_SEED={seed}");
        let mut steps = Rng::with_seed(seed);
        let (mut fates, mut arrivals) = (steps.fork(), steps.fork());
        let percent = [1, 3, 10, 30][usize::try_from(seed % 4).unwrap()];
        worlds.proxy.plan(move |call, _| by_chance(&mut fates, percent, call));
        let mut trial = Trial::open(worlds.clone(), move || arrivals.u8(..3) == 0).await;
        for _ in 0..20 {
            let known = (trial.checkouts() > 0).then(|| steps.usize(..trial.checkouts()));
            match (steps.u8(..12), known) {
                (0..=2, _) | (_, None) => trial.take(CHECKOUT, steps.u64(1..4)).await,
                (3, _) => trial.take(BORROW, steps.u64(1..4)).await,
                (4, _) => trial.spend(steps.u64(1..4)).await,
                (5, Some(checkout)) => trial.retry(checkout).await,
                (6, Some(checkout)) => trial.extend(checkout).await,
                (7..=9, Some(checkout)) => trial.check_in(checkout).await,
                (10, _) => trial.revise().await,
                _ => trial.wait(steps.u64(1..40)),
            }
        }
        trial.close().await;
    }
}

/// A fault for so many requests in a hundred.
fn by_chance(fates: &mut Rng, percent: u8, call: Call) -> Option<Fault> {
    let faults: Vec<Fault> = Fault::of(call).collect();
    (fates.u8(..100) < percent).then(|| faults[fates.usize(..faults.len())])
}
