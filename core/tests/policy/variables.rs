//! Policy variables.

use super::{ALLOWED, DENIED, Keys, LICENSE, SILENT, ask, holds, policy};

fn on(version: &str, effect: &str, element: &str, resource: &str) -> String {
    format!(
        r#"{{"Version": "{version}", "Statement": {{"Effect": "{effect}", "Action": "*", "{element}": "{resource}"}}}}"#
    )
}

#[test]
fn a_variable_in_a_resource_is_the_value_of_its_key_letter_by_letter() {
    let own = on(
        "2012-10-17",
        "Allow",
        "Resource",
        "arn:aws:license-manager:us-east-1:111122223333:license-asset-group/${aws:UserName}/*",
    );
    for (user, resource, expected) in [
        (&["dana"][..], "license-asset-group/dana/a", true),
        (&["dana"], "license-asset-group/eve/a", false),
        (&["*"], "license-asset-group/eve/a", false),
        (&["*"], "license-asset-group/*/a", true),
        (&[], "license-asset-group/${aws:UserName}/a", false),
        (&["dana", "eve"], "license-asset-group/eve/a", false),
    ] {
        let resource = format!("arn:aws:license-manager:us-east-1:111122223333:{resource}");
        let keys: Keys<'_> = &[("aws:username", user)];
        let verdict = ask(&[&policy(&own)], "license-manager:GetLicense", &resource, keys);
        assert_eq!(verdict == ALLOWED, expected, "{user:?} {resource}");
    }
}

#[test]
fn a_statement_whose_variable_has_no_value_does_not_apply_negated_or_not() {
    let arn = "arn:aws:license-manager::111122223333:license:${aws:username}";
    for (effect, element, known, unknown) in [
        ("Allow", "NotResource", ALLOWED, SILENT),
        ("Deny", "NotResource", DENIED, SILENT),
        ("Allow", "Resource", SILENT, SILENT),
    ] {
        let policy = policy(&on("2012-10-17", effect, element, arn));
        assert_eq!(ask(&[&policy], "sts:X", LICENSE, &[("aws:username", &["dana"])]), known, "{element}");
        assert_eq!(ask(&[&policy], "sts:X", LICENSE, &[]), unknown, "{element}");
    }
    for operator in ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"] {
        let condition = format!(r#"{{"{operator}": {{"aws:UserAgent": "${{aws:username}}"}}}}"#);
        assert!(!holds(&condition, &[("aws:UserAgent", &["curl"])]), "{operator}");
    }
    let either = r#"{"StringEquals": {"aws:UserAgent": ["${aws:username}", "curl"]}}"#;
    assert!(holds(either, &[("aws:UserAgent", &["curl"])]));
}

#[test]
fn a_default_stands_in_for_a_missing_key_only() {
    let condition = r#"{"StringEquals": {"aws:UserAgent": "x-${aws:PrincipalTag/team, 'no one'}"}}"#;
    assert!(holds(condition, &[("aws:UserAgent", &["x-no one"])]));
    assert!(holds(condition, &[("aws:UserAgent", &["x-red"]), ("aws:principaltag/Team", &["red"])]));
    assert!(!holds(condition, &[("aws:UserAgent", &["x-no one"]), ("aws:principaltag/team", &["red"])]));
    let several: Keys<'_> = &[("aws:UserAgent", &["x-no one"]), ("aws:principaltag/team", &["red", "blue"])];
    assert!(!holds(condition, several));
}

#[test]
fn a_literal_star_question_mark_or_dollar_is_written_as_a_variable() {
    for (value, agent, expected) in [
        ("a${*}c", "a*c", true),
        ("a${*}c", "abc", false),
        ("a${?}*", "a?bc", true),
        ("a${?}*", "abbc", false),
        ("${$}{aws:username}", "${aws:username}", true),
        ("5$", "5$", true),
    ] {
        let condition = format!(r#"{{"StringLike": {{"aws:UserAgent": "{value}"}}}}"#);
        assert_eq!(holds(&condition, &[("aws:UserAgent", &[agent])]), expected, "{value} {agent}");
    }
}

#[test]
fn before_version_2012_10_17_there_are_no_variables() {
    let resource = "arn:aws:license-manager:::${aws:username}";
    for (version, literal) in [("2008-10-17", ALLOWED), ("2012-10-17", SILENT)] {
        let policy = policy(&on(version, "Allow", "Resource", resource));
        assert_eq!(ask(&[&policy], "sts:X", resource, &[("aws:username", &["dana"])]), literal, "{version}");
    }
}

#[test]
fn the_keys_of_conditions_and_variables_are_mentioned() {
    let text = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:license-manager:::${aws:userid}"},
        {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {
            "StringEquals": {"AWS:ResourceTag/Team": "${aws:PrincipalTag/Team}"}, "Null": {"aws:TagKeys": "true"}}}]}"#;
    let policy = policy(text);
    for key in ["aws:userid", "aws:ResourceTag/", "aws:resourcetag/team", "aws:PrincipalTag/", "aws:TagKeys"]
    {
        assert!(policy.mentions(key), "{key}");
    }
    for key in ["aws:RequestTag/", "aws:ResourceTag/Teams", "aws:useridx", "user"] {
        assert!(!policy.mentions(key), "{key}");
    }
}
