//! An organization of AWS whose accounts move while it is read.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_credential_types::Credentials;
use aws_sdk_organizations::Client;
use aws_sdk_organizations::config::{Config, Region};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use licentia::clock::SystemClock;
use licentia::organization::{AwsOrganizations, Organizations};
use licentia_core::arn::AccountId;
use licentia_core::principal::OrganizationId;
use serde_json::{Value, json};

const MANAGEMENT: &str = "111122223333";
const MEMBER: &str = "444455556666";
const ORGANIZATION: &str = "o-a1b2c3d4e5";

/// What the root's accounts look like each time that the organization is read;
/// the last look stays.
#[derive(Clone, Debug)]
struct Cloud {
    looks: Arc<[&'static [&'static str]]>,
    read: Arc<AtomicUsize>,
}

impl Cloud {
    fn showing(looks: &[&'static [&'static str]]) -> Self {
        Self { looks: looks.into(), read: Arc::default() }
    }

    fn directory(&self) -> AwsOrganizations {
        let cloud = self.clone();
        let http = http_client_fn(move |_, _| SharedHttpConnector::new(cloud.clone()));
        let config = Config::builder()
            .behavior_version_latest()
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .http_client(http);
        AwsOrganizations::new(Client::from_conf(config.build()), Arc::new(SystemClock))
    }

    fn answer(&self, target: &str) -> Value {
        let listed = |numbers: &[&str]| -> Vec<Value> {
            numbers.iter().map(|number| json!({ "Id": number, "State": "ACTIVE" })).collect()
        };
        match target.strip_prefix("AWSOrganizationsV20161128.").unwrap() {
            "DescribeOrganization" => json!({ "Organization": {
                "Id": ORGANIZATION, "MasterAccountId": MANAGEMENT, "FeatureSet": "CONSOLIDATED_BILLING",
            } }),
            "ListRoots" => {
                self.read.fetch_add(1, Ordering::SeqCst);
                json!({ "Roots": [{ "Id": "r-ab12" }] })
            }
            "ListAccountsForParent" => {
                let read = self.read.load(Ordering::SeqCst);
                json!({ "Accounts": listed(self.looks[read.min(self.looks.len()) - 1]) })
            }
            "ListOrganizationalUnitsForParent" => json!({ "OrganizationalUnits": [] }),
            "ListAccounts" => json!({ "Accounts": listed(&[MANAGEMENT, MEMBER]) }),
            other => panic!("{other}"),
        }
    }
}

impl HttpConnector for Cloud {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.answer(request.headers().get("x-amz-target").unwrap());
        let response = HttpResponse::new(200.try_into().unwrap(), SdkBody::from(answer.to_string()));
        HttpConnectorFuture::ready(Ok(response))
    }
}

#[tokio::test]
async fn an_account_that_moves_meanwhile_has_not_left() {
    let missed: &[&str] = &[MANAGEMENT];
    let twice: &[&str] = &[MANAGEMENT, MEMBER, MEMBER];
    let whole: &[&str] = &[MANAGEMENT, MEMBER];
    let member = AccountId::parse(MEMBER).unwrap();
    for looks in [&[whole][..], &[missed, whole], &[twice, whole], &[missed, twice, whole]] {
        let cloud = Cloud::showing(looks);
        let membership = cloud.directory().membership(&member).await.unwrap();
        assert!(membership.is_some(), "{looks:?}");
        assert_eq!(cloud.read.load(Ordering::SeqCst), looks.len());
    }
}

#[tokio::test]
async fn an_organization_that_never_comes_to_rest_is_not_answered_for() {
    let cloud = Cloud::showing(&[&[MANAGEMENT]]);
    let organization = OrganizationId::parse(ORGANIZATION).unwrap();
    let refused = cloud.directory().accounts_under(&organization, None).await.unwrap_err();
    assert!(refused.0.contains("kept moving"), "{refused}");
}
