//! What a thief may try with a token: none of it serves.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use licentia::auth::AuthError;
use licentia::master_key::MasterKey;
use licentia::openid::Provider;
use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::token::{OpenIdClaims, TokenUse};
use serde_json::{Value, json};

use super::claims;
use crate::service::{CUSTOMER, VENDOR, World, on_each_store};

on_each_store! {
    a_changed_token_is_refused
    a_token_of_another_service_is_refused
    an_algorithm_is_never_chosen_by_the_token
    a_refresh_token_is_no_access_token_nor_the_reverse
    an_expired_access_token_is_refused
    what_is_longer_than_any_token_is_refused
    a_token_that_the_store_does_not_know_is_refused
}

impl World {
    /// No door opens for this text, as a token of either kind.
    async fn refuses_everywhere(&self, token: &str) {
        self.refuses_exchange(token).await;
        self.refuses_access(token).await;
    }

    async fn refuses_exchange(&self, token: &str) {
        let (code, message) = self.exchange(token, &[]).await.unwrap_err();
        assert_eq!(code, "ValidationException");
        assert!(!message.contains(token), "{message}");
        let signed = self.call("GetAccessToken", &json!({ "Token": token })).await;
        assert_eq!(signed.unwrap_err().0, "ValidationException");
    }

    async fn refuses_access(&self, token: &str) {
        let role = format!("arn:aws:iam::{VENDOR}:role/AWSLicenseManagerConsumptionRole");
        let parameters = [("RoleArn", &*role), ("RoleSessionName", "thief"), ("WebIdentityToken", token)];
        let refused = self.assume(&parameters).await.unwrap_err();
        assert_eq!((refused.code, refused.status), ("InvalidIdentityToken", 400));
        assert!(!refused.message.contains(token), "{}", refused.message);
        let Err(AuthError::Refused(refusal)) = self.bearing(token).await else {
            panic!("the token serves as a bearer's");
        };
        assert_eq!(refusal.code(), "UnrecognizedClientException");
    }
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

async fn a_changed_token_is_refused(world: World) {
    let (arn, other) = (world.license(1, |_| ()).await, world.license(1, |_| ()).await);
    let access = world.access_token(&arn).await;
    let parts: Vec<&str> = access.split('.').collect();
    let usual = claims(&access);
    let account = format!("aws:license-manager:token-issuer-account-id:{CUSTOMER}");
    for (claim, value) in [
        ("aud", json!(other)),
        ("amr", json!([account])),
        ("exp", json!(4_000_000_000_u64)),
        ("token_use", json!("refresh")),
        ("sub", json!("another")),
    ] {
        let mut changed = usual.clone();
        changed[claim] = value;
        world.refuses_everywhere(&format!("{}.{}.{}", parts[0], encoded(&changed), parts[2])).await;
    }
    world.refuses_everywhere(&format!("{}.{}.", parts[0], parts[1])).await;
    world.refuses_everywhere(&format!("{}.{}", parts[0], parts[1])).await;
    assert!(world.bearing(&access).await.is_ok());
}

async fn a_token_of_another_service_is_refused(world: World) {
    let arn = world.license(1, |_| ()).await;
    let (store, _folder) = crate::store::on_sqlite();
    let other = Provider::new(store, Arc::new(MasterKey::new(&[9; 32]).unwrap()));
    for token_use in [TokenUse::Refresh, TokenUse::Access] {
        let now = world.clock_now();
        let claims = OpenIdClaims {
            token_use,
            token_id: "01900000-0000-7000-8000-000000000000".into(),
            jwt_id: "1".into(),
            license_arn: LicenseArn::parse(&arn).unwrap(),
            account: AccountId::parse(VENDOR).unwrap(),
            properties: vec![],
            role_arns: vec![],
            issued_at: now,
            expires_at: now.plus_days(1),
        };
        world.refuses_everywhere(&other.issue(&claims).await.unwrap()).await;
    }
}

async fn an_algorithm_is_never_chosen_by_the_token(world: World) {
    let arn = world.license(1, |_| ()).await;
    let access = world.access_token(&arn).await;
    let parts: Vec<&str> = access.split('.').collect();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[0]).unwrap()).unwrap();
    let with = |member: &str, value: Value| {
        let mut changed = header.clone();
        changed[member] = value;
        format!("{}.{}", encoded(&changed), parts[1])
    };
    let none = with("alg", json!("none"));
    for signature in ["", parts[2]] {
        world.refuses_everywhere(&format!("{none}.{signature}")).await;
    }
    // The public key, taken for a secret that both sides share.
    let public = world.service.openid.jwks().await.unwrap();
    let keys: Value = serde_json::from_str(&public).unwrap();
    let modulus = URL_SAFE_NO_PAD.decode(keys["keys"][0]["n"].as_str().unwrap()).unwrap();
    let jwk = keys["keys"][0].to_string().into_bytes();
    for (algorithm, hash) in [("HS256", hmac::HMAC_SHA256), ("HS512", hmac::HMAC_SHA512)] {
        let input = with("alg", json!(algorithm));
        for secret in [&modulus, &jwk] {
            let tag = hmac::sign(&hmac::Key::new(hash, secret), input.as_bytes());
            world.refuses_everywhere(&format!("{input}.{}", URL_SAFE_NO_PAD.encode(tag))).await;
        }
    }
    for (member, value) in [
        ("alg", json!("PS256")),
        ("alg", json!("RS512")),
        ("kid", json!("another")),
        ("typ", json!("at+jwt")),
        ("jwk", keys["keys"][0].clone()),
        ("crit", json!(["exp"])),
    ] {
        world.refuses_everywhere(&format!("{}.{}", with(member, value), parts[2])).await;
    }
}

async fn a_refresh_token_is_no_access_token_nor_the_reverse(world: World) {
    let arn = world.license(1, |_| ()).await;
    let refresh = world.refresh_token(&arn).await;
    world.refuses_access(&refresh).await;
    let access = world.exchange(&refresh, &[]).await.unwrap();
    world.refuses_exchange(&access).await;
}

async fn an_expired_access_token_is_refused(world: World) {
    let arn = world.license(1, |_| ()).await;
    let access = world.access_token(&arn).await;
    let role = format!("arn:aws:iam::{VENDOR}:role/AWSLicenseManagerConsumptionRole");
    let parameters = [("RoleArn", &*role), ("RoleSessionName", "late"), ("WebIdentityToken", &access)];
    world.wait(59);
    assert!(world.assume(&parameters).await.is_ok());
    world.wait(1);
    let refused = world.assume(&parameters).await.unwrap_err();
    assert_eq!((refused.code, refused.status), ("ExpiredTokenException", 400));
    let Err(AuthError::Refused(refusal)) = world.bearing(&access).await else { panic!("it serves still") };
    assert_eq!(refusal.code(), "ExpiredTokenException");
}

async fn what_is_longer_than_any_token_is_refused(world: World) {
    let arn = world.license(1, |_| ()).await;
    let access = world.access_token(&arn).await;
    for long in ["x".repeat(4097), format!("{access}{}", "A".repeat(4096)), "x.".repeat(500_000)] {
        world.refuses_everywhere(&long).await;
    }
}

async fn a_token_that_the_store_does_not_know_is_refused(world: World) {
    let arn = world.license(1, |_| ()).await;
    let now = world.clock_now();
    // Signed by this service, but its record was lost, as by a restored backup.
    let claims = OpenIdClaims {
        token_use: TokenUse::Refresh,
        token_id: "01900000-0000-7000-8000-000000000000".into(),
        jwt_id: "1".into(),
        license_arn: LicenseArn::parse(&arn).unwrap(),
        account: AccountId::parse(VENDOR).unwrap(),
        properties: vec![],
        role_arns: vec![],
        issued_at: now,
        expires_at: now.plus_days(1),
    };
    world.refuses_exchange(&world.service.openid.issue(&claims).await.unwrap()).await;
}
