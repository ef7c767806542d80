//! Section 2: what terms make a license, and what status follows which.

use licentia_core::license::{
    ConsumptionConfiguration, License, ProvisionalConfiguration, Status, TermsFault, TransitionFault,
};

use super::{at, counted, feature, license};

#[test]
fn e_2_e_4_l_3_and_l_5_every_fault_of_the_terms_is_named_at_once() {
    let good = license(vec![counted("Seats", 1), feature("seats", None)]);
    assert_eq!(good.terms.faults(), []);
    let mut terms = license(vec![counted("Seats", 1), feature("Seats", None), feature("Seats", None)]).terms;
    terms.validity.end = Some(terms.validity.begin);
    terms.consumption_configuration = ConsumptionConfiguration {
        renew_type: None,
        provisional_configuration: Some(ProvisionalConfiguration { max_time_to_live_in_minutes: 0 }),
        borrow_configuration: None,
    };
    let faults = terms.faults();
    assert_eq!(
        faults,
        [
            TermsFault::EndNotAfterBegin(terms.validity),
            TermsFault::DuplicateEntitlement("Seats".into()),
            TermsFault::NoTimeToLive,
        ]
    );
    terms.entitlements.clear();
    terms.consumption_configuration.provisional_configuration = None;
    assert!(terms.faults().contains(&TermsFault::NoEntitlements));
    assert!(terms.faults().contains(&TermsFault::NoConsumption));
}

#[test]
fn section_2_3_the_table_of_status_transitions() {
    use Status::{Available, Deactivated, Deleted, Expired, PendingDelete, Suspended};
    let base = license(vec![counted("Seats", 1)]);
    let (now, late) = (at("2026-06-01T00:00:00Z"), at("2028-01-01T00:00:00Z"));
    let step = |from, to, now, end: Option<&str>| {
        let license = License { status: from, ..base.clone() };
        let mut terms = license.terms.clone();
        terms.validity.end = end.map(at);
        license.revised(terms, to, now).map(|next| (next.status_at(now), next.version.number()))
    };
    let (old_end, new_end) = (Some("2027-01-31T10:00:00Z"), Some("2029-01-01T00:00:00Z"));
    for (from, to) in [
        (Available, Available),
        (Available, Deactivated),
        (Available, Suspended),
        (Deactivated, Suspended),
        (Deactivated, Available),
        (Deactivated, Deactivated),
        (Suspended, Available),
        (Suspended, Suspended),
    ] {
        assert_eq!(step(from, to, now, old_end), Ok((to, 2)), "{from} to {to}");
    }
    let refused = TransitionFault::NoSuchStep { from: Suspended, to: Deactivated };
    assert_eq!(step(Suspended, Deactivated, now, old_end), Err(refused));
    for to in [Expired, PendingDelete, Deleted, Status::PendingAvailable] {
        assert_eq!(step(Available, to, now, old_end), Err(TransitionFault::NotSettable(to)), "L-19");
    }
    assert_eq!(step(Deleted, Available, now, old_end), Err(TransitionFault::Deleted));
    for from in [Available, Deactivated, Suspended] {
        assert_eq!(step(from, Available, late, old_end), Err(TransitionFault::StillExpired));
        assert_eq!(step(from, Deactivated, late, new_end), Err(TransitionFault::StillExpired));
        assert_eq!(step(from, Available, late, new_end), Ok((Available, 2)));
        assert_eq!(step(from, Available, late, None), Ok((Available, 2)));
    }
}
