//! Licenses that sign with other algorithms than ES256, from the key that a
//! vendor makes to the verdict of a verifier without a network.

use axum::body::{Body, to_bytes};
use http::Request;
use licentia::http::router;
use licentia::sign::SigningKeyInfo;
use licentia_core::arn::AccountId;
use licentia_core::token::{Algorithm, Expectations, KeySet, License, MAX_TOKEN_BYTES, verify};
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use super::{VENDOR, World, borrow_of, on_each_store};

on_each_store! {
    a_hybrid_license_is_verified_with_the_published_keys
    every_algorithm_is_borrowed_with
    a_checkout_is_signed_unless_the_license_signs_with_rsa
}

/// What a vendor and an app do.
impl World {
    async fn signing_key(&self, algorithm: Algorithm) -> SigningKeyInfo {
        let account = AccountId::parse(VENDOR).unwrap();
        let name = "2026".parse().unwrap();
        self.service.signer.create_key(&account, algorithm, name, self.clock_now()).await.unwrap()
    }

    async fn license_signed_by(&self, key: &SigningKeyInfo) -> String {
        self.license(9, |input| input["Issuer"]["SignKey"] = json!(key.id)).await
    }

    async fn borrow_signed(&self, arn: &str, algorithm: Algorithm) -> Result<Value, super::Refused> {
        let mut input = borrow_of(arn, 2, &Uuid::new_v4().to_string());
        input["DigitalSignatureMethod"] = json!(format!("JWT_{algorithm}"));
        self.call("CheckoutBorrowLicense", &input).await
    }

    /// The keys of the vendor, as everybody can fetch them.
    async fn published(&self) -> KeySet {
        let request = Request::get(format!("/issuers/{VENDOR}/jwks.json")).body(Body::empty()).unwrap();
        let answer = router(self.service.clone()).oneshot(request).await.unwrap();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        KeySet::from_json(core::str::from_utf8(&body).unwrap()).unwrap()
    }

    pub(super) async fn verified(&self, answer: &Value) -> License {
        let token = answer["SignedToken"].as_str().unwrap();
        verify(token, &self.published().await, self.clock_now(), &Expectations::default()).unwrap()
    }
}

async fn a_hybrid_license_is_verified_with_the_published_keys(world: World) {
    let key = world.signing_key(Algorithm::MlDsa44Es256).await;
    let arn = world.license_signed_by(&key).await;
    let borrowed = world.borrow_signed(&arn, Algorithm::MlDsa44Es256).await.unwrap();
    let license = world.verified(&borrowed).await;
    assert_eq!(license.license_arn(), arn);
    assert_eq!(license.key_thumbprint(), key.id);
    let token = borrowed["SignedToken"].as_str().unwrap();
    assert!((3_600..5_000).contains(&token.len()) && token.len() < MAX_TOKEN_BYTES, "{}", token.len());
    let other = world.borrow_signed(&arn, Algorithm::Es256).await.unwrap_err();
    assert_eq!(other.0, "UnsupportedDigitalSignatureMethodException");
    assert!(other.1.contains("JWT_ML-DSA-44-ES256"), "{}", other.1);
}

async fn every_algorithm_is_borrowed_with(world: World) {
    for algorithm in Algorithm::ALL.iter().copied() {
        let named = world.license_signed_by(&world.signing_key(algorithm).await).await;
        let own = world.license(9, |_| {}).await;
        for arn in [named, own] {
            let borrowed = world.borrow_signed(&arn, algorithm).await.unwrap();
            assert_eq!(world.verified(&borrowed).await.license_arn(), arn, "{algorithm}");
        }
    }
}

async fn a_checkout_is_signed_unless_the_license_signs_with_rsa(world: World) {
    for algorithm in Algorithm::ALL.iter().copied() {
        let key = world.signing_key(algorithm).await;
        let sku = algorithm.name();
        world
            .license(9, |input| {
                input["Issuer"]["SignKey"] = json!(key.id);
                input["ProductSKU"] = json!(sku);
            })
            .await;
        let answer = world
            .call(
                "CheckoutLicense",
                &json!({
                    "ProductSKU": sku,
                    "CheckoutType": "PROVISIONAL",
                    "KeyFingerprint": format!("aws:{VENDOR}:Example:issuer-fingerprint"),
                    "Entitlements": [{ "Name": "Seats", "Unit": "Count", "Value": "1" }],
                    "ClientToken": Uuid::new_v4().to_string(),
                    "Beneficiary": super::CUSTOMER,
                }),
            )
            .await
            .unwrap();
        if algorithm.key_type() == "RSA" {
            assert!(answer.get("SignedToken").is_none(), "{algorithm}");
            continue;
        }
        assert_eq!(world.verified(&answer).await.key_thumbprint(), key.id, "{algorithm}");
        let input = json!({
            "LicenseConsumptionToken": answer["LicenseConsumptionToken"],
            "DigitalSignatureMethod": format!("JWT_{algorithm}"),
        });
        world.wait(30);
        let extended = world.call("ExtendLicenseConsumption", &input).await.unwrap();
        assert_eq!(world.verified(&extended).await.key_thumbprint(), key.id, "{algorithm}");
    }
}
