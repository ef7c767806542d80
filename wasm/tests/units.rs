//! The package's JavaScript and its types list the core's units.

use licentia_core::entitlement::Unit;

/// The quoted texts, one a line, that follow these words.
fn listed_after<'a>(source: &'a str, words: &str) -> Vec<&'a str> {
    let (_, list) = source.split_once(words).unwrap_or_default();
    let quoted = |line: &'a str| {
        line.trim_matches([' ', '|', ',', ';']).strip_prefix('"').and_then(|text| text.strip_suffix('"'))
    };
    list.lines().skip(1).map_while(quoted).collect()
}

#[test]
fn javascript_and_types_know_the_units_of_the_core() {
    let units: Vec<_> = Unit::ALL.iter().map(|unit| unit.as_str()).collect();
    assert_eq!(listed_after(include_str!("../js/units.js"), "const UNITS = new Set(["), units);
    assert_eq!(listed_after(include_str!("../js/index.d.ts"), "export type Unit ="), units);
}
