//! What crosses into JavaScript: one JSON object.

use alloc::string::String;

use licentia_core::json::{ArrayWriter, ObjectWriter};
use licentia_core::seats::{Borrowed, Ledger, NotALedger, Refusal};
use licentia_core::time::Timestamp;

/// The next ledger, and until when its holder holds something.
pub(crate) fn ledger(ledger: &Ledger, holder: &str) -> String {
    let mut json = String::new();
    let mut answer = ObjectWriter::new(&mut json);
    answer.string("ledger", &ledger.to_text());
    if let Some(holder) = ledger.holders().iter().find(|other| other.id == holder) {
        answer.integer("until", milliseconds(holder.until));
    }
    answer.finish();
    json
}

/// Of each counted entitlement how much there is, and how much is handed out.
pub(crate) fn usage(borrowed: &Borrowed, ledger: &Ledger) -> String {
    let mut json = String::new();
    let mut answer = ObjectWriter::new(&mut json);
    let mut list = ArrayWriter::new(answer.member("usage"));
    for entitlement in &borrowed.entitlements {
        let Some(all) = entitlement.quantity() else { continue };
        let taken = ledger.taken(&entitlement.name).unwrap_or(all).min(all);
        let mut item = ObjectWriter::new(list.item());
        item.string("name", &entitlement.name);
        item.string("unit", entitlement.unit.as_str());
        let mut digits = String::new();
        for (name, quantity) in [("borrowed", all), ("taken", taken), ("left", all.less(taken))] {
            digits.clear();
            push(&mut digits, quantity.units());
            item.string(name, &digits);
        }
        item.finish();
    }
    list.finish();
    answer.finish();
    json
}

/// Why there is no seat.
pub(crate) fn refusal(refusal: &Refusal) -> String {
    refused(refusal.code(), &refusal.message(), |evidence| match refusal {
        Refusal::Ended { at, now } => {
            evidence.integer("expiredAt", milliseconds(*at));
            evidence.integer("now", milliseconds(*now));
        }
        Refusal::NotBorrowed { name, unit } => {
            evidence.string("name", name);
            evidence.string_or_null("unit", unit.map(|unit| unit.as_str()));
        }
        Refusal::Exhausted { name, unit, borrowed, left, next } => {
            evidence.string("name", name);
            evidence.string("unit", unit.as_str());
            for (member, quantity) in [("borrowed", borrowed), ("left", left)] {
                let mut digits = String::new();
                push(&mut digits, quantity.units());
                evidence.string(member, &digits);
            }
            match next {
                Some(next) => evidence.integer("nextAt", milliseconds(*next)),
                None => evidence.member("nextAt").push_str("null"),
            }
        }
        Refusal::NotHeld | Refusal::Full => {}
    })
}

/// A text that is no ledger.
pub(crate) fn damaged(damaged: NotALedger) -> String {
    refused(damaged.code(), damaged.message(), |_| {})
}

/// A time that no [`Timestamp`] holds.
pub(crate) fn clock_out_of_range() -> String {
    let message = "the clock is out of range: expected a time from 1970-01-01T00:00:00Z to 9999-12-31T23:59:59Z; set the clock";
    refused("CLOCK_OUT_OF_RANGE", message, |_| {})
}

/// A request that `js/seats` would not send.
pub(crate) fn argument_invalid() -> String {
    let message = "a name is no Unicode text, or a unit none of License Manager's; case matters";
    refused("ARGUMENT_INVALID", message, |_| {})
}

fn refused(code: &str, message: &str, describe: impl FnOnce(&mut ObjectWriter<'_>)) -> String {
    let mut json = String::new();
    let mut answer = ObjectWriter::new(&mut json);
    let mut refusal = ObjectWriter::new(answer.member("refusal"));
    refusal.string("code", code);
    refusal.string("message", message);
    let mut evidence = ObjectWriter::new(refusal.member("evidence"));
    describe(&mut evidence);
    evidence.finish();
    refusal.finish();
    answer.finish();
    json
}

/// Decimal digits: JavaScript's numbers do not hold every quantity.
fn push(out: &mut String, number: u64) {
    if number >= 10 {
        push(out, number / 10);
    }
    out.extend(char::from_digit(u32::try_from(number % 10).unwrap_or_default(), 10));
}

/// JavaScript's count of time; no `Timestamp` passes 2^48 ms.
const fn milliseconds(time: Timestamp) -> u64 {
    time.unix() * 1000
}
