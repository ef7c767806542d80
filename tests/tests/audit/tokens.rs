//! Calls of customers without an account (section 8): recorded for the account
//! that made their token, which is never in the trail.

use aws_credential_types::Credentials;
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode};
use licentia::audit::HIDDEN;
use licentia_tests::signed::signed;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{ACCOUNT, Answer, Edge, checkout, license};
use crate::store::on_sqlite;

const ROLE: &str = "arn:aws:iam::111122223333:role/AWSLicenseManagerConsumptionRole";

/// A customer, with every token that there is.
struct Customer {
    edge: Edge,
    arn: Value,
    token_id: Value,
    refresh: String,
    access: String,
}

impl Customer {
    async fn on(edge: Edge) -> Self {
        let arn = edge.call("CreateLicense", license()).await.body["LicenseArn"].clone();
        let made = edge.call("CreateToken", json!({ "LicenseArn": arn, "ClientToken": "first" })).await;
        assert_eq!(made.status, StatusCode::OK, "{made:?}");
        let refresh = made.body["Token"].as_str().unwrap().to_owned();
        let token_id = made.body["TokenId"].clone();
        let mut customer = Self { edge, arn, token_id, refresh, access: String::new() };
        let answer = customer.unsigned("GetAccessToken", &json!({ "Token": customer.refresh })).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        customer.access = answer.body["AccessToken"].as_str().unwrap().to_owned();
        customer
    }

    async fn unsigned(&self, operation: &str, body: &Value) -> Answer {
        self.send_with(operation, body, None).await
    }

    async fn bearer(&self, operation: &str, body: &Value) -> Answer {
        self.send_with(operation, body, Some(format!("Bearer {}", self.access))).await
    }

    async fn send_with(&self, operation: &str, body: &Value, authorization: Option<String>) -> Answer {
        let mut request = self.edge.signed(operation, body);
        let headers = request.headers_mut();
        match authorization {
            Some(text) => drop(headers.insert("authorization", text.parse().unwrap())),
            None => drop(headers.remove("authorization")),
        }
        self.edge.send(request).await
    }

    /// What STS answers, as XML.
    async fn assume(&self, role: &str, token: &str) -> String {
        let form = format!(
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={role}&RoleSessionName=device\
             &WebIdentityToken={token}"
        );
        let request = Request::post("/")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap();
        let answer = self.edge.router.clone().oneshot(request).await.unwrap();
        String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
    }

    async fn credentials(&self) -> Credentials {
        let xml = self.assume(ROLE, &self.access).await;
        let member = |name: &str| {
            let rest = xml.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("{xml}")).1;
            rest.split_once('<').unwrap().0.to_owned()
        };
        let session = Some(member("SessionToken"));
        Credentials::new(member("AccessKeyId"), member("SecretAccessKey"), session, None, "audit")
    }

    async fn newest(&self) -> Value {
        serde_json::from_str(&self.edge.records().await[0].text).unwrap()
    }

    fn license(&self) -> Value {
        json!([{ "ARN": self.arn, "accountId": ACCOUNT, "type": "AWS::LicenseManager::License" }])
    }
}

async fn customer() -> (Customer, tempfile::TempDir) {
    let (store, folder) = on_sqlite();
    (Customer::on(Edge::on(store).await).await, folder)
}

#[tokio::test]
async fn an_unsigned_exchange_is_recorded_for_the_account_of_its_token() {
    let (customer, _folder) = customer().await;
    let record = customer.newest().await;
    let identity = json!({
        "type": "WebIdentityUser",
        "accountId": ACCOUNT,
        "userName": customer.token_id,
        "identityProvider": "https://openid-license-manager.amazonaws.com",
    });
    assert_eq!((&record["eventName"], &record["userIdentity"]), (&json!("GetAccessToken"), &identity));
    assert_eq!(record["requestParameters"], json!({ "token": HIDDEN }));
    assert_eq!(record["responseElements"], Value::Null);
    assert_eq!(record["resources"], customer.license());
}

#[tokio::test]
async fn a_refused_exchange_of_a_good_token_is_recorded_and_one_of_no_token_is_not() {
    let (customer, _folder) = customer().await;
    let request = json!({ "Token": customer.refresh, "TokenProperties": ["other"] });
    let refused = customer.unsigned("GetAccessToken", &request).await;
    assert_ne!(refused.status, StatusCode::OK);
    assert_eq!(customer.newest().await["errorCode"], refused.body["__type"]);
    let before = customer.edge.records().await.len();
    let forged = format!("{}A", customer.refresh);
    customer.unsigned("GetAccessToken", &json!({ "Token": forged })).await;
    customer.unsigned("GetAccessToken", &json!({})).await;
    assert_eq!(customer.edge.records().await.len(), before);
}

#[tokio::test]
async fn an_access_token_sent_as_it_is_names_its_customer() {
    let (customer, _folder) = customer().await;
    let taken = customer.bearer("CheckoutLicense", &checkout()).await;
    assert_eq!(taken.status, StatusCode::OK, "{taken:?}");
    let record = customer.newest().await;
    let who = &record["userIdentity"];
    assert_eq!((&who["type"], &who["userName"]), (&json!("WebIdentityUser"), &customer.token_id));
    assert_eq!(record["resources"], customer.license());
    // Refused, because of whom it is bound to.
    customer.bearer("ListLicenses", &json!({})).await;
    assert_eq!(customer.newest().await["errorCode"], "AccessDeniedException");
}

#[tokio::test]
async fn temporary_credentials_are_followed_from_their_making_to_their_use() {
    let (customer, _folder) = customer().await;
    let credentials = customer.credentials().await;
    let record = customer.newest().await;
    assert_eq!(
        (&record["eventSource"], &record["eventName"]),
        (&json!("sts.amazonaws.com"), &json!("AssumeRoleWithWebIdentity"),)
    );
    assert_eq!(record["userIdentity"]["type"], "WebIdentityUser");
    assert_eq!(record["requestParameters"]["webIdentityToken"], HIDDEN);
    let made = &record["responseElements"]["credentials"];
    assert_eq!(made["accessKeyId"], credentials.access_key_id());
    assert_eq!((&made["secretAccessKey"], &made["sessionToken"]), (&json!(HIDDEN), &json!(HIDDEN)));
    let types: Vec<&Value> = record["resources"].as_array().unwrap().iter().map(|r| &r["type"]).collect();
    assert_eq!(types, ["AWS::IAM::Role", "AWS::LicenseManager::License"]);

    let body = json!({ "LicenseArn": customer.arn }).to_string();
    let used = customer.edge.send(signed(&credentials, "localhost", "GetLicense", body).unwrap()).await;
    assert_eq!(used.status, StatusCode::OK, "{used:?}");
    let who = customer.newest().await["userIdentity"].clone();
    assert_eq!((&who["type"], &who["accessKeyId"]), (&json!("AssumedRole"), &made["accessKeyId"]));
    assert!(who["principalId"].as_str().unwrap().ends_with(":device"), "{who}");
    assert_eq!(who["sessionContext"]["sessionIssuer"]["arn"], ROLE);
    assert_eq!(who["sessionContext"]["webIdFederationData"]["attributes"]["sub"], customer.token_id);
    assert_eq!(customer.edge.records().await[0].record.user_name(), Some("device"));
}

#[tokio::test]
async fn a_role_that_is_refused_is_recorded_for_the_account_of_the_token() {
    let (customer, _folder) = customer().await;
    let role = ROLE.replace(ACCOUNT, "444455556666");
    assert!(customer.assume(&role, &customer.access).await.contains("<Code>AccessDenied</Code>"));
    let record = customer.newest().await;
    assert_eq!(
        (&record["errorCode"], &record["recipientAccountId"]),
        (&json!("AccessDenied"), &json!(ACCOUNT))
    );
    assert_eq!(record["userIdentity"]["userName"], customer.token_id);
}

#[tokio::test]
async fn a_wrong_signature_of_temporary_credentials_is_recorded() {
    let (customer, _folder) = customer().await;
    let credentials = customer.credentials().await;
    let session = credentials.session_token().map(ToOwned::to_owned);
    let forged = Credentials::new(credentials.access_key_id(), "wrong", session, None, "audit");
    customer.edge.send(signed(&forged, "localhost", "GetLicense", "{}".to_owned()).unwrap()).await;
    let record = customer.newest().await;
    assert_eq!(record["errorCode"], "InvalidSignatureException");
    let identity =
        json!({ "type": "Unknown", "accountId": ACCOUNT, "accessKeyId": credentials.access_key_id() });
    assert_eq!(record["userIdentity"], identity);
}

#[tokio::test]
async fn no_token_of_the_whole_flow_is_in_the_trail() {
    let (customer, _folder) = customer().await;
    let credentials = customer.credentials().await;
    let taken = customer.bearer("CheckoutLicense", &checkout()).await;
    let token = taken.body["LicenseConsumptionToken"].clone();
    customer.bearer("CheckInLicense", &json!({ "LicenseConsumptionToken": token, "Beneficiary": "x" })).await;
    // Where they do not belong.
    customer.bearer("GetLicense", &json!({ "LicenseArn": customer.access, "Token": customer.refresh })).await;
    customer.assume(&customer.access, &customer.access).await;
    customer.edge.call("DeleteToken", json!({ "TokenId": customer.refresh })).await;
    customer.edge.call("TagResource", json!({ "ResourceArn": customer.access, "Tags": [] })).await;
    let trail: String = customer.edge.records().await.into_iter().map(|kept| kept.text).collect();
    let secrets = [
        customer.refresh.as_str(),
        customer.access.as_str(),
        credentials.secret_access_key(),
        credentials.session_token().unwrap(),
        taken.body["SignedToken"].as_str().unwrap(),
        token.as_str().unwrap(),
        customer.edge.credentials.secret_access_key(),
    ];
    for secret in secrets {
        for part in secret.split('.').filter(|part| part.len() >= 20).chain([secret]) {
            assert!(!trail.contains(part), "{part}");
            assert!(!trail.contains(&part[..20]), "{part}");
        }
    }
}
