//! What JavaScript calls: as in the verifier's module, numbers alone; texts
//! cross through two buffers.
//!
//! Each function takes a request on one line and after it the ledger, nothing
//! where there is none yet. Each answers the length of its answer.

use alloc::string::String;
use alloc::vec::Vec;

use licentia_core::json::Fault;
use licentia_core::seats::{Ledger, Refusal};
use spin::{Mutex, MutexGuard};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::answer;
use crate::request::Request;

struct Border {
    input: Vec<u8>,
    output: String,
}

/// WebAssembly has one thread here, so nobody ever waits: JavaScript drops a
/// module of which a call did not come to its end.
static BORDER: Mutex<Border> = Mutex::new(Border { input: Vec::new(), output: String::new() });

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

/// The address of the last answer.
#[wasm_bindgen]
#[must_use]
pub fn output() -> usize {
    border().output.as_ptr().expose_provenance()
}

/// Hands out seats: `{"ledger":…,"until":…}`, or the refusal.
#[wasm_bindgen]
#[must_use]
pub fn check_out() -> usize {
    answered(|request, ledger| {
        let Request { borrowed, holder, wanted, period, now } = request;
        decided(borrowed.check_out(ledger, holder, wanted, *period, *now), holder)
    })
}

/// Hears that a holder is still there; answers as [`check_out`].
#[wasm_bindgen]
#[must_use]
pub fn keep() -> usize {
    answered(|Request { borrowed, holder, now, .. }, ledger| {
        decided(borrowed.keep(ledger, holder, *now), holder)
    })
}

/// Takes back what a holder has; answers as [`check_out`].
#[wasm_bindgen]
#[must_use]
pub fn check_in() -> usize {
    answered(|Request { holder, now, .. }, ledger| decided(Ok(ledger.check_in(holder, *now)), holder))
}

/// Tells how much of what is handed out: `{"usage":[…]}`.
#[wasm_bindgen]
#[must_use]
pub fn usage() -> usize {
    answered(|Request { borrowed, now, .. }, ledger| answer::usage(borrowed, &ledger.at(*now)))
}

fn decided(decision: Result<Ledger, Refusal>, holder: &str) -> String {
    match decision {
        Ok(ledger) => answer::ledger(&ledger, holder),
        Err(refusal) => answer::refusal(&refusal),
    }
}

fn answered(decide: impl FnOnce(&Request, &Ledger) -> String) -> usize {
    let border = &mut *border();
    let text = core::str::from_utf8(&border.input).unwrap_or_default();
    let (request, ledger) = text.split_once('\n').unwrap_or_default();
    border.output = match (Request::read(request), read(ledger)) {
        (Err(Fault::Member("now")), _) => answer::clock_out_of_range(),
        (Err(_), _) => answer::argument_invalid(),
        (_, Err(damaged)) => damaged,
        (Ok(request), Ok(ledger)) => decide(&request, &ledger),
    };
    border.output.len()
}

fn read(ledger: &str) -> Result<Ledger, String> {
    if ledger.is_empty() {
        return Ok(Ledger::default());
    }
    Ledger::read(ledger).map_err(answer::damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "an earlier call was cut short")]
    fn after_a_call_was_cut_short_the_next_traps_instead_of_waiting_for_ever() {
        let _cut_short = border();
        let _ = output();
    }
}
