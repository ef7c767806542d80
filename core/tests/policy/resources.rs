//! Which resources a statement is about.

use super::{ALLOWED, LICENSE, ask, policy};

const GRANT: &str = "arn:aws:license-manager::111122223333:grant:g-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60";
const GROUP: &str = "arn:aws:license-manager:us-east-1:111122223333:license-asset-group/Finance/a:b";

#[test]
fn the_six_parts_of_an_arn_match_on_their_own_and_the_last_may_hold_colons() {
    for (pattern, resource, expected) in [
        ("*", LICENSE, true),
        ("*", "*", true),
        ("arn:aws:license-manager::111122223333:license:*", LICENSE, true),
        ("arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e6?", LICENSE, true),
        ("arn:aws:license-manager::111122223333:license:L-*", LICENSE, false),
        ("arn:aws:license-manager::111122223333:*", GRANT, true),
        ("arn:aws:license-manager::111122223333:license:*", GRANT, false),
        ("arn:aws:license-manager::444455556666:license:*", LICENSE, false),
        ("arn:aws:license-manager:*:*:license:*", LICENSE, true),
        ("arn:aws:license-manager:*:license:*", LICENSE, false),
        ("arn:aws:license-manager:us-*:111122223333:license:*", LICENSE, false),
        ("arn:*:license-manager::1111????3333:*", LICENSE, true),
        ("arn:aws:license-manager", LICENSE, true),
        ("arn:aws:license-manager:us-east-1", GROUP, true),
        ("arn:aws:license-manager:us-east-1", LICENSE, false),
        ("arn:aws:license-manager:us-east-1:111122223333:license-asset-group/*", GROUP, true),
        ("arn:aws:license-manager:us-east-1:111122223333:license-asset-group/*/a", GROUP, false),
        ("arn:aws:license-manager::*:*", "*", false),
        ("arn:aws:license-manager::*:*", "arn:aws:license-manager", false),
    ] {
        for (element, expected) in [("Resource", expected), ("NotResource", !expected)] {
            let text = format!(
                r#"{{"Statement": {{"Effect": "Allow", "Action": "*", "{element}": ["{pattern}"]}}}}"#
            );
            let verdict = ask(&[&policy(&text)], "license-manager:GetLicense", resource, &[]);
            assert_eq!(verdict == ALLOWED, expected, "{element} {pattern} {resource}");
        }
    }
}

#[test]
fn one_of_several_resources_is_enough() {
    let text = format!(
        r#"{{"Statement": {{"Effect": "Allow", "Action": "*", "Resource": ["{GRANT}", "{LICENSE}"]}}}}"#
    );
    for (resource, expected) in [(GRANT, true), (LICENSE, true), (GROUP, false)] {
        let verdict = ask(&[&policy(&text)], "license-manager:GetLicense", resource, &[]);
        assert_eq!(verdict == ALLOWED, expected, "{resource}");
    }
}
