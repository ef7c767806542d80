//! Identity policies, asked before every operation (errors.md 7).

use axum::body::Bytes;
use licentia::context::Context;
use licentia::identity::{
    AttachedPolicy, DisplayName, Identity, PolicyName, RoleName, TokenHolder, own_tokens,
};
use licentia_core::arn::{AccountId, LicenseArn};
use serde_json::{Value, json};

use super::{CUSTOMER, Refused, VENDOR, World, answer, on_each_store, terms};

on_each_store! {
    each_operation_can_be_denied_on_the_resource_it_names
    what_is_denied_is_not_done
    what_no_policy_allows_is_denied
    one_license_can_be_allowed_by_its_arn
    tags_of_the_resource_decide
    tags_of_others_decide_nothing
    tags_of_the_request_decide
    what_is_known_about_a_request_decides
    t_9_a_token_holder_may_consume_and_nothing_else
    a_token_holder_may_what_its_role_may_while_there_is_one
}

const ALL: &str = r#""Effect": "Allow", "Action": "*", "Resource": "*""#;

fn statements(statements: &[&str]) -> Vec<AttachedPolicy> {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{{{}}}]}}"#, statements.join("}, {"));
    vec![AttachedPolicy::document(PolicyName::parse("test").unwrap(), &text).unwrap()]
}

fn preset(name: &str) -> Vec<AttachedPolicy> {
    vec![AttachedPolicy::preset(PolicyName::parse(name).unwrap()).unwrap()]
}

fn account() -> AccountId {
    AccountId::parse(VENDOR).unwrap()
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
        answer(operation, &self.request_under(policies, input)).await
    }

    async fn call_holding(
        &self,
        holder: &TokenHolder,
        operation: &str,
        input: &Value,
    ) -> Result<Value, Refused> {
        let mut cx = self.request_of(VENDOR, Bytes::from(input.to_string()));
        cx.caller.identity = Identity::TokenHolder(holder.clone());
        answer(operation, &cx).await
    }

    /// Whether an access key with all rights, except under this condition, may
    /// get this license.
    async fn may_get(&self, arn: &str, denied_if: &str) -> bool {
        let deny = format!(r#""Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {denied_if}"#);
        let answer =
            self.call_under(statements(&[ALL, &deny]), "GetLicense", &json!({ "LicenseArn": arn })).await;
        allowed(&answer)
    }
}

/// Whether the policies allowed it, whatever came of it.
fn allowed(answer: &Result<Value, Refused>) -> bool {
    !matches!(answer, Err(("AccessDeniedException", _)))
}

fn holder(arn: &str, role: &str) -> TokenHolder {
    TokenHolder {
        token_id: "66a9bbf5-0896-460f-a1a9-de535dcc175b".into(),
        license: LicenseArn::parse(arn).unwrap(),
        properties: vec!["seat-7".into(), format!("aws:license-manager:token-issuer-account-id:{VENDOR}")],
        role: role.into(),
        session: "laptop".into(),
        access_key_id: None,
    }
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
    let named = |operation, input| (operation, input, arn.to_owned());
    let anything = |operation, input| (operation, input, "*".to_owned());
    vec![
        anything("CheckInLicense", token.clone()),
        named("CheckoutBorrowLicense", borrowed),
        anything("CheckoutLicense", taken),
        anything("CreateLicense", created),
        named("CreateLicenseVersion", revised),
        named("DeleteLicense", with(license.clone(), json!({ "SourceVersion": "1" }))),
        anything("ExtendLicenseConsumption", token),
        named("GetLicense", license.clone()),
        named("GetLicenseUsage", license.clone()),
        anything("GetServiceSettings", json!({})),
        named("ListLicenseVersions", license),
        anything("ListLicenses", json!({})),
        named("ListTagsForResource", json!({ "ResourceArn": arn })),
        named("TagResource", json!({ "ResourceArn": arn, "Tags": [] })),
        named("UntagResource", json!({ "ResourceArn": arn, "TagKeys": [] })),
        anything("UpdateServiceSettings", json!({})),
    ]
}

async fn each_operation_can_be_denied_on_the_resource_it_names(world: World) {
    let arn = world.license(2, |_| {}).await;
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

async fn tags_of_the_resource_decide(world: World) {
    let tagged = world.license(1, |input| input["Tags"] = json!([{ "Key": "Team", "Value": "sales" }])).await;
    let bare = world.license(1, |_| {}).await;
    let sales = r#"{"StringEquals": {"aws:ResourceTag/team": "sales"}}"#;
    assert!(!world.may_get(&tagged, sales).await);
    assert!(world.may_get(&bare, sales).await);
    let same = r#"{"StringNotEquals": {"aws:ResourceTag/Team": "${aws:username}"}}"#;
    assert!(!world.may_get(&tagged, same).await);
    let admin = json!({ "ResourceArn": tagged, "Tags": [{ "Key": "Team", "Value": "admin" }] });
    world.call("TagResource", &admin).await.unwrap();
    assert!(world.may_get(&tagged, same).await);
    // Keys have no case in conditions, but a tag of the very case comes first.
    let other = json!({ "ResourceArn": tagged, "Tags": [{ "Key": "team", "Value": "sales" }] });
    world.call("TagResource", &other).await.unwrap();
    assert!(!world.may_get(&tagged, sales).await);
    assert!(world.may_get(&tagged, same).await);
}

async fn tags_of_others_decide_nothing(world: World) {
    let theirs = {
        let mut input = terms(1);
        for (member, value) in [
            ("ProductSKU", json!("sku")),
            ("Beneficiary", json!(VENDOR)),
            ("ClientToken", json!("theirs")),
            ("Tags", json!([{ "Key": "team", "Value": "secret" }])),
        ] {
            input[member] = value;
        }
        world.call_as(CUSTOMER, "CreateLicense", &input).await.unwrap()["LicenseArn"].clone()
    };
    let theirs = theirs.as_str().unwrap();
    assert!(world.may_get(theirs, r#"{"StringLike": {"aws:ResourceTag/team": "*"}}"#).await);
}

async fn tags_of_the_request_decide(world: World) {
    let arn = world.license(1, |_| {}).await;
    let only_own = statements(&[concat!(
        r#""Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"#,
        r#""StringEquals": {"aws:RequestTag/team": "sales"}, "#,
        r#""ForAllValues:StringEquals": {"aws:TagKeys": ["team", "stage"]}}"#
    )]);
    for (tags, expected) in [
        (json!([{ "Key": "team", "Value": "sales" }]), true),
        (json!([{ "Key": "team", "Value": "sales" }, { "Key": "stage" }]), true),
        (json!([{ "Key": "team", "Value": "other" }]), false),
        (json!([{ "Key": "stage", "Value": "sales" }]), false),
        (json!([{ "Key": "team", "Value": "sales" }, { "Key": "price", "Value": "0" }]), false),
        (json!([]), false),
    ] {
        let input = json!({ "ResourceArn": arn, "Tags": tags });
        let answer = world.call_under(only_own.clone(), "TagResource", &input).await;
        assert_eq!(allowed(&answer), expected, "{tags}");
    }
    let keep = statements(&[
        ALL,
        concat!(
            r#""Effect": "Deny", "Action": "*", "Resource": "*", "#,
            r#""Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": "team"}}"#
        ),
    ]);
    for (keys, expected) in [(json!(["stage"]), true), (json!(["stage", "team"]), false)] {
        let input = json!({ "ResourceArn": arn, "TagKeys": keys });
        assert_eq!(allowed(&world.call_under(keep.clone(), "UntagResource", &input).await), expected);
    }
    // A member that nobody knows hides nothing, however deep it is.
    let deep = "[".repeat(500) + &"]".repeat(500);
    let body = format!(r#"{{"X": {deep}, "ResourceArn": "{arn}", "TagKeys": ["team"]}}"#);
    let mut cx = world.request_under(keep, &json!({}));
    cx.body = Bytes::from(body);
    assert!(!allowed(&answer("UntagResource", &cx).await));
}

async fn what_is_known_about_a_request_decides(world: World) {
    world.turn_to("2026-02-01T12:00:00Z");
    let arn = world.license(1, |_| {}).await;
    for (condition, holds) in [
        (r#"{"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#, true),
        (r#"{"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}"#, false),
        (r#"{"StringLike": {"aws:UserAgent": "Boto3/*"}}"#, true),
        (r#"{"StringLike": {"aws:UserAgent": "curl*"}}"#, false),
        (r#"{"StringEquals": {"aws:username": "admin"}}"#, true),
        (r#"{"StringEquals": {"aws:username": "Admin"}}"#, false),
        (r#"{"StringEquals": {"aws:userid": "AKIAABCDEFGHIJKLMNOP"}}"#, true),
        (r#"{"ArnEquals": {"AWS:principalarn": "arn:aws:iam::111122223333:user/*"}}"#, true),
        (r#"{"StringEquals": {"aws:PrincipalAccount": "444455556666"}}"#, false),
        (r#"{"StringEquals": {"aws:PrincipalAccount": "111122223333"}}"#, true),
        (r#"{"StringEquals": {"aws:PrincipalType": "User"}}"#, true),
        (r#"{"StringEquals": {"aws:RequestedRegion": "us-east-1"}}"#, true),
        (r#"{"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}"#, false),
        (r#"{"DateGreaterThanEquals": {"aws:CurrentTime": "2026-02-01T12:00:00Z"}}"#, true),
        (r#"{"DateLessThan": {"aws:CurrentTime": "2026-02-01T12:00:00Z"}}"#, false),
        (r#"{"NumericEquals": {"aws:EpochTime": "1769947200"}}"#, true),
        (r#"{"Bool": {"aws:SecureTransport": "true"}}"#, true),
        (r#"{"Bool": {"aws:SecureTransport": "false"}}"#, false),
        (r#"{"Null": {"aws:TokenIssueTime": "true"}}"#, true),
        (r#"{"Null": {"openid-license-manager.amazonaws.com:sub": "true"}}"#, true),
    ] {
        let allow = format!(r#"{ALL}, "Condition": {condition}"#);
        let mut cx = world.request_under(statements(&[&allow]), &json!({ "LicenseArn": arn }));
        cx.origin.source_ip = Some("203.0.113.7".parse().unwrap());
        cx.origin.user_agent = "Boto3/1.44".into();
        cx.origin.is_secure = true;
        assert_eq!(allowed(&answer("GetLicense", &cx).await), holds, "{condition}");
    }
}

async fn t_9_a_token_holder_may_consume_and_nothing_else(world: World) {
    let arn = world.license(1, |_| {}).await;
    for role in ["AWSLicenseManagerConsumptionRole", "service-role/AWSLicenseManagerConsumptionRole"] {
        for (operation, input, resource) in samples(&arn) {
            let answer = world.call_holding(&holder(&arn, role), operation, &input).await;
            let consumes = ["CheckoutLicense", "CheckInLicense", "ExtendLicenseConsumption", "GetLicense"]
                .contains(&operation);
            assert_eq!(allowed(&answer), consumes, "{operation}: {answer:?}");
            if let Err(("AccessDeniedException", message)) = answer {
                let who = format!(
                    "User: arn:aws:sts::{VENDOR}:assumed-role/AWSLicenseManagerConsumptionRole/laptop is not \
                     authorized to perform: license-manager:{operation} on resource: {resource} "
                );
                assert!(message.starts_with(&who), "{message}");
            }
        }
    }
}

async fn a_token_holder_may_what_its_role_may_while_there_is_one(world: World) {
    let arn = world.license(1, |_| {}).await;
    let directory = &world.service.directory;
    let name = DisplayName::parse("Vendor").unwrap();
    directory
        .create_account(Some(account()), name, world.request_under(vec![], &json!({})).now)
        .await
        .unwrap();
    let may = async |role: &str| {
        let (holder, input) = (holder(&arn, role), json!({ "LicenseArn": arn }));
        allowed(&world.call_holding(&holder, "GetLicenseUsage", &input).await)
    };
    let own = |role: &str| RoleName::parse(role).unwrap();
    let make = async |role: &str, policies| {
        let now = world.request_under(vec![], &json!({})).now;
        directory
            .create_role(&account(), own(role), own_tokens(&account()).unwrap(), policies, now)
            .await
            .unwrap();
    };
    assert!(!may("Metering").await, "there is no such role");
    make("Metering", vec![]).await;
    assert!(!may("Metering").await, "a role without policies may do nothing");
    for (name, condition, expected) in [
        (
            "Sub",
            r#"{"StringEquals": {"openid-license-manager.amazonaws.com:sub": "66a9bbf5-0896-460f-a1a9-de535dcc175b"}}"#,
            true,
        ),
        ("OtherSub", r#"{"StringEquals": {"openid-license-manager.amazonaws.com:sub": "another"}}"#, false),
        (
            "Amr",
            r#"{"ForAnyValue:StringLike": {"openid-license-manager.amazonaws.com:amr": "seat-*"}}"#,
            true,
        ),
        (
            "OtherAmr",
            r#"{"ForAnyValue:StringLike": {"openid-license-manager.amazonaws.com:amr": "desk-*"}}"#,
            false,
        ),
        (
            "Aud",
            r#"{"ArnLike": {"openid-license-manager.amazonaws.com:aud": "arn:aws:license-manager::*:license:*"}}"#,
            true,
        ),
        (
            "Role",
            r#"{"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/Role"}, "StringEquals": {"aws:PrincipalType": "AssumedRole"}, "Null": {"aws:username": "true"}}"#,
            true,
        ),
    ] {
        make(name, statements(&[&format!(r#"{ALL}, "Condition": {condition}"#)])).await;
        assert_eq!(may(name).await, expected, "{name}");
    }
    directory.delete_role(&account(), &own("Amr")).await.unwrap();
    assert!(!may("Amr").await, "what it did before ends with it");
    make("AWSLicenseManagerConsumptionRole", preset("AdministratorAccess")).await;
    assert!(may("service-role/AWSLicenseManagerConsumptionRole").await);
    directory.delete_role(&account(), &own("AWSLicenseManagerConsumptionRole")).await.unwrap();
    assert!(!may("AWSLicenseManagerConsumptionRole").await);
}
