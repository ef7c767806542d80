//! What a caller may try so that its record says something else than it did.

use axum::body::Body;
use http::{Request, StatusCode};
use licentia::identity::{DisplayName, UserName};
use licentia_core::arn::AccountId;
use licentia_tests::signed::signed;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Edge, license, time};
use crate::store::on_sqlite;

impl Edge {
    async fn newest(&self) -> Value {
        serde_json::from_str(&self.records().await[0].text).unwrap()
    }
}

#[tokio::test]
async fn a_member_that_no_operation_knows_is_not_recorded_in_place_of_one() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let arn = edge.call("CreateLicense", license()).await.body["LicenseArn"].clone();
    let other = "arn:aws:license-manager::111122223333:license:l-00000000000000000000000000000000";
    let body = json!({ "LicenseArn": arn, "licenseArn": other });
    assert_eq!(edge.call("GetLicense", body).await.status, StatusCode::OK);
    let record = edge.newest().await;
    assert_eq!(record["requestParameters"]["licenseArn"], arn);
    assert_eq!(record["resources"][0]["ARN"], arn);
}

#[tokio::test]
async fn a_parameter_that_stands_twice_in_a_form_is_recorded_as_it_was_taken() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let arn = edge.call("CreateLicense", license()).await.body["LicenseArn"].clone();
    let made = edge.call("CreateToken", json!({ "LicenseArn": arn, "ClientToken": "first" })).await;
    let got = edge.call("GetAccessToken", json!({ "Token": made.body["Token"] })).await;
    let form = format!(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=taken&RoleSessionName=feigned\
         &RoleArn=arn:aws:iam::111122223333:role/AWSLicenseManagerConsumptionRole&WebIdentityToken={}",
        got.body["AccessToken"].as_str().unwrap()
    );
    let request = Request::post("/")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .unwrap();
    assert_eq!(edge.router.clone().oneshot(request).await.unwrap().status(), StatusCode::OK);
    assert_eq!(edge.newest().await["requestParameters"]["roleSessionName"], "taken");
}

#[tokio::test]
async fn what_a_record_could_not_hold_is_not_done() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let arn = edge.call("CreateLicense", license()).await.body["LicenseArn"].clone();
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for unread in [&*deep, "1e999", r#""\ud800""#] {
        let body = format!(r#"{{"LicenseArn":{arn},"SourceVersion":"1","Unknown":{unread}}}"#);
        let answer = edge.call("DeleteLicense", body).await;
        assert_eq!(answer.body["__type"], "SerializationException", "{unread}: {answer:?}");
        assert_eq!(edge.newest().await["errorCode"], "SerializationException");
    }
    let body = json!({ "LicenseArn": arn, "SourceVersion": "1", "Unknown": [[1e99, "\u{1f600}"]] });
    assert_eq!(edge.call("DeleteLicense", body).await.status, StatusCode::OK);
}

/// As many as a body can hold: compared each with each, they would keep a
/// processor busy for minutes.
#[tokio::test]
async fn a_flood_of_secrets_does_not_hold_up_its_record() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let texts = |kind: &str| (0..20_000).map(|n| format!("{kind}{n:012}")).collect::<Vec<_>>();
    for (secrets, others) in [(texts("secret"), texts("other")), (texts("secret"), vec!["short".to_owned()])]
    {
        let answer = edge.call("ListLicenses", json!({ "Password": secrets, "Unknown": others })).await;
        assert_eq!(answer.status, StatusCode::OK);
        let record = edge.newest().await;
        assert!(!record.to_string().contains("secret0000"), "{record}");
    }
}

#[tokio::test]
async fn whoever_signs_an_exchange_the_account_of_the_token_has_a_record_of_it() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let arn = edge.call("CreateLicense", license()).await.body["LicenseArn"].clone();
    let made = edge.call("CreateToken", json!({ "LicenseArn": arn, "ClientToken": "first" })).await;
    let (now, thief) = (time("2026-11-22T10:00:00Z"), AccountId::parse("444455556666").unwrap());
    let name = DisplayName::parse("thief").unwrap();
    edge.service.directory.create_account(Some(thief.clone()), name, now).await.unwrap();
    let user = UserName::parse("mallory").unwrap();
    let key = edge.service.directory.create_access_key(&thief, user, now).await.unwrap();
    let credentials =
        aws_credential_types::Credentials::new(key.key.id.as_str(), key.secret.expose(), None, None, "audit");
    let body = json!({ "Token": made.body["Token"] }).to_string();
    let answer = edge.send(signed(&credentials, "localhost", "GetAccessToken", body).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let record = edge.newest().await;
    assert_eq!(
        (&record["eventName"], &record["requestID"], &record["recipientAccountId"]),
        (&json!("GetAccessToken"), &json!(answer.request_id), &json!("111122223333"))
    );
    assert_eq!(record["userIdentity"]["accountId"], "444455556666");
    assert_eq!(record["resources"][0]["ARN"], arn);
    assert!(!record.to_string().contains(made.body["Token"].as_str().unwrap()));
}

#[tokio::test]
async fn a_license_that_is_sent_as_a_secret_too_is_named_all_the_same() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let arn = edge.call("CreateLicense", license()).await.body["LicenseArn"].clone();
    let body = json!({ "LicenseArn": arn, "SourceVersion": "1", "Password": arn });
    assert_eq!(edge.call("DeleteLicense", body).await.status, StatusCode::OK);
    let record = edge.newest().await;
    assert_eq!(record["resources"][0]["ARN"], arn, "{record}");
}

#[tokio::test]
async fn no_number_of_other_names_pushes_out_what_was_acted_on() {
    let (store, _folder) = on_sqlite();
    let edge = Edge::on(store).await;
    let arn = edge.call("CreateLicense", license()).await.body["LicenseArn"].clone();
    let others: Vec<String> = (0..200).map(|n| format!("arn:aws:a:::{n}")).collect();
    let body =
        json!({ "LicenseArn": arn, "SourceVersion": "1", "OtherArns": others, "Text": "x".repeat(110_000) });
    assert_eq!(edge.call("DeleteLicense", body).await.status, StatusCode::OK);
    let record = edge.newest().await;
    assert_eq!(record["requestParameters"]["omitted"], true);
    let named: Vec<&Value> = record["resources"].as_array().unwrap().iter().map(|r| &r["ARN"]).collect();
    assert!(named.contains(&&arn), "{named:?}");
}
