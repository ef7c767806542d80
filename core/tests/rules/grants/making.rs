//! Making a grant (section 7.1).

use licentia_core::grant::{
    Fault, GrantStatus, GrantType, Grantor, MOST_GRANTS, Operations, Override, Refusal, Standing, Start,
    Ties, Wanted, check_room, create,
};
use licentia_core::license::{License, Status};

use super::super::at;
use super::{BUYER, ORGANIZATION, account, buyer, from_marketplace, grant, license, set, to, wanted};

const LINKED: Ties = Ties::Managed { all_features: true, linked: true, nested: false };

fn by_owner(wanted: &Wanted, license: &License, ties: Ties) -> Result<Start, Refusal> {
    create(wanted, license, license.owner(), Grantor::Owner, ties, at("2026-02-01T00:00:00Z"))
}

/// By a buyer that holds these operations.
fn by_buyer(wanted: &Wanted, held: Operations) -> Result<Start, Refusal> {
    let standing = Standing::of(&grant(GrantStatus::Active, held), Status::Available, []);
    let grantor = Grantor::Grantee(&standing);
    create(wanted, &license(), &account(BUYER), grantor, Ties::None, at("2026-02-01T00:00:00Z"))
}

fn refused(answer: Result<Start, Refusal>, refusal: &Refusal, fault: Fault) {
    assert_eq!(answer.unwrap_err(), *refusal);
    assert_eq!(refusal.fault(), fault);
}

#[test]
fn g_19_whom_a_linked_organization_distributes_to_accepts_by_itself() {
    let ties = |all_features, linked| Ties::Managed { all_features, linked, nested: false };
    for (ties, start) in [
        (Ties::None, Start::Pending),
        (ties(true, false), Start::Pending),
        (ties(false, true), Start::Pending),
        (LINKED, Start::Accepted),
    ] {
        assert_eq!(by_owner(&wanted(buyer()), &license(), ties), Ok(start), "{ties:?}");
    }
}

#[test]
fn g_18_what_was_bought_on_marketplace_is_active_by_itself() {
    let active = Ok(Start::Activated(account(BUYER)));
    assert_eq!(by_owner(&wanted(buyer()), &from_marketplace(), Ties::None), active);
    assert_eq!(by_owner(&wanted(to(ORGANIZATION)), &from_marketplace(), LINKED), Ok(Start::Distributed));
}

#[test]
fn g_3_a_grantor_gives_what_it_holds() {
    let mut wanted = wanted(to("arn:aws:iam::777788889999:root"));
    assert_eq!(by_buyer(&wanted, set(&["CheckoutLicense", "CheckInLicense"])), Ok(Start::Pending));
    let missing = Refusal::NotHeld(set(&["CheckInLicense"]));
    refused(by_buyer(&wanted, set(&["CheckoutLicense", "CreateToken"])), &missing, Fault::State);
    wanted.operations = set(&["CreateGrant"]);
    refused(by_buyer(&wanted, Operations::ALL), &Refusal::SharedTwice, Fault::State);
    assert_eq!(by_owner(&wanted, &license(), Ties::None), Ok(Start::Pending));
}

#[test]
fn g_6_each_type_has_its_operations() {
    let sees = set(&["ListReceivedLicenses"]);
    let mut delegate = Wanted { operations: sees, grant_type: GrantType::DelegateGrant, ..wanted(buyer()) };
    assert_eq!(by_owner(&delegate, &license(), Ties::None), Ok(Start::Pending));
    for operations in
        [Operations::NONE, set(&["CheckoutLicense"]), set(&["CheckoutLicense", "ListReceivedLicenses"])]
    {
        delegate.operations = operations;
        refused(by_owner(&delegate, &license(), Ties::None), &Refusal::DelegateSeesOnly, Fault::State);
    }
    let buyer = Wanted { operations: Operations::ALL, ..wanted(buyer()) };
    refused(by_owner(&buyer, &license(), Ties::None), &Refusal::NotForBuyers, Fault::State);
}

#[test]
fn g_7_the_2001st_grant_is_one_too_many() {
    assert_eq!(MOST_GRANTS, 2000);
    assert_eq!(check_room(1999), Ok(()));
    assert_eq!(check_room(2000), Err(Refusal::TooMany));
    assert_eq!(Refusal::TooMany.fault(), Fault::Limit);
}

#[test]
fn g_9_nobody_grants_to_itself() {
    let own = wanted(to("arn:aws:iam::111122223333:root"));
    refused(by_owner(&own, &license(), Ties::None), &Refusal::ToOneself, Fault::State);
}

#[test]
fn g_10_only_an_available_license_is_granted() {
    for status in Status::ALL {
        let license = License { status, ..license() };
        let answer = by_owner(&wanted(buyer()), &license, Ties::None);
        match status {
            Status::Available => assert_eq!(answer, Ok(Start::Pending)),
            status => refused(answer, &Refusal::LicenseNotAvailable(status), Fault::State),
        }
    }
    let late = at("2027-01-31T10:00:00Z");
    let expired = create(&wanted(buyer()), &license(), license().owner(), Grantor::Owner, Ties::None, late);
    refused(expired, &Refusal::LicenseNotAvailable(Status::Expired), Fault::State);
}

#[test]
fn g_20_a_desired_status_is_active_and_for_organizations() {
    for &status in GrantStatus::ALL {
        let desired = |principal| Wanted { desired_status: Some(status), ..wanted(principal) };
        let to_account = by_owner(&desired(buyer()), &license(), LINKED);
        let to_all = by_owner(&desired(to(ORGANIZATION)), &license(), LINKED);
        if status == GrantStatus::Active {
            assert_eq!(to_account, Err(Refusal::DesiredStatusForAccount));
            assert_eq!(to_all, Ok(Start::Distributed));
        } else {
            let refusal = Refusal::DesiredStatusNotActive(status);
            refused(to_account, &refusal, Fault::State);
            refused(to_all, &refusal, Fault::State);
        }
    }
}

#[test]
fn g_21_an_override_is_for_marketplace_and_for_activating() {
    for &behavior in Override::ALL {
        let chosen = Wanted { activation_override: Some(behavior), ..wanted(to(ORGANIZATION)) };
        refused(by_owner(&chosen, &license(), LINKED), &Refusal::OverrideNotMarketplace, Fault::State);
        let from = from_marketplace();
        refused(by_owner(&chosen, &from, LINKED), &Refusal::OverrideNotActivating, Fault::State);
        let active = Wanted { desired_status: Some(GrantStatus::Active), ..chosen };
        assert_eq!(by_owner(&active, &from, LINKED), Ok(Start::Distributed));
    }
}

#[test]
fn g_24_an_organization_is_managed_linked_and_has_all_features() {
    let ties = |all_features, linked, nested| Ties::Managed { all_features, linked, nested };
    for (ties, refusal) in [
        (Ties::None, Refusal::NotManaged),
        (Ties::UnknownUnit, Refusal::UnknownUnit),
        (ties(false, true, false), Refusal::NotAllFeatures),
        (ties(true, false, false), Refusal::NotLinked),
        (ties(true, true, true), Refusal::NestedUnit),
    ] {
        refused(by_owner(&wanted(to(ORGANIZATION)), &license(), ties), &refusal, Fault::State);
    }
    assert_eq!(by_owner(&wanted(to(ORGANIZATION)), &license(), LINKED), Ok(Start::Distributed));
}
