//! The package's types list the core's units; that its JavaScript knows just
//! those is a test of `tests/node`.

use licentia_core::entitlement::Unit;

#[test]
fn types_know_the_units_of_the_core() {
    let (_, list) = include_str!("../js/index.d.ts").split_once("export type Unit =").unwrap();
    let (list, _) = list.split_once(';').unwrap();
    let listed: Vec<_> = list.split('|').map(|unit| unit.trim().trim_matches('"')).skip(1).collect();
    let units: Vec<_> = Unit::ALL.iter().map(|unit| unit.as_str()).collect();
    assert_eq!(listed, units);
}
