//! What a grant has come to, from what it was made under.

use licentia_core::grant::{AllowedOperation, GrantStatus, NotUsable, Operations, Standing};
use licentia_core::license::{Status, Version};
use proptest::prelude::*;

use super::{grant, set};

#[test]
fn l_25_a_grant_is_deleted_with_its_license() {
    for license in Status::ALL {
        let active = grant(GrantStatus::Active, Operations::ALL);
        let standing = Standing::of(&active, license, []);
        let is_gone = [Status::Deleted, Status::PendingDelete].contains(&license);
        let expected = if is_gone { GrantStatus::Deleted } else { GrantStatus::Active };
        assert_eq!(standing.status, expected, "{license}");
    }
}

#[test]
fn g_27_a_grant_is_deleted_with_any_grant_above_it() {
    for &above in GrantStatus::ALL {
        let chain = [grant(above, Operations::ALL), grant(GrantStatus::Active, Operations::ALL)];
        let active = grant(GrantStatus::Active, Operations::ALL);
        let standing = Standing::of(&active, Status::Available, &chain);
        let is_gone = [GrantStatus::Deleted, GrantStatus::PendingDelete].contains(&above);
        assert_eq!(standing.status == GrantStatus::Deleted, is_gone, "{above}");
        let seen = active.seen(&standing);
        let version = if is_gone { "4" } else { "3" };
        assert_eq!((seen.grant_status, seen.version), (standing.status, Version::parse(version).unwrap()));
    }
}

#[test]
fn a_rejected_grant_stays_rejected() {
    let rejected = grant(GrantStatus::Rejected, Operations::ALL);
    let standing = Standing::of(&rejected, Status::Deleted, [&grant(GrantStatus::Deleted, Operations::ALL)]);
    assert_eq!(rejected.seen(&standing), rejected);
}

#[test]
fn g_28_a_grant_is_of_use_while_it_and_all_above_it_are_active() {
    use GrantStatus::{Active, PendingWorkflow, WorkflowCompleted};
    let checkout = AllowedOperation::CheckoutLicense;
    for &status in GrantStatus::ALL {
        let of_use = Standing::of(&grant(status, Operations::ALL), Status::Available, []).usable(checkout);
        let expected = if status == Active { Ok(()) } else { Err(NotUsable::NotActive(status)) };
        assert_eq!(of_use, expected, "{status}");
        let below = grant(Active, Operations::ALL);
        let standing = Standing::of(&below, Status::Available, [&grant(status, Operations::ALL)]);
        let expected = match status {
            Active | WorkflowCompleted | PendingWorkflow => Ok(()),
            GrantStatus::Deleted | GrantStatus::PendingDelete => {
                Err(NotUsable::NotActive(GrantStatus::Deleted))
            }
            status => Err(NotUsable::HeldUp(status)),
        };
        assert_eq!(standing.usable(checkout), expected, "under {status}");
    }
}

#[test]
fn k_7_an_active_grant_is_of_use_for_what_it_allows() {
    for &operation in AllowedOperation::ALL {
        let active = grant(GrantStatus::Active, set(&["CheckoutLicense", "CreateToken"]));
        let allowed = Standing::of(&active, Status::Available, []).usable(operation);
        let expected = match operation {
            AllowedOperation::CheckoutLicense | AllowedOperation::CreateToken => Ok(()),
            operation => Err(NotUsable::NotGranted(operation)),
        };
        assert_eq!(allowed, expected);
    }
}

fn operations() -> impl Strategy<Value = Operations> {
    prop::collection::vec(prop::sample::select(AllowedOperation::ALL), 0..9)
        .prop_map(|operations| operations.into_iter().collect())
}

proptest! {
    #[test]
    fn g_29_a_grant_allows_what_it_and_all_above_it_allow(own in operations(), above in prop::collection::vec(operations(), 0..3)) {
        let chain: Vec<_> = above.iter().map(|&operations| grant(GrantStatus::Active, operations)).collect();
        let standing = Standing::of(&grant(GrantStatus::Active, own), Status::Available, &chain);
        for &operation in AllowedOperation::ALL {
            let by_all = own.contains(operation) && above.iter().all(|above| above.contains(operation));
            prop_assert_eq!(standing.operations.contains(operation), by_all);
            prop_assert_eq!(standing.usable(operation).is_ok(), by_all);
        }
    }

    #[test]
    fn operations_are_a_set_that_is_written_in_order(own in operations(), other in operations()) {
        let written = serde_json::to_value(own).unwrap();
        let in_order: Vec<_> = AllowedOperation::ALL.iter().filter(|o| own.contains(**o)).map(|o| o.as_str()).collect();
        prop_assert_eq!(&written, &serde_json::json!(in_order));
        prop_assert_eq!(serde_json::from_value::<Operations>(written).unwrap(), own);
        prop_assert_eq!(own.is_within(other), own.iter().all(|operation| other.contains(operation)));
        prop_assert_eq!(own.without(other).and(other), Operations::NONE);
    }
}
