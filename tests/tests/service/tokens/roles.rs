//! AssumeRoleWithWebIdentity (T-1, T-8).

use licentia::identity::{Identity, TokenHolder};
use serde_json::json;

use super::{checkout, member};
use crate::service::{CUSTOMER, VENDOR, World, on_each_store};

on_each_store! {
    t_8_the_consumption_role_of_the_tokens_account_is_assumed
    t_8_no_other_role_is
    what_is_asked_for_is_checked
    what_would_narrow_the_credentials_is_not_passed_over
}

fn role(account: &str) -> String {
    format!("arn:aws:iam::{account}:role/AWSLicenseManagerConsumptionRole")
}

async fn t_8_the_consumption_role_of_the_tokens_account_is_assumed(world: World) {
    let arn = world.license(5, |_| ()).await;
    let made = world.token(&arn, |input| input["TokenProperties"] = json!(["a"])).await.unwrap();
    let access = world.exchange(made["Token"].as_str().unwrap(), &[]).await.unwrap();
    for (role, seconds, until) in [
        (role(VENDOR), None, "2026-02-01T01:00:00Z"),
        (role(VENDOR).replace("role/", "role/service-role/"), Some("900"), "2026-02-01T00:15:00Z"),
    ] {
        let mut parameters =
            vec![("RoleArn", role.as_str()), ("RoleSessionName", "laptop"), ("WebIdentityToken", &access)];
        parameters.extend(seconds.map(|seconds| ("DurationSeconds", seconds)));
        let answer = world.assume(&parameters).await.unwrap();
        assert_eq!(member(&answer, &["SubjectFromWebIdentityToken"]), made["TokenId"]);
        assert_eq!(member(&answer, &["Audience"]), arn);
        assert_eq!(member(&answer, &["Provider"]), "https://openid-license-manager.amazonaws.com");
        let assumed = format!("arn:aws:sts::{VENDOR}:assumed-role/AWSLicenseManagerConsumptionRole/laptop");
        assert_eq!(member(&answer, &["AssumedRoleUser", "Arn"]), assumed);
        let id = member(&answer, &["AssumedRoleUser", "AssumedRoleId"]);
        assert!(id.starts_with("AROA") && id.ends_with(":laptop"), "{id}");
        assert_eq!(member(&answer, &["Credentials", "Expiration"]), until);

        let access_key_id = member(&answer, &["Credentials", "AccessKeyId"]);
        let session_token = member(&answer, &["Credentials", "SessionToken"]);
        let session = world.service.directory.session(access_key_id, session_token).unwrap();
        assert_eq!(session.secret.expose(), member(&answer, &["Credentials", "SecretAccessKey"]));
        assert_eq!(session.expires_at.to_string(), until);
        assert_eq!((session.caller.arn(), session.caller.user_id()), (assumed, id.to_owned()));
        let Identity::TokenHolder(TokenHolder { license, properties, token_id, .. }) =
            &session.caller.identity
        else {
            panic!("no holder of a token");
        };
        assert_eq!((license.to_string(), json!(token_id)), (arn.clone(), made["TokenId"].clone()));
        let account = format!("aws:license-manager:token-issuer-account-id:{VENDOR}");
        assert_eq!(*properties, [account, "a".to_owned()]);
        assert!(world.call_by(session.caller, "CheckoutLicense", &checkout(until)).await.is_ok());
    }
}

async fn t_8_no_other_role_is(world: World) {
    let arn = world.license(5, |_| ()).await;
    let access = world.access_token(&arn).await;
    for role in [
        role(CUSTOMER),
        format!("arn:aws:iam::{VENDOR}:role/Admin"),
        format!("arn:aws:iam::{VENDOR}:role/other/AWSLicenseManagerConsumptionRole"),
    ] {
        let parameters = [("RoleArn", &*role), ("RoleSessionName", "ab"), ("WebIdentityToken", &access)];
        let refused = world.assume(&parameters).await.unwrap_err();
        assert_eq!((refused.code, refused.status), ("AccessDenied", 403), "{role}");
    }
}

async fn what_is_asked_for_is_checked(world: World) {
    let arn = world.license(5, |_| ()).await;
    let (access, role) = (world.access_token(&arn).await, role(VENDOR));
    let good = [
        ("RoleArn", role.as_str()),
        ("RoleSessionName", "a=b,c@d.e-f_g+h"),
        ("WebIdentityToken", &access),
        ("DurationSeconds", "3600"),
    ];
    assert!(world.assume(&good).await.is_ok());
    for (name, value) in [
        ("RoleArn", ""),
        ("RoleArn", "arn:aws:iam::1111:role/AWSLicenseManagerConsumptionRole"),
        ("RoleArn", "arn:aws:iam::111122223333:user/admin"),
        ("RoleArn", "arn:aws:iam::111122223333:role/a//b"),
        ("RoleSessionName", "a"),
        ("RoleSessionName", "a b"),
        ("RoleSessionName", "x/../admin"),
        ("DurationSeconds", "899"),
        ("DurationSeconds", "3601"),
        ("DurationSeconds", "1e3"),
    ] {
        let changed = good.map(|(known, usual)| (known, if known == name { value } else { usual }));
        let refused = world.assume(&changed).await.unwrap_err();
        assert_eq!((refused.code, refused.status), ("ValidationError", 400), "{name}={value}");
    }
    for missing in ["RoleArn", "RoleSessionName", "WebIdentityToken"] {
        let rest: Vec<_> = good.into_iter().filter(|(name, _)| *name != missing).collect();
        assert_eq!(world.assume(&rest).await.unwrap_err().code, "ValidationError", "{missing}");
    }
}

async fn what_would_narrow_the_credentials_is_not_passed_over(world: World) {
    let arn = world.license(5, |_| ()).await;
    let (access, role) = (world.access_token(&arn).await, role(VENDOR));
    let good =
        [("RoleArn", role.as_str()), ("RoleSessionName", "laptop"), ("WebIdentityToken", access.as_str())];
    for more in [
        ("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/X"),
        ("PolicyArns.member.2.arn", "arn:aws:iam::aws:policy/X"),
        ("ProviderId", "www.amazon.com"),
    ] {
        let refused = world.assume(&[good.as_slice(), &[more]].concat()).await.unwrap_err();
        assert_eq!(refused.code, "ValidationError", "{more:?}");
    }
}
