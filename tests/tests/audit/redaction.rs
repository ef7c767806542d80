//! No secret gets into a record, wherever a client or an operation put it.

use licentia::audit::{Actor, Call, HIDDEN, Outcome, Record, Redaction};
use licentia::context::Origin;
use licentia::identity::{Caller, Identity, UserName};
use licentia_core::time::Timestamp;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Members that carry secrets, as the APIs spell them and as clients may.
const CARRIERS: &[&str] = &[
    "Token",
    "AccessToken",
    "RefreshToken",
    "SignedToken",
    "WebIdentityToken",
    "SessionToken",
    "SecretAccessKey",
    "LicenseConsumptionToken",
    "token",
    "signed_token",
    "SIGNEDTOKEN",
];

/// Whatever a body may hold besides.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ -~]{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map("[A-Za-z]{1,12}", inner, 0..4)
                .prop_map(|members| { Value::Object(members.into_iter().collect::<Map<_, _>>()) }),
        ]
    })
}

/// A secret as one is made here: a signed token, a sealed text, an access
/// key's secret, a consumption token.
fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        "eyJ[A-Za-z0-9_-]{30,60}\\.eyJ[A-Za-z0-9_-]{30,400}\\.[A-Za-z0-9_-]{86}",
        "v1\\.[A-Za-z0-9_-]{60,200}",
        "[A-Za-z0-9+/]{40}",
        "[0-9a-f]{32}",
    ]
}

/// The secret at a random depth, in a member that carries one.
fn carried(secret: String) -> impl Strategy<Value = Value> {
    let members = btree_map("[A-Z][a-z]{0,8}", json_value(), 0..3);
    (proptest::sample::select(CARRIERS), vec("[A-Z][a-z]{0,8}", 0..4), any::<bool>(), members).prop_map(
        move |(carrier, way, listed, members)| {
            let held = if listed { json!([secret, { "Text": secret }]) } else { json!(secret) };
            let mut value = members.into_iter().collect::<Map<_, _>>();
            value.insert((*carrier).to_owned(), held);
            way.into_iter().fold(Value::Object(value), |inner, name| json!({ name: [inner] }))
        },
    )
}

fn record(parameters: Value, outcome: Outcome<'_>, user_agent: &str, touched: Vec<String>) -> String {
    let call = Call {
        source: "license-manager.amazonaws.com",
        operation: "CreateToken",
        region: "us-east-1".to_owned(),
        now: Timestamp::from_unix(1_800_000_000).unwrap(),
        origin: Origin { user_agent: user_agent.to_owned(), ..Origin::default() },
    };
    let caller = Caller {
        account: super::account(),
        identity: Identity::User {
            access_key_id: "AKIAABCDEFGHIJKLMNOP".parse().unwrap(),
            user: UserName::parse("alice").unwrap(),
            policies: vec![],
        },
    };
    let record = Record::new(&call, Actor::Caller(&caller), parameters, outcome, touched);
    serde_json::to_string(&record).unwrap()
}

/// Neither the secret nor as much of it as a clipped message shows.
fn assert_hidden(record: &str, secret: &str) -> Result<(), TestCaseError> {
    let telling: String = secret.chars().take(20).collect();
    prop_assert!(!record.contains(&telling), "{telling} stands in {record}");
    Ok(())
}

proptest! {
    #[test]
    fn no_secret_of_a_request_or_an_answer_appears(
        (secret, parameters) in secret().prop_flat_map(|secret| (Just(secret.clone()), carried(secret))),
        (issued, output) in secret().prop_flat_map(|secret| (Just(secret.clone()), carried(secret))),
        other in json_value(),
    ) {
        let parameters = json!({ "Carried": parameters, "Other": other });
        let text = record(parameters, Outcome::Answered(output), "boto3", vec![]);
        assert_hidden(&text, &secret)?;
        assert_hidden(&text, &issued)?;
    }

    #[test]
    fn a_secret_repeated_in_a_message_or_elsewhere_is_hidden_there_too(
        (secret, parameters) in secret().prop_flat_map(|secret| (Just(secret.clone()), carried(secret))),
        cut in 20_usize..200,
        lead in "[ -~]{0,20}",
    ) {
        let clipped: String = secret.chars().take(cut).collect();
        let message = format!("Value '{clipped}…' at 'token' failed; sent {secret}");
        let parameters = json!({ "Carried": parameters, "Note": format!("{lead}{secret}"), secret.clone(): 1 });
        let refused = Outcome::Refused { code: "ValidationException", message: &message };
        let text = record(parameters, refused, &secret, vec![]);
        assert_hidden(&text, &secret)?;
    }

    #[test]
    fn what_looks_like_a_signed_token_is_hidden_wherever_it_stands(
        token in "eyJ[A-Za-z0-9_-]{20,60}\\.eyJ[A-Za-z0-9_-]{20,400}\\.[A-Za-z0-9_-]{86}",
        member in "[A-Z][A-Za-z]{0,12}",
        around in "[ -~]{0,20}",
    ) {
        let parameters = json!({ member: format!("{around}{token}{around}"), token.clone(): [token] });
        let refused = Outcome::Refused { code: "ValidationException", message: &token };
        let text = record(parameters, refused, &token, vec![]);
        assert_hidden(&text, &token)?;
        assert_hidden(&text, token.rsplit('.').next().unwrap())?;
    }

    #[test]
    fn what_is_no_secret_stays_as_it_was_sent(name in "[A-Z][A-Za-z]{0,12}", text in "[a-z ]{0,40}") {
        let lower = name[..1].to_lowercase() + &name[1..];
        prop_assume!(!CARRIERS.iter().any(|carrier| carrier.eq_ignore_ascii_case(&name)));
        let mut redaction = Redaction::default();
        let sent = json!({ name: [text, 7, null, true] });
        let shown = redaction.members(sent);
        prop_assert_eq!(redaction.hide(shown), json!({ lower: [text, 7, null, true] }));
    }
}

#[test]
fn names_begin_in_lower_case_at_every_depth() {
    let mut redaction = Redaction::default();
    let shown =
        redaction.members(json!({ "ProductSKU": "a", "Validity": { "Begin": [{ "X": "Y" }] }, "": 1 }));
    assert_eq!(shown, json!({ "productSKU": "a", "validity": { "begin": [{ "x": "Y" }] }, "": 1 }));
}

#[test]
fn a_secret_says_that_it_was_there_and_null_that_it_was_not() {
    let mut redaction = Redaction::default();
    let shown = redaction.members(json!({ "Token": "a", "AccessToken": null, "SignedToken": { "A": 1 } }));
    assert_eq!(shown, json!({ "token": HIDDEN, "accessToken": null, "signedToken": HIDDEN }));
}

#[test]
fn maps_of_tags_are_hidden_and_lists_of_tags_are_not() {
    let mut redaction = Redaction::default();
    let list = json!({ "Tags": [{ "Key": "a", "Value": "b" }] });
    assert_eq!(redaction.members(list), json!({ "tags": [{ "key": "a", "value": "b" }] }));
    assert_eq!(redaction.members(json!({ "Tags": { "a": "b" } })), json!({ "tags": HIDDEN }));
}

#[test]
fn equal_client_tokens_have_equal_marks_and_others_do_not() {
    let mark = |token: &str| Redaction::default().members(json!({ "ClientToken": token }));
    assert_eq!(mark("first"), mark("first"));
    assert_ne!(mark("first"), mark("second"));
    assert!(!mark("first").to_string().contains("first"));
}

#[test]
fn a_client_token_that_is_also_a_name_does_not_hide_the_name() {
    let mut redaction = Redaction::default();
    let shown = redaction.members(json!({ "ClientToken": "analytics", "ProductSKU": "analytics" }));
    assert_eq!(redaction.hide(shown)["productSKU"], "analytics");
}
