//! Random histories of licenses, grants, checkouts and time, carried out by the
//! service and by a plain model of the rules; every answer is compared.

mod history;
pub(super) mod request;
pub(super) mod rules;
pub(super) mod signed;
mod step;

use std::cell::RefCell;
use std::sync::Arc;

use licentia::store::Store;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tempfile::TempDir;

use self::history::{History, Reached};
use super::{CUSTOMER as BUYER, VENDOR, World};

const SUB_BUYER: &str = "777788889999";
const STRANGER: &str = "222233334444";
const ACCOUNTS: [&str; 4] = [VENDOR, BUYER, SUB_BUYER, STRANGER];

/// What the histories of an ordinary run must reach, so that they prove
/// something.
const TO_REACH: &[&str] = &[
    "CheckInLicense ResourceNotFoundException",
    "CheckInLicense ValidationException",
    "CheckInLicense succeeded",
    "CheckoutBorrowLicense AccessDeniedException",
    "CheckoutBorrowLicense EntitlementNotAllowedException",
    "CheckoutBorrowLicense NoEntitlementsAllowedException",
    "CheckoutBorrowLicense ResourceNotFoundException",
    "CheckoutBorrowLicense UnsupportedDigitalSignatureMethodException",
    "CheckoutBorrowLicense ValidationException",
    "CheckoutBorrowLicense succeeded",
    "CheckoutLicense AccessDeniedException",
    "CheckoutLicense NoEntitlementsAllowedException",
    "CheckoutLicense ResourceNotFoundException",
    "CheckoutLicense ValidationException",
    "CreateGrant InvalidParameterValueException",
    "CreateGrant ValidationException",
    "CreateGrantVersion InvalidParameterValueException",
    "CreateLicenseVersion ConflictException",
    "CreateLicenseVersion ValidationException",
    "DeleteGrant InvalidParameterValueException",
    "DeleteGrant succeeded",
    "DeleteLicense succeeded",
    "ExtendLicenseConsumption ResourceNotFoundException",
    "ExtendLicenseConsumption ValidationException",
    "ExtendLicenseConsumption succeeded",
    "GetGrant InvalidParameterValueException",
    "GetLicense InvalidParameterValueException",
    "GetLicenseUsage InvalidParameterValueException",
    "RejectGrant succeeded",
    "checked out PERPETUAL",
    "checked out PROVISIONAL",
    "checked out in part",
    "checkout expired",
    "deleted license forgotten",
    "grant ended with what it was made under",
    "license expired",
    "redistributed",
    "renewed",
    "reset",
    "retried ValidationException",
    "retried succeeded",
    "served by an older license",
    "taken beyond the maximum",
];

/// How many histories, and what they begin from: `LICENTIA_HISTORIES` and
/// `LICENTIA_SEED`.
fn runner(usually: u32) -> TestRunner {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let histories = number("LICENTIA_HISTORIES");
    let seed = number("LICENTIA_SEED").unwrap_or(match histories {
        None => 2,
        Some(_) => std::time::UNIX_EPOCH.elapsed().unwrap().as_secs(),
    });
    let cases = histories.map_or(usually, |histories| u32::try_from(histories).unwrap());
    println!("{cases} histories from LICENTIA_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 4000, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// Runs histories, each in a world of its own, and answers what they reached.
fn run(usually: u32, store: impl AsyncFn() -> (Arc<dyn Store>, Option<TempDir>)) -> Reached {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let reached = RefCell::new(Reached::new());
    let outcome = runner(usually).run(&step::histories(), |steps| {
        let history = async {
            let (store, _folder) = store().await;
            let mut history = History::new(World::on(store));
            let outcome = history.run(&steps).await;
            for (what, times) in &history.reached {
                *reached.borrow_mut().entry(what.clone()).or_default() += times;
            }
            outcome
        };
        runtime.block_on(history).map_err(TestCaseError::fail)
    });
    for (what, times) in reached.borrow().iter() {
        println!("{times:6} {what}");
    }
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    reached.into_inner()
}

mod on_sqlite {
    #[test]
    fn every_answer_of_random_histories_follows_from_the_rules() {
        let reached = super::run(150, async || {
            let (store, folder) = crate::store::on_sqlite();
            (store, Some(folder))
        });
        // A search may be of any length.
        if std::env::var_os("LICENTIA_HISTORIES").is_none() {
            let is_missing = |what: &&&str| !reached.contains_key(**what);
            let missing: Vec<&&str> = super::TO_REACH.iter().filter(is_missing).collect();
            assert!(missing.is_empty(), "no history reaches {missing:?}");
        }
    }
}

mod on_dynamodb {
    #[test]
    fn every_answer_of_random_histories_follows_from_the_rules() {
        super::run(3, async || (crate::store::on_dynamodb().await, None));
    }
}
