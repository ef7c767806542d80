//! The table of section 7.2.

use licentia_core::grant::{Event, GrantStatus, Operations, Refusal, Standing};
use licentia_core::license::{Status, Version};

use super::grant;

const EVENTS: [Event; 7] = [
    Event::Accept,
    Event::Reject,
    Event::Activate,
    Event::Deactivate,
    Event::Delete,
    Event::Distribute,
    Event::Fail,
];

/// Every step that there is.
const STEPS: &[(GrantStatus, Event, GrantStatus)] = &[
    (GrantStatus::PendingWorkflow, Event::Distribute, GrantStatus::WorkflowCompleted),
    (GrantStatus::PendingWorkflow, Event::Fail, GrantStatus::FailedWorkflow),
    (GrantStatus::PendingWorkflow, Event::Delete, GrantStatus::Deleted),
    (GrantStatus::PendingAccept, Event::Accept, GrantStatus::Disabled),
    (GrantStatus::PendingAccept, Event::Reject, GrantStatus::Rejected),
    (GrantStatus::PendingAccept, Event::Delete, GrantStatus::Deleted),
    (GrantStatus::Disabled, Event::Activate, GrantStatus::Active),
    (GrantStatus::Disabled, Event::Delete, GrantStatus::Deleted),
    (GrantStatus::Active, Event::Deactivate, GrantStatus::Disabled),
    (GrantStatus::Active, Event::Delete, GrantStatus::Deleted),
    (GrantStatus::WorkflowCompleted, Event::Delete, GrantStatus::Deleted),
    (GrantStatus::FailedWorkflow, Event::Delete, GrantStatus::Deleted),
];

#[test]
fn g_13_there_is_no_step_but_those_of_the_table() {
    for &from in GrantStatus::ALL {
        for event in EVENTS {
            let step = STEPS.iter().find(|(before, what, _)| (*before, *what) == (from, event));
            assert_eq!(from.after(event), step.map(|(_, _, after)| *after), "{from} {event}");
        }
    }
}

#[test]
fn g_15_a_step_is_the_next_version_and_carries_its_reason() {
    for &(from, event, to) in STEPS {
        let before = grant(from, Operations::ALL);
        let standing = Standing::of(&before, Status::Available, []);
        let after = before.after(&standing, event, Some("because".into())).unwrap();
        assert_eq!((after.grant_status, after.version), (to, Version::parse("4").unwrap()));
        assert_eq!(after.status_reason.as_deref(), Some("because"), "G-16");
        assert_eq!(
            (after.grant_arn, after.granted_operations),
            (before.grant_arn, before.granted_operations)
        );
    }
}

#[test]
fn a_grant_that_was_deleted_with_its_license_takes_no_step() {
    for event in EVENTS {
        let active = grant(GrantStatus::Active, Operations::ALL);
        let standing = Standing::of(&active, Status::Deleted, []);
        let refused = active.after(&standing, event, None).unwrap_err();
        assert_eq!(refused, Refusal::NoSuchStep { from: GrantStatus::Deleted, event });
    }
}

#[test]
fn g_7_all_but_the_rejected_and_the_deleted_are_live() {
    for &status in GrantStatus::ALL {
        let ended = [GrantStatus::Rejected, GrantStatus::Deleted].contains(&status);
        assert_eq!(status.is_live(), !ended, "{status}");
    }
}

#[test]
fn g_32_a_received_license_has_no_pending_delete() {
    for &status in GrantStatus::ALL {
        let shown = if status == GrantStatus::PendingDelete { GrantStatus::Deleted } else { status };
        assert_eq!(status.as_received(), shown);
    }
}
