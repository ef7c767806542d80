//! Who gets a seat, and for how long.

use licentia_core::checkout::Wanted;
use licentia_core::entitlement::Unit;
use licentia_core::quantity::Quantity;
use licentia_core::seats::{Borrowed, Ledger, Refusal};
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

fn held(ledger: &Ledger, checkout: &str) -> u64 {
    ledger.taken(checkout, "Seats").unwrap().units()
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
    assert_eq!(held(&ten, "first"), 10);
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
    assert_eq!(held(&nine, "first"), 9);
}

#[test]
fn a_new_checkout_begins_afresh_and_holders_move_there_as_far_as_there_is_room() {
    let second = Borrowed { checkout: "second".into(), ..borrowed() };
    let six = borrowed().check_out(&Ledger::default(), "a", &[seats(6)], PERIOD, at(0)).unwrap();
    let both = second.check_out(&six, "b", &[seats(5)], PERIOD, at(1)).unwrap();
    assert_eq!((held(&both, "first"), held(&both, "second")), (6, 5));
    assert!(matches!(second.keep(&both, "a", at(2)), Err(Refusal::Exhausted { .. })));
    let moved = second.keep(&both.check_in("b", at(2)), "a", at(2)).unwrap();
    assert_eq!((held(&moved, "first"), held(&moved, "second")), (0, 6));
}

#[test]
fn a_clock_set_back_keeps_no_seat_longer_than_a_period() {
    let full = borrowed().check_out(&Ledger::default(), "a", &[seats(10)], PERIOD, at(90)).unwrap();
    let seen = full.at(at(0));
    assert_eq!(seen.holders()[0].until, at(30));
    assert!(borrowed().check_out(&seen, "b", &[seats(1)], PERIOD, at(30)).is_ok());
}
