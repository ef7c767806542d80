//! Random histories: steps that name things by an index into what is there.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::request::{Entitlement, Terms, Wanted};
use super::rules::OPERATIONS;
use super::{ACCOUNTS, BUYER, STRANGER, SUB_BUYER};
use licentia_core::time::Timestamp;

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;
const USE: [&str; 5] = [
    "CheckoutLicense",
    "CheckoutBorrowLicense",
    "CheckInLicense",
    "ExtendConsumptionLicense",
    "ListPurchasedLicenses",
];

/// Who does it: the one whose business it is, or anybody.
pub(super) type By = Option<&'static str>;
/// An index, modulo what there is.
pub(super) type Pick = usize;

#[derive(Clone, Debug)]
pub(super) enum Step {
    License {
        sku: &'static str,
        beneficiary: &'static str,
        draft: Draft,
    },
    Revise {
        license: Pick,
        draft: Draft,
        status: &'static str,
        reset: Option<bool>,
        source: Source,
        by: By,
    },
    DeleteLicense {
        license: Pick,
        source: Source,
        by: By,
    },
    /// With `activate`, the grantee accepts and activates it at once.
    Grant {
        license: Pick,
        to: &'static str,
        operations: Vec<&'static str>,
        activate: bool,
        by: By,
    },
    /// By the grantee of a grant.
    Redistribute {
        grant: Pick,
        to: &'static str,
        operations: Vec<&'static str>,
        activate: bool,
    },
    Answer {
        grant: Pick,
        accept: bool,
        by: By,
    },
    Set {
        grant: Pick,
        status: &'static str,
        reason: Option<&'static str>,
        source: Source,
        by: By,
    },
    Change {
        grant: Pick,
        operations: Option<Vec<&'static str>>,
        name: Option<&'static str>,
        by: By,
    },
    DeleteGrant {
        grant: Pick,
        source: Source,
        by: By,
    },
    Take {
        through: Through,
        issuer: bool,
        kind: &'static str,
        wanted: Vec<Wanted>,
        node: Option<&'static str>,
    },
    Borrow {
        through: Through,
        wanted: Vec<Wanted>,
        method: &'static str,
    },
    CheckIn {
        checkout: Pick,
        beneficiary: bool,
        by: By,
    },
    Extend {
        checkout: Pick,
        dry_run: Option<bool>,
        by: By,
    },
    Retry {
        back: Pick,
        changed: bool,
    },
    Wait {
        minutes: u32,
    },
    ReadLicense {
        license: Pick,
        version: Option<Pick>,
        by: By,
    },
    ReadGrant {
        grant: Pick,
        version: Option<Pick>,
        by: By,
    },
    List {
        account: &'static str,
    },
}

/// The version that a request names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    None,
    Current,
    Other,
}

/// By which right something is taken.
#[derive(Clone, Debug)]
pub(super) enum Through {
    Grant(Pick),
    Own { license: Pick, named: Named },
    Nothing { license: Pick, by: &'static str },
}

/// Which beneficiary the owner names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Named {
    TheOne,
    ItsAccount,
    ItsRoot,
    Another,
}

/// Terms, relative to when they are sent.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// Minutes ago; later where negative.
    begun: i32,
    /// Minutes from then on.
    ends: Option<u32>,
    entitlements: Vec<Entitlement>,
    renew: Option<&'static str>,
    provisional: Option<u32>,
    borrow: Option<(u32, bool)>,
}

impl Draft {
    pub(super) fn at(&self, now: Timestamp) -> Terms {
        let seconds = i64::from(self.begun) * 60;
        let begin = Timestamp::from_unix(now.unix().saturating_add_signed(-seconds)).unwrap();
        Terms {
            begin,
            end: self.ends.map(|minutes| now.plus_minutes(minutes)),
            entitlements: self.entitlements.clone(),
            renew: self.renew,
            provisional: self.provisional,
            borrow: self.borrow,
        }
    }
}

pub(super) fn histories() -> impl Strategy<Value = Vec<Step>> {
    let grant = (operations(), any::<bool>()).prop_map(|(operations, often)| Step::Grant {
        license: 0,
        to: if often { BUYER } else { SUB_BUYER },
        operations,
        activate: true,
        by: None,
    });
    (license(), grant, prop::collection::vec(step(), 10..50)).prop_map(|(license, grant, steps)| {
        let mut history = vec![license, grant];
        history.extend(steps);
        history
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => license(),
        4 => (pick(), draft(), status(), flag(), source(), by()).prop_map(
            |(license, draft, status, reset, source, by)| Step::Revise { license, draft, status, reset, source, by }),
        2 => (pick(), source(), by()).prop_map(|(license, source, by)| Step::DeleteLicense { license, source, by }),
        5 => (pick(), to(), operations(), mostly(), by()).prop_map(
            |(license, to, operations, activate, by)| Step::Grant { license, to, operations, activate, by }),
        5 => (pick(), to(), operations_to_share(), often()).prop_map(
            |(grant, to, operations, activate)| Step::Redistribute { grant, to, operations, activate }),
        4 => (pick(), mostly(), by()).prop_map(|(grant, accept, by)| Step::Answer { grant, accept, by }),
        4 => (pick(), grant_status(), maybe("as agreed"), source(), by()).prop_map(
            |(grant, status, reason, source, by)| Step::Set { grant, status, reason, source, by }),
        2 => (pick(), prop::option::of(operations()), maybe("Renamed"), by()).prop_map(
            |(grant, operations, name, by)| Step::Change { grant, operations, name, by }),
        2 => (pick(), source(), by()).prop_map(|(grant, source, by)| Step::DeleteGrant { grant, source, by }),
        26 => (through(), often(), kind(), wanted(), maybe("node 1")).prop_map(
            |(through, issuer, kind, wanted, node)| Step::Take { through, issuer, kind, wanted, node }),
        9 => (through(), wanted(), method()).prop_map(
            |(through, wanted, method)| Step::Borrow { through, wanted, method }),
        12 => (pick(), often(), by()).prop_map(
            |(checkout, beneficiary, by)| Step::CheckIn { checkout, beneficiary, by }),
        7 => (pick(), flag(), by()).prop_map(|(checkout, dry_run, by)| Step::Extend { checkout, dry_run, by }),
        5 => (pick(), any::<bool>()).prop_map(|(back, changed)| Step::Retry { back, changed }),
        11 => minutes().prop_map(|minutes| Step::Wait { minutes }),
        2 => (pick(), prop::option::of(0..4_usize), by()).prop_map(
            |(license, version, by)| Step::ReadLicense { license, version, by }),
        3 => (pick(), prop::option::of(0..4_usize), by()).prop_map(
            |(grant, version, by)| Step::ReadGrant { grant, version, by }),
        2 => select(&ACCOUNTS[..]).prop_map(|account| Step::List { account }),
    ]
}

fn license() -> impl Strategy<Value = Step> {
    (select(vec!["sku-a", "sku-a", "sku-b"]), select(vec!["Customer", "Client"]), draft())
        .prop_map(|(sku, beneficiary, draft)| Step::License { sku, beneficiary, draft })
}

fn draft() -> impl Strategy<Value = Draft> {
    let day = 1_440;
    let begun =
        prop_oneof![25 => select(vec![0, 60, 6 * day, 7 * day, 30 * day]), 1 => select(vec![-60, -day])];
    let ends = prop_oneof![
        22 => Just(None),
        9 => select(vec![DAY, 7 * DAY, 8 * DAY, 40 * DAY, 40 * DAY]).prop_map(Some),
        1 => select(vec![0, 30]).prop_map(Some),
    ];
    let provisional = prop_oneof![15 => select(vec![30, 60, DAY, 8 * DAY]).prop_map(Some), 1 => Just(None)];
    let borrow = prop_oneof![
        12 => (select(vec![60, DAY, 10 * DAY]), any::<bool>()).prop_map(Some),
        1 => Just(None),
    ];
    let renew = select(vec![None, None, Some("None"), Some("Weekly"), Some("Weekly"), Some("Monthly")]);
    (begun, ends, entitlements(), renew, provisional, borrow).prop_map(
        |(begun, ends, entitlements, renew, provisional, borrow)| Draft {
            begun,
            ends,
            entitlements,
            renew,
            provisional,
            borrow,
        },
    )
}

/// Counted ones and features; hardly ever none at all.
fn entitlements() -> impl Strategy<Value = Vec<Entitlement>> {
    let counted = |name, unit, most: u64| {
        (0..=most, rarely(), returns()).prop_map(move |(max, overage, check_in)| {
            vec![Entitlement { name, unit, max: Some(max), value: None, overage, check_in }]
        })
    };
    let feature = |name, value| {
        returns().prop_map(move |check_in| {
            vec![Entitlement { name, unit: "None", max: None, value, overage: None, check_in }]
        })
    };
    let seats = prop_oneof![19 => counted("Seats", "Count", 8), 1 => Just(vec![])];
    let storage = prop_oneof![1 => counted("Storage", "Gigabytes", 4), 1 => Just(vec![])];
    let edition = prop_oneof![1 => feature("Edition", Some("Pro")), 2 => Just(vec![])];
    let beta = prop_oneof![1 => feature("Beta", None), 4 => Just(vec![])];
    (seats, storage, edition, beta)
        .prop_map(|(seats, storage, edition, beta)| [seats, storage, edition, beta].concat())
}

fn rarely() -> impl Strategy<Value = Option<bool>> {
    select(vec![None, None, Some(false), Some(true)])
}

fn returns() -> impl Strategy<Value = Option<bool>> {
    select(vec![None, None, None, Some(true), Some(true), Some(true), Some(true), Some(false), Some(false)])
}

fn wanted() -> impl Strategy<Value = Vec<Wanted>> {
    let seats = |value| Wanted { name: "Seats", unit: "Count", value: Some(value) };
    let quantities = || select(vec!["1", "1", "2", "3"]);
    let others = vec![
        Wanted { name: "Storage", unit: "Gigabytes", value: Some("1") },
        Wanted { name: "Storage", unit: "Gigabytes", value: Some("3") },
        Wanted { name: "Edition", unit: "None", value: None },
        Wanted { name: "Beta", unit: "None", value: Some("0") },
        Wanted { name: "Edition", unit: "None", value: Some("") },
        Wanted { name: "Nothing", unit: "Count", value: Some("1") },
        Wanted { name: "Storage", unit: "Bytes", value: Some("1") },
    ];
    let wrong = vec![
        Wanted { name: "Seats", unit: "Count", value: Some("0") },
        Wanted { name: "Seats", unit: "Count", value: None },
        Wanted { name: "Seats", unit: "Count", value: Some("-1") },
        Wanted { name: "Edition", unit: "None", value: Some("1") },
    ];
    prop_oneof![
        30 => quantities().prop_map(move |value| vec![seats(value)]),
        16 => (quantities(), subsequence(others.clone(), 1..3)).prop_map(move |(value, others)| {
            let mut wanted = vec![seats(value)];
            wanted.extend(others);
            wanted
        }),
        4 => subsequence(others, 1..3),
        1 => select(wrong).prop_map(|wrong| vec![wrong]),
        1 => Just(vec![]),
    ]
}

/// What an owner grants: often all, the right to redistribute with it.
fn operations() -> impl Strategy<Value = Vec<&'static str>> {
    prop_oneof![
        8 => Just(OPERATIONS[..7].to_vec()),
        4 => Just(USE.to_vec()),
        4 => subsequence(OPERATIONS[..7].to_vec(), 0..7),
        1 => subsequence(OPERATIONS.to_vec(), 1..=8),
    ]
}

fn operations_to_share() -> impl Strategy<Value = Vec<&'static str>> {
    prop_oneof![
        8 => Just(USE.to_vec()),
        4 => subsequence(USE.to_vec(), 1..5),
        1 => subsequence(OPERATIONS.to_vec(), 1..=8),
    ]
}

fn through() -> impl Strategy<Value = Through> {
    let named = select(vec![Named::TheOne, Named::TheOne, Named::ItsAccount, Named::ItsRoot]);
    let named = prop_oneof![9 => named, 1 => Just(Named::Another)];
    prop_oneof![
        12 => pick().prop_map(Through::Grant),
        6 => (pick(), named).prop_map(|(license, named)| Through::Own { license, named }),
        2 => (pick(), select(&ACCOUNTS[..])).prop_map(|(license, by)| Through::Nothing { license, by }),
    ]
}

fn pick() -> impl Strategy<Value = Pick> {
    0..64_usize
}

/// Nearly always who may.
fn by() -> impl Strategy<Value = By> {
    prop_oneof![14 => Just(None), 1 => select(&ACCOUNTS[..]).prop_map(Some)]
}

fn to() -> impl Strategy<Value = &'static str> {
    prop_oneof![5 => Just(BUYER), 5 => Just(SUB_BUYER), 2 => Just(STRANGER), 1 => select(&ACCOUNTS[..])]
}

fn source() -> impl Strategy<Value = Source> {
    prop_oneof![5 => Just(Source::None), 6 => Just(Source::Current), 1 => Just(Source::Other)]
}

fn often() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.9)
}

fn mostly() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.7)
}

fn flag() -> impl Strategy<Value = Option<bool>> {
    select(vec![None, None, Some(false), Some(true)])
}

fn maybe(text: &'static str) -> impl Strategy<Value = Option<&'static str>> {
    select(vec![None, Some(text)])
}

fn kind() -> impl Strategy<Value = &'static str> {
    select(vec!["PROVISIONAL", "PROVISIONAL", "PROVISIONAL", "PERPETUAL"])
}

fn method() -> impl Strategy<Value = &'static str> {
    prop_oneof![15 => Just("JWT_ES256"), 1 => Just("JWT_RS256")]
}

fn status() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        20 => Just("AVAILABLE"),
        2 => Just("DEACTIVATED"),
        2 => Just("SUSPENDED"),
        1 => select(vec!["EXPIRED", "DELETED", "PENDING_AVAILABLE"]),
    ]
}

fn grant_status() -> impl Strategy<Value = &'static str> {
    prop_oneof![7 => Just("ACTIVE"), 4 => Just("DISABLED"), 1 => select(vec!["DELETED", "PENDING_ACCEPT"])]
}

/// How long to wait: often just as long as something lasts.
fn minutes() -> impl Strategy<Value = u32> {
    prop_oneof![
        12 => 0..60_u32,
        10 => select(vec![30, HOUR]),
        6 => select(vec![DAY, 7 * DAY]),
        3 => select(vec![HOUR - 1, 6 * HOUR, 10 * DAY, 31 * DAY]),
        2 => select(vec![181 * DAY, 190 * DAY]),
    ]
}
