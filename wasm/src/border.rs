//! What JavaScript calls: functions of numbers alone, which need no glue on
//! either side. Texts cross through two buffers in the module's memory, as
//! UTF-8; JavaScript learns where they are and copies.

use alloc::string::String;
use alloc::vec::Vec;

use spin::Mutex;
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

/// WebAssembly has one thread here, so nobody ever waits.
static BORDER: Mutex<Border> =
    Mutex::new(Border { input: Vec::new(), output: String::new(), keys: Vec::new() });

/// Makes room for the texts of the next call; answers its address.
#[wasm_bindgen]
#[must_use]
pub fn input(bytes: usize) -> usize {
    let input = &mut BORDER.lock().input;
    *input = alloc::vec![0; bytes];
    input.as_mut_ptr().expose_provenance()
}

/// The address of the last answer; its length is what the call returned.
#[wasm_bindgen]
#[must_use]
pub fn output() -> usize {
    BORDER.lock().output.as_ptr().expose_provenance()
}

/// Reads the options of `Verifier.create` that stand in the input. Answers
/// `{"keys":handle}`, or the refusal.
#[wasm_bindgen]
#[must_use]
pub fn read_keys() -> usize {
    let border = &mut *BORDER.lock();
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
    let border = &mut *BORDER.lock();
    let (options, token) = text(&border.input).split_once('\n').unwrap_or_default();
    // A handle is good until it is forgotten.
    if let Some(Some(keys)) = border.keys.get_mut(handle) {
        border.output = keys.verify(token, options);
    }
    border.output.len()
}

/// Reads the status list in the input. Answers its claims, or the refusal.
#[wasm_bindgen]
#[must_use]
pub fn read_status_list(handle: usize) -> usize {
    let border = &mut *BORDER.lock();
    if let Some(Some(keys)) = border.keys.get(handle) {
        border.output = keys.read_status_list(text(&border.input));
    }
    border.output.len()
}

/// Reads the components of a node that stand in the input. Answers the text
/// of their fingerprint.
#[wasm_bindgen]
#[must_use]
pub fn node_id() -> usize {
    let border = &mut *BORDER.lock();
    border.output = crate::node::node_id(text(&border.input));
    border.output.len()
}

/// Reads what a `Clock` holds, or its state, from the input. Answers the
/// other.
#[wasm_bindgen]
#[must_use]
pub fn clock() -> usize {
    let border = &mut *BORDER.lock();
    border.output = crate::clock::clock(text(&border.input));
    border.output.len()
}

/// The keys of this handle are needed no more.
#[wasm_bindgen]
pub fn forget(handle: usize) {
    if let Some(slot) = BORDER.lock().keys.get_mut(handle) {
        *slot = None;
    }
}

/// JavaScript's `TextEncoder` writes nothing but UTF-8.
fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}
