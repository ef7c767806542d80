//! What a history consists of, drawn by chance: licenses, and rounds of
//! requests by clients that are on their way at once.

use licentia_core::time::Timestamp;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::service::model::request::{Entitlement, Terms, Wanted};

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;

/// An index, modulo what there is.
pub(super) type Pick = usize;

/// A whole history.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) licenses: Vec<Draft>,
    /// Whether all licenses are of one SKU.
    pub(super) is_one_product: bool,
    /// Whether a checkout is two writes.
    pub(super) charges_for_transactions: bool,
    /// How often the store is too busy to take from a pool, before it is not:
    /// what many want is split.
    pub(super) heat: u32,
    /// What all amounts are multiplied by.
    pub(super) bulk: Bulk,
    /// Seconds that the clock of the second process is ahead.
    pub(super) ahead: u64,
    pub(super) rounds: Vec<Round>,
}

/// How much there is of everything. Little is never split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bulk {
    Little,
    Much,
}

impl Bulk {
    const fn max(self, max: u64) -> u64 {
        match self {
            Self::Little => max,
            Self::Much => max * 300,
        }
    }

    /// What is wanted, of what is drawn.
    pub(super) fn wanted(self, wanted: Vec<Wanted>) -> Vec<Wanted> {
        let much = |value| match value {
            "1" => "300",
            "2" => "600",
            _ => "900",
        };
        let scaled = |wanted: Wanted| Wanted { value: wanted.value.map(much), ..wanted };
        match self {
            Self::Little => wanted,
            Self::Much => wanted.into_iter().map(scaled).collect(),
        }
    }
}

/// Requests that are on their way at once, until all are answered.
#[derive(Clone, Debug)]
pub(super) struct Round {
    /// What each client asks, one after the other.
    pub(super) clients: Vec<Vec<Intent>>,
    pub(super) weather: Weather,
    /// What all that happens by chance begins from.
    pub(super) seed: u64,
    /// Minutes that pass before the next.
    pub(super) then: u32,
}

/// How rough a round is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weather {
    /// Faults among a hundred calls of the store.
    pub(super) faults: u32,
    /// Faults at most.
    pub(super) most_faults: u32,
    /// How often the clock jumps, by some minutes.
    pub(super) jumps: u32,
    /// In how many of a hundred cases the one goes on who was at it.
    pub(super) haste: u32,
}

impl Weather {
    /// Nothing happens by chance.
    pub(super) const CALM: Self = Self { faults: 0, most_faults: 0, jumps: 0, haste: 0 };
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Who {
    Owner,
    Grantee,
}

/// What a client is about to ask.
#[derive(Clone, Debug)]
pub(super) enum Intent {
    Take {
        license: Pick,
        who: Who,
        kind: &'static str,
        wanted: Vec<Wanted>,
    },
    Borrow {
        license: Pick,
        who: Who,
        wanted: Vec<Wanted>,
    },
    CheckIn {
        checkout: Pick,
    },
    Extend {
        checkout: Pick,
        dry_run: Option<bool>,
    },
    Revise {
        license: Pick,
        draft: Draft,
        status: &'static str,
        reset: Option<bool>,
        is_named: bool,
    },
    Delete {
        license: Pick,
    },
    Activate {
        grant: Pick,
        status: &'static str,
    },
    Usage {
        license: Pick,
        who: Who,
    },
    /// A request that was sent before, as it was or with another parameter.
    Again {
        back: Pick,
        changed: bool,
    },
    TidyUp,
}

/// Terms, relative to when they are sent.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// Days ago.
    begun: u32,
    /// Days from then on.
    ends: Option<u32>,
    seats: u64,
    storage: Option<u64>,
    overage: Option<bool>,
    check_in: Option<bool>,
    renew: Option<&'static str>,
    provisional: u32,
    borrow: Option<(u32, bool)>,
}

impl Draft {
    pub(super) fn at(&self, now: Timestamp, bulk: Bulk) -> Terms {
        let days = |days: u32| u64::from(days) * 86_400;
        let counted = |name, unit, max| Entitlement {
            name,
            unit,
            max: Some(bulk.max(max)),
            value: None,
            overage: self.overage,
            check_in: self.check_in,
        };
        let mut entitlements = vec![counted("Seats", "Count", self.seats)];
        entitlements.extend(self.storage.map(|max| counted("Storage", "Gigabytes", max)));
        Terms {
            begin: Timestamp::from_unix(now.unix() - days(self.begun)).unwrap(),
            end: self.ends.map(|ends| now.plus_days(ends)),
            entitlements,
            renew: self.renew,
            provisional: Some(self.provisional),
            borrow: self.borrow,
        }
    }
}

/// What a history is after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Focus {
    /// Whatever there is.
    Everything,
    /// Pools that are split, lent to and merged: much that many want at once,
    /// with time enough for it.
    Shards,
}

pub(super) fn plans(focus: Focus) -> impl Strategy<Value = Plan> {
    let licenses = prop::collection::vec(draft(), 1..=2);
    let (little, much) = ((0, Bulk::Little), [(8, Bulk::Much), (20, Bulk::Much), (40, Bulk::Much)]);
    let (much, charges) = match focus {
        Focus::Everything => (vec![little, little, much[0], much[2]], vec![false, true]),
        Focus::Shards => (much.to_vec(), vec![true]),
    };
    let rounds = prop::collection::vec(round(), 4..12);
    (licenses, any::<bool>(), select(charges), select(much), 0..3_u64, rounds).prop_map(
        move |(mut licenses, is_one_product, charges_for_transactions, (heat, bulk), ahead, mut rounds)| {
            if focus == Focus::Shards {
                licenses.iter_mut().for_each(|draft| draft.borrow = draft.borrow.or(Some((DAY, true))));
                rounds.iter_mut().for_each(|round| round.weather.jumps = 0);
            }
            Plan {
                licenses,
                is_one_product,
                charges_for_transactions,
                heat: if charges_for_transactions { heat } else { 0 },
                bulk,
                ahead,
                rounds,
            }
        },
    )
}

fn round() -> impl Strategy<Value = Round> {
    let clients = prop::collection::vec(prop::collection::vec(intent(), 1..3), 2..=8);
    let weather = (
        select(vec![0, 3, 8, 8, 20]),
        select(vec![2, 4, 8, 16]),
        select(vec![0, 0, 0, 1, 2]),
        select(vec![0, 30, 80]),
    )
        .prop_map(|(faults, most_faults, jumps, haste)| Weather { faults, most_faults, jumps, haste });
    let then = prop_oneof![
        4 => Just(0),
        4 => select(vec![1, 29, 30, HOUR - 1, HOUR]),
        2 => select(vec![DAY, 7 * DAY, 8 * DAY, 31 * DAY]),
    ];
    (clients, weather, any::<u64>().no_shrink(), then).prop_map(|(clients, weather, seed, then)| Round {
        clients,
        weather,
        seed,
        then,
    })
}

fn intent() -> impl Strategy<Value = Intent> {
    let kind = || select(vec!["PROVISIONAL", "PROVISIONAL", "PROVISIONAL", "PROVISIONAL", "PERPETUAL"]);
    let status = || select(vec!["AVAILABLE", "AVAILABLE", "AVAILABLE", "AVAILABLE", "DEACTIVATED"]);
    prop_oneof![
        30 => (pick(), who(), kind(), wanted()).prop_map(
            |(license, who, kind, wanted)| Intent::Take { license, who, kind, wanted }),
        9 => (pick(), who(), wanted()).prop_map(|(license, who, wanted)| Intent::Borrow { license, who, wanted }),
        18 => pick().prop_map(|checkout| Intent::CheckIn { checkout }),
        8 => (pick(), flag()).prop_map(|(checkout, dry_run)| Intent::Extend { checkout, dry_run }),
        6 => (pick(), draft(), status(), flag(), any::<bool>()).prop_map(
            |(license, draft, status, reset, is_named)| Intent::Revise { license, draft, status, reset, is_named }),
        1 => prop_oneof![
            1 => pick().prop_map(|license| Intent::Delete { license }),
            3 => (pick(), select(vec!["ACTIVE", "ACTIVE", "DISABLED"])).prop_map(
                |(grant, status)| Intent::Activate { grant, status }),
        ],
        6 => (pick(), who()).prop_map(|(license, who)| Intent::Usage { license, who }),
        10 => (pick(), prop::bool::weighted(0.1)).prop_map(|(back, changed)| Intent::Again { back, changed }),
        2 => Just(Intent::TidyUp),
    ]
}

fn draft() -> impl Strategy<Value = Draft> {
    let amounts = (1..=6_u64, select(vec![None, None, Some(2), Some(4)]));
    let returns = (
        select(vec![None, None, None, None, Some(false), Some(true)]),
        select(vec![None, None, None, Some(true), Some(false)]),
    );
    let lasts = (
        select(vec![0, 0, 6, 7, 30]),
        select(vec![None, None, None, Some(8), Some(40)]),
        select(vec![None, None, Some("Weekly"), Some("Monthly")]),
        select(vec![30, HOUR]),
        select(vec![None, Some((HOUR, true)), Some((DAY, true)), Some((DAY, false))]),
    );
    (amounts, returns, lasts).prop_map(
        |((seats, storage), (overage, check_in), (begun, ends, renew, provisional, borrow))| Draft {
            begun,
            ends,
            seats,
            storage,
            overage,
            check_in,
            renew,
            provisional,
            borrow,
        },
    )
}

fn wanted() -> impl Strategy<Value = Vec<Wanted>> {
    let seats = |value| Wanted { name: "Seats", unit: "Count", value: Some(value) };
    let storage = |value| Wanted { name: "Storage", unit: "Gigabytes", value: Some(value) };
    prop_oneof![
        6 => select(vec!["1", "1", "2", "3"]).prop_map(move |value| vec![seats(value)]),
        1 => subsequence(vec![seats("1"), storage("1")], 1..=2),
        1 => subsequence(vec![seats("2"), storage("2")], 1..=2),
    ]
}

fn who() -> impl Strategy<Value = Who> {
    select(vec![Who::Owner, Who::Grantee])
}

fn pick() -> impl Strategy<Value = Pick> {
    0..64_usize
}

fn flag() -> impl Strategy<Value = Option<bool>> {
    select(vec![None, None, Some(false), Some(true)])
}
