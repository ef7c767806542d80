//! Random histories, against what holders believe.

use std::collections::BTreeMap;

use licentia_core::checkout::Wanted;
use licentia_core::entitlement::Unit;
use licentia_core::quantity::Quantity;
use licentia_core::seats::{Borrowed, Ledger, Refusal};
use licentia_core::time::Timestamp;
use licentia_core::token::AllowedEntitlement;
use proptest::prelude::*;

const BORROWED: u64 = 10;
const ENDS: u64 = 400;

#[derive(Clone, Debug)]
enum Step {
    Wait(u64),
    CheckOut {
        holder: u8,
        quantity: u64,
        period: u32,
    },
    Keep {
        holder: u8,
    },
    CheckIn {
        holder: u8,
    },
    /// The holder ends without a word; its id comes back only by checking out.
    Crash {
        holder: u8,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let holder = 0..6_u8;
    prop_oneof![
        (0..20_u64).prop_map(Step::Wait),
        (holder.clone(), 1..=BORROWED + 1, 1..40_u32).prop_map(|(holder, quantity, period)| Step::CheckOut {
            holder,
            quantity,
            period
        }),
        holder.clone().prop_map(|holder| Step::Keep { holder }),
        holder.clone().prop_map(|holder| Step::CheckIn { holder }),
        holder.prop_map(|holder| Step::Crash { holder }),
    ]
}

/// What a holder believes to have: how much, for how long at a time, and until when.
struct Belief {
    quantity: u64,
    period: u64,
    until: u64,
    is_alive: bool,
}

proptest! {
    #[test]
    fn holders_never_have_more_than_was_borrowed_and_are_never_refused_what_is_free(
        steps in proptest::collection::vec(step(), 1..120)
    ) {
        let time = |seconds| Timestamp::from_unix(seconds).unwrap();
        let value = Some(BORROWED.to_string());
        let borrowed = Borrowed {
            checkout: "c".into(),
            ends: Some(time(ENDS)),
            entitlements: vec![AllowedEntitlement { name: "Seats".into(), unit: Unit::Count, value }],
        };
        let (mut text, mut now) = (Ledger::default().to_text(), 0);
        let mut beliefs: BTreeMap<u8, Belief> = BTreeMap::new();
        for step in steps {
            let ledger = Ledger::read(&text).unwrap();
            beliefs.retain(|_, belief| now < belief.until);
            let free_beside = |own: u8| {
                let others = beliefs.iter().filter(|(holder, _)| **holder != own);
                BORROWED - others.map(|(_, belief)| belief.quantity).sum::<u64>()
            };
            let after = match step {
                Step::Wait(seconds) => {
                    now += seconds;
                    continue;
                }
                Step::CheckOut { holder, quantity, period } => {
                    let wanted = Wanted {
                        name: "Seats".into(),
                        unit: Unit::Count,
                        quantity: Quantity::new(quantity).unwrap(),
                    };
                    let decided = borrowed.check_out(&ledger, &holder.to_string(), &[wanted], period, time(now));
                    let fits = now < ENDS && quantity <= free_beside(holder);
                    prop_assert_eq!(decided.is_ok(), fits, "{:?}", decided);
                    let Ok(after) = decided else { continue };
                    let period = u64::from(period);
                    let until = ENDS.min(now + period);
                    beliefs.insert(holder, Belief { quantity, period, until, is_alive: true });
                    after
                }
                Step::Keep { holder } => {
                    let Some(belief) = beliefs.get_mut(&holder).filter(|belief| belief.is_alive) else { continue };
                    let decided = borrowed.keep(&ledger, &holder.to_string(), time(now));
                    let is_exhausted = matches!(decided, Err(Refusal::Exhausted { .. }));
                    prop_assert!(!is_exhausted);
                    belief.until = ENDS.min(now + belief.period);
                    decided.unwrap()
                }
                Step::CheckIn { holder } => {
                    beliefs.remove(&holder);
                    ledger.check_in(&holder.to_string(), time(now))
                }
                Step::Crash { holder } => {
                    if let Some(belief) = beliefs.get_mut(&holder) {
                        belief.is_alive = false;
                    }
                    continue;
                }
            };
            let believed = beliefs.values().map(|belief| belief.quantity).sum::<u64>();
            prop_assert!(believed <= BORROWED);
            prop_assert_eq!(after.taken("Seats").map(Quantity::units), Some(believed));
            text = after.to_text();
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,200}") {
        let _ = Ledger::read(&text);
    }
}
