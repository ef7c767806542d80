//! The WebAssembly side of `@licentia/verifier/clock`: the state of a clock,
//! authenticated. Apart from the verifier, so that who keeps no clock loads
//! none; the verifier itself judges times by it.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

use alloc::string::String;

use licentia_core::json::{ObjectWriter, Value};
use licentia_core::time::Timestamp;
use licentia_core::token::{Clock, ClockKey};
use wasm_bindgen::prelude::wasm_bindgen;

/// Answers the moment that a `state` kept under `secret` and `label` has seen,
/// in seconds since 1970, or without one the state of `seen`; and returns the
/// length of the answer.
#[wasm_bindgen]
#[must_use]
pub fn clock() -> usize {
    licentia_wasm_runtime::answer(&mut |request| answered(request).into_bytes())
}

fn answered(request: &[u8]) -> String {
    let mut json = String::new();
    let mut answer = ObjectWriter::new(&mut json);
    match ask(request) {
        Ok(Answer::Seen(seen)) => answer.integer("seen", seen.unix()),
        Ok(Answer::State(state)) => answer.string("text", &state),
        Err(code) => {
            let mut refusal = ObjectWriter::new(answer.member("refusal"));
            refusal.string("code", code);
            refusal.member("evidence").push_str("{}");
            refusal.finish();
        }
    }
    answer.finish();
    json
}

enum Answer {
    Seen(Timestamp),
    State(String),
}

fn ask(request: &[u8]) -> Result<Answer, &'static str> {
    const INVALID: &str = "ARGUMENT_INVALID";
    let request = Value::parse_bytes(request).and_then(Value::object).map_err(|_| INVALID)?;
    let text = |name| request.string(name).ok().flatten().ok_or(INVALID);
    let (secret, label) = (text("secret")?, text("label")?);
    let key = ClockKey::new(secret.as_bytes(), &label).map_err(|error| error.code())?;
    if let Ok(Some(state)) = request.string("state") {
        let clock = Clock::restore(&state, key, 0).map_err(|error| error.code())?;
        return Ok(Answer::Seen(clock.seen()));
    }
    let seen = request.integer("seen").ok().flatten().and_then(|seen| Timestamp::from_unix(seen).ok());
    let mut clock = Clock::start(0);
    clock.see(seen.ok_or(INVALID)?);
    Ok(Answer::State(clock.to_state(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(request: &str) -> String {
        answered(request.as_bytes())
    }

    #[test]
    fn a_state_is_read_back() {
        let key = r#""secret":"0123456789abcdef","label":"a""#;
        let state = asked(&format!(r#"{{{key},"seen":1}}"#)).replacen("text", "state", 1);
        let state = state.trim_matches(['{', '}']);
        assert_eq!(asked(&format!("{{{key},{state}}}")), r#"{"seen":1}"#);
        let other = key.replace("\"a\"", "\"b\"");
        assert!(asked(&format!("{{{other},{state}}}")).contains("CLOCK_STATE_INVALID"));
    }

    #[test]
    fn what_is_no_request_is_refused() {
        assert!(asked(r#"{"secret":"0123456789abcde","label":""}"#).contains("CLOCK_SECRET_TOO_SHORT"));
        for request in ["", "{}", r#"{"secret":"0123456789abcdef","label":""}"#] {
            assert!(asked(request).contains("ARGUMENT_INVALID"), "{request}");
        }
    }
}
