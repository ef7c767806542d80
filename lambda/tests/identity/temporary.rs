//! Customers without an account: temporary credentials and access tokens.

use std::sync::Arc;

use aws_credential_types::Credentials;
use http::HeaderValue;
use licentia::auth::{AuthError, Refusal, Service, authenticate};
use licentia::identity::{
    CONSUMPTION_ROLE, Caller, Directory, DisplayName, Identity, TemporaryCredentials, TokenHolder, UserName,
};
use licentia::master_key::MasterKey;
use licentia::openid::Provider;
use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::time::Timestamp;
use licentia_core::token::{OpenIdClaims, OpenIdRefusal, TokenUse};

use crate::signature::{Arrived, REGION, Signing, json, signed};
use crate::{Fixture, now};

const ARN: &str = "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60";
const AMR: &str = "aws:license-manager:token-issuer-account-id:444455556666";

struct World {
    directory: Directory,
    provider: Provider,
    /// Keeps the store's folder.
    fixture: Fixture,
}

impl World {
    fn new() -> Self {
        let fixture = Fixture::new();
        let provider = Provider::new(Arc::clone(&fixture.store), Arc::clone(&fixture.master));
        Self { directory: fixture.directory(), provider, fixture }
    }

    async fn check_at(&self, arrived: &Arrived, now: Timestamp) -> Result<Caller, AuthError> {
        let Self { directory, provider, .. } = self;
        authenticate(directory, provider, &arrived.request(), REGION, &Service::LICENSE_MANAGER, now).await
    }

    async fn refusal(&self, arrived: &Arrived) -> Refusal {
        match self.check_at(arrived, now()).await {
            Err(AuthError::Refused(refusal)) => refusal,
            other => panic!("not refused: {other:?}"),
        }
    }

    fn temporary(&self, expires_at: Timestamp) -> TemporaryCredentials {
        self.directory.temporary_credentials(&account(), holder(), expires_at).unwrap()
    }

    async fn token(&self, token_use: TokenUse, expires_at: Timestamp) -> String {
        let claims = OpenIdClaims {
            token_use,
            token_id: "token-1".into(),
            jwt_id: "jwt-1".into(),
            license_arn: LicenseArn::parse(ARN).unwrap(),
            account: account(),
            properties: vec!["customer:acme".into()],
            role_arns: vec![],
            issued_at: now(),
            expires_at,
        };
        self.provider.issue(&claims).await.unwrap()
    }
}

fn account() -> AccountId {
    AccountId::parse("444455556666").unwrap()
}

fn holder() -> TokenHolder {
    TokenHolder {
        token_id: "token-1".into(),
        license: LicenseArn::parse(ARN).unwrap(),
        properties: vec![AMR.into(), "customer:acme".into()],
        role: CONSUMPTION_ROLE.into(),
        session: "laptop".into(),
        access_key_id: None,
        session_policies: vec![],
    }
}

fn signing(temporary: &TemporaryCredentials) -> Signing {
    let TemporaryCredentials { access_key_id, secret, session_token, .. } = temporary;
    let credentials =
        Credentials::new(access_key_id, secret.expose(), Some(session_token.clone()), None, "test");
    Signing { credentials, ..Signing::default() }
}

fn bearing(token: &str) -> Arrived {
    let mut arrived = json(&Signing::default());
    arrived.set("authorization", &format!("Bearer {token}"));
    arrived
}

#[tokio::test]
async fn temporary_credentials_act_for_the_holder_they_were_made_for() {
    let world = World::new();
    let temporary = world.temporary(now().plus_minutes(15));
    assert!(temporary.access_key_id.starts_with("ASIA") && temporary.access_key_id.len() == 20);
    for how in [
        signing(&temporary),
        Signing { presigned_for: Some(60), ..signing(&temporary) },
        Signing { with_body_hash: true, ..signing(&temporary) },
    ] {
        let caller = world.check_at(&json(&how), now()).await.unwrap();
        let access_key_id = Some(temporary.access_key_id.clone());
        let expected = TokenHolder { access_key_id, ..holder() };
        assert_eq!(caller, Caller { account: account(), identity: Identity::TokenHolder(expected) });
        let arn = "arn:aws:sts::444455556666:assumed-role/AWSLicenseManagerConsumptionRole/laptop";
        assert_eq!(caller.arn(), arn);
    }
}

#[tokio::test]
async fn temporary_credentials_end_on_the_second() {
    let world = World::new();
    let at = now().plus_minutes(2);
    let arrived = json(&signing(&world.temporary(at)));
    let before = Timestamp::from_unix(at.unix() - 1).unwrap();
    assert!(world.check_at(&arrived, before).await.is_ok());
    let expired = Refusal::SessionExpired { at };
    assert_eq!(world.check_at(&arrived, at).await, Err(AuthError::Refused(expired.clone())));
    assert_eq!((expired.code(), expired.query_code()), ("ExpiredTokenException", "ExpiredToken"));
}

#[tokio::test]
async fn a_session_token_serves_its_own_access_key_alone() {
    let world = World::new();
    let (ours, theirs) = (world.temporary(now().plus_minutes(15)), world.temporary(now().plus_minutes(15)));
    let directory = &world.directory;
    let account = directory.create_account(None, DisplayName::parse("a").unwrap(), now()).await.unwrap();
    let user = UserName::parse("admin").unwrap();
    let key = directory.create_access_key(&account.id, user, now()).await.unwrap();
    let token = || Some(theirs.session_token.clone());
    for credentials in [
        Credentials::new(&ours.access_key_id, ours.secret.expose(), token(), None, "test"),
        Credentials::new(key.key.id.as_str(), key.secret.expose(), token(), None, "test"),
        Credentials::new(&ours.access_key_id, ours.secret.expose(), Some("invented".into()), None, "test"),
        Credentials::new("x".repeat(5000), "secret", token(), None, "test"),
        Credentials::new(&ours.access_key_id, "secret", Some("x".repeat(20_000)), None, "test"),
    ] {
        let how = Signing { credentials, ..Signing::default() };
        assert_eq!(world.refusal(&json(&how)).await, Refusal::UnknownSession);
        let presigned = Signing { presigned_for: Some(60), ..how };
        assert_eq!(world.refusal(&json(&presigned)).await.code(), "UnrecognizedClientException");
    }
    let without = Credentials::new(&ours.access_key_id, ours.secret.expose(), None, None, "test");
    let how = Signing { credentials: without, ..Signing::default() };
    assert_eq!(world.refusal(&json(&how)).await, Refusal::UnknownKey);
}

#[tokio::test]
async fn a_changed_session_token_is_not_recognised() {
    let world = World::new();
    let temporary = world.temporary(now().plus_minutes(15));
    for at in 0..temporary.session_token.len() {
        let mut changed = temporary.session_token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let session_token = String::from_utf8(changed).unwrap();
        assert!(world.directory.session(&temporary.access_key_id, &session_token).is_none(), "{at}");
    }
    assert!(world.directory.session(&temporary.access_key_id, &temporary.session_token).is_some());
    let other = Arc::new(MasterKey::new(&[8; 32]).unwrap());
    let other = Directory::new(Arc::clone(&world.fixture.store), other);
    assert!(other.session(&temporary.access_key_id, &temporary.session_token).is_none());
}

#[tokio::test]
async fn the_secret_and_the_session_token_are_both_part_of_the_signature() {
    let world = World::new();
    let temporary = world.temporary(now().plus_minutes(15));
    let wrong = Credentials::new(
        &temporary.access_key_id,
        "another secret",
        Some(temporary.session_token.clone()),
        None,
        "test",
    );
    let how = Signing { credentials: wrong, ..Signing::default() };
    assert_eq!(world.refusal(&json(&how)).await, Refusal::WrongSignature);
    let presigned = Signing { presigned_for: Some(60), ..how };
    assert_eq!(world.refusal(&json(&presigned)).await, Refusal::WrongSignature);

    let mut unsigned = json(&signing(&temporary));
    unsigned.edit_authorization(";x-amz-security-token", "");
    assert_eq!(world.refusal(&unsigned).await, Refusal::NotSigned("x-amz-security-token"));

    let mut twice = json(&signing(&temporary));
    let token = HeaderValue::from_str(&temporary.session_token).unwrap();
    twice.headers.append("x-amz-security-token", token);
    assert_eq!(world.refusal(&twice).await.code(), "IncompleteSignatureException");

    let how = Signing { presigned_for: Some(60), ..signing(&temporary) };
    let mut without = json(&how);
    let start = without.uri.find("&X-Amz-Security-Token=").unwrap();
    let end = without.uri[start + 1..].find('&').map_or(without.uri.len(), |end| start + 1 + end);
    without.uri.replace_range(start..end, "");
    assert_eq!(world.refusal(&without).await, Refusal::UnknownKey);
}

#[tokio::test]
async fn an_access_token_acts_for_its_holder_without_a_signature() {
    let world = World::new();
    let token = world.token(TokenUse::Access, now().plus_minutes(60)).await;
    let expected = TokenHolder { session: "token-1".into(), ..holder() };
    let expected = Caller { account: account(), identity: Identity::TokenHolder(expected) };
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let mut arrived = bearing(&token);
        arrived.set("authorization", &format!("{scheme} {token}"));
        assert_eq!(world.check_at(&arrived, now()).await.as_ref(), Ok(&expected), "{scheme}");
    }
}

#[tokio::test]
async fn a_token_that_is_no_access_token_or_over_does_not() {
    let world = World::new();
    let end = now().plus_minutes(60);
    let access = world.token(TokenUse::Access, end).await;
    let refresh = world.token(TokenUse::Refresh, end).await;
    let used = Refusal::Token(OpenIdRefusal::OtherUse { found: TokenUse::Refresh });
    assert_eq!(world.refusal(&bearing(&refresh)).await, used);
    assert_eq!(used.code(), "UnrecognizedClientException");
    let expired = Refusal::Token(OpenIdRefusal::Expired { at: end });
    assert_eq!(expired.code(), "ExpiredTokenException");
    assert_eq!(world.check_at(&bearing(&access), end).await, Err(AuthError::Refused(expired)));
    for (text, refusal) in [
        (format!("{access}A"), OpenIdRefusal::WrongSignature),
        ("x".repeat(5000), OpenIdRefusal::TooLong { bytes: 5000 }),
    ] {
        let refused = world.refusal(&bearing(&text)).await;
        assert_eq!(refused.code(), "UnrecognizedClientException");
        // One letter more may be no base64url at all.
        if text.starts_with('x') {
            assert_eq!(refused, Refusal::Token(refusal));
        }
    }
}

#[tokio::test]
async fn sts_takes_no_access_token_for_a_signature() {
    let world = World::new();
    let token = world.token(TokenUse::Access, now().plus_minutes(60)).await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let how = Signing { service: "sts", ..Signing::default() };
    let mut arrived = signed("POST", "/", &form, b"Action=GetCallerIdentity", &how);
    arrived.set("authorization", &format!("Bearer {token}"));
    let World { directory, provider, .. } = &world;
    let request = arrived.request();
    let outcome = authenticate(directory, provider, &request, REGION, &Service::STS, now()).await;
    assert!(matches!(outcome, Err(AuthError::Refused(Refusal::Incomplete(_)))));
}

#[tokio::test]
async fn servers_that_start_at_once_make_one_key() {
    let fixture = Fixture::new();
    let provider = || Provider::new(Arc::clone(&fixture.store), Arc::clone(&fixture.master));
    let (first, second, third) = (provider(), provider(), provider());
    let (a, b, c) = tokio::join!(first.jwks(), second.jwks(), third.jwks());
    let (a, b, c) = (a.unwrap(), b.unwrap(), c.unwrap());
    assert_eq!((&a, &b), (&b, &c));
    assert_eq!(provider().jwks().await.unwrap(), a);
    let keys: serde_json::Value = serde_json::from_str(&a).unwrap();
    assert_eq!(keys["keys"][0]["alg"], "RS256");
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    assert!(keys["keys"][0].get("d").is_none());
}
