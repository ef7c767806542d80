//! The WebAssembly side of `@licentia/verifier/node-lock`: fingerprints of
//! machines. Apart from the verifier, so that who names nodes himself loads
//! none.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use licentia_core::json::{Fault, ObjectWriter, Value};
use licentia_core::token::{Matching, NodeFingerprint};
use wasm_bindgen::prelude::wasm_bindgen;

/// Answers the text of the fingerprint of `components` and `salt`, or with a
/// `token`'s node whether it is enough of that by the rule `match`; and returns
/// the length of the answer.
#[wasm_bindgen]
#[must_use]
pub fn node_lock() -> usize {
    licentia_wasm_runtime::answer(&mut |request| answered(request).into_bytes())
}

fn answered(request: &[u8]) -> String {
    let mut json = String::new();
    let mut answer = ObjectWriter::new(&mut json);
    match ask(request) {
        Ok(Answer::Text(text)) => answer.string("text", &text),
        Ok(Answer::Matches(matches)) => {
            answer.member("matches").push_str(if matches { "true" } else { "false" })
        }
        Err(_) => {
            let mut refusal = ObjectWriter::new(answer.member("refusal"));
            refusal.string("code", "ARGUMENT_INVALID");
            refusal.member("evidence").push_str("{}");
            refusal.finish();
        }
    }
    answer.finish();
    json
}

enum Answer {
    Text(String),
    Matches(bool),
}

fn ask(request: &[u8]) -> Result<Answer, Fault> {
    let request = Value::parse_bytes(request)?.object()?;
    let components = request.get("components").ok_or(Fault::Unexpected)?.object()?.iter();
    let components: Vec<(Cow<'_, str>, Cow<'_, str>)> =
        components.map(|(name, value)| Ok((name.string()?, value.string()?))).collect::<Result<_, _>>()?;
    let components: Vec<_> = components.iter().map(|(name, value)| (&**name, &**value)).collect();
    let salt = request.string("salt")?.unwrap_or_default();
    let here = NodeFingerprint::of(&salt, &components).map_err(|_| Fault::Unexpected)?;
    let Some(token) = request.string("token")? else { return Ok(Answer::Text(here.to_text())) };
    let rule = matching(request.get("match").ok_or(Fault::Unexpected)?)?;
    Ok(Answer::Matches(NodeFingerprint::parse(&token).is_some_and(|token| here.matches(&token, rule))))
}

/// `all`, `most`, or the least number.
fn matching(rule: Value<'_>) -> Result<Matching, Fault> {
    if rule.is("all") {
        return Ok(Matching::All);
    }
    if rule.is("most") {
        return Ok(Matching::Most);
    }
    let least = u8::try_from(rule.integer()?).ok().and_then(|least| least.try_into().ok());
    least.map(Matching::AtLeast).ok_or(Fault::Unexpected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(request: &str) -> String {
        answered(request.as_bytes())
    }

    #[test]
    fn a_rule_is_all_most_or_a_number_from_1() {
        let rule = |text| Value::parse(text).and_then(matching);
        assert_eq!(rule("\"all\""), Ok(Matching::All));
        assert_eq!(rule("\"most\""), Ok(Matching::Most));
        assert_eq!(rule("2"), Ok(Matching::AtLeast(2.try_into().unwrap())));
        for text in ["0", "256", "1.5", "\"any\"", "null", "true"] {
            assert!(rule(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_machine_matches_its_own_fingerprint() {
        let marks = r#""components":{"a":"x","b":"y"},"salt":"s""#;
        let token = asked(&format!("{{{marks}}}")).replacen("text", "token", 1);
        let token = token.trim_matches(['{', '}']);
        assert!(token.starts_with(r#""token":"v1;a="#));
        assert_eq!(asked(&format!(r#"{{{marks},{token},"match":"all"}}"#)), r#"{"matches":true}"#);
        let other = marks.replace("\"y\"", "\"z\"");
        assert_eq!(asked(&format!(r#"{{{other},{token},"match":"all"}}"#)), r#"{"matches":false}"#);
        assert_eq!(asked(&format!(r#"{{{other},{token},"match":1}}"#)), r#"{"matches":true}"#);
    }

    #[test]
    fn what_is_no_machine_is_refused() {
        for json in [
            "{}",
            r#"{"components":{}}"#,
            r#"{"components":{"a":" "}}"#,
            r#"{"components":{"A":"x"}}"#,
            r#"{"components":{"a":null}}"#,
            r#"{"components":{"a":"x"},"salt":1}"#,
            r#"{"components":{"a":"x"},"token":""}"#,
        ] {
            assert!(asked(json).contains("ARGUMENT_INVALID"), "{json}");
        }
    }
}
