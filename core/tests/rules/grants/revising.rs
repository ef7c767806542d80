//! New versions of a grant, and activation.

use licentia_core::arn::GrantArn;
use licentia_core::grant::{
    Actor, Fault, Grant, GrantStatus, GrantType, Operations, Options, Override, Refusal, Revision, Standing,
    activate,
};
use licentia_core::license::{License, Status};

use super::{MEMBER, account, from_marketplace, grant, license, set};

const GRANTEE: Actor = Actor::Grantee { override_is_set: false };
const GRANTOR: Actor = Actor::Grantor { holds: Operations::ALL, manages_grantee: false };
const MANAGER: Actor = Actor::Grantor { holds: Operations::ALL, manages_grantee: true };

fn revise(revision: Revision, before: &Grant, license: &License, actor: Actor) -> Result<Grant, Refusal> {
    revision.of(before, &Standing::of(before, Status::Available, []), license, actor)
}

fn to_status(status: GrantStatus) -> Revision {
    Revision { status: Some(status), ..Revision::default() }
}

fn disabled() -> Grant {
    grant(GrantStatus::Disabled, set(&["CheckoutLicense"]))
}

#[test]
fn a_grantor_decides_on_name_and_operations_and_a_grantee_on_its_status() {
    let name = Revision { name: Some("Other".into()), ..Revision::default() };
    let operations = Revision { operations: Some(set(&["CreateToken"])), ..Revision::default() };
    let active = to_status(GrantStatus::Active);
    for (revision, actor, may) in [
        (&name, GRANTOR, true),
        (&operations, GRANTOR, true),
        (&active, GRANTOR, false),
        (&active, MANAGER, true),
        (&name, GRANTEE, false),
        (&operations, GRANTEE, false),
        (&active, GRANTEE, true),
    ] {
        let answer = revise(revision.clone(), &disabled(), &license(), actor);
        assert_eq!(answer.is_ok(), may, "{revision:?} {actor:?}");
        if let Err(refusal) = answer {
            assert_eq!(refusal.fault(), Fault::Caller);
        }
    }
}

#[test]
fn a_revision_keeps_what_it_leaves_out() {
    let before = Grant { status_reason: Some("before".into()), ..disabled() };
    let renamed = Revision { name: Some("Other".into()), ..Revision::default() };
    let after = revise(renamed, &before, &license(), GRANTOR).unwrap();
    let expected = Grant { grant_name: "Other".into(), version: before.version.next(), ..before.clone() };
    assert_eq!(after, expected);
    let active = revise(to_status(GrantStatus::Active), &before, &license(), GRANTEE).unwrap();
    assert_eq!(active.status_reason, None, "the reason was for the status before");
}

#[test]
fn g_13_a_version_sets_active_and_disabled_only() {
    for &status in GrantStatus::ALL {
        let answer = revise(to_status(status), &disabled(), &license(), GRANTEE);
        match status {
            GrantStatus::Active => assert_eq!(answer.unwrap().grant_status, status),
            GrantStatus::Disabled => {
                assert!(matches!(answer, Err(Refusal::NoSuchStep { from: GrantStatus::Disabled, .. })));
            }
            status => assert_eq!(answer, Err(Refusal::NotSettable(status))),
        }
    }
    for ended in [GrantStatus::Rejected, GrantStatus::Deleted] {
        let answer = revise(Revision::default(), &grant(ended, Operations::ALL), &license(), GRANTOR);
        assert_eq!(answer, Err(Refusal::Ended(ended)));
    }
}

#[test]
fn g_20_a_version_desires_no_status() {
    let desired = Revision { desired_status: Some(GrantStatus::Active), ..Revision::default() };
    assert_eq!(revise(desired, &disabled(), &license(), GRANTEE), Err(Refusal::DesiredStatusInVersion));
}

#[test]
fn g_3_new_operations_are_such_as_a_new_grant_could_have() {
    let with = |operations| Revision { operations: Some(operations), ..Revision::default() };
    let holds = |holds| Actor::Grantor { holds, manages_grantee: false };
    let token = set(&["CreateToken"]);
    let by_owner = revise(with(token), &disabled(), &license(), holds(Operations::ALL)).unwrap();
    assert_eq!(by_owner.granted_operations, token);
    let narrow = holds(set(&["CheckoutLicense"]));
    assert_eq!(revise(with(token), &disabled(), &license(), narrow), Err(Refusal::NotHeld(token)));
    let share = set(&["CreateGrant"]);
    assert!(revise(with(share), &disabled(), &license(), GRANTOR).is_ok());
    let grant_arn = GrantArn::mint(account(MEMBER), super::at("2026-02-01T00:00:00Z"), 0);
    let by_grantee = Grant { grant_arn, ..disabled() };
    assert_eq!(revise(with(share), &by_grantee, &license(), GRANTOR), Err(Refusal::SharedTwice), "G-4");
    let delegate = Grant { grant_type: GrantType::DelegateGrant, ..disabled() };
    assert_eq!(revise(with(token), &delegate, &license(), GRANTOR), Err(Refusal::DelegateSeesOnly), "G-6");
}

#[test]
fn g_21_an_override_is_for_marketplace_and_for_activating() {
    let chosen =
        |status| Revision { activation_override: Some(Override::DistributedGrantsOnly), ..to_status(status) };
    let active = chosen(GrantStatus::Active);
    let elsewhere = revise(active.clone(), &disabled(), &license(), GRANTEE);
    assert_eq!(elsewhere, Err(Refusal::OverrideNotMarketplace));
    let after = revise(active, &disabled(), &from_marketplace(), GRANTEE).unwrap();
    let options = Options { activation_override_behavior: Override::DistributedGrantsOnly };
    assert_eq!(after.options, Some(options));
    let deactivating = revise(
        chosen(GrantStatus::Disabled),
        &Grant { grant_status: GrantStatus::Active, ..after },
        &from_marketplace(),
        GRANTEE,
    );
    assert_eq!(deactivating, Err(Refusal::OverrideNotActivating));
}

#[test]
fn g_23_a_grantee_chooses_where_the_grantor_did_not() {
    let set = Override::AllGrantsPermittedByIssuer;
    let before = Grant { options: Some(Options { activation_override_behavior: set }), ..disabled() };
    let revision = |chosen| Revision { activation_override: Some(chosen), ..to_status(GrantStatus::Active) };
    let by = |override_is_set, chosen| {
        revise(revision(chosen), &before, &from_marketplace(), Actor::Grantee { override_is_set })
    };
    assert!(by(false, Override::DistributedGrantsOnly).is_ok());
    assert!(by(true, set).is_ok());
    assert_eq!(by(true, Override::DistributedGrantsOnly), Err(Refusal::OverrideIsSet(set)));
    assert!(revise(revision(Override::DistributedGrantsOnly), &before, &from_marketplace(), MANAGER).is_ok());
}

#[test]
fn g_22_another_active_grant_of_the_product_is_in_the_way_unless_overridden() {
    let other = grant(GrantStatus::Active, Operations::ALL).grant_arn;
    let others = || vec![other.clone()];
    assert_eq!(activate(None, vec![]), Ok(vec![]));
    assert_eq!(activate(None, others()), Err(Refusal::OtherIsActive(other.clone())));
    assert_eq!(activate(Some(Override::DistributedGrantsOnly), others()), Ok(vec![]));
    assert_eq!(activate(Some(Override::AllGrantsPermittedByIssuer), others()), Ok(others()));
}
