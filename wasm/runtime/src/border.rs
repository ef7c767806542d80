//! The border to JavaScript: functions of numbers alone, which need no glue on
//! either side. Texts cross through two buffers in the module's memory, as
//! UTF-8; JavaScript learns where they are and copies.

use alloc::vec::Vec;

use spin::{Mutex, MutexGuard};
use wasm_bindgen::prelude::wasm_bindgen;

struct Border {
    input: Vec<u8>,
    output: Vec<u8>,
}

static BORDER: Mutex<Border> = Mutex::new(Border { input: Vec::new(), output: Vec::new() });

/// What a module keeps from one call to the next. WebAssembly has one thread
/// here, so nobody ever waits. A call that is cut short, by a trap or because
/// JavaScript's stack or memory is used up, leaves it locked: nobody would ever
/// unlock it, so that the next call traps, too, instead of waiting for ever.
/// JavaScript drops a module of which a call did not come to its end.
#[expect(clippy::panic, reason = "a trap is all that is left to answer")]
pub fn kept<T>(what: &'static Mutex<T>) -> MutexGuard<'static, T> {
    let Some(kept) = what.try_lock() else { panic!("an earlier call was cut short") };
    kept
}

/// Makes room for the texts of the next call; answers its address.
#[wasm_bindgen]
#[must_use]
pub fn input(bytes: usize) -> usize {
    let input = &mut kept(&BORDER).input;
    *input = alloc::vec![0; bytes];
    input.as_mut_ptr().expose_provenance()
}

/// The address of the last answer; its length is what the call returned.
#[wasm_bindgen]
#[must_use]
pub fn output() -> usize {
    kept(&BORDER).output.as_ptr().expose_provenance()
}

/// What `read` makes of the input.
pub fn given<T>(read: impl FnOnce(&[u8]) -> T) -> T {
    read(&kept(&BORDER).input)
}

/// Answers what is in the input. Returns the length of the answer.
pub fn answer(question: &mut dyn FnMut(&[u8]) -> Vec<u8>) -> usize {
    let border = &mut *kept(&BORDER);
    border.output = question(&border.input);
    border.output.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    // One test for all that takes the lock: tests run side by side.
    #[test]
    #[should_panic(expected = "an earlier call was cut short")]
    fn texts_cross_until_a_call_is_cut_short() {
        assert_ne!(input(3), 0);
        assert_eq!(answer(&mut |text| text.repeat(2)), 6);
        assert_ne!(output(), 0);
        let _cut_short = kept(&BORDER);
        let _ = output();
    }
}
