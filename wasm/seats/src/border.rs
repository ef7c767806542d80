//! What JavaScript calls; texts cross as `licentia-wasm-runtime` says.
//!
//! Each function takes a request on one line and after it the ledger, nothing
//! where there is none yet. Each answers the length of its answer.

use alloc::string::String;

use licentia_core::json::Fault;
use licentia_core::seats::{Ledger, Refusal};
use licentia_wasm_runtime::answer as answer_text;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::answer;
use crate::request::Request;

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

fn answered(decide: impl Fn(&Request, &Ledger) -> String) -> usize {
    answer_text(&mut |text| {
        let text = core::str::from_utf8(text).unwrap_or_default();
        let (request, ledger) = text.split_once('\n').unwrap_or_default();
        match (Request::read(request), read(ledger)) {
            (Err(Fault::Member("now")), _) => answer::clock_out_of_range(),
            (Err(_), _) => answer::argument_invalid(),
            (_, Err(damaged)) => damaged,
            (Ok(request), Ok(ledger)) => decide(&request, &ledger),
        }
        .into_bytes()
    })
}

fn read(ledger: &str) -> Result<Ledger, String> {
    if ledger.is_empty() {
        return Ok(Ledger::default());
    }
    Ledger::read(ledger).map_err(answer::damaged)
}
