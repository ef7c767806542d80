//! Condition operators.

use super::{Keys, holds};

/// Operator, values of the policy, value of the request, whether it holds.
const ONE_VALUE: &[(&str, &str, &str, bool)] = &[
    ("StringEquals", r#""a*""#, "a*", true),
    ("StringEquals", r#""a*""#, "ab", false),
    ("StringEquals", r#""A""#, "a", false),
    ("StringEquals", r#"["x", "a"]"#, "a", true),
    ("stringequals", r#""a""#, "a", true),
    ("StringNotEquals", r#"["x", "a"]"#, "a", false),
    ("StringNotEquals", r#"["x", "a"]"#, "b", true),
    ("StringEqualsIgnoreCase", r#""Größe""#, "GRÖßE", true),
    ("StringNotEqualsIgnoreCase", r#""A""#, "a", false),
    ("StringNotEqualsIgnoreCase", r#""A""#, "b", true),
    ("StringLike", r#""a*b?""#, "a--bc", true),
    ("StringLike", r#""A*""#, "ab", false),
    ("StringNotLike", r#"["a*", "b*"]"#, "bc", false),
    ("StringNotLike", r#"["a*", "b*"]"#, "c", true),
    ("StringEquals", "12", "12", true),
    ("NumericEquals", "10", "10.0", true),
    ("NumericEquals", r#""10""#, "11", false),
    ("NumericNotEquals", r#""10""#, "11", true),
    ("NumericNotEquals", r#""10""#, "10.00", false),
    ("NumericLessThan", r#""10""#, "9", true),
    ("NumericLessThan", r#""10""#, "10", false),
    ("NumericLessThanEquals", r#""10""#, "10", true),
    ("NumericLessThanEquals", r#""-1.5""#, "-1", false),
    ("NumericGreaterThan", r#""10""#, "10.5", true),
    ("NumericGreaterThan", r#""10""#, "10", false),
    ("NumericGreaterThanEquals", r#""10""#, "10", true),
    ("NumericLessThan", r#""10""#, "nine", false),
    ("DateEquals", r#""2026-11-22T10:00:00Z""#, "2026-11-22T11:00:00+01:00", true),
    ("DateNotEquals", r#""2026-11-22T10:00:00Z""#, "2026-11-22T10:00:00Z", false),
    ("DateLessThan", r#""2026-11-22T10:00:00Z""#, "2026-11-22T09:59:59Z", true),
    ("DateLessThan", r#""2026-11-22T10:00:00Z""#, "2026-11-22T10:00:00Z", false),
    ("DateLessThanEquals", r#""2026-11-22T10:00:00Z""#, "2026-11-22T10:00:00Z", true),
    ("DateGreaterThan", r#""2026-11-22""#, "2026-11-22T00:00:01Z", true),
    ("DateGreaterThan", r#""2026-11-22""#, "2026-11-22T00:00:00Z", false),
    ("DateGreaterThanEquals", "1795305600", "2026-11-22T00:00:00Z", true),
    ("DateGreaterThanEquals", r#""2026-11-22""#, "1795305599", false),
    ("Bool", "true", "true", true),
    ("Bool", r#""True""#, "true", true),
    ("Bool", r#""false""#, "true", false),
    ("IpAddress", r#""203.0.113.0/24""#, "203.0.113.255", true),
    ("IpAddress", r#""203.0.113.0/24""#, "203.0.114.0", false),
    ("IpAddress", r#""203.0.113.7""#, "203.0.113.7", true),
    ("IpAddress", r#""203.0.113.7""#, "203.0.113.6", false),
    ("IpAddress", r#""0.0.0.0/0""#, "203.0.113.7", true),
    ("IpAddress", r#""0.0.0.0/0""#, "2001:db8::1", false),
    ("IpAddress", r#""203.0.113.0/24""#, "::ffff:203.0.113.9", true),
    ("IpAddress", r#"["10.0.0.0/8", "2001:db8::/32"]"#, "2001:db8:ffff::1", true),
    ("IpAddress", r#""2001:db8::/33""#, "2001:db8:8000::1", false),
    ("IpAddress", r#""::/0""#, "2001:db8::1", true),
    ("IpAddress", r#""203.0.113.0/24""#, "nowhere", false),
    ("NotIpAddress", r#"["203.0.113.0/24", "10.0.0.0/8"]"#, "10.1.2.3", false),
    ("NotIpAddress", r#"["203.0.113.0/24", "10.0.0.0/8"]"#, "192.0.2.1", true),
    ("ArnEquals", r#""arn:aws:iam::111122223333:user/*""#, "arn:aws:iam::111122223333:user/a:b", true),
    ("ArnLike", r#""arn:*:iam::*:user/dana""#, "arn:aws:iam::111122223333:user/dana", true),
    ("ArnLike", r#""arn:aws:iam:*:user/dana:*""#, "arn:aws:iam::111122223333:user/dana", false),
    ("ArnLike", r#""*""#, "arn:aws:iam::111122223333:user/dana", true),
    ("ArnNotEquals", r#""arn:aws:iam::111122223333:user/*""#, "arn:aws:iam::111122223333:user/a", false),
    ("ArnNotLike", r#""arn:aws:iam::111122223333:user/*""#, "arn:aws:iam::111122223333:role/a", true),
];

#[test]
fn each_operator_compares_as_its_name_says() {
    for (operator, values, given, expected) in ONE_VALUE {
        let condition = format!(r#"{{"{operator}": {{"Aws:Key": {values}}}}}"#);
        assert_eq!(holds(&condition, &[("aws:key", &[given])]), *expected, "{operator} {values} {given}");
        let if_exists = format!(r#"{{"{operator}IfExists": {{"aws:Key": {values}}}}}"#);
        assert_eq!(holds(&if_exists, &[("aws:key", &[given])]), *expected, "IfExists changes nothing here");
    }
}

#[test]
fn a_missing_key_fails_all_but_negated_operators_and_if_exists() {
    for (operator, values, ..) in ONE_VALUE {
        let missing = |name: &str| holds(&format!(r#"{{"{name}": {{"aws:key": {values}}}}}"#), &[]);
        assert_eq!(missing(operator), operator.contains("Not"), "{operator}");
        assert!(missing(&format!("{operator}IfExists")), "{operator}");
        assert!(missing(&format!("ForAllValues:{operator}")), "{operator}");
        assert!(!missing(&format!("ForAnyValue:{operator}")), "{operator}");
        assert!(!missing(&format!("ForAnyValue:{operator}IfExists")), "{operator}");
    }
}

#[test]
fn set_operators_ask_each_value_of_the_request() {
    for (operator, given, expected) in [
        ("ForAllValues:StringEquals", &["a", "b"][..], true),
        ("ForAllValues:StringEquals", &["a", "c"], false),
        ("ForAnyValue:StringEquals", &["a", "c"], true),
        ("ForAnyValue:StringEquals", &["c", "d"], false),
        ("ForAllValues:StringNotEquals", &["c", "d"], true),
        ("ForAllValues:StringNotEquals", &["a", "d"], false),
        ("ForAnyValue:StringNotEquals", &["a", "d"], true),
        ("ForAnyValue:StringNotEquals", &["a", "b"], false),
        ("forallvalues:StringEquals", &["a"], true),
        ("StringEquals", &["c", "a"], true),
        ("StringEquals", &["c", "d"], false),
        ("StringNotEquals", &["c", "d"], true),
        ("StringNotEquals", &["c", "a"], false),
    ] {
        let condition = format!(r#"{{"{operator}": {{"aws:TagKeys": ["a", "b"]}}}}"#);
        assert_eq!(holds(&condition, &[("aws:TagKeys", given)]), expected, "{operator} {given:?}");
    }
}

#[test]
fn null_asks_whether_a_key_is_missing() {
    for (value, there, missing) in [
        (r#""true""#, false, true),
        (r#""false""#, true, false),
        ("true", false, true),
        (r#"["true", "false"]"#, true, true),
    ] {
        let condition = format!(r#"{{"Null": {{"aws:TagKeys": {value}}}}}"#);
        assert_eq!(holds(&condition, &[("aws:TagKeys", &["a"])]), there, "{value}");
        assert_eq!(holds(&condition, &[]), missing, "{value}");
        assert_eq!(holds(&condition, &[("aws:TagKeys", &[])]), missing, "no values are as no key");
    }
}

#[test]
fn all_operators_and_all_keys_of_a_condition_must_hold() {
    let condition = r#"{"StringEquals": {"aws:a": "1", "aws:b": "2"}, "Bool": {"aws:c": true}}"#;
    let keys: [(&str, &[&str]); 3] = [("aws:a", &["1"]), ("aws:b", &["2"]), ("aws:c", &["true"])];
    assert!(holds(condition, &keys));
    for left_out in 0..keys.len() {
        let mut fewer = keys.to_vec();
        fewer.remove(left_out);
        let fewer: Keys<'_> = &fewer;
        assert!(!holds(condition, fewer), "{left_out}");
    }
    assert!(holds("{}", &[]));
}
