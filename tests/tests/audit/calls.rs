//! Which calls leave a record.

use http::StatusCode;
use licentia::audit::{ReadWriteType, Search};
use licentia::operation::is_read_only;
use licentia::operations::{cloudtrail, license_manager};
use licentia_tests::signed::signed;
use serde_json::{Value, json};

use super::{Answer, Edge, checkout, license};
use crate::store::on_sqlite;

/// What the one record says that a call left.
async fn only_record(edge: &Edge, before: usize, what: &str) -> Value {
    let records = edge.records().await;
    assert_eq!(records.len(), before + 1, "{what}");
    serde_json::from_str(&records[0].text).unwrap()
}

fn assert_is_of(record: &Value, operation: &str, answer: &Answer) {
    assert_eq!(record["eventName"], operation);
    assert_eq!(record["requestID"], answer.request_id, "EV-6");
    assert_eq!(record["errorCode"], answer.body["__type"], "{operation}: {record}");
    assert_eq!(record["errorMessage"].is_string(), !answer.status.is_success(), "{operation}: {record}");
}

#[tokio::test]
async fn every_operation_leaves_one_record_when_it_is_refused_or_not_understood() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let unknown = json!({
        "LicenseArn": "arn:aws:license-manager::111122223333:license:l-00000000000000000000000000000000",
        "ResourceArn": "arn:aws:license-manager::111122223333:license:l-00000000000000000000000000000000",
        "LicenseConsumptionToken": "00000000000000000000000000000000",
        "SourceVersion": "1",
    });
    let mut left = 0;
    for row in license_manager::OPERATIONS {
        for body in
            ["".to_owned(), "{}".to_owned(), "[]".to_owned(), "not JSON".to_owned(), unknown.to_string()]
        {
            let answer = edge.call(row.name, &body).await;
            let record = only_record(&edge, left, row.name).await;
            assert_is_of(&record, row.name, &answer);
            assert_eq!(record["readOnly"], is_read_only(row.name));
            left += 1;
        }
    }
    assert!(left >= 5 * 14, "{left}");
}

#[tokio::test]
async fn every_call_of_a_journey_leaves_one_record_with_its_license() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let arn = edge.call("CreateLicense", license()).await.body["LicenseArn"].clone();
    let taken = edge.call("CheckoutLicense", checkout()).await;
    assert_eq!(taken.status, StatusCode::OK, "{taken:?}");
    let token = taken.body["LicenseConsumptionToken"].clone();
    let mut left = edge.records().await.len();
    assert_eq!(left, 2);
    for (operation, input) in [
        ("GetLicense", json!({ "LicenseArn": arn })),
        ("GetLicenseUsage", json!({ "LicenseArn": arn })),
        ("ListLicenseVersions", json!({ "LicenseArn": arn })),
        ("ListLicenses", json!({ "LicenseArns": [arn] })),
        ("TagResource", json!({ "ResourceArn": arn, "Tags": [{ "Key": "a", "Value": "b" }] })),
        ("ListTagsForResource", json!({ "ResourceArn": arn })),
        ("UntagResource", json!({ "ResourceArn": arn, "TagKeys": ["a"] })),
        ("ExtendLicenseConsumption", json!({ "LicenseConsumptionToken": token, "DryRun": true })),
        ("CheckInLicense", json!({ "LicenseConsumptionToken": token, "Beneficiary": "Customer" })),
        ("DeleteLicense", json!({ "LicenseArn": arn, "SourceVersion": "1" })),
    ] {
        let answer = edge.call(operation, input).await;
        assert_eq!(answer.status, StatusCode::OK, "{operation}: {answer:?}");
        let record = only_record(&edge, left, operation).await;
        assert_is_of(&record, operation, &answer);
        left += 1;
    }
    let search = Search { resource: arn.as_str().map(ToOwned::to_owned), ..Search::default() };
    let found = edge.found(&search).await;
    assert_eq!(found.len(), left, "all are about the license, those by its consumption token too");
}

#[tokio::test]
async fn what_happens_to_grants_and_tokens_is_found_by_their_license() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let arn = edge.call("CreateLicense", license()).await.body["LicenseArn"].clone();
    let granted = edge.call("CreateGrant", grant(&arn)).await.body["GrantArn"].clone();
    let renamed = json!({ "GrantArn": granted, "GrantName": "Renamed", "ClientToken": "second" });
    let token = edge.call("CreateToken", json!({ "LicenseArn": arn, "ClientToken": "third" })).await;
    let calls = [
        ("GetGrant", json!({ "GrantArn": granted })),
        ("CreateGrantVersion", renamed),
        ("DeleteGrant", json!({ "GrantArn": granted, "Version": "2" })),
        ("DeleteToken", json!({ "TokenId": token.body["TokenId"] })),
    ];
    for (operation, input) in &calls {
        let answer = edge.call(operation, input).await;
        assert_eq!(answer.status, StatusCode::OK, "{operation}: {answer:?}");
    }
    let of_license =
        Search { resource: arn.as_str().map(ToOwned::to_owned), oldest_first: true, ..Search::default() };
    let found = edge.found(&of_license).await;
    let found: Vec<&str> = found.iter().map(|kept| kept.record.event_name.as_str()).collect();
    let before = ["CreateLicense", "CreateGrant", "CreateToken"];
    let expected: Vec<&str> =
        before.into_iter().chain(calls.iter().map(|(operation, _)| *operation)).collect();
    assert_eq!(found, expected);
    let of_grant = Search { resource: granted.as_str().map(ToOwned::to_owned), ..Search::default() };
    assert_eq!(edge.found(&of_grant).await.len(), 4);
}

#[tokio::test]
async fn what_a_stranger_asks_for_is_not_told_to_it_by_its_trail() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let arn = edge.call("CreateLicense", license()).await.body["LicenseArn"].clone();
    let granted = edge.call("CreateGrant", grant(&arn)).await.body["GrantArn"].clone();
    let token = edge.call("CreateToken", json!({ "LicenseArn": arn, "ClientToken": "third" })).await;
    let taken = edge.call("CheckoutLicense", checkout()).await;
    let stranger = edge.called_by("777788889999").await;
    for (operation, input) in [
        ("GetGrant", json!({ "GrantArn": granted })),
        ("DeleteGrant", json!({ "GrantArn": granted, "Version": "1" })),
        ("CreateGrantVersion", json!({ "GrantArn": granted, "ClientToken": "second" })),
        ("DeleteToken", json!({ "TokenId": token.body["TokenId"] })),
        ("CheckInLicense", json!({ "LicenseConsumptionToken": taken.body["LicenseConsumptionToken"] })),
    ] {
        assert_ne!(stranger.call(operation, input).await.status, StatusCode::OK, "{operation}");
    }
    let records = stranger.records().await;
    assert_eq!(records.len(), 5);
    assert!(records.iter().all(|kept| !kept.text.contains(arn.as_str().unwrap())), "{records:?}");
}

fn grant(license: &Value) -> Value {
    json!({
        "GrantName": "Customer",
        "LicenseArn": license,
        "Principals": ["arn:aws:iam::444455556666:root"],
        "HomeRegion": "us-east-1",
        "AllowedOperations": ["CheckoutLicense"],
        "ClientToken": "first",
    })
}

#[tokio::test]
async fn a_wrong_signature_is_recorded_for_the_account_of_the_access_key_without_its_body() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    for (left, row) in license_manager::OPERATIONS.iter().enumerate() {
        let mut request = edge.signed(row.name, license());
        *request.body_mut() = json!({ "LicenseName": "forged" }).to_string();
        let answer = edge.send(request).await;
        assert_eq!(answer.body["__type"], "InvalidSignatureException");
        let record = only_record(&edge, left, row.name).await;
        assert_is_of(&record, row.name, &answer);
        let identity = json!({
            "type": "Unknown",
            "accountId": super::ACCOUNT,
            "accessKeyId": edge.credentials.access_key_id(),
        });
        assert_eq!(record["userIdentity"], identity);
        assert_eq!(record["requestParameters"], Value::Null);
    }
}

#[tokio::test]
async fn a_deactivated_access_key_is_recorded_for_its_account() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let id = edge.credentials.access_key_id().parse().unwrap();
    edge.service.directory.set_access_key_active(&id, false).await.unwrap();
    let answer = edge.call("ListLicenses", json!({})).await;
    assert_eq!(answer.body["__type"], "UnrecognizedClientException");
    assert_is_of(&only_record(&edge, 0, "deactivated").await, "ListLicenses", &answer);
}

#[tokio::test]
async fn an_unknown_access_key_or_none_leaves_no_record() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let mut unknown = edge.signed("ListLicenses", json!({}));
    let header = unknown.headers()["authorization"].to_str().unwrap();
    let header = header.replace(edge.credentials.access_key_id(), "AKIAAAAAAAAAAAAAAAAA");
    unknown.headers_mut().insert("authorization", header.parse().unwrap());
    assert_eq!(edge.send(unknown).await.body["__type"], "UnrecognizedClientException");
    let mut unsigned = edge.signed("ListLicenses", json!({}));
    unsigned.headers_mut().remove("authorization");
    assert_eq!(edge.send(unsigned).await.body["__type"], "MissingAuthenticationTokenException");
    assert_eq!(edge.records().await, vec![]);
}

#[tokio::test]
async fn an_access_key_of_another_service_or_region_is_recorded_as_refused() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let mut request = signed(&edge.credentials, "localhost", "ListLicenses", "{}".to_owned()).unwrap();
    let header = request.headers()["authorization"].to_str().unwrap().replace("us-east-1", "eu-west-1");
    request.headers_mut().insert("authorization", header.parse().unwrap());
    let answer = edge.send(request).await;
    assert_is_of(&only_record(&edge, 0, "another Region").await, "ListLicenses", &answer);
}

#[tokio::test]
async fn write_only_leaves_out_what_only_reads() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::with(store.clone(), store, ReadWriteType::WriteOnly).await;
    let arn = edge.call("CreateLicense", license()).await.body["LicenseArn"].clone();
    edge.call("GetLicense", json!({ "LicenseArn": arn })).await;
    edge.call("ListLicenses", json!({})).await;
    edge.call("DeleteLicense", json!({ "LicenseArn": arn })).await;
    let names: Vec<String> = edge.records().await.into_iter().map(|kept| kept.record.event_name).collect();
    assert_eq!(names, ["DeleteLicense", "CreateLicense"]);
}

#[tokio::test]
async fn what_only_reads_is_known_by_its_name() {
    let tables = [license_manager::OPERATIONS, cloudtrail::OPERATIONS];
    let names: Vec<&str> = tables.into_iter().flatten().map(|row| row.name).collect();
    let reads: Vec<&str> = names.iter().copied().filter(|name| is_read_only(name)).collect();
    for name in &names {
        let changes = ["Create", "Delete", "Check", "Extend", "Tag", "Untag", "Accept", "Reject", "Update"];
        assert_ne!(reads.contains(name), changes.iter().any(|verb| name.starts_with(verb)), "{name}");
    }
}
