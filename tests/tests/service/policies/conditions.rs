//! What conditions may ask for.

use licentia::wire::Parameters;
use serde_json::json;

use super::{ALL, allowed, statements};
use crate::service::{CUSTOMER, VENDOR, World, on_each_store, terms};

on_each_store! {
    tags_of_the_resource_decide
    tags_of_others_decide_nothing
    tags_of_the_request_decide
    what_is_known_about_a_request_decides
}

impl World {
    /// Whether an access key with all rights, except under this condition, may
    /// get this license.
    async fn may_get(&self, arn: &str, denied_if: &str) -> bool {
        let deny = format!(r#""Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {denied_if}"#);
        let answer =
            self.call_under(statements(&[ALL, &deny]), "GetLicense", &json!({ "LicenseArn": arn })).await;
        allowed(&answer)
    }
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
    // A member too deep to be read hides nothing: nothing is done.
    let deep = "[".repeat(500) + &"]".repeat(500);
    let body = format!(r#"{{"X": {deep}, "ResourceArn": "{arn}", "TagKeys": ["team"]}}"#);
    let mut cx = world.request_under(keep, &json!({}));
    cx.parameters = Parameters::new(body.into());
    assert_eq!(world.call_in(cx, "UntagResource").await.unwrap_err().0, "SerializationException");
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
        assert_eq!(allowed(&world.call_in(cx, "GetLicense").await), holds, "{condition}");
    }
}
