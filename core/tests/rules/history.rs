//! Random histories against the sum of what happened.

use licentia_core::checkout::{Checkout, Ended, Kind};
use licentia_core::entitlement::{Entitlement, Measure, Unit};
use licentia_core::license::Status;
use licentia_core::renewal::RenewType;

use proptest::prelude::*;

use super::{World, counted};

#[derive(Clone, Debug)]
enum Step {
    Take(Kind, u64),
    CheckIn(usize),
    Extend(usize),
    Reclaim,
    Wait(u32),
    Revise { reset: bool, max: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let kind = prop_oneof![5 => Just(Kind::Provisional), 1 => Just(Kind::Perpetual), 2 => Just(Kind::Borrow)];
    let step = prop_oneof![
        6 => (kind, 1..5_u64).prop_map(|(kind, units)| Step::Take(kind, units)),
        4 => (0..40_usize).prop_map(Step::CheckIn),
        2 => (0..40_usize).prop_map(Step::Extend),
        2 => Just(Step::Reclaim),
        3 => (0..4000_u32).prop_map(Step::Wait),
        1 => (any::<bool>(), 0..12_u64).prop_map(|(reset, max)| Step::Revise { reset, max }),
    ];
    prop::collection::vec(step, 1..80)
}

/// What was taken and counts: since the latest reset, and where it does not
/// return, since the latest renewal.
pub(super) fn sum(world: &World, returnable: bool) -> u64 {
    let renewed = RenewType::Monthly.latest(world.license.terms.validity, world.now);
    let counts = |checkout: &&Checkout| {
        let since_reset = checkout.license_version >= world.pool.counted_from;
        let counted = match (checkout.kind, checkout.ended) {
            (_, Some(Ended::CheckedIn)) => false,
            (Kind::Perpetual, _) => checkout.issued_at >= renewed,
            _ if checkout.expires_at().is_some_and(|at| at > world.now) => true,
            _ => !returnable && checkout.expires_at().is_some_and(|at| at > renewed),
        };
        since_reset && counted
    };
    let held = |checkout: &Checkout| checkout.held().map(|(_, quantity)| quantity.units()).sum::<u64>();
    world.checkouts.iter().filter(counts).map(held).sum()
}

proptest! {
    /// E-7 as a sum over the history, beside the pool that is kept edit by edit.
    #[test]
    fn e_7_the_pool_equals_the_sum_of_the_history(steps in steps(), returnable: bool) {
        let mut world = World::seats(8, false, returnable);
        for step in steps {
            match step {
                Step::Take(kind, units) => {
                    let max = match world.license.terms.entitlements[0].measure {
                        Measure::Counted { max, .. } => max.units(),
                        Measure::Feature { .. } => unreachable!(),
                    };
                    let before = world.used();
                    let taken = world.take(kind, &[("Seats", units, Unit::Count)]);
                    prop_assert_eq!(taken.is_ok(), before + units <= max && world.license.status_at(world.now) == Status::Available);
                }
                Step::CheckIn(index) if index < world.checkouts.len() => drop(world.check_in(index)),
                Step::Extend(index) if index < world.checkouts.len() => drop(world.extend(index)),
                Step::CheckIn(_) | Step::Extend(_) => {}
                Step::Reclaim => world.reclaim(),
                Step::Wait(minutes) => world.wait(minutes),
                Step::Revise { reset, max } => {
                    if world.license.status_at(world.now) == Status::Available {
                        world.revise(reset, |terms| {
                            terms.entitlements = vec![Entitlement { allow_check_in: Some(returnable), ..counted("Seats", max) }];
                        });
                    }
                }
            }
            prop_assert_eq!(world.used(), sum(&world, returnable));
        }
    }
}
