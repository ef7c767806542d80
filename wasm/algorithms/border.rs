//! What JavaScript calls, in every module of an algorithm: as in the
//! verifier's, numbers alone; bytes cross through one buffer, one after the
//! other.

use alloc::vec::Vec;

use licentia_core::token::Scheme;
use spin::{Mutex, MutexGuard};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::SCHEMES;

/// WebAssembly has one thread here, so nobody ever waits: JavaScript drops a
/// module of which a call did not come to its end.
static INPUT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// The input. A call that is cut short, by a trap or because
/// JavaScript's stack or memory is used up, leaves it locked: nobody would ever
/// unlock it, so that the next call traps, too, instead of waiting for ever.
#[expect(clippy::panic, reason = "a trap is all that is left to answer")]
fn bytes() -> MutexGuard<'static, Vec<u8>> {
    let Some(bytes) = INPUT.try_lock() else { panic!("an earlier call was cut short") };
    bytes
}

/// Makes room for the bytes of the next call; answers its address.
#[wasm_bindgen]
#[must_use]
pub fn input(bytes: usize) -> usize {
    let input = &mut *self::bytes();
    *input = alloc::vec![0; bytes];
    input.as_mut_ptr().expose_provenance()
}

/// Whether the input is a public key of this scheme.
#[wasm_bindgen]
#[must_use]
pub fn is_key(scheme: usize) -> bool {
    SCHEMES.get(scheme).is_some_and(|scheme: &&dyn Scheme| scheme.is_key(&bytes()))
}

/// Whether the input is a public key of this many bytes, a message of this
/// many, and the key's signature of the message.
#[wasm_bindgen]
#[must_use]
pub fn accepts(scheme: usize, key: usize, message: usize) -> bool {
    let input = bytes();
    let split =
        input.split_at_checked(key).and_then(|(key, rest)| Some((key, rest.split_at_checked(message)?)));
    match (SCHEMES.get(scheme), split) {
        (Some(scheme), Some((key, (message, signature)))) => scheme.accepts(key, message, signature),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "an earlier call was cut short")]
    fn after_a_call_was_cut_short_the_next_traps_instead_of_waiting_for_ever() {
        let _cut_short = bytes();
        let _ = is_key(0);
    }
}
