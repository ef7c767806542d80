//! What a record says.

use licentia_core::time::Timestamp;
use serde_json::{Value, json};

use super::{ACCOUNT, Edge, checkout, license};
use crate::store::on_sqlite;

async fn newest(edge: &Edge) -> Value {
    serde_json::from_str(&edge.records().await[0].text).unwrap()
}

#[tokio::test]
async fn a_record_has_the_members_of_cloudtrail_and_no_others() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let mut request = edge.signed("CreateLicense", license());
    request.headers_mut().insert("user-agent", "aws-cli/2.31.0".parse().unwrap());
    let answer = edge.send(request).await;
    let mut record = newest(&edge).await;
    let arn = &answer.body["LicenseArn"];
    let time = Timestamp::parse(record["eventTime"].as_str().unwrap()).unwrap();
    assert!(record["eventTime"].as_str().unwrap().ends_with('Z') && time.unix() > 1_700_000_000);
    let event_id = record["eventID"].take();
    assert_eq!(event_id.as_str().unwrap().len(), 36);
    record["eventTime"] = json!("now");
    record["requestParameters"]["clientToken"] = json!("marked");
    let access_key = edge.credentials.access_key_id();
    assert_eq!(
        record,
        json!({
            "eventVersion": "1.05",
            "userIdentity": {
                "type": "IAMUser",
                "principalId": access_key,
                "arn": format!("arn:aws:iam::{ACCOUNT}:user/alice"),
                "accountId": ACCOUNT,
                "accessKeyId": access_key,
                "userName": "alice",
            },
            "eventTime": "now",
            "eventSource": "license-manager.amazonaws.com",
            "eventName": "CreateLicense",
            "awsRegion": "us-east-1",
            "sourceIPAddress": null,
            "userAgent": "aws-cli/2.31.0",
            "requestParameters": {
                "licenseName": "Team",
                "productName": "Analytics",
                "productSKU": "sku",
                "issuer": { "name": "Example" },
                "homeRegion": "us-east-1",
                "validity": { "begin": "2026-01-31T10:00:00Z" },
                "entitlements": [{ "name": "Seats", "unit": "Count", "maxCount": 10, "allowCheckIn": true }],
                "beneficiary": "Customer",
                "consumptionConfiguration": {
                    "provisionalConfiguration": { "maxTimeToLiveInMinutes": 60 },
                    "borrowConfiguration": { "maxTimeToLiveInMinutes": 1440, "allowEarlyCheckIn": true },
                },
                "clientToken": "marked",
                "tags": [{ "key": "team", "value": "sales" }],
            },
            "responseElements": { "licenseArn": arn, "status": "AVAILABLE", "version": "1" },
            "requestID": answer.request_id,
            "eventID": null,
            "readOnly": false,
            "resources": [{ "ARN": arn, "accountId": ACCOUNT, "type": "AWS::LicenseManager::License" }],
            "eventType": "AwsApiCall",
            "recipientAccountId": ACCOUNT,
        })
    );
}

#[tokio::test]
async fn a_read_and_an_empty_output_have_no_response_elements() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let arn = edge.call("CreateLicense", license()).await.body["LicenseArn"].clone();
    edge.call("GetLicense", json!({ "LicenseArn": arn })).await;
    assert_eq!(newest(&edge).await["responseElements"], Value::Null);
    edge.call("TagResource", json!({ "ResourceArn": arn, "Tags": [{ "Key": "a" }] })).await;
    assert_eq!(newest(&edge).await["responseElements"], Value::Null);
    edge.call("ListLicenses", "{}").await;
    assert_eq!(newest(&edge).await["requestParameters"], Value::Null);
}

#[tokio::test]
async fn a_check_in_bears_the_mark_of_its_checkout() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    edge.call("CreateLicense", license()).await;
    let taken = edge.call("CheckoutLicense", checkout()).await;
    let marked = newest(&edge).await["responseElements"]["licenseConsumptionToken"].clone();
    assert!(marked.as_str().unwrap().starts_with("sha256:"), "{marked}");
    let token = &taken.body["LicenseConsumptionToken"];
    edge.call("CheckInLicense", json!({ "LicenseConsumptionToken": token, "Beneficiary": "Customer" })).await;
    assert_eq!(newest(&edge).await["requestParameters"]["licenseConsumptionToken"], marked);
}

#[tokio::test]
async fn long_parameters_are_left_out_and_their_size_told() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let mut request = license();
    request["LicenseName"] = json!("x".repeat(200_000));
    edge.call("CreateLicense", &request).await;
    let record = newest(&edge).await;
    let shown = &record["requestParameters"];
    assert_eq!((&shown["omitted"], &shown["reason"]), (&json!(true), &json!("requestParameters too large")));
    assert!(shown["originalSize"].as_u64().unwrap() > 200_000);
    assert!(record.to_string().len() < 10_000);
}
