//! Making, exchanging, listing and deleting tokens.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{claims, text};
use crate::service::{CUSTOMER, VENDOR, World, on_each_store};

on_each_store! {
    t_3_a_refresh_token_says_whom_and_what_it_is_for
    t_4_a_token_lasts_a_year_unless_it_is_told_otherwise
    t_5_a_retry_within_ten_minutes_answers_the_same_text
    requests_at_once_with_one_client_token_make_one_token
    t_6_an_access_token_says_the_same_for_an_hour
    t_6_properties_must_be_the_tokens
    t_7_an_exchange_needs_no_signature_and_takes_one
    what_was_deleted_is_exchanged_no_more
    an_expired_token_is_exchanged_no_more
    t_11_tokens_are_listed_without_their_text
    tokens_are_listed_page_by_page_newest_first
    tokens_of_others_do_not_exist
    what_is_wrong_with_a_new_token_is_said
    h_2_tokens_are_made_and_deleted_at_home
}

const HOUR: u64 = 3600;

async fn t_3_a_refresh_token_says_whom_and_what_it_is_for(world: World) {
    let arn = world.license(5, |_| ()).await;
    let role = format!("arn:aws:iam::{VENDOR}:role/AWSLicenseManagerConsumptionRole");
    let made = world
        .token(&arn, |input| {
            input["RoleArns"] = json!([role]);
            input["TokenProperties"] = json!(["customer:acme", "env:prod"]);
        })
        .await
        .unwrap();
    assert_eq!(made["TokenType"], "REFRESH_TOKEN");
    assert!(Uuid::parse_str(made["TokenId"].as_str().unwrap()).is_ok());
    let now = world.clock_now().unix();
    let account = format!("aws:license-manager:token-issuer-account-id:{VENDOR}");
    assert_eq!(
        claims(made["Token"].as_str().unwrap()),
        json!({
            "iss": "https://openid-license-manager.amazonaws.com",
            "sub": made["TokenId"],
            "aud": arn,
            "amr": [account, "customer:acme", "env:prod"],
            "iat": now,
            "exp": now + 365 * 24 * HOUR,
            "token_use": "refresh",
            "role_arns": [role],
            "jti": made["TokenId"],
        })
    );
}

async fn t_4_a_token_lasts_a_year_unless_it_is_told_otherwise(world: World) {
    let arn = world.license(5, |_| ()).await;
    let lifetime = async |days: i64| {
        let made = world.token(&arn, |input| input["ExpirationInDays"] = json!(days)).await?;
        let claims = claims(made["Token"].as_str().unwrap());
        Ok::<_, super::Refused>(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap())
    };
    assert_eq!(lifetime(1).await, Ok(24 * HOUR));
    assert_eq!(lifetime(1000).await, Ok(1000 * 24 * HOUR));
    for days in [0, -1, i64::from(i32::MAX) + 1] {
        assert_eq!(lifetime(days).await.unwrap_err().0, "ValidationException", "{days}");
    }
}

async fn t_5_a_retry_within_ten_minutes_answers_the_same_text(world: World) {
    let arn = world.license(5, |_| ()).await;
    let input = json!({ "LicenseArn": arn, "ClientToken": "retry", "TokenProperties": ["a"] });
    let made = world.call("CreateToken", &input).await.unwrap();
    world.wait(9);
    assert_eq!(world.call("CreateToken", &input).await.unwrap(), made);
    let other = json!({ "LicenseArn": arn, "ClientToken": "retry", "TokenProperties": ["b"] });
    assert_eq!(world.call("CreateToken", &other).await.unwrap_err().0, "ValidationException");
    world.wait(1);
    let later = world.call("CreateToken", &other).await.unwrap();
    assert_ne!(later["TokenId"], made["TokenId"]);
    assert_eq!(world.call("CreateToken", &other).await.unwrap(), later);
    assert_eq!(world.call("ListTokens", &json!({})).await.unwrap()["Tokens"].as_array().unwrap().len(), 2);
}

async fn requests_at_once_with_one_client_token_make_one_token(world: World) {
    let arn = world.license(5, |_| ()).await;
    let input = Arc::new(json!({ "LicenseArn": arn, "ClientToken": "once" }));
    let calls = (0..8).map(|_| {
        let (world, input) = (world.clone(), Arc::clone(&input));
        tokio::spawn(async move { world.call("CreateToken", &input).await.unwrap() })
    });
    let mut answers = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        answers.push(call.await.unwrap());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(world.call("ListTokens", &json!({})).await.unwrap()["Tokens"].as_array().unwrap().len(), 1);
}

async fn t_6_an_access_token_says_the_same_for_an_hour(world: World) {
    let arn = world.license(5, |_| ()).await;
    let made = world.token(&arn, |input| input["TokenProperties"] = json!(["customer:acme"])).await.unwrap();
    let refresh = text(&made["Token"]);
    world.wait(24 * 60);
    let access = world.exchange(&refresh, &["customer:acme"]).await.unwrap();
    let (mut expected, found) = (claims(&refresh), claims(&access));
    let now = world.clock_now().unix();
    expected["iat"] = json!(now);
    expected["exp"] = json!(now + HOUR);
    expected["token_use"] = json!("access");
    expected["jti"] = found["jti"].clone();
    assert_eq!(found, expected);
    let again = claims(&world.exchange(&refresh, &[]).await.unwrap());
    assert_ne!(again["jti"], found["jti"]);
}

async fn t_6_properties_must_be_the_tokens(world: World) {
    let arn = world.license(5, |_| ()).await;
    let made = world.token(&arn, |input| input["TokenProperties"] = json!(["a", "b"])).await.unwrap();
    let refresh = text(&made["Token"]);
    assert!(world.exchange(&refresh, &["b", "a"]).await.is_ok());
    for wrong in [vec!["c"], vec!["a", "c"], vec!["A"]] {
        let refused = world.exchange(&refresh, &wrong).await.unwrap_err();
        assert_eq!(refused.0, "AccessDeniedException", "{wrong:?}");
    }
    let refused = world.exchange(&refresh, &["a", "b", "a", "b"]).await.unwrap_err();
    assert_eq!(refused.0, "ValidationException");
}

async fn t_7_an_exchange_needs_no_signature_and_takes_one(world: World) {
    let arn = world.license(5, |_| ()).await;
    let refresh = world.refresh_token(&arn).await;
    let input = json!({ "Token": refresh });
    assert!(world.call_unsigned("GetAccessToken", &input).await.is_ok());
    for account in [VENDOR, CUSTOMER] {
        assert!(world.call_as(account, "GetAccessToken", &input).await.is_ok(), "{account}");
    }
    let refused = world.call_unsigned("GetAccessToken", &json!({})).await.unwrap_err();
    assert_eq!(refused.0, "ValidationException");
}

async fn what_was_deleted_is_exchanged_no_more(world: World) {
    let arn = world.license(5, |_| ()).await;
    let (deleted, kept) = (world.token(&arn, |_| ()).await.unwrap(), world.refresh_token(&arn).await);
    let access = world.exchange(deleted["Token"].as_str().unwrap(), &[]).await.unwrap();
    let delete = json!({ "TokenId": deleted["TokenId"] });
    assert_eq!(world.call("DeleteToken", &delete).await, Ok(json!({})));
    assert_eq!(world.call("DeleteToken", &delete).await, Ok(json!({})));
    let refused = world.exchange(deleted["Token"].as_str().unwrap(), &[]).await.unwrap_err();
    assert_eq!(refused.0, "ValidationException");
    // What was issued already runs out on its own.
    assert!(world.bearing(&access).await.is_ok());

    assert!(world.exchange(&kept, &[]).await.is_ok());
    let delete = json!({ "LicenseArn": arn, "SourceVersion": "1" });
    world.call("DeleteLicense", &delete).await.unwrap();
    let refused = world.exchange(&kept, &[]).await.unwrap_err();
    assert_eq!(refused.0, "ValidationException");
    let refused = world.token(&arn, |_| ()).await.unwrap_err();
    assert_eq!(refused.0, "ValidationException");
}

async fn an_expired_token_is_exchanged_no_more(world: World) {
    let arn = world.license(5, |_| ()).await;
    let made = world.token(&arn, |input| input["ExpirationInDays"] = json!(1)).await.unwrap();
    let refresh = text(&made["Token"]);
    world.wait(24 * 60 - 1);
    assert!(world.exchange(&refresh, &[]).await.is_ok());
    world.wait(1);
    let (code, message) = world.exchange(&refresh, &[]).await.unwrap_err();
    assert_eq!(code, "ValidationException");
    assert!(message.contains("expired at 2026-02-02T00:00:00Z"), "{message}");
    let listed = world.call("ListTokens", &json!({ "TokenIds": [made["TokenId"]] })).await.unwrap();
    assert_eq!(listed["Tokens"][0]["Status"], "AVAILABLE");
    assert_eq!(listed["Tokens"][0]["ExpirationTime"], "2026-02-02T00:00:00Z");
}

async fn t_11_tokens_are_listed_without_their_text(world: World) {
    let (arn, other) = (world.license(5, |_| ()).await, world.license(5, |_| ()).await);
    let role = format!("arn:aws:iam::{VENDOR}:role/Reader");
    let made = world
        .token(&arn, |input| {
            input["RoleArns"] = json!([role]);
            input["TokenProperties"] = json!(["a"]);
        })
        .await
        .unwrap();
    let of_other = world.token(&other, |_| ()).await.unwrap();
    let mut expected = json!([{
        "TokenId": made["TokenId"],
        "TokenType": "REFRESH_TOKEN",
        "LicenseArn": arn,
        "ExpirationTime": "2027-02-01T00:00:00Z",
        "TokenProperties": ["a"],
        "RoleArns": [role],
        "Status": "AVAILABLE",
    }]);
    let by_license = json!({ "Filters": [{ "Name": "LicenseArns", "Values": [arn] }] });
    let by_id = json!({ "TokenIds": [made["TokenId"], Uuid::new_v4().to_string(), "no id"] });
    for listing in [&by_license, &by_id] {
        assert_eq!(world.call("ListTokens", listing).await.unwrap()["Tokens"], expected);
    }
    world.call("DeleteToken", &json!({ "TokenId": made["TokenId"] })).await.unwrap();
    expected[0]["Status"] = json!("DELETED");
    assert_eq!(world.call("ListTokens", &by_license).await.unwrap()["Tokens"], expected);

    let of = json!({ "TokenIds": [of_other["TokenId"]] });
    let status = async || world.call("ListTokens", &of).await.unwrap()["Tokens"][0]["Status"].clone();
    assert_eq!(status().await, "AVAILABLE");
    world.call("DeleteLicense", &json!({ "LicenseArn": other, "SourceVersion": "1" })).await.unwrap();
    assert_eq!(status().await, "DELETED");
    world.turn_to("2027-02-01T00:00:00Z");
    assert_eq!(status().await, "DELETED");
}

async fn tokens_are_listed_page_by_page_newest_first(world: World) {
    let arn = world.license(5, |_| ()).await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(world.token(&arn, |_| ()).await.unwrap()["TokenId"].clone());
        world.wait(1);
    }
    made.reverse();
    for selection in [json!({}), json!({ "TokenIds": made })] {
        let mut listed: Vec<Value> = Vec::new();
        let mut input = selection.clone();
        input["MaxResults"] = json!(2);
        loop {
            let page = world.call("ListTokens", &input).await.unwrap();
            let tokens = page["Tokens"].as_array().unwrap();
            assert!(tokens.len() <= 2);
            listed.extend(tokens.iter().map(|token| token["TokenId"].clone()));
            match page.get("NextToken") {
                Some(next) => input["NextToken"] = next.clone(),
                None => break,
            }
        }
        assert_eq!(listed, made);
    }
    for wrong in
        [json!({ "MaxResults": 0 }), json!({ "NextToken": "x" }), json!({ "Filters": [{ "Name": "x" }] })]
    {
        let refused = world.call("ListTokens", &wrong).await.unwrap_err();
        assert_eq!(refused.0, "ValidationException", "{wrong}");
    }
}

async fn tokens_of_others_do_not_exist(world: World) {
    let arn = world.license(5, |_| ()).await;
    let made = world.token(&arn, |_| ()).await.unwrap();
    let by_customer = async |operation: &str, input: Value| world.call_as(CUSTOMER, operation, &input).await;
    let listed = by_customer("ListTokens", json!({ "TokenIds": [made["TokenId"]] })).await.unwrap();
    assert_eq!(listed["Tokens"], json!([]));
    assert_eq!(by_customer("ListTokens", json!({})).await.unwrap()["Tokens"], json!([]));
    let foreign = by_customer("DeleteToken", json!({ "TokenId": made["TokenId"] })).await.unwrap_err();
    assert_eq!(foreign.0, "ResourceNotFoundException");
    for unknown in [Uuid::new_v4().to_string(), "x".repeat(3000)] {
        let refused = world.call("DeleteToken", &json!({ "TokenId": unknown })).await.unwrap_err();
        assert_eq!(refused.0, "ResourceNotFoundException");
    }
    let unknown = format!("arn:aws:license-manager::{VENDOR}:license:l-{}", "0".repeat(32));
    for arn in [arn, unknown] {
        let input = json!({ "LicenseArn": arn, "ClientToken": "t" });
        let refused = by_customer("CreateToken", input).await.unwrap_err();
        assert_eq!(refused.0, "ResourceNotFoundException");
    }
    assert!(world.exchange(made["Token"].as_str().unwrap(), &[]).await.is_ok());
}

async fn what_is_wrong_with_a_new_token_is_said(world: World) {
    let arn = world.license(5, |_| ()).await;
    let forged = format!("aws:license-manager:token-issuer-account-id:{CUSTOMER}");
    for (member, value, says) in [
        ("TokenProperties", json!(["a", "b", "c", "d"]), "less than or equal to 3"),
        ("TokenProperties", json!(["a", forged]), "tokenProperties.2.member"),
        ("TokenProperties", json!(["x".repeat(4000)]), "more than 4096"),
        ("RoleArns", json!(["role"]), "roleArns.1.member"),
        ("ClientToken", json!("a b"), "clientToken"),
        ("LicenseArn", json!("license"), "licenseArn"),
    ] {
        let (code, message) = world.token(&arn, |input| input[member] = value.clone()).await.unwrap_err();
        assert_eq!(code, "ValidationException", "{member} {value}");
        assert!(message.contains(says), "{message}");
    }
    assert_eq!(world.call("ListTokens", &json!({})).await.unwrap()["Tokens"], json!([]));
}

async fn h_2_tokens_are_made_and_deleted_at_home(mut world: World) {
    let arn = world.license(5, |_| ()).await;
    let made = world.token(&arn, |_| ()).await.unwrap();
    Arc::get_mut(&mut world.service).unwrap().region = "eu-west-1".into();
    assert_eq!(world.token(&arn, |_| ()).await.unwrap_err().0, "RedirectException");
    let delete = world.call("DeleteToken", &json!({ "TokenId": made["TokenId"] })).await;
    assert_eq!(delete.unwrap_err().0, "RedirectException");
    // H-5: what reads answers everywhere.
    assert!(world.exchange(made["Token"].as_str().unwrap(), &[]).await.is_ok());
    let listed = world.call("ListTokens", &json!({})).await.unwrap();
    assert_eq!(listed["Tokens"][0]["Status"], "AVAILABLE");
}
