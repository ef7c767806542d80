//! Identity policies: the grammar, and the answers to requests.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a panic in a test is its report")]

mod conditions;
mod faults;
mod resources;
mod variables;
mod verdicts;

use licentia_core::policy::{Policy, Request, Verdict, evaluate};

const ALLOWED: Verdict = Verdict::Allowed;
const DENIED: Verdict = Verdict::Denied { explicit: true };
const SILENT: Verdict = Verdict::Denied { explicit: false };

const LICENSE: &str = "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60";

fn policy(text: &str) -> Policy {
    Policy::parse(text).unwrap_or_else(|fault| panic!("{fault}\n{text}"))
}

/// Keys with their values.
type Keys<'a> = &'a [(&'a str, &'a [&'a str])];

fn ask(policies: &[&Policy], action: &str, resource: &str, keys: Keys<'_>) -> Verdict {
    let context = |key: &str| {
        let found = keys.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
        found.map(|(_, values)| values.iter().map(|value| (*value).to_owned()).collect()).unwrap_or_default()
    };
    evaluate(policies.iter().copied(), &Request { action, resource, context: &context })
}

/// Whether a policy that allows all under this condition allows a request with
/// these keys.
fn holds(condition: &str, keys: Keys<'_>) -> bool {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement":
            {{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {condition}}}}}"#
    );
    ask(&[&policy(&text)], "license-manager:GetLicense", LICENSE, keys) == ALLOWED
}
