//! Identity policies, asked before every operation (errors.md 7).

mod conditions;
mod holders;

use std::collections::BTreeSet;

use axum::body::Bytes;
use licentia::context::Context;
use licentia::identity::{AttachedPolicy, Identity, PolicyName};
use licentia::operations::license_manager::OPERATIONS;
use serde_json::{Value, json};

use super::{CUSTOMER, Refused, VENDOR, World, on_each_store, terms};

on_each_store! {
    each_operation_can_be_denied_on_the_resource_it_names
    what_is_denied_is_not_done
    what_no_policy_allows_is_denied
    one_license_can_be_allowed_by_its_arn
}

const ALL: &str = r#""Effect": "Allow", "Action": "*", "Resource": "*""#;

fn statements(statements: &[&str]) -> Vec<AttachedPolicy> {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{{{}}}]}}"#, statements.join("}, {"));
    vec![AttachedPolicy::document(PolicyName::parse("test").unwrap(), &text).unwrap()]
}

fn preset(name: &str) -> Vec<AttachedPolicy> {
    vec![AttachedPolicy::preset(PolicyName::parse(name).unwrap()).unwrap()]
}

impl World {
    fn request_under(&self, policies: Vec<AttachedPolicy>, input: &Value) -> Context {
        let mut cx = self.request_of(VENDOR, Bytes::from(input.to_string()));
        if let Identity::User { policies: carried, .. } = &mut cx.caller.identity {
            *carried = policies;
        }
        cx
    }

    async fn call_under(
        &self,
        policies: Vec<AttachedPolicy>,
        operation: &str,
        input: &Value,
    ) -> Result<Value, Refused> {
        self.call_in(self.request_under(policies, input), operation).await
    }
}

/// Whether the policies allowed it, whatever came of it.
fn allowed(answer: &Result<Value, Refused>) -> bool {
    !matches!(answer, Err(("AccessDeniedException", message)) if message.contains("is not authorized to perform"))
}

/// Each operation with a request that is well formed, and the resource it is
/// about.
fn samples(arn: &str) -> Vec<(&'static str, Value, String)> {
    let with = |mut input: Value, members: Value| {
        for (name, value) in members.as_object().unwrap() {
            input[name] = value.clone();
        }
        input
    };
    let wanted = json!([{ "Name": "Seats", "Unit": "Count", "Value": "1" }]);
    let token = json!({ "LicenseConsumptionToken": "0".repeat(32) });
    let license = json!({ "LicenseArn": arn });
    let created = with(terms(1), json!({ "ProductSKU": "sku", "Beneficiary": CUSTOMER, "ClientToken": "a" }));
    let revised = with(terms(1), json!({ "LicenseArn": arn, "Status": "AVAILABLE", "ClientToken": "a" }));
    let borrowed = json!({
        "LicenseArn": arn,
        "Entitlements": wanted,
        "DigitalSignatureMethod": "JWT_PS384",
        "ClientToken": "a",
    });
    let taken = json!({
        "ProductSKU": "sku",
        "CheckoutType": "PROVISIONAL",
        "KeyFingerprint": format!("aws:{VENDOR}:Example:issuer-fingerprint"),
        "Entitlements": wanted,
        "ClientToken": "a",
    });
    let grant = arn.replace(":license:l-", ":grant:g-");
    let granted = json!({
        "ClientToken": "a",
        "GrantName": "Team",
        "LicenseArn": arn,
        "Principals": [format!("arn:aws:iam::{CUSTOMER}:root")],
        "HomeRegion": "us-east-1",
        "AllowedOperations": ["CheckoutLicense"],
    });
    let on_grant =
        |operation, members: Value| (operation, with(json!({ "GrantArn": grant }), members), grant.clone());
    let named = |operation, input| (operation, input, arn.to_owned());
    let anything = |operation, input| (operation, input, "*".to_owned());
    vec![
        on_grant("AcceptGrant", json!({})),
        anything("CheckInLicense", token.clone()),
        named("CheckoutBorrowLicense", borrowed),
        anything("CheckoutLicense", taken),
        named("CreateGrant", granted),
        on_grant("CreateGrantVersion", json!({ "ClientToken": "a", "Status": "ACTIVE" })),
        anything("CreateLicense", created),
        named("CreateLicenseVersion", revised),
        named("CreateToken", with(license.clone(), json!({ "ClientToken": "a" }))),
        on_grant("DeleteGrant", json!({ "Version": "1" })),
        anything("DeleteToken", json!({ "TokenId": "66a9bbf5-0896-460f-a1a9-de535dcc175b" })),
        named("DeleteLicense", with(license.clone(), json!({ "SourceVersion": "1" }))),
        anything("ExtendLicenseConsumption", token),
        anything("GetAccessToken", json!({ "Token": "a.b.c" })),
        on_grant("GetGrant", json!({})),
        named("GetLicense", license.clone()),
        named("GetLicenseUsage", license.clone()),
        anything("GetServiceSettings", json!({})),
        named("ListLicenseVersions", license.clone()),
        anything("ListLicenses", json!({})),
        anything("ListDistributedGrants", json!({})),
        anything("ListReceivedGrants", json!({})),
        named("ListReceivedGrantsForOrganization", license.clone()),
        anything("ListReceivedLicenses", json!({})),
        anything("ListReceivedLicensesForOrganization", json!({})),
        on_grant("RejectGrant", json!({})),
        anything("ListTokens", json!({})),
        named("ListTagsForResource", json!({ "ResourceArn": arn })),
        named("TagResource", json!({ "ResourceArn": arn, "Tags": [] })),
        named("UntagResource", json!({ "ResourceArn": arn, "TagKeys": [] })),
        anything("UpdateServiceSettings", json!({})),
    ]
}

async fn each_operation_can_be_denied_on_the_resource_it_names(world: World) {
    let arn = world.license(2, |_| {}).await;
    let names = |names: Vec<&'static str>| names.into_iter().collect::<BTreeSet<_>>();
    assert_eq!(
        names(samples(&arn).iter().map(|sample| sample.0).collect()),
        names(OPERATIONS.iter().map(|row| row.name).collect()),
        "whatever is added must say what it is about"
    );
    for (operation, input, resource) in samples(&arn) {
        let action = format!("license-manager:{operation}");
        let deny = format!(r#""Effect": "Deny", "Action": "{action}", "Resource": "{resource}""#);
        let denied = world.call_under(statements(&[ALL, &deny]), operation, &input).await;
        let message = format!(
            "User: arn:aws:iam::{VENDOR}:user/admin is not authorized to perform: {action} on resource: \
             {resource} with an explicit deny in an identity-based policy"
        );
        assert_eq!(denied, Err(("AccessDeniedException", message)));
        let others = format!(r#""Effect": "Deny", "NotAction": "{action}", "Resource": "*""#);
        let answer = world.call_under(statements(&[ALL, &others]), operation, &input).await;
        assert!(allowed(&answer), "{operation}: {answer:?}");
    }
}

async fn what_is_denied_is_not_done(world: World) {
    let arn = world.license(1, |_| {}).await;
    let delete = json!({ "LicenseArn": arn, "SourceVersion": "1" });
    let reader = preset("LicenseManagerReadOnly");
    assert!(!allowed(&world.call_under(reader.clone(), "DeleteLicense", &delete).await));
    let read = world.call_under(reader, "GetLicense", &json!({ "LicenseArn": arn })).await.unwrap();
    assert_eq!(read["License"]["Status"], "AVAILABLE");
}

async fn what_no_policy_allows_is_denied(world: World) {
    let policies = preset("AWSLicenseManagerConsumptionPolicy");
    let (code, message) = world.call_under(policies.clone(), "ListLicenses", &json!({})).await.unwrap_err();
    assert_eq!(code, "AccessDeniedException");
    assert!(
        message.ends_with(
            "license-manager:ListLicenses on resource: * because no identity-based policy allows the \
             license-manager:ListLicenses action"
        ),
        "{message}"
    );
    let malformed = world.call_under(policies, "ListLicenses", &json!({ "MaxResults": 101 })).await;
    assert!(allowed(&malformed), "what is wrong with a request is told first: {malformed:?}");
}

async fn one_license_can_be_allowed_by_its_arn(world: World) {
    let (one, other) = (world.license(1, |_| {}).await, world.license(1, |_| {}).await);
    let policies = statements(&[&format!(r#""Effect": "Allow", "Action": "*", "Resource": "{one}""#)]);
    for (arn, expected) in [(&one, true), (&other, false)] {
        let input = json!({ "LicenseArn": arn });
        assert_eq!(allowed(&world.call_under(policies.clone(), "GetLicense", &input).await), expected);
    }
    assert!(!allowed(&world.call_under(policies, "ListLicenses", &json!({})).await), "that is about all");
}
