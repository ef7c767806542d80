//! Why no seat is handed out.

use alloc::string::String;
use core::fmt;

use super::NotALedger;
use crate::entitlement::Unit;
use crate::quantity::Quantity;
use crate::text::{push_padded, quoted};
use crate::time::Timestamp;

/// Why no seat is handed out, or kept, with the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The license has ended.
    Ended {
        /// When.
        at: Timestamp,
        /// The caller's time.
        now: Timestamp,
    },
    /// The checkout holds no such entitlement, or in another unit.
    NotBorrowed {
        /// Its name.
        name: String,
        /// The unit it has, if it is there.
        unit: Option<Unit>,
    },
    /// Others hold too much of it.
    Exhausted {
        /// The entitlement's name.
        name: String,
        /// Its unit.
        unit: Unit,
        /// How much was checked out.
        borrowed: Quantity,
        /// How much of it nobody holds.
        left: Quantity,
        /// When the first of the holders has to say that it is still there.
        next: Option<Timestamp>,
    },
    /// The holder's period is over, or it never held anything.
    NotHeld,
    /// The ledger would be longer than any that is read, so many hold something.
    Full,
}

impl Refusal {
    /// The kind of refusal; never changes, unlike the text.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Ended { .. } => "EXPIRED",
            Self::NotBorrowed { .. } => "SEATS_NOT_BORROWED",
            Self::Exhausted { .. } => "SEATS_EXHAUSTED",
            Self::NotHeld => "SEAT_NOT_HELD",
            Self::Full => "SEATS_STATE_FULL",
        }
    }

    /// What was wrong and what to do next, on one line; for people.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Ended { .. } => "the license that the seats are of has ended; check out another one".into(),
            Self::NotBorrowed { name, unit: None } => {
                ["the license has no ", &quoted(name), "; check out one that has"].concat()
            }
            Self::NotBorrowed { name, unit: Some(unit) } => {
                [&*quoted(name), " is counted in `", unit.as_str(), "`; ask for it in that unit"].concat()
            }
            Self::Exhausted { name, unit, borrowed, left, .. } => {
                let mut text = quoted(name);
                text.push_str(" has ");
                push_padded(&mut text, left.units(), 1);
                text.push_str(" of ");
                push_padded(&mut text, borrowed.units(), 1);
                text.push(' ');
                text.push_str(unit.as_str());
                text.push_str(" left; wait until somebody checks in, or check out more");
                text
            }
            Self::Full => "too many hold a seat; wait until somebody checks in".into(),
            Self::NotHeld => "the seat was not kept in time and has returned; check it out again".into(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for Refusal {}

impl NotALedger {
    /// As [`Refusal::code`].
    #[must_use]
    pub const fn code(self) -> &'static str {
        "SEATS_STATE_DAMAGED"
    }

    /// As [`Refusal::message`].
    #[must_use]
    pub const fn message(self) -> &'static str {
        "what is kept of the seats is damaged, or of another version; remove it once nobody holds a seat"
    }
}

impl fmt::Display for NotALedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for NotALedger {}
