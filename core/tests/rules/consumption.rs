//! Sections 3 to 6: entitlements, checkout, borrow, check-in, extension.

use licentia_core::checkout::{CheckInRefusal, ExtendRefusal, Kind, Refusal, Shortfall, Unusable, check_in};
use licentia_core::entitlement::Unit;
use licentia_core::license::Status;
use licentia_core::pool::Reservation;
use licentia_core::renewal::RenewType;

use super::{World, at, counted, feature, license, quantity, wishes};

fn exhausted(wanted: u64, left: u64, max: u64) -> Refusal {
    Refusal::NoneAllowed(vec![Shortfall::Exhausted {
        name: "Seats".into(),
        wanted: quantity(wanted),
        left: quantity(left),
        max: quantity(max),
        unit: Unit::Count,
    }])
}

#[test]
fn vector_1_of_section_3_two_seats_serve_two() {
    let mut world = World::seats(2, false, true);
    assert_eq!(world.seat(1), Ok(0));
    assert_eq!(world.seat(1), Ok(1));
    assert_eq!(world.seat(1), Err(exhausted(1, 0, 2)));
    assert_eq!(world.used(), 2);
    assert_eq!(exhausted(1, 0, 2).to_string(), "No Entitlements Allowed: `Seats` has 0 of 2 Count left");
}

#[test]
fn vector_2_of_section_3_overage_passes_the_maximum() {
    let mut world = World::seats(2, true, true);
    assert_eq!([world.seat(1), world.seat(1), world.seat(1)], [Ok(0), Ok(1), Ok(2)]);
    assert_eq!(world.used(), 3);
}

#[test]
fn vector_3_of_section_3_a_checked_in_seat_serves_again() {
    let mut world = World::seats(2, false, true);
    let both = world.seat(2).unwrap();
    assert_eq!(world.check_in(both), Ok(()));
    assert_eq!(world.seat(1), Ok(1));
    assert_eq!(world.used(), 1);
    assert_eq!(world.check_in(both), Err(CheckInRefusal::Ended));
}

#[test]
fn vector_4_of_section_3_what_cannot_come_back_stays_taken() {
    let mut world = World::seats(2, false, false);
    let seat = world.seat(1).unwrap();
    assert_eq!(world.check_in(seat), Err(CheckInRefusal::NotReturnable("Seats".into())));
    assert_eq!(world.used(), 1);
}

#[test]
fn vector_5_of_section_3_seats_return_by_themselves_at_expiry() {
    let mut world = World::seats(2, false, true);
    assert!(world.seat(2).is_ok());
    world.wait(59);
    assert_eq!(world.seat(2), Err(exhausted(2, 0, 2)));
    world.wait(1);
    assert_eq!(world.used(), 0);
    assert!(world.seat(2).is_ok());
}

#[test]
fn vector_6_of_section_3_more_than_there_is() {
    assert_eq!(World::seats(2, false, true).seat(3), Err(exhausted(3, 2, 2)));
}

#[test]
fn vector_7_of_section_3_perpetual_quantities_are_spent_for_good() {
    let mut world = World::seats(2, false, true);
    let taken = world.take(Kind::Perpetual, &[("Seats", 2, Unit::Count)]).unwrap();
    assert_eq!(world.checkouts[taken].expiration, Some(at("2027-01-31T10:00:00Z")));
    world.wait(600);
    assert_eq!(world.seat(1), Err(exhausted(1, 0, 2)));
    assert_eq!(world.check_in(taken), Err(CheckInRefusal::Perpetual));
}

#[test]
fn e_6_units_must_match() {
    let mut world = World::seats(2, false, true);
    let refused = world.take(Kind::Provisional, &[("Seats", 1, Unit::Bytes)]).unwrap_err();
    assert_eq!(refused.to_string(), "No Entitlements Allowed: `Seats` is counted in Count, not in Bytes");
    assert_eq!(refused.exhausted().len(), 0);
}

#[test]
fn section_4_each_entitlement_is_judged_alone() {
    let mut world = World::of(license(vec![
        counted("Seats", 1),
        feature("Tier", Some("Platinum")),
        feature("Beta", None),
    ]));
    let wanted = [
        ("Gold", 0, Unit::None),
        ("Tier", 0, Unit::None),
        ("Seats", 2, Unit::Count),
        ("Beta", 0, Unit::None),
    ];
    let taken = world.take(Kind::Provisional, &wanted).unwrap();
    let allowed: Vec<_> =
        world.checkouts[taken].allowed.iter().map(|d| (d.name.as_str(), d.value.as_deref())).collect();
    assert_eq!(allowed, [("Tier", Some("Platinum")), ("Beta", None)]);
    assert_eq!(world.used(), 0);
}

#[test]
fn section_4_what_is_exhausted_must_be_so_still_when_the_rest_is_taken() {
    let mut world = World::of(license(vec![counted("Seats", 2), counted("Storage", 2)]));
    let both = world.seat(2).unwrap();
    let partly = |world: &World, seats| {
        let wanted = wishes(&[("Seats", seats, Unit::Count), ("Storage", 1, Unit::Count)]);
        world.decide(Kind::Provisional, &wanted).unwrap()
    };
    let (some, too_many) = (partly(&world, 1), partly(&world, 3));
    assert!(some.edit.fits(&world.pool) && too_many.edit.fits(&world.pool));
    world.check_in(both).unwrap();
    assert!(!some.edit.fits(&world.pool));
    assert!(too_many.edit.fits(&world.pool), "more than there ever is");
    assert!(partly(&world, 1).shortfalls.is_empty());
}

#[test]
fn b_3_a_borrow_takes_all_or_nothing() {
    let mut world = World::of(license(vec![counted("Seats", 1), feature("Tier", None)]));
    let partly = world.take(Kind::Borrow, &[("Tier", 0, Unit::None), ("Seats", 2, Unit::Count)]);
    assert!(matches!(partly, Err(Refusal::SomeNotAllowed(_))), "{partly:?}");
    assert_eq!(world.used(), 0);
    assert_eq!(world.take(Kind::Borrow, &[("Seats", 2, Unit::Count)]), Err(exhausted(2, 1, 1)));
    let all = world.take(Kind::Borrow, &[("Tier", 0, Unit::None), ("Seats", 1, Unit::Count)]).unwrap();
    assert_eq!(world.checkouts[all].expiration, Some(at("2026-02-02T00:00:00Z")));
    assert_eq!(
        world.check_in(all),
        Err(CheckInRefusal::NotEarly { expires_at: Some(at("2026-02-02T00:00:00Z")) })
    );
    assert_eq!(world.extend(all), Err(ExtendRefusal::NotProvisional));
}

#[test]
fn k_2_and_x_1_expiry_is_cut_at_the_end_of_the_validity() {
    let mut world = World::seats(2, false, true);
    world.now = at("2027-01-31T09:30:00Z");
    let seat = world.seat(1).unwrap();
    assert_eq!(world.checkouts[seat].expiration, Some(at("2027-01-31T10:00:00Z")));
    assert_eq!(world.extend(seat), Ok(at("2027-01-31T10:00:00Z")));
    world.wait(30);
    assert_eq!(world.license.status_at(world.now), Status::Expired);
    assert_eq!(world.seat(1), Err(Refusal::Unusable(Unusable::Status(Status::Expired))));
}

#[test]
fn x_1_an_extension_counts_from_now() {
    let mut world = World::seats(1, false, true);
    let seat = world.seat(1).unwrap();
    world.wait(45);
    assert_eq!(world.extend(seat), Ok(at("2026-02-01T01:45:00Z")));
    world.wait(59);
    assert_eq!(world.seat(1), Err(exhausted(1, 0, 1)));
    world.wait(1);
    assert_eq!(world.extend(seat), Err(ExtendRefusal::Ended));
    assert!(world.seat(1).is_ok());
}

#[test]
fn l_20_nothing_can_be_taken_before_the_begin() {
    let mut world = World::seats(1, false, true);
    world.now = at("2026-01-31T09:59:59Z");
    assert_eq!(world.license.status_at(world.now), Status::Available);
    let begin = at("2026-01-31T10:00:00Z");
    assert_eq!(world.seat(1), Err(Refusal::Unusable(Unusable::NotBegun(begin))));
}

#[test]
fn e_13_a_renewal_returns_what_was_spent_and_keeps_what_runs() {
    let mut world = World::seats(5, false, true);
    world.now = at("2026-02-28T09:30:00Z");
    world.take(Kind::Perpetual, &[("Seats", 3, Unit::Count)]).unwrap();
    let running = world.seat(2).unwrap();
    assert_eq!(world.seat(1), Err(exhausted(1, 0, 5)));
    world.wait(30);
    assert_eq!(world.used(), 2);
    assert!(world.seat(3).is_ok());
    assert_eq!(world.used(), 5);
    assert_eq!(world.check_in(running), Ok(()));
    assert_eq!(world.used(), 3);
}

#[test]
fn e_9_what_cannot_come_back_stays_spent_until_the_renewal_after_its_expiry() {
    let mut world = World::seats(2, false, false);
    assert!(world.seat(1).is_ok());
    world.wait(61);
    assert_eq!(world.used(), 1);
    world.now = at("2026-02-28T09:30:00Z");
    assert!(world.seat(1).is_ok());
    assert_eq!(world.used(), 2);
    world.now = at("2026-02-28T10:00:00Z");
    assert_eq!(world.used(), 1, "the first returned; the second still runs");
    world.wait(31);
    assert_eq!(world.used(), 1, "the second ran out in the new period");
    world.reclaim();
    assert_eq!(world.used(), 1);
    world.now = at("2026-03-31T10:00:00Z");
    assert_eq!(world.used(), 0);
}

#[test]
fn l_16_a_check_in_after_a_reset_returns_nothing() {
    let mut world = World::seats(2, false, true);
    let old = world.seat(2).unwrap();
    world.revise(true, |_| {});
    assert_eq!(world.used(), 0);
    let new = world.seat(1).unwrap();
    assert_eq!(world.check_in(old), Ok(()));
    assert_eq!(world.used(), 1);
    assert_eq!(world.check_in(new), Ok(()));
    assert_eq!(world.used(), 0);
}

#[test]
fn l_15_without_reset_consumption_is_carried_over_and_l_17_new_numbers_bind_new_checkouts() {
    let mut world = World::seats(3, false, true);
    let old = world.seat(3).unwrap();
    world.revise(false, |terms| terms.entitlements = vec![counted("Seats", 2)]);
    assert_eq!(world.used(), 3);
    assert_eq!(world.seat(1), Err(exhausted(1, 0, 2)));
    assert!(world.extend(old).is_ok());
    assert_eq!(world.check_in(old), Ok(()));
    assert!(world.seat(2).is_ok());
}

#[test]
fn a_changed_calendar_is_no_renewal() {
    let mut world = World::seats(5, false, true);
    world.take(Kind::Perpetual, &[("Seats", 3, Unit::Count)]).unwrap();
    world.now = at("2026-02-20T00:00:00Z");
    world.revise(false, |terms| terms.consumption_configuration.renew_type = Some(RenewType::Weekly));
    assert_eq!(world.used(), 3);
    world.now = at("2026-02-21T10:00:00Z");
    assert_eq!(world.used(), 0, "the first renewal of the new calendar");
}

#[test]
fn l_25_deleting_a_license_ends_its_checkouts() {
    let mut world = World::seats(1, false, true);
    let seat = world.seat(1).unwrap();
    world.license.status = Status::Deleted;
    assert_eq!(world.check_in(seat), Err(CheckInRefusal::Ended));
    assert_eq!(world.extend(seat), Err(ExtendRefusal::Ended));
    assert_eq!(world.seat(1), Err(Refusal::Unusable(Unusable::Status(Status::Deleted))));
}

#[test]
fn i_4_the_beneficiary_of_a_check_in_must_be_the_checkouts() {
    let mut world = World::seats(1, false, true);
    let seat = world.seat(1).unwrap();
    world.checkouts[seat].beneficiary = Some("444455556666".into());
    let answer = |named| check_in(&world.checkouts[seat], &world.license, named, world.now);
    assert_eq!(answer(None), Err(CheckInRefusal::OtherBeneficiary));
    assert_eq!(answer(Some("777788889999")), Err(CheckInRefusal::OtherBeneficiary));
    assert_eq!(answer(Some("444455556666")), Ok(()));
}

#[test]
fn e_13_a_changed_calendar_takes_nothing_back_that_a_renewal_returned() {
    let mut world = World::seats(1, false, false);
    world.now = at("2026-02-27T00:00:00Z");
    assert!(world.seat(1).is_ok());
    world.now = at("2026-03-02T00:00:00Z");
    assert_eq!(world.used(), 0, "it ran out before the renewal of 28 February");
    world.revise(false, |terms| {
        terms.entitlements[0].allow_check_in = Some(false);
        terms.consumption_configuration.renew_type = Some(RenewType::None);
    });
    assert_eq!(world.used(), 0);
    assert!(world.seat(1).is_ok());
    world.wait(61);
    assert_eq!(world.used(), 1, "without renewals it stays spent");
    world.now = at("2026-09-01T00:00:00Z");
    assert_eq!(world.used(), 1);
}

fn change_calendar(world: &mut World, renew_type: RenewType) {
    world.revise(false, |terms| terms.consumption_configuration.renew_type = Some(renew_type));
}

#[test]
fn e_13_what_returned_with_a_version_is_not_cancelled_too() {
    let mut world = World::seats(5, false, true);
    let mut decision = world.decide(Kind::Perpetual, &wishes(&[("Seats", 1, Unit::Count)])).unwrap();
    let reservation = Reservation::of(&decision, &world.pool, "t", Kind::Perpetual, world.now);
    decision.edit.reserve = [("a".to_owned(), reservation)].into();
    world.book(decision, Kind::Perpetual);
    world.now = at("2026-03-02T00:00:00Z");
    let (before, cancelled) = (world.pool.renewed_at, world.pool.cancelling("a").unwrap());
    change_calendar(&mut world, RenewType::None);
    assert_eq!((world.pool.renewed_at, world.used()), (before, 0), "the begin, as without any renewal");
    assert!(!cancelled.fits(&world.pool));
    let cancelled = world.pool.cancelling("a").unwrap();
    assert!(cancelled.fits(&world.pool) && cancelled.rows.is_empty());
}

#[test]
fn e_13_a_clock_behind_a_renewal_does_not_make_it_again_with_another_calendar() {
    let mut world = World::seats(5, false, true);
    world.now = at("2026-03-02T00:00:00Z");
    change_calendar(&mut world, RenewType::None);
    world.now = at("2026-02-27T00:00:00Z");
    world.take(Kind::Perpetual, &[("Seats", 1, Unit::Count)]).unwrap();
    change_calendar(&mut world, RenewType::Monthly);
    world.now = at("2026-03-02T00:00:00Z");
    assert_eq!(world.used(), 1, "taken after the renewal of 28 February");
}

#[test]
fn e_13_a_license_that_begins_sooner_than_it_was_to_is_renewed() {
    let mut license = license(vec![counted("Seats", 1)]);
    license.terms.validity.begin = at("2026-06-01T00:00:00Z");
    let mut world = World::of(license);
    world.revise(false, |terms| terms.validity.begin = at("2026-02-01T00:00:00Z"));
    world.take(Kind::Perpetual, &[("Seats", 1, Unit::Count)]).unwrap();
    assert_eq!(world.used(), 1);
    world.now = at("2026-03-01T00:00:00Z");
    assert_eq!(world.used(), 0);
}
