//! What JavaScript calls: functions of numbers alone, which need no glue on
//! either side. Texts cross through two buffers in the module's memory, as
//! UTF-8; JavaScript learns where they are and copies.

use alloc::string::String;
use alloc::vec::Vec;

use spin::{Mutex, MutexGuard};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::answer;
use crate::keys::Keys;

/// Everything the module keeps from one call to the next.
struct Border {
    input: Vec<u8>,
    output: String,
    /// By handle; `None` is free for the next.
    keys: Vec<Option<Keys>>,
}

/// WebAssembly has one thread here, so nobody ever waits: JavaScript drops a
/// module of which a call did not come to its end.
static BORDER: Mutex<Border> =
    Mutex::new(Border { input: Vec::new(), output: String::new(), keys: Vec::new() });

/// What the module keeps. A call that is cut short, by a trap or because
/// JavaScript's stack or memory is used up, leaves it locked: nobody would ever
/// unlock it, so that the next call traps, too, instead of waiting for ever.
#[expect(clippy::panic, reason = "a trap is all that is left to answer")]
fn border() -> MutexGuard<'static, Border> {
    let Some(border) = BORDER.try_lock() else { panic!("an earlier call was cut short") };
    border
}

/// Makes room for the texts of the next call; answers its address.
#[wasm_bindgen]
#[must_use]
pub fn input(bytes: usize) -> usize {
    let input = &mut border().input;
    *input = alloc::vec![0; bytes];
    input.as_mut_ptr().expose_provenance()
}

/// The address of the last answer; its length is what the call returned.
#[wasm_bindgen]
#[must_use]
pub fn output() -> usize {
    border().output.as_ptr().expose_provenance()
}

/// Reads the options of `Verifier.create` that stand in the input. Answers
/// `{"keys":handle}`, or the refusal.
#[wasm_bindgen]
#[must_use]
pub fn read_keys() -> usize {
    let border = &mut *border();
    border.output = match Keys::read(text(&border.input)) {
        Ok(keys) => {
            let free = border.keys.iter().position(Option::is_none);
            let handle = free.unwrap_or(border.keys.len());
            match border.keys.get_mut(handle) {
                Some(slot) => *slot = Some(keys),
                None => border.keys.push(Some(keys)),
            }
            answer::handle(handle)
        }
        Err(error) => answer::key_error(&error),
    };
    border.output.len()
}

/// Verifies the token in the input, which stands after one line with the
/// options of `Verifier.verify`. Answers the license or the refusal.
#[wasm_bindgen]
#[must_use]
pub fn verify(handle: usize) -> usize {
    let border = &mut *border();
    let (options, token) = text(&border.input).split_once('\n').unwrap_or_default();
    // A handle is good until it is forgotten; of another there is no answer,
    // least of all the one before.
    border.output = match border.keys.get_mut(handle) {
        Some(Some(keys)) => keys.verify(token, options),
        _ => String::new(),
    };
    border.output.len()
}

/// Reads the status list in the input. Answers its claims, or the refusal.
#[wasm_bindgen]
#[must_use]
pub fn read_status_list(handle: usize) -> usize {
    let border = &mut *border();
    border.output = match border.keys.get(handle) {
        Some(Some(keys)) => keys.read_status_list(text(&border.input)),
        _ => String::new(),
    };
    border.output.len()
}

/// Reads the components of a node that stand in the input. Answers the text
/// of their fingerprint.
#[wasm_bindgen]
#[must_use]
pub fn node_id() -> usize {
    let border = &mut *border();
    border.output = crate::node::node_id(text(&border.input));
    border.output.len()
}

/// Reads what a `Clock` holds, or its state, from the input. Answers the
/// other.
#[wasm_bindgen]
#[must_use]
pub fn clock() -> usize {
    let border = &mut *border();
    border.output = crate::clock::clock(text(&border.input));
    border.output.len()
}

/// The keys of this handle are needed no more.
#[wasm_bindgen]
pub fn forget(handle: usize) {
    if let Some(slot) = border().keys.get_mut(handle) {
        *slot = None;
    }
}

/// JavaScript's `TextEncoder` writes nothing but UTF-8.
fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    // One test for all that takes the lock: tests run side by side.
    #[test]
    #[should_panic(expected = "an earlier call was cut short")]
    fn nothing_is_answered_for_a_handle_that_is_not_there_nor_after_a_call_was_cut_short() {
        border().output = "an answer".into();
        assert_eq!(verify(0), 0);
        let _cut_short = border();
        let _ = output();
    }
}
