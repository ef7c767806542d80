//! AssumeRoleWithWebIdentity (T-1, T-8).

use licentia::identity::{Caller, Identity, TokenHolder};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{checkout, member};
use crate::service::{CUSTOMER, VENDOR, World, on_each_store};

on_each_store! {
    t_8_the_consumption_role_of_the_tokens_account_is_assumed
    t_8_no_other_role_is
    what_is_asked_for_is_checked
    a_session_may_what_its_role_and_its_policies_both_allow
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

async fn a_session_may_what_its_role_and_its_policies_both_allow(world: World) {
    let arn = world.license(5, |_| ()).await;
    let access = world.access_token(&arn).await;
    let read_only = policy(&json!({ "Effect": "Allow", "Action": "license-manager:Get*", "Resource": arn }));
    let all = policy(&json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }));
    let not_usage = policy(&json!({ "Effect": "Deny", "Action": "*:GetLicenseUsage", "Resource": "*" }));
    let preset = "arn:aws:iam::aws:policy/service-role/AWSLicenseManagerConsumptionPolicy";
    for (parameters, may, says) in [
        (vec![], [true, true, true], ""),
        (vec![("Policy", &*read_only)], [true, true, false], "no session policy allows"),
        (vec![("Policy", &*all)], [true, true, true], ""),
        (vec![("Policy", &*not_usage)], [false, false, false], "session policy"),
        (vec![("PolicyArns.member.1.arn", preset)], [true, false, true], "no session policy allows"),
        (
            vec![("Policy", &*not_usage), ("PolicyArns.member.1.arn", preset)],
            [true, false, true],
            "an explicit deny in a session policy",
        ),
    ] {
        let caller = world.session(&access, &parameters).await;
        let license = json!({ "LicenseArn": arn });
        for ((operation, input), may) in [
            ("GetLicense", license.clone()),
            ("GetLicenseUsage", license),
            ("CheckoutLicense", checkout(&Uuid::new_v4().to_string())),
        ]
        .into_iter()
        .zip(may)
        {
            let outcome = world.call_by(caller.clone(), operation, &input).await;
            assert_eq!(outcome.is_ok(), may, "{operation} {parameters:?} {outcome:?}");
            if let Err((code, message)) = outcome {
                assert_eq!(code, "AccessDeniedException");
                assert!(message.contains(says), "{message}");
            }
        }
        // What the role may not do, no session policy allows.
        let refused = world.call_by(caller, "ListLicenses", &json!({})).await.unwrap_err();
        assert_eq!(refused.0, "AccessDeniedException");
    }
}

async fn what_would_narrow_the_credentials_is_not_passed_over(world: World) {
    let arn = world.license(5, |_| ()).await;
    let (access, role) = (world.access_token(&arn).await, role(VENDOR));
    let good =
        [("RoleArn", role.as_str()), ("RoleSessionName", "laptop"), ("WebIdentityToken", access.as_str())];
    let long = policy(&json!({ "Effect": "Allow", "Action": "*", "Resource": "x".repeat(2048) }));
    let known = "arn:aws:iam::aws:policy/LicenseManagerReadOnly";
    for (code, more) in [
        ("MalformedPolicyDocument", vec![("Policy", "{}")]),
        ("MalformedPolicyDocument", vec![("Policy", "")]),
        ("ValidationError", vec![("Policy", long.as_str())]),
        ("ValidationError", vec![("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/X")]),
        ("ValidationError", vec![("PolicyArns.member.1.arn", "LicenseManagerReadOnly")]),
        ("ValidationError", vec![("PolicyArns.member.2.arn", known)]),
        ("ValidationError", vec![("PolicyArns.member.1.arn", known), ("PolicyArns.member.3.arn", known)]),
        ("ValidationError", vec![("PolicyArns.member.1", known)]),
        ("ValidationError", vec![("ProviderId", "www.amazon.com")]),
    ] {
        let refused = world.assume(&[good.as_slice(), &more].concat()).await.unwrap_err();
        assert_eq!((refused.code, refused.status), (code, 400), "{more:?}");
    }
    assert!(world.assume(&[good.as_slice(), &[("PolicyArns.member.1.arn", known)]].concat()).await.is_ok());
}

impl World {
    /// Who acts by credentials that were asked for with these parameters.
    async fn session(&self, access: &str, more: &[(&str, &str)]) -> Caller {
        let role = role(VENDOR);
        let usual = [("RoleArn", &*role), ("RoleSessionName", "laptop"), ("WebIdentityToken", access)];
        let answer = self.assume(&[usual.as_slice(), more].concat()).await.unwrap();
        let access_key_id = member(&answer, &["Credentials", "AccessKeyId"]);
        let session_token = member(&answer, &["Credentials", "SessionToken"]);
        self.service.directory.session(access_key_id, session_token).unwrap().caller
    }
}

fn policy(statement: &Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}
