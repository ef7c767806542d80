//! Seats that an application hands out itself.
#![expect(clippy::unwrap_used, reason = "a panic in a test is its report")]

mod histories;
mod ledgers;
mod seats;
