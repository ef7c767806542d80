//! The state of a `Clock`, which JavaScript holds.

use alloc::string::String;

use licentia_core::json::Fault;
use licentia_core::time::Timestamp;
use licentia_core::token::{Clock, ClockKey};

use crate::answer;
use crate::options::{owned, read, time};

/// Answers the moment that a `state` kept under `secret` and `label` has seen
/// or, without one, the state of `seen`.
pub(crate) fn clock(options: &str) -> String {
    let (mut secret, mut label, mut state, mut seen) = (String::new(), String::new(), None, None);
    let options = read(options, &mut |reader, name| {
        match name {
            "secret" => secret = owned(reader)?,
            "label" => label = owned(reader)?,
            "state" => state = Some(owned(reader)?),
            "seen" => seen = time(reader)?,
            _ => return Err(Fault::Unexpected),
        }
        Ok(())
    });
    let (Ok(()), Ok(key)) = (options, ClockKey::new(secret.as_bytes(), &label)) else {
        return answer::misuse("ARGUMENT_INVALID");
    };
    match state {
        Some(state) => match Clock::restore(&state, key, 0) {
            Ok(clock) => answer::seen(clock.seen()),
            Err(error) => answer::misuse(error.code()),
        },
        None => {
            let mut clock = Clock::start(0);
            clock.see(seen.unwrap_or(Timestamp::MIN));
            answer::text(&clock.to_state(key))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_back() {
        let key = r#""secret":"0123456789abcdef","label":"a""#;
        let state = clock(&format!(r#"{{{key},"seen":1999}}"#)).replacen("text", "state", 1);
        let state = state.trim_matches(['{', '}']);
        assert_eq!(clock(&format!("{{{key},{state}}}")), r#"{"seen":1000}"#);
        let other = key.replace("\"a\"", "\"b\"");
        assert!(clock(&format!("{{{other},{state}}}")).contains("CLOCK_STATE_INVALID"));
        assert!(clock(r#"{"secret":"0123456789abcde"}"#).contains("ARGUMENT_INVALID"));
    }
}
