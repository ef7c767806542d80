//! What JavaScript calls; bytes cross as `licentia-wasm-runtime` says.

use alloc::string::String;
use alloc::vec::Vec;

use licentia_core::token::{Clock, PublicKey};
use licentia_core::time::Timestamp;
use licentia_wasm_runtime::{answer, given, kept};
use spin::Mutex;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::algorithms::scheme;
use crate::verifier::{Expected, Verifier};

/// Everything the module keeps from one call to the next.
struct Kept {
    /// Keys that were added since the last verifier was made.
    keys: Vec<PublicKey>,
    /// What the next token must be.
    expected: Expected,
    /// By handle; `None` is free for the next.
    verifiers: Vec<Option<Verifier>>,
}

static KEPT: Mutex<Kept> =
    Mutex::new(Kept { keys: Vec::new(), expected: Expected::new(), verifiers: Vec::new() });

/// Adds a key to those of the next verifier: one of ES256, or of another
/// algorithm by its number. In the input stand the key's bytes, its canonical
/// JSON, its `kid` and the issuer it is bound to, one after the other, each of
/// so many bytes; what is absent has -1. Answers whether it is a key.
#[wasm_bindgen]
#[must_use]
pub fn add_key(
    algorithm: usize,
    key: usize,
    canonical: usize,
    key_id: i32,
    issuer: i32,
) -> bool {
    given(|input| {
        let (bytes, rest) = input.split_at_checked(key).unwrap_or_default();
        let (canonical, rest) = rest.split_at_checked(canonical).unwrap_or_default();
        let (key_id, rest) = text(key_id, rest);
        let (issuer, _) = text(issuer, rest);
        let key = PublicKey::from_parts(scheme(algorithm), bytes.into(), canonical, key_id, issuer);
        key.map(|key| kept(&KEPT).keys.push(key)).is_ok()
    })
}

/// The text of so many bytes, and what comes after it; of less than none there
/// is no text.
fn text(bytes: i32, input: &[u8]) -> (Option<String>, &[u8]) {
    match usize::try_from(bytes).ok().and_then(|bytes| input.split_at_checked(bytes)) {
        Some((text, rest)) => (Some(String::from_utf8(text.into()).unwrap_or_default()), rest),
        None => (None, input),
    }
}

/// Makes a verifier of the keys that were added; answers its handle.
#[wasm_bindgen]
#[must_use]
pub fn finish_keys() -> usize {
    let Kept { keys, verifiers, .. } = &mut *kept(&KEPT);
    let verifier = Verifier::new(core::mem::take(keys));
    let free = verifiers.iter().position(Option::is_none);
    let place = free.unwrap_or(verifiers.len());
    match verifiers.get_mut(place) {
        Some(slot) => *slot = verifier,
        None => verifiers.push(verifier),
    }
    place
}

/// Expects the text in the input of the next token: as its issuer (0), one of
/// its audiences (1), its product (2), its license (3) or its node (4); or that
/// it has an audience, of which there is none to expect (5).
#[wasm_bindgen]
pub fn expect(what: usize) {
    let text = given(|input| String::from_utf8(input.into()).unwrap_or_default());
    kept(&KEPT).expected.add(what, text);
}

/// Verifies the token in the input with the verifier of this handle, at a time
/// in seconds since 1970, with a tolerance in seconds, and by a clock that has
/// seen a time and has a grace, if there is one. Answers the license or the
/// refusal, and returns the length of the answer.
#[wasm_bindgen]
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "JavaScript passes whole seconds of the range")]
pub fn verify(handle: usize, now: f64, tolerance: u32, seen: f64, grace: u32) -> usize {
    let time = |seconds: f64| Timestamp::from_unix(seconds as u64).unwrap_or(Timestamp::MAX);
    let mut clock = (seen >= 0.0).then(|| {
        let mut clock = Clock::start(grace);
        clock.see(time(seen));
        clock
    });
    answer(&mut |token| {
        let Kept { expected, verifiers, .. } = &mut *kept(&KEPT);
        let expected = core::mem::replace(expected, Expected::new());
        match verifiers.get_mut(handle) {
            Some(Some(verifier)) => verifier.verify(token, time(now), tolerance, clock.as_mut(), &expected),
            _ => String::new(),
        }
    })
}

/// Reads the status list in the input with the verifier of this handle. Answers
/// its claims, or the refusal, and returns the length of the answer.
#[wasm_bindgen]
#[must_use]
pub fn read_status_list(handle: usize) -> usize {
    answer(&mut |list| match kept(&KEPT).verifiers.get(handle) {
        Some(Some(verifier)) => verifier.read_status_list(list),
        _ => String::new(),
    })
}

/// The verifier of this handle is needed no more.
#[wasm_bindgen]
pub fn forget(handle: usize) {
    if let Some(slot) = kept(&KEPT).verifiers.get_mut(handle) {
        *slot = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_answered_for_a_handle_that_is_not_there() {
        assert_eq!(verify(9, 0.0, 0, -1.0, 0), 0);
        assert_eq!(read_status_list(9), 0);
    }
}
