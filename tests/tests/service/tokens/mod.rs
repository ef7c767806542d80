//! Customers without an account (section 8).

mod granted;
mod holders;
mod issuing;
mod roles;
mod stolen;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue};
use licentia::auth::{AuthError, Service as Signed, SignedRequest, authenticate};
use licentia::identity::Caller;
use licentia::operation::Failure;
use licentia::operations::license_manager::OPERATIONS;
use licentia::operations::sts;
use licentia::wire::Parameters;
use licentia::wire::query::{Content, Members};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Refused, VENDOR, World};

/// What a program of a customer's without an account does.
impl World {
    /// A token for this license, made by its owner.
    async fn token(&self, arn: &str, change: impl FnOnce(&mut Value)) -> Result<Value, Refused> {
        let mut input = json!({ "LicenseArn": arn, "ClientToken": Uuid::new_v4().to_string() });
        change(&mut input);
        self.call("CreateToken", &input).await
    }

    /// The text of a token for this license.
    async fn refresh_token(&self, arn: &str) -> String {
        text(&self.token(arn, |_| ()).await.unwrap()["Token"])
    }

    /// An unsigned call, as it comes in.
    async fn call_unsigned(&self, operation: &str, input: &Value) -> Result<Value, Refused> {
        let row = OPERATIONS.iter().find(|row| row.name == operation).unwrap();
        let parameters = Parameters::new(input.to_string().into());
        let identify = row.unsigned.unwrap();
        match identify(&parameters, &self.service, self.clock_now()).await {
            Ok(caller) => self.call_by(caller, operation, input).await,
            Err(Failure::Operation(error)) => Err((error.kind.code(row.errors).name(), error.message)),
            Err(Failure::Serialization(message)) => Err(("SerializationException", message)),
        }
    }

    async fn exchange(&self, token: &str, properties: &[&str]) -> Result<String, Refused> {
        let input = json!({ "Token": token, "TokenProperties": properties });
        Ok(text(&self.call_unsigned("GetAccessToken", &input).await?["AccessToken"]))
    }

    /// An access token for this license.
    async fn access_token(&self, arn: &str) -> String {
        self.exchange(&self.refresh_token(arn).await, &[]).await.unwrap()
    }

    /// Who a request with this in its `Authorization` header is from.
    async fn bearing(&self, token: &str) -> Result<Caller, AuthError> {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_str(&format!("Bearer {token}")).unwrap());
        let request = SignedRequest { method: "POST", uri: "/", headers: &headers, body: b"{}" };
        let service = &self.service;
        let (name, now) = (&Signed::LICENSE_MANAGER, self.clock_now());
        authenticate(&service.directory, &service.openid, &request, &service.region, name, now).await
    }

    /// The holder of a new token for this license.
    async fn holder(&self, arn: &str) -> Caller {
        self.bearing(&self.access_token(arn).await).await.unwrap()
    }

    /// AssumeRoleWithWebIdentity with these parameters.
    async fn assume(&self, parameters: &[(&str, &str)]) -> Result<Members, sts::Error> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let row = sts::ACTIONS.iter().find(|row| row.name == "AssumeRoleWithWebIdentity").unwrap();
        let sts::Run::Unsigned(run) = row.run else { panic!("it takes no signature") };
        run(&self.service, form.as_bytes(), self.clock_now()).await.map(|(members, _)| members)
    }
}

/// A checkout of one seat, as the holder of a token sends it.
fn checkout(client_token: &str) -> Value {
    json!({
        "ProductSKU": "sku",
        "CheckoutType": "PROVISIONAL",
        "KeyFingerprint": format!("aws:{VENDOR}:Example:issuer-fingerprint"),
        "Entitlements": [{ "Name": "Seats", "Unit": "Count", "Value": "1" }],
        "ClientToken": client_token,
    })
}

/// What a token says, unverified.
fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A member of an answer of STS, by its path.
fn member<'a>(members: &'a Members, path: &[&str]) -> &'a str {
    let (first, rest) = path.split_first().unwrap();
    let (_, content) = members.iter().find(|(name, _)| name == first).unwrap();
    match content {
        Content::Text(text) => text,
        Content::Members(members) => member(members, rest),
    }
}
