use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_lc_rs::signature::{RSA_PSS_2048_8192_SHA384, RsaPublicKeyComponents};
use aws_sdk_kms::config::retry::RetryConfig;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use licentia::identity::{Account, DisplayName};
use licentia::sign::{Origin, SignError, Signer, Unfitness};
use licentia::store::Query;
use licentia_core::entitlement::Unit;
use licentia_core::token::{
    Algorithm, AllowedEntitlement, Claims, Expectations, KeySet, MAX_KEYS, Reason, verify,
};
use serde_json::Value;

use crate::{Fixture, now};

impl Fixture {
    /// A signer whose KMS is nowhere.
    fn signer(&self) -> Signer {
        let config = aws_sdk_kms::Config::builder()
            .behavior_version_latest()
            .endpoint_url("http://127.0.0.1:1")
            .build();
        Signer::new(Arc::clone(&self.store), Arc::clone(&self.master), aws_sdk_kms::Client::from_conf(config))
    }

    async fn account(&self, name: &str) -> Account {
        self.directory().create_account(None, label(name), now()).await.unwrap()
    }
}

fn label(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

fn claims() -> Claims {
    Claims {
        issuer: Some("aws:111122223333:Example:issuer-fingerprint".into()),
        audience: Vec::new(),
        license_arn: "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60"
            .into(),
        consumption_token: "0123456789abcdef0123456789abcdef".into(),
        entitlements_allowed: vec![AllowedEntitlement {
            name: "Seats".into(),
            unit: Unit::Count,
            value: Some("3".into()),
        }],
        issued_at: now(),
        expiration: Some(now().plus_minutes(60)),
        node_id: None,
        checkout_metadata: Vec::new(),
        status: None,
    }
}

/// Whether the token is signed by an RSA key of the set.
fn is_signed_ps384(token: &str, jwks: &str) -> bool {
    let (input, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let header: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(input.split_once('.').unwrap().0).unwrap()).unwrap();
    assert_eq!(header["alg"], "PS384");
    let jwks: Value = serde_json::from_str(jwks).unwrap();
    let jwk = jwks["keys"].as_array().unwrap().iter().find(|jwk| jwk["kid"] == header["kid"]).unwrap();
    let number = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    RsaPublicKeyComponents { n: number("n"), e: number("e") }
        .verify(&RSA_PSS_2048_8192_SHA384, input.as_bytes(), &signature)
        .is_ok()
}

#[tokio::test]
async fn a_license_without_sign_key_is_signed_by_its_accounts_own_keys() {
    let fixture = Fixture::new();
    let (signer, account) = (fixture.signer(), fixture.account("vendor").await.id);
    let es256 = signer.sign(&account, None, Algorithm::Es256, &claims(), now()).await.unwrap().token;
    let ps384 = signer.sign(&account, None, Algorithm::Ps384, &claims(), now()).await.unwrap().token;
    let jwks = signer.jwks(&account, now()).await.unwrap().unwrap();
    let keys = KeySet::from_json(&jwks).unwrap();
    let license = verify(&es256, &keys, now(), &Expectations::default()).unwrap();
    assert!(license.has("Seats"));
    assert!(is_signed_ps384(&ps384, &jwks));
    let keys = signer.keys(&account).await.unwrap();
    assert_eq!(keys.len(), 2);
    assert!(keys.iter().all(|key| key.origin == Origin::Own));
}

#[tokio::test]
async fn own_keys_outlive_the_server_that_made_them() {
    let fixture = Fixture::new();
    let account = fixture.account("vendor").await.id;
    for algorithm in Algorithm::ALL {
        for _ in 0..2 {
            fixture.signer().sign(&account, None, *algorithm, &claims(), now()).await.unwrap();
        }
    }
    assert_eq!(fixture.signer().keys(&account).await.unwrap().len(), Algorithm::ALL.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_need_an_own_key_at_once_agree_on_one() {
    let fixture = Fixture::new();
    let account = fixture.account("vendor").await.id;
    let servers: Vec<_> = (0..16)
        .map(|_| {
            let (signer, account) = (fixture.signer(), account.clone());
            tokio::spawn(async move {
                signer.sign(&account, None, Algorithm::Es256, &claims(), now()).await.unwrap().token
            })
        })
        .collect();
    let jwks = fixture.signer().jwks(&account, now()).await.unwrap().unwrap();
    let keys = KeySet::from_json(&jwks).unwrap();
    assert_eq!(keys.keys().len(), 1);
    for server in servers {
        verify(&server.await.unwrap(), &keys, now(), &Expectations::default()).unwrap();
    }
}

#[tokio::test]
async fn a_named_key_signs_its_own_algorithm_only() {
    let fixture = Fixture::new();
    let (signer, account) = (fixture.signer(), fixture.account("vendor").await.id);
    let key = signer.create_key(&account, Algorithm::Es256, label("2026"), now()).await.unwrap();
    signer.check(&account, &key.id, now()).await.unwrap();
    let token = signer.sign(&account, Some(&key.id), Algorithm::Es256, &claims(), now()).await.unwrap().token;
    let keys = KeySet::from_json(&signer.jwks(&account, now()).await.unwrap().unwrap()).unwrap();
    verify(&token, &keys, now(), &Expectations::default()).unwrap();
    let refused = signer.sign(&account, Some(&key.id), Algorithm::Ps384, &claims(), now()).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the license's key does not sign PS384; expected DigitalSignatureMethod `JWT_ES256`"
    );
}

#[tokio::test]
async fn a_named_key_of_every_algorithm_signs_what_verifiers_read() {
    let fixture = Fixture::new();
    let (signer, account) = (fixture.signer(), fixture.account("vendor").await.id);
    for algorithm in Algorithm::ALL.iter().copied() {
        let key = signer.create_key(&account, algorithm, label("2026"), now()).await.unwrap();
        assert_eq!(key.algorithm, algorithm);
        // Another server opens what this one sealed.
        let other = fixture.signer();
        let token = other.sign(&account, Some(&key.id), algorithm, &claims(), now()).await.unwrap().token;
        let keys = KeySet::from_json(&other.jwks(&account, now()).await.unwrap().unwrap()).unwrap();
        let license = verify(&token, &keys, now(), &Expectations::default()).unwrap();
        assert!(license.has("Seats"), "{algorithm}");
    }
}

#[tokio::test]
async fn a_key_of_another_account_or_of_none_does_not_fit() {
    let fixture = Fixture::new();
    let signer = fixture.signer();
    let (vendor, other) = (fixture.account("vendor").await.id, fixture.account("other").await.id);
    let key = signer.create_key(&vendor, Algorithm::Es256, label("2026"), now()).await.unwrap();
    signer.sign(&vendor, Some(&key.id), Algorithm::Es256, &claims(), now()).await.unwrap();
    for (account, sign_key, expected) in [
        (&other, key.id.as_str(), Unfitness::Unknown),
        (&vendor, &"A".repeat(43), Unfitness::Unknown),
        (&vendor, "", Unfitness::NotAName),
        (&vendor, "alias/signing", Unfitness::NotAName),
        (&vendor, "arn:aws:kms:us-east-1:111122223333:key/1234abcd", Unfitness::OtherAccount),
        (&vendor, "arn:aws:kms:us-east-1:111122223333:grant/1234abcd", Unfitness::NotAName),
        (&vendor, "arn:aws:s3:us-east-1:111122223333:key/1234abcd", Unfitness::NotAName),
    ] {
        let refused = signer.check(account, sign_key, now()).await.unwrap_err();
        assert_eq!(refused, SignError::Unfit { sign_key: sign_key.to_owned(), why: expected });
        assert!(signer.sign(account, Some(sign_key), Algorithm::Es256, &claims(), now()).await.is_err());
    }
}

#[tokio::test]
async fn the_key_set_of_an_account_is_never_empty_and_of_no_account_is_none() {
    let fixture = Fixture::new();
    let signer = fixture.signer();
    let account = fixture.account("vendor").await.id;
    let jwks = signer.jwks(&account, now()).await.unwrap().unwrap();
    let only = signer.keys(&account).await.unwrap();
    assert_eq!(KeySet::from_json(&jwks).unwrap().keys()[0].thumbprint(), only[0].id);
    assert!(!jwks.contains("\"d\""), "{jwks}");
    let nobody = licentia_core::arn::AccountId::parse("000000000000").unwrap();
    assert_eq!(signer.jwks(&nobody, now()).await.unwrap(), None);
    assert!(signer.keys(&nobody).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_verifier_can_read_the_largest_key_set() {
    let fixture = Fixture::new();
    let signer = fixture.signer();
    let account = fixture.account("vendor").await.id;
    let mut refused = None;
    while refused.is_none() {
        refused = signer.create_key(&account, Algorithm::MlDsa44Es256, label("one more"), now()).await.err();
    }
    assert_eq!(refused, Some(SignError::TooManyKeys));
    for algorithm in Algorithm::ALL {
        signer.sign(&account, None, *algorithm, &claims(), now()).await.unwrap();
    }
    assert_eq!(signer.keys(&account).await.unwrap().len(), MAX_KEYS);
    let jwks = signer.jwks(&account, now()).await.unwrap().unwrap();
    assert!(KeySet::from_json(&jwks).is_ok());
}

#[tokio::test]
async fn a_private_key_opens_under_its_own_master_key_only() {
    let fixture = Fixture::new();
    let account = fixture.account("vendor").await.id;
    fixture.signer().sign(&account, None, Algorithm::Es256, &claims(), now()).await.unwrap();
    let other =
        Fixture { master: Arc::new(licentia::master_key::MasterKey::new(&[8; 32]).unwrap()), ..fixture };
    let refused = other.signer().sign(&account, None, Algorithm::Es256, &claims(), now()).await.unwrap_err();
    assert!(refused.log_detail().unwrap().contains("does not open"));
    assert!(!refused.to_string().contains("SIGN#"));
    let items = other.store.query(&Query::prefix(format!("A#{account}"), "SIGN#", 1)).await.unwrap().items;
    assert!(items[0].body["sealed"].as_str().unwrap().starts_with("v1."));
}

#[tokio::test]
async fn a_token_of_one_account_is_none_of_another() {
    let fixture = Fixture::new();
    let signer = fixture.signer();
    let (vendor, other) = (fixture.account("vendor").await.id, fixture.account("other").await.id);
    let token = signer.sign(&vendor, None, Algorithm::Es256, &claims(), now()).await.unwrap().token;
    let keys = KeySet::from_json(&signer.jwks(&other, now()).await.unwrap().unwrap()).unwrap();
    let refused = verify(&token, &keys, now(), &Expectations::default()).unwrap_err();
    assert_eq!(refused.reason(), Reason::KeyUnknown);
}

#[tokio::test]
async fn a_kms_key_fits_only_where_the_service_can_ask_about_it() {
    let fixture = Fixture::new();
    let account = fixture.account("vendor").await.id;
    let config = || {
        aws_sdk_kms::Config::builder()
            .behavior_version_latest()
            .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
            .retry_config(RetryConfig::disabled())
    };
    let signer = |config: aws_sdk_kms::config::Builder| {
        let client = aws_sdk_kms::Client::from_conf(config.build());
        Signer::new(Arc::clone(&fixture.store), Arc::clone(&fixture.master), client)
    };
    // No resolver takes a label of more than 63 bytes.
    let impossible = "x".repeat(64);
    for (case, signer, region) in [
        ("no credentials", fixture.signer(), "us-east-1"),
        ("nobody listens", signer(config().endpoint_url("http://127.0.0.1:1")), "us-east-1"),
        ("no such Region", signer(config()), &impossible),
    ] {
        let arn = format!("arn:aws:kms:{region}:{account}:key/1234abcd");
        let refused = signer.check(&account, &arn, now()).await.unwrap_err();
        let why = Unfitness::Unreachable { region: region.to_owned() };
        assert_eq!(refused, SignError::Unfit { sign_key: arn, why }, "{case}");
        assert!(refused.to_string().contains(&format!("KMS in Region `{region}` cannot be reached")));
    }
}
