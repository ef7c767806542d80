//! Tokens of customers without an account (section 8): what was signed is read
//! back, and nothing else is.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::time::Timestamp;
use licentia_core::token::{
    MAX_OPENID_TOKEN_BYTES, OpenIdClaims, OpenIdRefusal, Part, TokenUse, attach, check_openid_token,
    is_reserved_property,
};

use crate::support::base64url;

const KEY_ID: &str = "lm-1";
const ARN: &str = "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60";

static KEY: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());

fn claims(token_use: TokenUse) -> OpenIdClaims {
    OpenIdClaims {
        token_use,
        token_id: "66a9bbf5-0896-460f-a1a9-de535dcc175b".into(),
        jwt_id: "0c5b7d7e-93f4-4f0b-8a51-6a1b8e1f2d33".into(),
        license_arn: LicenseArn::parse(ARN).unwrap(),
        account: AccountId::parse("444455556666").unwrap(),
        properties: vec!["customer:acme".into(), "a \"quoted\" one".into()],
        role_arns: vec!["arn:aws:iam::444455556666:role/AWSLicenseManagerConsumptionRole".into()],
        issued_at: at(1_794_729_600),
        expires_at: at(1_826_265_600),
    }
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

fn signed(input: &str) -> String {
    let mut signature = vec![0; KEY.public_modulus_len()];
    KEY.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input.as_bytes(), &mut signature).unwrap();
    attach(input, &signature)
}

fn check(token: &str, token_use: TokenUse, now: u64) -> Result<OpenIdClaims, OpenIdRefusal> {
    check_openid_token(token, KEY_ID, token_use, at(now), |input, signature| {
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, KEY.public_key());
        key.verify(input.as_bytes(), signature).is_ok()
    })
}

/// A token of these texts, well signed.
fn forged(header: &str, payload: &str) -> String {
    signed(&format!("{}.{}", base64url(header.as_bytes()), base64url(payload.as_bytes())))
}

const HEADER: &str = r#"{"alg":"RS256","typ":"JWT","kid":"lm-1"}"#;

/// The payload of the access token, as text.
fn payload() -> String {
    let amr =
        r#"["aws:license-manager:token-issuer-account-id:444455556666","customer:acme","a \"quoted\" one"]"#;
    format!(
        r#"{{"iss":"https://openid-license-manager.amazonaws.com","sub":"66a9bbf5-0896-460f-a1a9-de535dcc175b","aud":"{ARN}","amr":{amr},"iat":1794729600,"exp":1826265600,"token_use":"access","role_arns":["arn:aws:iam::444455556666:role/AWSLicenseManagerConsumptionRole"],"jti":"0c5b7d7e-93f4-4f0b-8a51-6a1b8e1f2d33"}}"#
    )
}

const NOW: u64 = 1_794_729_600;

#[test]
fn t_3_the_claims_stand_in_the_token_by_their_names() {
    let input = claims(TokenUse::Access).signing_input(KEY_ID);
    assert_eq!(input, format!("{}.{}", base64url(HEADER.as_bytes()), base64url(payload().as_bytes())));
}

#[test]
fn what_was_signed_is_read_back_until_it_expires() {
    for token_use in [TokenUse::Refresh, TokenUse::Access] {
        let claims = claims(token_use);
        let token = signed(&claims.signing_input(KEY_ID));
        let end = claims.expires_at;
        assert_eq!(check(&token, token_use, end.unix() - 1), Ok(claims));
        assert_eq!(check(&token, token_use, end.unix()), Err(OpenIdRefusal::Expired { at: end }));
    }
}

#[test]
fn a_refresh_token_is_no_access_token_nor_the_reverse() {
    for (is, wanted) in [(TokenUse::Refresh, TokenUse::Access), (TokenUse::Access, TokenUse::Refresh)] {
        let token = signed(&claims(is).signing_input(KEY_ID));
        assert_eq!(check(&token, wanted, NOW), Err(OpenIdRefusal::OtherUse { found: is }));
    }
}

#[test]
fn the_header_is_the_services_own_to_the_letter() {
    assert!(check(&forged(HEADER, &payload()), TokenUse::Access, NOW).is_ok());
    for header in [
        r#"{"alg":"none","typ":"JWT","kid":"lm-1"}"#,
        r#"{"alg":"HS256","typ":"JWT","kid":"lm-1"}"#,
        r#"{"alg":"PS256","typ":"JWT","kid":"lm-1"}"#,
        r#"{"alg":"rs256","typ":"JWT","kid":"lm-1"}"#,
        r#"{"alg":"RS256","typ":"JWT","kid":"lm-2"}"#,
        r#"{"alg":"RS256","typ":"JOSE","kid":"lm-1"}"#,
        r#"{"alg":"RS256","kid":"lm-1"}"#,
        r#"{"alg":"RS256","typ":"JWT"}"#,
        r#"{"alg":"RS256","typ":"JWT","kid":"lm-1","crit":["exp"]}"#,
        r#"{"alg":"RS256","typ":"JWT","kid":"lm-1","jwk":{}}"#,
        r#"{"alg":"RS256","alg":"none","typ":"JWT","kid":"lm-1"}"#,
        "",
    ] {
        let refused = check(&forged(header, &payload()), TokenUse::Access, NOW);
        assert_eq!(refused, Err(OpenIdRefusal::OtherHeader), "{header}");
    }
}

#[test]
fn the_signature_covers_every_letter() {
    let token = forged(HEADER, &payload());
    let other = forged(HEADER, &payload().replace("111122223333:license", "999922223333:license"));
    let ((input, signature), (_, others)) =
        (token.rsplit_once('.').unwrap(), other.rsplit_once('.').unwrap());
    assert_eq!(
        check(&format!("{input}.{others}"), TokenUse::Access, NOW),
        Err(OpenIdRefusal::WrongSignature)
    );
    assert_eq!(check(&format!("{input}."), TokenUse::Access, NOW), Err(OpenIdRefusal::WrongSignature));
    for at in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(check(&changed, TokenUse::Access, NOW).is_err(), "{at}");
    }
    assert!(check(&format!("{input}.{signature}"), TokenUse::Access, NOW).is_ok());
}

#[test]
fn base64url_is_read_in_its_one_form() {
    let token = forged(HEADER, &payload());
    let malformed = |part| Err(OpenIdRefusal::Malformed { part });
    for (text, part) in [
        (format!("{token}="), Part::Signature),
        (format!("{token}\n"), Part::Signature),
        (format!("{token}.x"), Part::Payload),
        (token.replacen('.', ".=", 1), Part::Payload),
        (token.replace('.', ""), Part::Token),
        ("a.b".into(), Part::Token),
        (String::new(), Part::Token),
    ] {
        assert_eq!(check(&text, TokenUse::Access, NOW), malformed(part), "{text}");
    }
}

#[test]
fn a_token_of_more_than_4096_characters_is_looked_at_no_further() {
    let room = MAX_OPENID_TOKEN_BYTES - forged(HEADER, &payload()).len();
    let padded = |bytes: usize| {
        let payload = payload().replacen("customer:acme", &format!("customer:acme{}", "x".repeat(bytes)), 1);
        forged(HEADER, &payload)
    };
    let most =
        (0..room).map(|bytes| room - bytes).find(|bytes| padded(*bytes).len() <= MAX_OPENID_TOKEN_BYTES);
    let most = most.unwrap();
    assert!(check(&padded(most), TokenUse::Access, NOW).is_ok());
    let longer = padded(most + 4);
    assert_eq!(check(&longer, TokenUse::Access, NOW), Err(OpenIdRefusal::TooLong { bytes: longer.len() }));
}

#[test]
fn a_signed_payload_must_still_be_whole_and_ours() {
    let malformed = Err(OpenIdRefusal::Malformed { part: Part::Payload });
    for (from, to) in [
        ("https://openid-license-manager.amazonaws.com", "https://accounts.example.com"),
        (r#""token_use":"access""#, r#""token_use":"id""#),
        (r#""token_use":"access","#, ""),
        (r#""exp":1826265600,"#, ""),
        (r#""exp":1826265600,"#, r#""exp":"1826265600","#),
        (r#""exp":1826265600,"#, r#""exp":1826265600,"exp":1826265601,"#),
        (ARN, "arn:aws:license-manager::111122223333:license:l-1"),
        ("token-issuer-account-id:444455556666", "token-issuer-account-id:4444"),
        ("aws:license-manager:token-issuer-account-id:444455556666", "customer:first"),
        (r#""jti":"#, r#""id":"#),
        ("}", "}}"),
    ] {
        let changed = payload().replacen(from, to, 1);
        assert_ne!(changed, payload(), "{from}");
        assert_eq!(check(&forged(HEADER, &changed), TokenUse::Access, NOW), malformed, "{to}");
    }
}

#[test]
fn no_property_speaks_for_the_service() {
    assert!(is_reserved_property("aws:license-manager:token-issuer-account-id:999999999999"));
    assert!(is_reserved_property("AWS:x"));
    assert!(!is_reserved_property("customer:aws:"));
    assert!(!is_reserved_property("aws"));
    assert!(!is_reserved_property("äöüß"));
}
