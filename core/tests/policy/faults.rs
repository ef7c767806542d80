//! What is no policy.

use licentia_core::policy::{MAX_POLICY_BYTES, MAX_POLICY_CHARACTERS, Policy, TrustPolicy};
use proptest::prelude::*;

/// The fault of a statement in an otherwise good policy.
fn fault(members: &str) -> (String, String) {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [
            {{"Sid": "Good", "Effect": "Allow", "Action": "*", "Resource": "*"}}, {{{members}}}]}}"#
    );
    let fault = Policy::parse(&text).map(|_| text).unwrap_err();
    (fault.defect.code().to_owned(), fault.to_string())
}

#[test]
fn a_fault_names_the_statement_and_what_is_wrong_with_it() {
    const REST: &str = r#""Effect": "Allow", "Action": "*", "Resource": "*""#;
    for (members, code, named) in [
        (r#""Action": "*", "Resource": "*""#, "POLICY_MEMBER_MISSING", "Effect"),
        (r#""Effect": "allow", "Action": "*", "Resource": "*""#, "POLICY_EFFECT", "`allow`"),
        (r#""Effect": "Allow", "Resource": "*""#, "POLICY_MEMBER_MISSING", "Action"),
        (r#""Effect": "Allow", "Action": [], "Resource": "*""#, "POLICY_MEMBER_MALFORMED", "`Action`"),
        (r#""Effect": "Allow", "Action": [1], "Resource": "*""#, "POLICY_MEMBER_MALFORMED", "`Action`"),
        (r#""Effect": "Allow", "Action": "", "Resource": "*""#, "POLICY_ACTION", "``"),
        (r#""Effect": "Allow", "Action": "GetLicense", "Resource": "*""#, "POLICY_ACTION", "`GetLicense`"),
        (
            r#""Effect": "Allow", "Action": "license-manager>GetLicense", "Resource": "*""#,
            "POLICY_ACTION",
            "license-manager>GetLicense",
        ),
        (r#""Effect": "Allow", "Action": "a:${aws:username}", "Resource": "*""#, "POLICY_ACTION", "${"),
        (
            r#""Effect": "Allow", "Action": "*", "NotAction": "*", "Resource": "*""#,
            "POLICY_MEMBERS_EXCLUSIVE",
            "`NotAction`",
        ),
        (r#""Effect": "Allow", "Action": "*""#, "POLICY_MEMBER_MISSING", "Resource"),
        (r#""Effect": "Allow", "Action": "*", "Resource": []"#, "POLICY_MEMBER_MALFORMED", "`Resource`"),
        (r#""Effect": "Allow", "Action": "*", "Resource": "l-1""#, "POLICY_RESOURCE", "`l-1`"),
        (r#""Effect": "Allow", "Action": "*", "Resource": "arn:aws""#, "POLICY_RESOURCE", "`arn:aws`"),
        (r#""Effect": "Allow", "Action": "*", "Resource": "arn:aws:*:::x""#, "POLICY_RESOURCE", "`arn:aws:*"),
        (
            r#""Effect": "Allow", "Action": "*", "Resource": "arn:aws:a::${aws:PrincipalAccount}:x""#,
            "POLICY_VARIABLE_PLACE",
            "fifth colon",
        ),
        (
            r#""Effect": "Allow", "Action": "*", "Resource": "arn:aws:a:::${username}""#,
            "POLICY_VARIABLE",
            "${username}",
        ),
        (
            r#""Effect": "Allow", "Action": "*", "Resource": "arn:aws:a:::${aws:username""#,
            "POLICY_VARIABLE",
            "${aws:username",
        ),
        (&format!(r#"{REST}, "Principal": "*""#), "POLICY_MEMBER_FORBIDDEN", "`Principal`"),
        (&format!(r#"{REST}, "Conditions": {{}}"#), "POLICY_MEMBER_UNKNOWN", "`Conditions`"),
        (&format!(r#"{REST}, "Sid": "a b""#), "POLICY_SID", "`a b`"),
        (&format!(r#"{REST}, "Sid": "Good""#), "POLICY_SID_DUPLICATE", "`Good`"),
        (&format!(r#"{REST}, "Condition": []"#), "POLICY_MEMBER_MALFORMED", "`Condition`"),
        (&condition(r#""StringEqual": {"aws:a": "b"}"#), "POLICY_OPERATOR", "`StringEqual`"),
        (&condition(r#""NullIfExists": {"aws:a": "true"}"#), "POLICY_OPERATOR", "`NullIfExists`"),
        (&condition(r#""ForAnyValue:Null": {"aws:a": "true"}"#), "POLICY_OPERATOR", "`ForAnyValue:Null`"),
        (&condition(r#""ForSome:StringLike": {"aws:a": "b"}"#), "POLICY_OPERATOR", "ForSome"),
        (&condition(r#""StringLike": "b""#), "POLICY_MEMBER_MALFORMED", "`StringLike`"),
        (&condition(r#""StringLike": {"aws:a": []}"#), "POLICY_MEMBER_MALFORMED", "`aws:a`"),
        (&condition(r#""StringLike": {"aws:a": null}"#), "POLICY_MEMBER_MALFORMED", "`aws:a`"),
        (&condition(r#""StringLike": {"username": "b"}"#), "POLICY_CONDITION_KEY", "`username`"),
        (&condition(r#""StringLike": {"aws:a": "${aws:b, c}"}"#), "POLICY_VARIABLE", "aws:b, c"),
        (&condition(r#""NumericEquals": {"aws:a": "ten"}"#), "POLICY_CONDITION_VALUE", "`ten`"),
        (&condition(r#""NumericEquals": {"aws:a": "inf"}"#), "POLICY_CONDITION_VALUE", "`inf`"),
        (&condition(r#""DateLessThan": {"aws:a": "2026-02-30"}"#), "POLICY_CONDITION_VALUE", "`2026-02-30`"),
        (&condition(r#""Bool": {"aws:a": "yes"}"#), "POLICY_CONDITION_VALUE", "`yes`"),
        (&condition(r#""Null": {"aws:a": "1"}"#), "POLICY_CONDITION_VALUE", "`1`"),
        (&condition(r#""IpAddress": {"aws:a": "10.0.0.0/33"}"#), "POLICY_CONDITION_VALUE", "10.0.0.0/33"),
        (&condition(r#""ArnLike": {"aws:a": "user/dana"}"#), "POLICY_CONDITION_VALUE", "`user/dana`"),
    ] {
        let (found, text) = fault(members);
        assert_eq!(found, code, "{members}: {text}");
        assert!(text.starts_with("statement 2") && text.contains(named), "{members}: {text}");
    }
    let (_, text) = fault(r#""Sid": "Bad", "Effect": "No", "Action": "*", "Resource": "*""#);
    assert!(text.starts_with("statement 2 (`Bad`): "), "{text}");
}

fn condition(block: &str) -> String {
    format!(r#""Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {{{block}}}"#)
}

#[test]
fn a_fault_of_the_document_says_so() {
    let good = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    for (text, code) in [
        (String::new(), "POLICY_NOT_JSON"),
        ("{\n\"Statement\": [,]}".to_owned(), "POLICY_NOT_JSON"),
        ("[]".to_owned(), "POLICY_MEMBER_MALFORMED"),
        ("{}".to_owned(), "POLICY_MEMBER_MISSING"),
        (r#"{"Statement": []}"#.to_owned(), "POLICY_MEMBER_MALFORMED"),
        (r#"{"Statement": "x"}"#.to_owned(), "POLICY_MEMBER_MALFORMED"),
        (format!(r#"{{"Version": "2012-10-18", "Statement": {good}}}"#), "POLICY_VERSION"),
        (format!(r#"{{"Version": 1, "Statement": {good}}}"#), "POLICY_MEMBER_MALFORMED"),
        (format!(r#"{{"Statements": {good}}}"#), "POLICY_MEMBER_UNKNOWN"),
        (format!(r#"{{"Statement": {good}, "Statement": {good}}}"#), "POLICY_MEMBER_DUPLICATE"),
        (format!(r#"{{"Statement": {good}}} {{}}"#), "POLICY_NOT_JSON"),
    ] {
        let fault = Policy::parse(&text).unwrap_err();
        assert_eq!(fault.defect.code(), code, "{text}");
        assert!(fault.to_string().starts_with("the policy: "), "{fault}");
    }
    assert!(Policy::parse("{\n\n[").unwrap_err().to_string().contains("line 3"));
}

#[test]
fn white_space_does_not_count_towards_the_size() {
    let of = |characters: usize, spaces: usize| {
        let frame = r#"{"Id":"","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        let id = "x".repeat(characters - frame.len());
        frame.replacen(r#""Id":"""#, &format!(r#""Id":{}"{id}""#, " ".repeat(spaces)), 1)
    };
    assert!(Policy::parse(&of(MAX_POLICY_CHARACTERS, 8_000)).is_ok());
    for text in [of(MAX_POLICY_CHARACTERS + 1, 0), of(1000, MAX_POLICY_BYTES)] {
        assert_eq!(Policy::parse(&text).unwrap_err().defect.code(), "POLICY_TOO_LARGE");
    }
}

#[test]
fn a_trust_policy_names_a_provider_and_no_resource() {
    let fault = |members: &str| {
        let text = format!(
            r#"{{"Statement": {{"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", {members}}}}}"#
        );
        TrustPolicy::parse(&text).map(|_| text).unwrap_err().defect.code()
    };
    for (members, code) in [
        (r#""Condition": {}"#, "POLICY_MEMBER_MISSING"),
        (r#""Principal": "*""#, "POLICY_PRINCIPAL"),
        (r#""Principal": []"#, "POLICY_MEMBER_MALFORMED"),
        (r#""Principal": {}"#, "POLICY_MEMBER_MALFORMED"),
        (r#""Principal": {"Federated": []}"#, "POLICY_MEMBER_MALFORMED"),
        (r#""Principal": {"Federated": "*"}"#, "POLICY_PRINCIPAL"),
        (r#""Principal": {"AWS": "111122223333"}"#, "POLICY_PRINCIPAL"),
        (r#""NotPrincipal": {"Federated": "x"}"#, "POLICY_MEMBER_FORBIDDEN"),
        (r#""Principal": {"Federated": "x"}, "Resource": "*""#, "POLICY_MEMBER_FORBIDDEN"),
    ] {
        assert_eq!(fault(members), code, "{members}");
    }
}

#[test]
fn a_policy_is_stored_as_it_was_written_and_checked_again_when_read() {
    let text = "{ \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"} }";
    let policy = Policy::parse(text).unwrap();
    let stored = serde_json::to_string(&policy).unwrap();
    assert_eq!(serde_json::from_str::<Policy>(&stored).unwrap().as_str(), text);
    assert!(serde_json::from_str::<Policy>("\"{}\"").is_err());
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(
        text in r#"(\{|\}|\[|\]|"Statement":|"Effect":"Allow",|"Action":"\*",|"Resource":|"arn:aws:a:::\$\{aws:b\}"|"Condition":|"StringLike":|"aws:a":|"\$\{"|,|:|[ -~]){0,24}"#
    ) {
        let _ = Policy::parse(&text);
        let _ = TrustPolicy::parse(&text);
    }
}
