//! The ledger's text is believed in nothing but its form.

use licentia_core::checkout::Wanted;
use licentia_core::entitlement::Unit;
use licentia_core::quantity::Quantity;
use licentia_core::seats::{Borrowed, Ledger, MAX_LEDGER_BYTES, NotALedger};
use licentia_core::time::Timestamp;
use licentia_core::token::AllowedEntitlement;

const GOOD: &str = r#"{"seats":1,"holders":[{"id":"a","checkout":"c","period":30,"until":9,"taken":[{"name":"Seats","quantity":6}]}]}"#;

#[test]
fn a_text_is_read_as_it_was_written() {
    assert_eq!(Ledger::read(GOOD).unwrap().to_text(), GOOD);
    let empty = r#"{"seats":1,"holders":[]}"#;
    assert_eq!(Ledger::read(empty), Ok(Ledger::default()));
    assert_eq!(Ledger::default().to_text(), empty);
}

#[test]
fn a_text_that_lacks_or_adds_anything_is_refused() {
    let changed = [
        ("{\"seats\":1,", "{"),
        ("\"seats\":1", "\"seats\":2"),
        ("\"seats\":1", "\"seats\":1,\"more\":1"),
        ("\"seats\":1", "\"seats\":1,\"seats\":1"),
        ("\"id\":\"a\",", ""),
        ("\"id\":\"a\"", "\"id\":1"),
        ("\"id\":\"a\"", "\"id\":\"a\",\"more\":1"),
        ("\"checkout\":\"c\",", ""),
        ("30", "-30"),
        ("30", "4294967296"),
        ("\"until\":9", "\"until\":999999999999999"),
        ("\"until\":9", "\"until\":9.5"),
        (":6}", ":6},{\"name\":\"Seats\",\"quantity\":1}"),
        (":6}", ":9223372036854775808}"),
        (":6}", ":6,\"more\":1}"),
        ("]}]}", "]}"),
        ("]}]}", "]}]} x"),
        ("]}]}", "]},{\"id\":\"a\",\"checkout\":\"c\",\"period\":30,\"until\":9,\"taken\":[]}]}"),
    ];
    for (from, to) in changed {
        let text = GOOD.replace(from, to);
        assert_ne!(text, GOOD);
        assert_eq!(Ledger::read(&text), Err(NotALedger), "{text}");
    }
    for text in ["", "null", "[]", "\0", &" ".repeat(MAX_LEDGER_BYTES + 1)] {
        assert_eq!(Ledger::read(text), Err(NotALedger));
    }
    assert_eq!(NotALedger.code(), "SEATS_STATE_DAMAGED");
}

#[test]
fn a_text_that_claims_more_than_there_is_leaves_no_room() {
    let claimed = GOOD.replace(":6}", ":9223372036854775807}").replace(":9,", ":1000,");
    let twice = claimed.replace("[{\"id\":\"a\"", "[{\"id\":\"b\",\"checkout\":\"c\",\"period\":30,\"until\":1000,\"taken\":[{\"name\":\"Seats\",\"quantity\":9}]},{\"id\":\"a\"");
    let borrowed = Borrowed {
        checkout: "c".into(),
        ends: None,
        entitlements: vec![AllowedEntitlement {
            name: "Seats".into(),
            unit: Unit::Count,
            value: Some("10".into()),
        }],
    };
    let one = Wanted { name: "Seats".into(), unit: Unit::Count, quantity: Quantity::new(1).unwrap() };
    for text in [claimed, twice] {
        let ledger = Ledger::read(&text).unwrap();
        let now = Timestamp::from_unix(990).unwrap();
        assert!(borrowed.check_out(&ledger, "new", std::slice::from_ref(&one), 30, now).is_err(), "{text}");
    }
}
