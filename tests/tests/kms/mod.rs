//! Signing and sealing with AWS KMS, as moto's server.

use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::signature::{RSA_PSS_2048_8192_SHA384, RsaPublicKeyComponents};
use aws_sdk_kms::Client;
use aws_sdk_kms::types::{KeySpec, KeyUsageType};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use licentia::identity::DisplayName;
use licentia::master_key::{MasterKey, MasterKeyError, Purpose, Source};
use licentia::sign::{Origin, SignError, Signer, Unfitness};
use licentia::store::{Key, Sqlite, Store};
use licentia_core::arn::AccountId;
use licentia_core::entitlement::Unit;
use licentia_core::time::Timestamp;
use licentia_core::token::{Algorithm, AllowedEntitlement, Claims, Expectations, KeySet, verify};
use licentia_tests::moto::Moto;
use serde_json::Value;
use tempfile::TempDir;

struct Fixture {
    moto: &'static Moto,
    store: Arc<dyn Store>,
    account: AccountId,
    _folder: TempDir,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Sqlite::open(folder.path()).unwrap());
        let account = AccountId::parse(Moto::ACCOUNT).unwrap();
        Self { moto: Moto::shared(), store, account, _folder: folder }
    }

    fn signer(&self) -> Signer {
        self.signer_with(self.moto.kms())
    }

    fn signer_with(&self, kms: Client) -> Signer {
        let master = MasterKey::new(&[7; 32]).unwrap();
        Signer::new(Arc::clone(&self.store), Arc::new(master), kms)
    }
}

async fn make_key(kms: &Client, spec: KeySpec, usage: KeyUsageType) -> String {
    let made = kms.create_key().key_spec(spec).key_usage(usage).send().await.unwrap();
    made.key_metadata.unwrap().arn.unwrap()
}

fn now() -> Timestamp {
    Timestamp::parse("2026-11-22T10:00:00Z").unwrap()
}

fn claims() -> Claims {
    Claims {
        issuer: None,
        audience: Vec::new(),
        license_arn: "arn:aws:license-manager::123456789012:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60"
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

async fn jwks(signer: &Signer, account: &AccountId) -> String {
    signer.jwks(account, now()).await.unwrap().unwrap()
}

/// Whether the RSA key of the set that the token names has signed it.
fn is_signed_ps384(token: &str, jwks: &str) -> bool {
    let (input, signature) = token.rsplit_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decode(input.split_once('.').unwrap().0)).unwrap();
    let jwks: Value = serde_json::from_str(jwks).unwrap();
    let jwk = jwks["keys"].as_array().unwrap().iter().find(|jwk| jwk["kid"] == header["kid"]).unwrap();
    let number = |name: &str| decode(jwk[name].as_str().unwrap());
    RsaPublicKeyComponents { n: number("n"), e: number("e") }
        .verify(&RSA_PSS_2048_8192_SHA384, input.as_bytes(), &decode(signature))
        .is_ok()
}

fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

#[tokio::test]
async fn a_p256_key_in_kms_signs_es256() {
    let fixture = Fixture::new();
    let signer = fixture.signer();
    let arn = make_key(&fixture.moto.kms(), KeySpec::EccNistP256, KeyUsageType::SignVerify).await;
    signer.check(&fixture.account, &arn, now()).await.unwrap();
    for _ in 0..8 {
        let token = signer
            .sign(&fixture.account, Some(&arn), Algorithm::Es256, &claims(), now())
            .await
            .unwrap()
            .token;
        let keys = KeySet::from_json(&jwks(&signer, &fixture.account).await).unwrap();
        assert_eq!(keys.keys().len(), 1);
        assert!(verify(&token, &keys, now(), &Expectations::default()).unwrap().has("Seats"));
    }
    let refused = signer.sign(&fixture.account, Some(&arn), Algorithm::Ps384, &claims(), now()).await;
    assert_eq!(
        refused,
        Err(SignError::WrongAlgorithm { asked: Algorithm::Ps384, supported: Algorithm::Es256 })
    );
}

#[tokio::test]
async fn an_rsa_key_in_kms_signs_ps384() {
    let fixture = Fixture::new();
    let signer = fixture.signer();
    for spec in [KeySpec::Rsa2048, KeySpec::Rsa3072, KeySpec::Rsa4096] {
        let arn = make_key(&fixture.moto.kms(), spec, KeyUsageType::SignVerify).await;
        signer.check(&fixture.account, &arn, now()).await.unwrap();
        let token = signer
            .sign(&fixture.account, Some(&arn), Algorithm::Ps384, &claims(), now())
            .await
            .unwrap()
            .token;
        assert!(is_signed_ps384(&token, &jwks(&signer, &fixture.account).await));
    }
}

#[tokio::test]
async fn a_token_longer_than_a_message_of_kms_is_signed_too() {
    let fixture = Fixture::new();
    let (signer, kms) = (fixture.signer(), fixture.moto.kms());
    let claims = Claims { checkout_metadata: vec![("long".into(), "x".repeat(4096))], ..claims() };
    for (spec, algorithm) in [(KeySpec::EccNistP256, Algorithm::Es256), (KeySpec::Rsa2048, Algorithm::Ps384)]
    {
        let arn = make_key(&kms, spec, KeyUsageType::SignVerify).await;
        signer.check(&fixture.account, &arn, now()).await.unwrap();
        let token = signer.sign(&fixture.account, Some(&arn), algorithm, &claims, now()).await.unwrap().token;
        let jwks = jwks(&signer, &fixture.account).await;
        if algorithm == Algorithm::Ps384 {
            assert!(is_signed_ps384(&token, &jwks));
        } else {
            let keys = KeySet::from_json(&jwks).unwrap();
            verify(&token, &keys, now(), &Expectations::default()).unwrap();
        }
    }
}

#[tokio::test]
async fn an_alias_means_the_key_it_named_when_it_was_checked() {
    let fixture = Fixture::new();
    let (signer, kms) = (fixture.signer(), fixture.moto.kms());
    let first = make_key(&kms, KeySpec::EccNistP256, KeyUsageType::SignVerify).await;
    let second = make_key(&kms, KeySpec::EccNistP256, KeyUsageType::SignVerify).await;
    kms.create_alias().alias_name("alias/licenses").target_key_id(&first).send().await.unwrap();
    let alias = format!("arn:aws:kms:us-east-1:{}:alias/licenses", Moto::ACCOUNT);
    signer.check(&fixture.account, &alias, now()).await.unwrap();
    kms.update_alias().alias_name("alias/licenses").target_key_id(&second).send().await.unwrap();
    let claims = claims();
    let sign = || signer.sign(&fixture.account, Some(&alias), Algorithm::Es256, &claims, now());
    let before = sign().await.unwrap().token;
    let only = KeySet::from_json(&jwks(&signer, &fixture.account).await).unwrap();
    verify(&before, &only, now(), &Expectations::default()).unwrap();

    signer.check(&fixture.account, &alias, now()).await.unwrap();
    let after = sign().await.unwrap().token;
    assert!(verify(&after, &only, now(), &Expectations::default()).is_err());
    let both = KeySet::from_json(&jwks(&signer, &fixture.account).await).unwrap();
    assert_eq!(both.keys().len(), 2);
    for token in [before, after] {
        verify(&token, &both, now(), &Expectations::default()).unwrap();
    }
    let listed = signer.keys(&fixture.account).await.unwrap();
    for arn in [first, second] {
        assert!(listed.iter().any(|key| key.origin == Origin::Kms(arn.clone())));
    }
}

#[tokio::test]
async fn a_kms_key_of_another_kind_does_not_fit() {
    let fixture = Fixture::new();
    let (signer, kms) = (fixture.signer(), fixture.moto.kms());
    let disabled = make_key(&kms, KeySpec::EccNistP256, KeyUsageType::SignVerify).await;
    kms.disable_key().key_id(disabled.rsplit('/').next().unwrap()).send().await.unwrap();
    for arn in [
        make_key(&kms, KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt).await,
        make_key(&kms, KeySpec::Rsa2048, KeyUsageType::EncryptDecrypt).await,
        make_key(&kms, KeySpec::EccNistP384, KeyUsageType::SignVerify).await,
        disabled,
    ] {
        let refused = signer.check(&fixture.account, &arn, now()).await.unwrap_err();
        assert!(
            matches!(refused, SignError::Unfit { why: Unfitness::OtherKind(_), .. }),
            "{arn}: {refused:?}"
        );
    }
    let unknown = format!("arn:aws:kms:us-east-1:{}:key/00000000-0000-0000-0000-000000000000", Moto::ACCOUNT);
    let refused = signer.check(&fixture.account, &unknown, now()).await.unwrap_err();
    assert_eq!(refused, SignError::Unfit { sign_key: unknown, why: Unfitness::Unknown });
    assert!(signer.keys(&fixture.account).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_kms_that_does_not_sign_is_no_fault_of_the_caller() {
    let fixture = Fixture::new();
    let arn = make_key(&fixture.moto.kms(), KeySpec::EccNistP256, KeyUsageType::SignVerify).await;
    fixture.signer().check(&fixture.account, &arn, now()).await.unwrap();
    let nowhere = fixture.moto.kms().config().to_builder().endpoint_url("http://127.0.0.1:1").build();
    let signer = fixture.signer_with(Client::from_conf(nowhere));
    let refused = signer.sign(&fixture.account, Some(&arn), Algorithm::Es256, &claims(), now()).await;
    assert!(matches!(refused, Err(SignError::Unavailable(_))), "{refused:?}");
}

#[tokio::test]
async fn a_kms_key_in_use_is_not_counted_twice() {
    let fixture = Fixture::new();
    let signer = fixture.signer();
    let arn = make_key(&fixture.moto.kms(), KeySpec::EccNistP256, KeyUsageType::SignVerify).await;
    for _ in 0..3 {
        signer.check(&fixture.account, &arn, now()).await.unwrap();
    }
    signer
        .create_key(&fixture.account, Algorithm::Es256, DisplayName::parse("local").unwrap(), now())
        .await
        .unwrap();
    assert_eq!(signer.keys(&fixture.account).await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_master_key_comes_from_kms_and_from_no_other_key() {
    let fixture = Fixture::new();
    let kms = fixture.moto.kms();
    let arn = make_key(&kms, KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt).await;
    let other = make_key(&kms, KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt).await;
    let load = |key| MasterKey::load(&*fixture.store, Source::Kms { client: &kms, key });
    let item = Key::new("somewhere", "secret");
    let sealed = load(&arn).await.unwrap().seal(Purpose::SigningKey, &item, b"secret").unwrap();
    let opened = load(&arn).await.unwrap().open(Purpose::SigningKey, &item, &sealed).unwrap();
    assert_eq!(opened.as_slice(), b"secret");
    assert!(matches!(load(&other).await, Err(MasterKeyError::Kms(_))));
    let file = Source::File(Path::new("/nonexistent"));
    let refused = MasterKey::load(&*fixture.store, file).await;
    assert!(matches!(refused, Err(MasterKeyError::OtherSource { stored_in_kms: true })));
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_at_once_agree_on_one_master_key() {
    let fixture = Fixture::new();
    let kms = fixture.moto.kms();
    let arn = make_key(&kms, KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt).await;
    let servers: Vec<_> = (0..8)
        .map(|_| {
            let (store, kms, arn) = (Arc::clone(&fixture.store), kms.clone(), arn.clone());
            tokio::spawn(async move {
                MasterKey::load(&*store, Source::Kms { client: &kms, key: &arn }).await.unwrap()
            })
        })
        .collect();
    let mut masters = Vec::new();
    for server in servers {
        masters.push(server.await.unwrap());
    }
    let item = Key::new("somewhere", "secret");
    let sealed = masters[0].seal(Purpose::SigningKey, &item, b"secret").unwrap();
    for master in &masters {
        assert!(master.open(Purpose::SigningKey, &item, &sealed).is_ok());
    }
}
