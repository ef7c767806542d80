//! Tokens that grantees make (T-2, G-28).

use serde_json::{Value, json};
use uuid::Uuid;

use super::{checkout, claims};
use crate::service::{CUSTOMER, Refused, VENDOR, World, on_each_store};

on_each_store! {
    t_2_a_grantee_whose_active_grant_allows_it_makes_tokens
    t_2_who_may_not_make_tokens_is_told_why
    g_28_a_token_is_good_while_its_grant_is
    a_grantees_tokens_end_with_the_license
    t_10_a_holder_of_a_grantees_token_uses_the_license_under_the_grant
}

impl World {
    async fn token_by(&self, account: &str, license: &str) -> Result<Value, Refused> {
        let input = json!({ "LicenseArn": license, "ClientToken": Uuid::new_v4().to_string() });
        self.call_as(account, "CreateToken", &input).await
    }

    /// A grant to the customer of what it takes to use the license and to let
    /// others use it.
    async fn granted_to_hand_out(&self, license: &str) -> String {
        self.active_grant(license, CUSTOMER, |input| {
            input["AllowedOperations"] = json!(["CheckoutLicense", "CheckInLicense", "CreateToken"]);
        })
        .await
    }
}

async fn t_2_a_grantee_whose_active_grant_allows_it_makes_tokens(world: World) {
    let license = world.license(5, |_| ()).await;
    world.granted_to_hand_out(&license).await;
    let made = world.token_by(CUSTOMER, &license).await.unwrap();
    let text = made["Token"].as_str().unwrap();
    let account = format!("aws:license-manager:token-issuer-account-id:{CUSTOMER}");
    assert_eq!(claims(text)["amr"], json!([account]));
    assert_eq!(claims(text)["aud"], json!(license));
    let access = world.exchange(text, &[]).await.unwrap();
    assert_eq!(world.bearing(&access).await.unwrap().account.as_str(), CUSTOMER);
    // Only who made a token sees it, the owner of the license no more than anyone.
    assert_eq!(world.call("ListTokens", &json!({})).await.unwrap()["Tokens"], json!([]));
    let delete = json!({ "TokenId": made["TokenId"] });
    assert_eq!(world.call("DeleteToken", &delete).await.unwrap_err().0, "ResourceNotFoundException");
    let listed = world.call_as(CUSTOMER, "ListTokens", &json!({})).await.unwrap();
    assert_eq!(listed["Tokens"][0]["Status"], "AVAILABLE");
    assert_eq!(world.call_as(CUSTOMER, "DeleteToken", &delete).await, Ok(json!({})));
}

async fn t_2_who_may_not_make_tokens_is_told_why(world: World) {
    let license = world.license(5, |_| ()).await;
    let refused = world.token_by(CUSTOMER, &license).await.unwrap_err();
    assert_eq!(refused.0, "ResourceNotFoundException");
    let grant = world.active_grant(&license, CUSTOMER, |_| ()).await;
    let (code, message) = world.token_by(CUSTOMER, &license).await.unwrap_err();
    assert_eq!(code, "AccessDeniedException");
    assert!(message.contains("does not allow CreateToken"), "{message}");
    world.set(CUSTOMER, &grant, "DISABLED").await.unwrap();
    let (code, message) = world.token_by(CUSTOMER, &license).await.unwrap_err();
    assert_eq!(code, "AccessDeniedException");
    assert!(message.contains("DISABLED"), "{message}");
}

async fn g_28_a_token_is_good_while_its_grant_is(world: World) {
    let license = world.license(5, |_| ()).await;
    let grant = world.granted_to_hand_out(&license).await;
    let made = world.token_by(CUSTOMER, &license).await.unwrap();
    let text = made["Token"].as_str().unwrap();
    assert!(world.exchange(text, &[]).await.is_ok());
    world.set(CUSTOMER, &grant, "DISABLED").await.unwrap();
    let (code, message) = world.exchange(text, &[]).await.unwrap_err();
    assert_eq!(code, "AccessDeniedException");
    assert!(message.contains("DISABLED"), "{message}");
    world.set(CUSTOMER, &grant, "ACTIVE").await.unwrap();
    assert!(world.exchange(text, &[]).await.is_ok());
    let version = world.call_as(CUSTOMER, "GetGrant", &json!({ "GrantArn": grant })).await.unwrap();
    let version = version["Grant"]["Version"].as_str().unwrap().to_owned();
    world.delete_grant(VENDOR, &grant, &version).await.unwrap();
    assert_eq!(world.exchange(text, &[]).await.unwrap_err().0, "AccessDeniedException");
}

async fn a_grantees_tokens_end_with_the_license(world: World) {
    let license = world.license(5, |_| ()).await;
    world.granted_to_hand_out(&license).await;
    let made = world.token_by(CUSTOMER, &license).await.unwrap();
    world.call("DeleteLicense", &json!({ "LicenseArn": license, "SourceVersion": "1" })).await.unwrap();
    let refused = world.exchange(made["Token"].as_str().unwrap(), &[]).await.unwrap_err();
    assert_eq!(refused.0, "ValidationException");
    assert_eq!(world.token_by(CUSTOMER, &license).await.unwrap_err().0, "ValidationException");
    let listed = world.call_as(CUSTOMER, "ListTokens", &json!({})).await.unwrap();
    assert_eq!(listed["Tokens"][0]["Status"], "DELETED");
}

async fn t_10_a_holder_of_a_grantees_token_uses_the_license_under_the_grant(world: World) {
    let (license, other) = (world.license(5, |_| ()).await, world.license(5, |_| ()).await);
    let grant = world.granted_to_hand_out(&license).await;
    world.granted_to_hand_out(&other).await;
    let made = world.token_by(CUSTOMER, &license).await.unwrap();
    let access = world.exchange(made["Token"].as_str().unwrap(), &[]).await.unwrap();
    let holder = world.bearing(&access).await.unwrap();
    let call = async |operation: &str, input: Value| world.call_by(holder.clone(), operation, &input).await;
    // The other one is the newer, which the grantee's own checkout would take.
    let taken = call("CheckoutLicense", checkout("first")).await.unwrap();
    assert_eq!(taken["LicenseArn"], json!(license));
    assert_eq!((world.used(&license).await, world.used(&other).await), (1, 0));
    assert!(call("GetLicense", json!({ "LicenseArn": license })).await.is_ok());
    assert!(call("GetLicense", json!({ "LicenseArn": other })).await.is_err());
    let token = json!({ "LicenseConsumptionToken": taken["LicenseConsumptionToken"] });
    assert_eq!(call("CheckInLicense", token).await, Ok(json!({})));
    world.set(CUSTOMER, &grant, "DISABLED").await.unwrap();
    let refused = call("CheckoutLicense", checkout("second")).await.unwrap_err();
    assert_eq!(refused.0, "NoEntitlementsAllowedException");
    assert_eq!(world.used(&license).await, 0);
}
