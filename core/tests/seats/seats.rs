//! Who gets a seat, and for how long.

use licentia_core::checkout::Wanted;
use licentia_core::entitlement::Unit;
use licentia_core::quantity::Quantity;
use licentia_core::seats::{Borrowed, Ledger, MAX_LEDGER_BYTES, Refusal};
use licentia_core::time::Timestamp;
use licentia_core::token::AllowedEntitlement;

const PERIOD: u32 = 30;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(1_000_000 + seconds).unwrap()
}

fn seats(quantity: u64) -> Wanted {
    Wanted { name: "Seats".into(), unit: Unit::Count, quantity: Quantity::new(quantity).unwrap() }
}

fn feature() -> Wanted {
    Wanted { name: "Tier".into(), unit: Unit::None, quantity: Quantity::ZERO }
}

/// Ten seats and a feature until 100 seconds from the start.
fn borrowed() -> Borrowed {
    let entitlement = |name: &str, unit, value: &str| AllowedEntitlement {
        name: name.into(),
        unit,
        value: Some(value.into()),
    };
    Borrowed {
        checkout: "first".into(),
        ends: Some(at(100)),
        entitlements: vec![entitlement("Seats", Unit::Count, "10"), entitlement("Tier", Unit::None, "Gold")],
    }
}

fn held(ledger: &Ledger) -> u64 {
    ledger.taken("Seats").unwrap().units()
}

#[test]
fn no_more_is_handed_out_than_was_borrowed() {
    let six = borrowed().check_out(&Ledger::default(), "a", &[seats(6)], PERIOD, at(0)).unwrap();
    let refusal = borrowed().check_out(&six, "b", &[seats(5)], PERIOD, at(1)).unwrap_err();
    let exhausted = Refusal::Exhausted {
        name: "Seats".into(),
        unit: Unit::Count,
        borrowed: Quantity::new(10).unwrap(),
        left: Quantity::new(4).unwrap(),
        next: Some(at(30)),
    };
    assert_eq!(refusal, exhausted);
    assert_eq!(refusal.code(), "SEATS_EXHAUSTED");
    assert!(refusal.to_string().starts_with("`Seats` has 4 of 10 Count left;"));
    let ten = borrowed().check_out(&six, "b", &[seats(4)], PERIOD, at(1)).unwrap();
    assert_eq!(held(&ten), 10);
}

#[test]
fn all_that_is_wanted_is_handed_out_or_nothing() {
    let absent = Wanted { name: "Absent".into(), ..seats(1) };
    let refusal = borrowed().check_out(&Ledger::default(), "a", &[seats(1), absent], PERIOD, at(0));
    assert_eq!(refusal, Err(Refusal::NotBorrowed { name: "Absent".into(), unit: None }));
}

#[test]
fn units_match_exactly() {
    let wrong = Wanted { unit: Unit::Bytes, ..seats(1) };
    let refusal = borrowed().check_out(&Ledger::default(), "a", &[wrong], PERIOD, at(0));
    assert_eq!(refusal, Err(Refusal::NotBorrowed { name: "Seats".into(), unit: Some(Unit::Count) }));
}

#[test]
fn a_feature_never_runs_out() {
    let mut ledger = Ledger::default();
    for id in 0..100 {
        ledger = borrowed().check_out(&ledger, &id.to_string(), &[feature()], PERIOD, at(0)).unwrap();
    }
    assert_eq!(ledger.holders().len(), 100);
}

#[test]
fn what_is_checked_in_is_there_at_once() {
    let full = borrowed().check_out(&Ledger::default(), "a", &[seats(10)], PERIOD, at(0)).unwrap();
    let free = full.check_in("a", at(1));
    assert_eq!(free, Ledger::default());
    assert_eq!(free.check_in("a", at(1)), free);
    assert!(borrowed().check_out(&free, "b", &[seats(10)], PERIOD, at(1)).is_ok());
}

#[test]
fn who_does_not_say_that_it_is_there_holds_nothing_after_its_period() {
    let full = borrowed().check_out(&Ledger::default(), "a", &[seats(10)], PERIOD, at(0)).unwrap();
    assert!(borrowed().check_out(&full, "b", &[seats(1)], PERIOD, at(29)).is_err());
    let taken = borrowed().check_out(&full, "b", &[seats(10)], PERIOD, at(30)).unwrap();
    assert_eq!(borrowed().keep(&taken, "a", at(31)), Err(Refusal::NotHeld));
}

#[test]
fn who_says_so_holds_on() {
    let mut ledger = borrowed().check_out(&Ledger::default(), "a", &[seats(10)], PERIOD, at(0)).unwrap();
    for time in [20, 45, 70] {
        ledger = borrowed().keep(&ledger, "a", at(time)).unwrap();
    }
    assert_eq!(ledger.holders()[0].until, at(100));
    assert!(borrowed().check_out(&ledger, "b", &[seats(1)], PERIOD, at(99)).is_err());
}

#[test]
fn after_the_license_nobody_gets_or_keeps_a_seat() {
    let held = borrowed().check_out(&Ledger::default(), "a", &[seats(1)], PERIOD, at(99)).unwrap();
    assert_eq!(held.holders()[0].until, at(100), "no seat outlives its license");
    let ended = Refusal::Ended { at: at(100), now: at(100) };
    assert_eq!(borrowed().check_out(&held, "b", &[seats(1)], PERIOD, at(100)), Err(ended));
    assert_eq!(borrowed().keep(&held, "a", at(100)), Err(Refusal::NotHeld));
    let longer = Borrowed { ends: Some(at(99)), ..borrowed() };
    assert_eq!(longer.keep(&held, "a", at(99)), Err(Refusal::Ended { at: at(99), now: at(99) }));
}

#[test]
fn who_checks_out_again_has_that_in_place_of_what_it_had() {
    let six = borrowed().check_out(&Ledger::default(), "a", &[seats(6)], PERIOD, at(0)).unwrap();
    let nine = borrowed().check_out(&six, "a", &[seats(9)], PERIOD, at(1)).unwrap();
    assert_eq!(held(&nine), 9);
}

#[test]
fn what_is_named_twice_is_wanted_twice() {
    let refusal = borrowed().check_out(&Ledger::default(), "a", &[seats(6), seats(5)], PERIOD, at(0));
    assert!(matches!(refusal, Err(Refusal::Exhausted { .. })), "{refusal:?}");
    let more_than_there_can_be = Quantity::MAX.units();
    let refusal = borrowed().check_out(
        &Ledger::default(),
        "a",
        &[seats(1), seats(more_than_there_can_be)],
        PERIOD,
        at(0),
    );
    assert!(matches!(refusal, Err(Refusal::Exhausted { .. })), "{refusal:?}");
    let wanted = [seats(6), feature(), seats(4), feature()];
    let ten = borrowed().check_out(&Ledger::default(), "a", &wanted, PERIOD, at(0)).unwrap();
    assert_eq!(held(&ten), 10);
    assert_eq!(Ledger::read(&ten.to_text()), Ok(ten));
}

#[test]
fn what_is_held_of_an_earlier_checkout_counts_until_its_holder_moves_to_the_new_one() {
    let second = Borrowed { checkout: "second".into(), ends: Some(at(200)), ..borrowed() };
    let six = borrowed().check_out(&Ledger::default(), "a", &[seats(6)], PERIOD, at(0)).unwrap();
    let refusal = second.check_out(&six, "b", &[seats(5)], PERIOD, at(1)).unwrap_err();
    let (left, next) = (Quantity::new(4).unwrap(), Some(at(30)));
    assert!(
        matches!(refusal, Refusal::Exhausted { left: found, next: then, .. } if (found, then) == (left, next))
    );
    let ten = second.check_out(&six, "b", &[seats(4)], PERIOD, at(1)).unwrap();
    let moved = second.keep(&ten, "a", at(2)).unwrap();
    assert!(moved.holders().iter().all(|holder| holder.checkout == "second"));
    assert_eq!(held(&moved), 10);
    // Who says nothing any more has it no longer than it would have had it.
    assert!(second.check_out(&six, "b", &[seats(10)], PERIOD, at(30)).is_ok());
}

#[test]
fn after_a_smaller_checkout_holders_lose_their_seats_until_the_rest_fits() {
    let value = Some("5".into());
    let seats_of = AllowedEntitlement { name: "Seats".into(), unit: Unit::Count, value };
    let smaller = Borrowed { checkout: "second".into(), entitlements: vec![seats_of], ..borrowed() };
    let six = borrowed().check_out(&Ledger::default(), "a", &[seats(6)], PERIOD, at(0)).unwrap();
    let eight = borrowed().check_out(&six, "b", &[seats(2)], PERIOD, at(0)).unwrap();
    assert!(smaller.check_out(&eight, "c", &[seats(1)], PERIOD, at(1)).is_err());
    assert!(matches!(smaller.keep(&eight, "a", at(1)), Err(Refusal::Exhausted { .. })));
    let two = eight.check_in("a", at(1));
    assert_eq!(held(&smaller.keep(&two, "b", at(1)).unwrap()), 2);
}

#[test]
fn no_ledger_becomes_longer_than_any_that_is_read() {
    let name = "x".repeat(MAX_LEDGER_BYTES / 2 - 200);
    let wanted = [Wanted { name: name.clone(), ..feature() }];
    let long = AllowedEntitlement { name, unit: Unit::None, value: None };
    let of = |checkout: &str| Borrowed {
        checkout: checkout.into(),
        entitlements: vec![long.clone()],
        ..borrowed()
    };
    let one = of("first").check_out(&Ledger::default(), "a", &wanted, PERIOD, at(0)).unwrap();
    let two = of("first").check_out(&one, "b", &wanted, PERIOD, at(0)).unwrap();
    assert_eq!(Ledger::read(&two.to_text()).as_ref(), Ok(&two));
    let refusal = of("first").check_out(&two, "c", &wanted, PERIOD, at(0)).unwrap_err();
    assert_eq!((refusal.clone(), refusal.code()), (Refusal::Full, "SEATS_STATE_FULL"));
    let longer = of(&"second".repeat(100)).keep(&two, "a", at(1));
    assert_eq!(longer, Err(Refusal::Full));
    // Whoever has one may have another in its place.
    assert!(of("first").check_out(&two, "b", &wanted, PERIOD, at(0)).is_ok());
}

#[test]
fn a_clock_set_back_keeps_no_seat_longer_than_a_period() {
    let full = borrowed().check_out(&Ledger::default(), "a", &[seats(10)], PERIOD, at(90)).unwrap();
    let seen = full.at(at(0));
    assert_eq!(seen.holders()[0].until, at(30));
    assert!(borrowed().check_out(&seen, "b", &[seats(1)], PERIOD, at(30)).is_ok());
}
