//! CloudTrail's LookupEvents.

use licentia::audit::Touched;
use licentia::clock::{Clock, SystemClock};
use licentia::context::{Context, Origin};
use licentia::identity::{AttachedPolicy, Caller, Identity, PolicyName, TokenHolder, UserName};
use licentia::operation::Failure;
use licentia::operations::cloudtrail::OPERATIONS;
use licentia::wire::Parameters;
use licentia_core::arn::LicenseArn;
use serde_json::{Value, json};

use super::{Edge, account, license};
use crate::store::on_sqlite;

impl Edge {
    fn user(&self) -> Identity {
        self.user_with(vec![])
    }

    fn user_with(&self, policies: Vec<AttachedPolicy>) -> Identity {
        Identity::User {
            access_key_id: self.credentials.access_key_id().parse().unwrap(),
            user: UserName::parse("alice").unwrap(),
            policies,
        }
    }

    async fn lookup_as(&self, identity: Identity, input: &Value) -> Result<Value, (&'static str, String)> {
        let row = OPERATIONS.iter().find(|row| row.name == "LookupEvents").unwrap();
        let cx = Context {
            service: self.service.clone(),
            caller: Caller { account: account(), identity },
            now: SystemClock.now().unwrap(),
            parameters: Parameters::new(input.to_string().into()),
            origin: Origin::default(),
            touched: Touched::default(),
        };
        match (row.run)(&cx).await {
            Ok(output) => Ok(serde_json::from_slice(&output).unwrap()),
            Err(Failure::Serialization(message)) => Err(("SerializationException", message)),
            Err(Failure::Operation(error)) => Err((error.kind.code(row.errors).name(), error.message)),
        }
    }

    async fn lookup(&self, input: &Value) -> Result<Value, (&'static str, String)> {
        self.lookup_as(self.user(), input).await
    }
}

fn attribute(key: &str, value: &str) -> Value {
    json!({ "LookupAttributes": [{ "AttributeKey": key, "AttributeValue": value }] })
}

#[tokio::test]
async fn an_event_tells_who_did_what_and_carries_the_whole_record() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let created = edge.call("CreateLicense", license()).await;
    let events = edge.lookup(&json!({})).await.unwrap()["Events"].clone();
    let kept = edge.records().await;
    let record = &kept[0].record;
    assert_eq!(
        events,
        json!([{
            "EventId": record.event_id,
            "EventName": "CreateLicense",
            "ReadOnly": "false",
            "AccessKeyId": edge.credentials.access_key_id(),
            "EventTime": record.event_time.unix(),
            "EventSource": "license-manager.amazonaws.com",
            "Username": "alice",
            "Resources": [{
                "ResourceType": "AWS::LicenseManager::License",
                "ResourceName": created.body["LicenseArn"],
            }],
            "CloudTrailEvent": kept[0].text,
        }])
    );
}

#[tokio::test]
async fn each_attribute_finds_its_events_and_several_must_all_fit() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let arn = edge.call("CreateLicense", license()).await.body["LicenseArn"].clone();
    edge.call("GetLicense", json!({ "LicenseArn": arn })).await;
    edge.call("ListLicenses", "{}").await;
    let id = edge.records().await[0].record.event_id.clone();
    let key = edge.credentials.access_key_id();
    for (name, value, found) in [
        ("EventName", "GetLicense", 1),
        ("EventId", id.as_str(), 1),
        ("EventSource", "license-manager.amazonaws.com", 3),
        ("EventSource", "ec2.amazonaws.com", 0),
        ("ReadOnly", "true", 2),
        ("ReadOnly", "false", 1),
        ("Username", "alice", 3),
        ("Username", "Alice", 0),
        ("ResourceName", arn.as_str().unwrap(), 2),
        ("ResourceType", "AWS::LicenseManager::License", 2),
        ("AccessKeyId", key, 3),
    ] {
        let events = edge.lookup(&attribute(name, value)).await.unwrap()["Events"].clone();
        assert_eq!(events.as_array().unwrap().len(), found, "{name} {value}");
    }
    let both = json!({ "LookupAttributes": [
        { "AttributeKey": "ResourceName", "AttributeValue": arn },
        { "AttributeKey": "ReadOnly", "AttributeValue": "true" },
    ]});
    assert_eq!(edge.lookup(&both).await.unwrap()["Events"][0]["EventName"], "GetLicense");
}

#[tokio::test]
async fn pages_hold_at_most_what_was_asked_for_and_go_on() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    for _ in 0..5 {
        edge.call("ListLicenses", "{}").await;
    }
    let (mut ids, mut input) = (vec![], json!({ "MaxResults": 2 }));
    loop {
        let page = edge.lookup(&input).await.unwrap();
        let events = page["Events"].as_array().unwrap().clone();
        assert!(events.len() <= 2);
        ids.extend(events.into_iter().map(|event| event["EventId"].clone()));
        if page["NextToken"].is_null() {
            break;
        }
        input["NextToken"] = page["NextToken"].clone();
    }
    let kept: Vec<Value> = edge.records().await.into_iter().map(|kept| json!(kept.record.event_id)).collect();
    assert_eq!(ids, kept);
    // A token belongs to its search.
    let first = edge.lookup(&json!({ "MaxResults": 2 })).await.unwrap();
    let mut other = attribute("ReadOnly", "true");
    other["NextToken"] = first["NextToken"].clone();
    assert_eq!(edge.lookup(&other).await.unwrap_err().0, "InvalidNextTokenException");
}

#[tokio::test]
async fn each_fault_has_the_error_of_cloudtrail() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let twice = json!({ "LookupAttributes": [
        { "AttributeKey": "EventName", "AttributeValue": "a" },
        { "AttributeKey": "EventName", "AttributeValue": "b" },
    ]});
    for (input, code) in [
        (attribute("Colour", "red"), "InvalidLookupAttributesException"),
        (attribute("ReadOnly", "perhaps"), "InvalidLookupAttributesException"),
        (attribute("EventName", ""), "InvalidLookupAttributesException"),
        (attribute("EventName", &"a".repeat(2001)), "InvalidLookupAttributesException"),
        (
            json!({ "LookupAttributes": [{ "AttributeKey": "EventName" }] }),
            "InvalidLookupAttributesException",
        ),
        (twice, "InvalidLookupAttributesException"),
        (json!({ "StartTime": 2, "EndTime": 1 }), "InvalidTimeRangeException"),
        (json!({ "StartTime": -1 }), "InvalidTimeRangeException"),
        (json!({ "EndTime": 1e300 }), "InvalidTimeRangeException"),
        (json!({ "MaxResults": 0 }), "InvalidMaxResultsException"),
        (json!({ "MaxResults": 51 }), "InvalidMaxResultsException"),
        (json!({ "NextToken": "invented" }), "InvalidNextTokenException"),
        (json!({ "EventCategory": "data" }), "InvalidEventCategoryException"),
    ] {
        assert_eq!(edge.lookup(&input).await.unwrap_err().0, code, "{input}");
    }
}

#[tokio::test]
async fn times_may_have_fractions_and_there_are_no_insights() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    edge.call("ListLicenses", "{}").await;
    let at = edge.records().await[0].record.event_time.unix();
    let found = |input: Value| {
        let edge = &edge;
        async move { edge.lookup(&input).await.unwrap()["Events"].as_array().unwrap().len() }
    };
    #[expect(clippy::cast_precision_loss, reason = "a present time has few digits")]
    let fraction = at as f64 + 0.5;
    assert_eq!(found(json!({ "StartTime": fraction })).await, 1);
    assert_eq!(found(json!({ "EndTime": fraction })).await, 1);
    assert_eq!(found(json!({ "StartTime": at + 1 })).await, 0);
    assert_eq!(found(json!({ "EventCategory": "insight" })).await, 0);
}

#[tokio::test]
async fn policies_name_the_trail_as_cloudtrail_and_license_manager_is_another_service() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let allowing = |action: &str| {
        let text = json!({
            "Version": "2012-10-17",
            "Statement": { "Effect": "Allow", "Action": action, "Resource": "*" },
        });
        AttachedPolicy::document(PolicyName::parse("test").unwrap(), &text.to_string()).unwrap()
    };
    let auditor = edge.user_with(vec![allowing("cloudtrail:LookupEvents")]);
    assert!(edge.lookup_as(auditor, &json!({})).await.is_ok());
    let other = edge.user_with(vec![allowing("license-manager:*")]);
    let (code, message) = edge.lookup_as(other, &json!({})).await.unwrap_err();
    assert_eq!(code, "AccessDeniedException");
    assert!(message.contains("cloudtrail:LookupEvents"), "{message}");
}

#[tokio::test]
async fn whoever_may_touch_one_license_only_sees_nothing_of_the_trail() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let holder = Identity::TokenHolder(TokenHolder {
        token_id: "t-1".to_owned(),
        license: LicenseArn::parse(
            "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60",
        )
        .unwrap(),
        properties: vec![],
        role: "AWSLicenseManagerConsumptionRole".to_owned(),
        session: "device".to_owned(),
        access_key_id: None,
        session_policies: vec![],
    });
    assert_eq!(edge.lookup_as(holder, &json!({})).await.unwrap_err().0, "AccessDeniedException");
}
