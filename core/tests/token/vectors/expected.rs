//! Genuine tokens: what is expected of them, met and not.

use licentia_core::time::Timestamp;
use licentia_core::token::NodeFingerprint;
use serde_json::{Value, json};

use super::{HEADER, OTHER_ISSUER, SECOND_NAME, Vector, clock_at, payload};
use crate::support::{claims, forge, issued_at, key, signed};

const SALT: &str = "EXAMPLE-SKU";
const MACHINE: [(&str, &str); 3] =
    [("machine", "5c2b8f0e4d1a4a6f"), ("board", "PF3A1B2C"), ("mac", "0a:58:a9:fe:ac:02")];

fn of(name: &'static str, token: String, options: Value) -> Vector {
    Vector { name, token, now: issued_at(), options, is_bound: false }
}

/// A token of the first issuer for the product, the license and the node of
/// the tests.
fn plain(name: &'static str, options: Value) -> Vector {
    of(name, signed(&claims(), &key(1)), options)
}

/// A token with some members, by the key of either issuer.
fn with(name: &'static str, seed: u8, changes: &Value, options: Value) -> Vector {
    of(name, forge(HEADER, &payload(changes), &key(seed)), options)
}

fn bound(name: &'static str, seed: u8, changes: &Value) -> Vector {
    Vector { is_bound: true, ..with(name, seed, changes, json!({})) }
}

/// A token for the machine, on one with these components.
fn on(name: &'static str, rule: impl Into<Value>, components: &[(&str, &str)]) -> Vector {
    let token = NodeFingerprint::of(SALT, &MACHINE).unwrap().to_text();
    with(name, 1, &json!({"nodeId": token}), here(rule, components))
}

fn here(rule: impl Into<Value>, components: &[(&str, &str)]) -> Value {
    let pairs = components.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
    let components: serde_json::Map<_, _> = pairs.collect();
    json!({"nodeId": {"components": components, "salt": SALT, "match": rule.into()}})
}

fn seconds_after_begin(seconds: i64, vector: Vector) -> Vector {
    let now = Timestamp::from_unix(vector.now.unix().checked_add_signed(seconds).unwrap()).unwrap();
    Vector { now, ..vector }
}

pub(crate) fn met() -> Vec<Vector> {
    let at = issued_at();
    let [machine, board, mac] = MACHINE;
    vec![
        plain("the issuer expected", json!({"issuer": claims().issuer})),
        plain("one of the audiences expected", json!({"audience": ["other", "EXAMPLE-SKU"]})),
        plain("the product expected", json!({"product": "EXAMPLE-SKU"})),
        plain("the license expected", json!({"licenseArn": claims().license_arn})),
        with(
            "one of several audiences",
            1,
            &json!({"aud": ["a", "b"]}),
            json!({"audience": ["c", "b"], "product": "a"}),
        ),
        Vector { is_bound: true, ..plain("the issuer that the key is bound to", json!({})) },
        bound("the other issuer that the same key is bound to", 1, &json!({"iss": SECOND_NAME})),
        bound("the issuer that the other key is bound to", 2, &json!({"iss": OTHER_ISSUER})),
        seconds_after_begin(-600, plain("a begin within the tolerance", json!({"clockTolerance": 600}))),
        seconds_after_begin(3629, plain("an end within the tolerance", json!({"clockTolerance": 30}))),
        plain("a clock that has seen the same moment", clock_at(at)),
        plain("a clock set back within the grace", clock_at(at.plus_minutes(5))),
        plain("a clock that has seen nothing", clock_at(Timestamp::MIN)),
        plain("the node expected", json!({"nodeId": "10.0.21.57"})),
        on("all components of the machine", "all", &MACHINE),
        on("all components of the machine and one more", "all", &[machine, ("disk", "S4EV"), mac, board]),
        on("space around what was read", "all", &[machine, (board.0, " PF3A1B2C\r\n"), mac]),
        on("most components of the machine", "most", &[machine, (board.0, "another"), mac]),
        on("two components of the machine", 2, &[board, mac]),
        on("one component of the machine", 1, &[("mac", ""), machine]),
    ]
}

pub(crate) fn unmet() -> Vec<Vector> {
    let at = issued_at();
    let [machine, board, mac] = MACHINE;
    let fingerprint = NodeFingerprint::of(SALT, &MACHINE).unwrap().to_text();
    let text = |name, node_id: String| with(name, 1, &json!({"nodeId": node_id}), here(1, &MACHINE));
    vec![
        plain("another issuer", json!({"issuer": OTHER_ISSUER})),
        plain("an issuer in another case", json!({"issuer": claims().issuer.unwrap().to_uppercase()})),
        with("no issuer where one is expected", 1, &json!({}), json!({"issuer": OTHER_ISSUER})),
        bound("an issuer that another key is bound to", 1, &json!({"iss": OTHER_ISSUER})),
        bound("an issuer that no key is bound to", 2, &json!({"iss": "somebody else"})),
        bound("no issuer where the key is bound to one", 1, &json!({})),
        bound(
            "claims that are none, of an issuer that no key is bound to",
            2,
            &json!({"iss": "x", "issuedAt": 7}),
        ),
        Vector {
            is_bound: true,
            ..plain(
                "the issuer that the key is bound to where another is expected",
                json!({"issuer": OTHER_ISSUER}),
            )
        },
        plain("another audience", json!({"audience": ["other", "EXAMPLE"]})),
        plain("of no audience", json!({"audience": []})),
        with("no audience where one is expected", 1, &json!({}), json!({"audience": ["EXAMPLE-SKU"]})),
        with(
            "a list of no audience where one is expected",
            1,
            &json!({"aud": []}),
            json!({"audience": [""]}),
        ),
        plain("another product", json!({"product": "OTHER-SKU"})),
        plain("a product in another case", json!({"product": "example-sku"})),
        with("no product where one is expected", 1, &json!({}), json!({"product": "EXAMPLE-SKU"})),
        with(
            "the right audience of another product",
            1,
            &json!({"aud": "a"}),
            json!({"audience": ["a"], "product": "b"}),
        ),
        plain("another license", json!({"licenseArn": format!("{}0", claims().license_arn)})),
        seconds_after_begin(-601, plain("a begin past the tolerance", json!({"clockTolerance": 600}))),
        seconds_after_begin(3630, plain("an end past the tolerance", json!({"clockTolerance": 30}))),
        plain("a clock set back past the grace", clock_at(at.plus_seconds(301))),
        seconds_after_begin(-301, plain("a clock behind the token's issue", clock_at(Timestamp::MIN))),
        seconds_after_begin(7200, plain("an end that the clock agrees with", clock_at(at))),
        seconds_after_begin(3601, plain("a clock set back to after the end", clock_at(at.plus_minutes(100)))),
        plain("another node", json!({"nodeId": "10.0.21.58"})),
        with("no node where one is expected", 1, &json!({}), json!({"nodeId": "10.0.21.57"})),
        with("an empty node is a node", 1, &json!({}), json!({"nodeId": ""})),
        on("all but one component of the machine", "all", &[machine, board]),
        on("half and less of the components", "most", &[machine]),
        on("one component where two are asked", 2, &[mac, ("board", "another"), ("machine", " ")]),
        on("more components asked than there are", 4, &MACHINE),
        on("the values of one component under another name", 1, &[("serial", "PF3A1B2C")]),
        with(
            "a component of another vendor",
            1,
            &json!({"nodeId": NodeFingerprint::of("OTHER-SKU", &MACHINE).unwrap().to_text()}),
            here(1, &MACHINE),
        ),
        with("no node where a machine is expected", 1, &json!({}), here(1, &MACHINE)),
        text("a node that is no machine", "10.0.21.57".to_owned()),
        text("a machine of another version", fingerprint.replacen("v1", "v2", 1)),
        text("a machine of no component", "v1".to_owned()),
        text("a machine with its end cut off", fingerprint[..fingerprint.len() - 1].to_owned()),
        text("a machine with a component twice", format!("{fingerprint};{}", &fingerprint[3..])),
        text("a machine with more after it", format!("{fingerprint};")),
    ]
}
