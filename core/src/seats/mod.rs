//! Seats of one checkout, handed out by the application that holds it: several
//! processes, or tabs, share what was borrowed, and never have more.
//!
//! Who holds what stands in a [`Ledger`], a text that the application keeps
//! where all of them find it. Each decision takes the ledger as it is and
//! answers the next one; the application must put one after the other in
//! place, one at a time. A holder says at times that it is still there: one that
//! does not, because it crashed, holds nothing after its period.

mod decide;
mod ledger;
mod refusal;

pub use decide::Borrowed;
pub use ledger::{Holder, Ledger, MAX_LEDGER_BYTES, NotALedger, Taken};
pub use refusal::Refusal;
