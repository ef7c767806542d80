//! Effects and actions, over several policies.

use licentia_core::policy::{Assumption, TrustPolicy, Verdict, evaluate};

use super::{ALLOWED, DENIED, LICENSE, Request, SILENT, ask, policy};

const READ: &str = r#"{"Statement": [{"Effect": "Allow", "Action": ["license-manager:Get*", "license-manager:List*"], "Resource": "*"}]}"#;
const NO_USAGE: &str = r#"{"Id": "usage", "Statement": {"Sid": "", "Effect": "Deny", "Action": "license-manager:GetLicenseUsage", "Resource": "*"}}"#;

#[test]
fn an_explicit_deny_wins_over_an_allow_and_silence_is_a_no() {
    let (read, no_usage) = (policy(READ), policy(NO_USAGE));
    for (operation, expected) in [
        ("GetLicense", ALLOWED),
        ("ListLicenses", ALLOWED),
        ("GetLicenseUsage", DENIED),
        ("CreateLicense", SILENT),
    ] {
        let action = format!("license-manager:{operation}");
        assert_eq!(ask(&[&read, &no_usage], &action, LICENSE, &[]), expected, "{operation}");
        assert_eq!(ask(&[&no_usage, &read], &action, LICENSE, &[]), expected, "{operation}");
    }
    assert_eq!(evaluate([], &request("sts:GetCallerIdentity")), SILENT, "no policy");
}

#[test]
fn actions_match_whatever_their_case_and_not_action_is_all_the_others() {
    for (element, action, expected) in [
        (r#""Action": "*""#, "license-manager:GetLicense", true),
        (r#""Action": "*:*""#, "license-manager:GetLicense", true),
        (r#""Action": "license-manager:*""#, "license-manager:GetLicense", true),
        (r#""Action": "License-Manager:getlicense""#, "license-manager:GetLicense", true),
        (r#""Action": "license-manager:GetLicense""#, "license-manager:GetLicenseUsage", false),
        (r#""Action": "license-manager:GetLicens?""#, "license-manager:GetLicense", true),
        (r#""Action": "license-manager:Get?""#, "license-manager:GetLicense", false),
        (r#""Action": "license-manager:*""#, "license-manager-user-subscriptions:ListInstances", false),
        (r#""Action": "license-manager*:List*""#, "license-manager-user-subscriptions:ListInstances", true),
        (r#""Action": ["sts:*", "license-manager:GetLicense"]"#, "license-manager:GetLicense", true),
        (r#""NotAction": "license-manager:delete*""#, "license-manager:GetLicense", true),
        (r#""NotAction": ["sts:*", "license-manager:delete*"]"#, "license-manager:DeleteLicense", false),
    ] {
        let text = format!(r#"{{"Statement": [{{"Effect": "Allow", {element}, "Resource": "*"}}]}}"#);
        assert_eq!(ask(&[&policy(&text)], action, "*", &[]) == ALLOWED, expected, "{element} {action}");
    }
}

#[test]
fn a_session_policy_can_only_take_away() {
    for (identity, session, expected) in [
        (ALLOWED, ALLOWED, ALLOWED),
        (ALLOWED, SILENT, SILENT),
        (SILENT, ALLOWED, SILENT),
        (ALLOWED, DENIED, DENIED),
        (DENIED, ALLOWED, DENIED),
        (SILENT, DENIED, DENIED),
    ] {
        assert_eq!(identity.and(session), expected, "{identity:?} {session:?}");
    }
}

#[test]
fn t_8_both_trust_policies_of_the_guide_admit_the_token_they_name() {
    const OLDER: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Principal": {"Federated": "openid-license-manager.amazonaws.com"},
        "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringLike":
        {"openid-license-manager.amazonaws.com:sub": "66a9bbf5-0896-460f-a1a9-de535dcc175b"}}}}"#;
    const NEWER: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Federated": ["openid-license-manager.amazonaws.com"]},
        "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"ForAnyValue:StringLike":
        {"openid-license-manager.amazonaws.com:amr":
         "aws:license-manager:token-issuer-account-id:111122223333"}}}]}"#;
    let admits = |text: &str, sub: &'static str, amr: &'static str, action, provider| {
        let context = move |key: &str| match key {
            "openid-license-manager.amazonaws.com:sub" => vec![sub.to_owned()],
            "openid-license-manager.amazonaws.com:amr" => vec!["seat-7".to_owned(), amr.to_owned()],
            _ => vec![],
        };
        let assumption = Assumption { action, provider, context: &context };
        TrustPolicy::parse(text).unwrap().evaluate(&assumption) == Verdict::Allowed
    };
    let (web, provider) = ("sts:AssumeRoleWithWebIdentity", "openid-license-manager.amazonaws.com");
    let (sub, amr) =
        ("66a9bbf5-0896-460f-a1a9-de535dcc175b", "aws:license-manager:token-issuer-account-id:111122223333");
    assert!(admits(OLDER, sub, "other", web, provider));
    assert!(!admits(OLDER, "another", amr, web, provider));
    assert!(admits(NEWER, "another", amr, web, provider));
    assert!(!admits(NEWER, sub, "aws:license-manager:token-issuer-account-id:444455556666", web, provider));
    assert!(!admits(NEWER, sub, amr, "sts:AssumeRole", provider));
    assert!(!admits(NEWER, sub, amr, web, "accounts.example.com"));
}

fn request(action: &str) -> Request<'_> {
    Request { action, resource: "*", context: &|_: &str| vec![] }
}
