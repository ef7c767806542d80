//! Grants (section 7).

mod changes;
mod listing;
mod making;
mod organizations;
mod races;
mod settling;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Refused, VENDOR, World};

const MEMBER: &str = "777788889999";
const OTHER: &str = "222233334444";
const USE: [&str; 3] = ["CheckoutLicense", "CheckInLicense", "ExtendConsumptionLicense"];
const INVALID: &str = "InvalidParameterValueException";
const VALIDATION: &str = "ValidationException";

fn root(account: &str) -> String {
    format!("arn:aws:iam::{account}:root")
}

/// A grant of the license to the principal that lets it be used.
fn grant_input(license: &str, principal: &str) -> Value {
    json!({
        "ClientToken": Uuid::new_v4().to_string(),
        "GrantName": "Analytics",
        "LicenseArn": license,
        "Principals": [principal],
        "HomeRegion": "us-east-1",
        "AllowedOperations": USE,
    })
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap().to_owned()
}

impl World {
    pub(in crate::service) async fn try_grant(
        &self,
        maker: &str,
        license: &str,
        grantee: &str,
        change: impl FnOnce(&mut Value),
    ) -> Result<Value, Refused> {
        let mut input = grant_input(license, &root(grantee));
        change(&mut input);
        self.call_as(maker, "CreateGrant", &input).await
    }

    /// The ARN of a new grant of the vendor's.
    pub(in crate::service) async fn grant(
        &self,
        license: &str,
        grantee: &str,
        change: impl FnOnce(&mut Value),
    ) -> String {
        text(&self.try_grant(VENDOR, license, grantee, change).await.unwrap(), "GrantArn")
    }

    /// A grant that its grantee has accepted and activated.
    pub(in crate::service) async fn active_grant(
        &self,
        license: &str,
        grantee: &str,
        change: impl FnOnce(&mut Value),
    ) -> String {
        let arn = self.grant(license, grantee, change).await;
        self.accept(grantee, &arn).await.unwrap();
        self.set(grantee, &arn, "ACTIVE").await.unwrap();
        arn
    }

    pub(in crate::service) async fn accept(&self, grantee: &str, arn: &str) -> Result<Value, Refused> {
        self.call_as(grantee, "AcceptGrant", &json!({ "GrantArn": arn })).await
    }

    pub(in crate::service) async fn reject(&self, grantee: &str, arn: &str) -> Result<Value, Refused> {
        self.call_as(grantee, "RejectGrant", &json!({ "GrantArn": arn })).await
    }

    pub(in crate::service) async fn set(
        &self,
        caller: &str,
        arn: &str,
        status: &str,
    ) -> Result<Value, Refused> {
        self.version_as(caller, arn, |input| input["Status"] = json!(status)).await
    }

    pub(in crate::service) async fn version_as(
        &self,
        caller: &str,
        arn: &str,
        change: impl FnOnce(&mut Value),
    ) -> Result<Value, Refused> {
        let mut input = json!({ "ClientToken": Uuid::new_v4().to_string(), "GrantArn": arn });
        change(&mut input);
        self.call_as(caller, "CreateGrantVersion", &input).await
    }

    pub(in crate::service) async fn delete_grant(
        &self,
        caller: &str,
        arn: &str,
        version: &str,
    ) -> Result<Value, Refused> {
        self.call_as(caller, "DeleteGrant", &json!({ "GrantArn": arn, "Version": version })).await
    }

    async fn get_grant(&self, caller: &str, arn: &str) -> Value {
        self.call_as(caller, "GetGrant", &json!({ "GrantArn": arn })).await.unwrap()["Grant"].clone()
    }

    /// Status and version of a grant, as its grantor sees it.
    async fn state(&self, arn: &str) -> (String, String) {
        let maker = arn.split(':').nth(4).unwrap();
        let grant = self.get_grant(maker, arn).await;
        (text(&grant, "GrantStatus"), text(&grant, "Version"))
    }
}

/// The version and status that an operation answered.
fn answered(answer: &Value) -> (String, String) {
    (text(answer, "Status"), text(answer, "Version"))
}

fn state(status: &str, version: &str) -> (String, String) {
    (status.to_owned(), version.to_owned())
}

/// The refusal's code, and what its message must hold.
fn assert_refused(answer: Result<Value, Refused>, code: &str, message: &str) {
    let (refused, text) = answer.unwrap_err();
    assert_eq!(refused, code, "{text}");
    assert!(text.contains(message), "{text}");
}
