//! What JavaScript calls; texts cross as `licentia-wasm-runtime` says. Each
//! function that answers returns the length of its answer.

use alloc::string::String;
use alloc::vec::Vec;

use licentia_wasm_runtime::{answer, kept};
use spin::Mutex;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::answer::{handle, key_error};
use crate::keys::Keys;

/// By handle; `None` is free for the next.
static KEYS: Mutex<Vec<Option<Keys>>> = Mutex::new(Vec::new());

/// Reads the options of `Verifier.create` that stand in the input. Answers
/// `{"keys":handle}`, or the refusal.
#[wasm_bindgen]
#[must_use]
pub fn read_keys() -> usize {
    answer(&mut |options| match Keys::read(options) {
        Ok(keys) => {
            let all = &mut *kept(&KEYS);
            let free = all.iter().position(Option::is_none);
            let place = free.unwrap_or(all.len());
            match all.get_mut(place) {
                Some(slot) => *slot = Some(keys),
                None => all.push(Some(keys)),
            }
            handle(place)
        }
        Err(error) => key_error(&error),
    })
}

/// Verifies the token in the input, which stands after one line with the
/// options of `Verifier.verify`. Answers the license or the refusal.
#[wasm_bindgen]
#[must_use]
pub fn verify(handle: usize) -> usize {
    asked(handle, &mut |keys, text| {
        let (options, token) = text.split_once('\n').unwrap_or_default();
        keys.verify(token, options)
    })
}

/// Reads the status list in the input. Answers its claims, or the refusal.
#[wasm_bindgen]
#[must_use]
pub fn read_status_list(handle: usize) -> usize {
    asked(handle, &mut |keys, list| keys.read_status_list(list))
}

/// The keys of this handle are needed no more.
#[wasm_bindgen]
pub fn forget(handle: usize) {
    if let Some(slot) = kept(&KEYS).get_mut(handle) {
        *slot = None;
    }
}

/// A handle is good until it is forgotten; of another there is no answer,
/// least of all the one before.
fn asked(handle: usize, question: &mut dyn FnMut(&mut Keys, &str) -> String) -> usize {
    answer(&mut |text| match kept(&KEYS).get_mut(handle) {
        Some(Some(keys)) => question(keys, text),
        _ => String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_answered_for_a_handle_that_is_not_there() {
        assert_eq!(verify(0), 0);
        assert_eq!(read_status_list(0), 0);
    }
}
