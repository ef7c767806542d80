//! Why a decision says no. The messages follow what AWS License Manager
//! answers and add the reason.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::entitlement::Unit;
use crate::license::{License, Status};
use crate::pool::Amounts;
use crate::quantity::Quantity;
use crate::time::Timestamp;

/// Why nothing can be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The license cannot be used so, or not now (section 4, step 5; B-1).
    Unusable(Unusable),
    /// None of the requested entitlements is to be had (section 4, step 8).
    NoneAllowed(Vec<Shortfall>),
    /// Some are to be had, some not, and the request takes all or nothing
    /// (B-3).
    SomeNotAllowed(Vec<Shortfall>),
}

/// Why a license cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// Not AVAILABLE.
    Status(Status),
    /// Before the validity's begin (L-20).
    NotBegun(Timestamp),
    /// No ProvisionalConfiguration.
    NotProvisional,
    /// No BorrowConfiguration (B-1).
    NotBorrowable,
}

/// Why one entitlement is not to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shortfall {
    /// The license has no entitlement of this name.
    NoSuchEntitlement {
        /// As requested.
        name: String,
    },
    /// It is counted in another unit (E-6).
    OtherUnit {
        /// As requested.
        name: String,
        /// The unit of the license.
        unit: Unit,
        /// The unit of the request.
        requested: Unit,
    },
    /// Too little is left (E-8).
    Exhausted {
        /// As requested.
        name: String,
        /// As requested.
        wanted: Quantity,
        /// What is left.
        left: Quantity,
        /// What there is in all.
        max: Quantity,
        /// In this unit.
        unit: Unit,
    },
}

/// Why a checkout cannot be checked in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckInRefusal {
    /// Ended, run out, or its license is deleted: there is nothing to return
    /// (I-3).
    Ended,
    /// Taken for good (I-3).
    Perpetual,
    /// Borrowed, and early check-in is not allowed (I-2).
    NotEarly {
        /// When it ends by itself.
        expires_at: Option<Timestamp>,
    },
    /// This entitlement cannot come back (I-1, E-4).
    NotReturnable(String),
    /// Made for a beneficiary, and the request names another or none (I-4).
    OtherBeneficiary,
}

/// Why a checkout cannot be extended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtendRefusal {
    /// Ended, run out, or its license is deleted.
    Ended,
    /// Taken for good, or borrowed (B-10).
    NotProvisional,
    /// The license is not usable any more.
    Unusable(Unusable),
}

impl Refusal {
    /// Whether it would be allowed if others gave back what they hold.
    #[must_use]
    pub fn is_for_want_of_room(&self) -> bool {
        !self.exhausted().is_empty()
    }

    /// What would be allowed if others gave back what they hold, by entitlement
    /// name.
    #[must_use]
    pub fn exhausted(&self) -> Amounts {
        match self {
            Self::Unusable(_) => Amounts::new(),
            Self::NoneAllowed(shortfalls) | Self::SomeNotAllowed(shortfalls) => exhausted(shortfalls),
        }
    }
}

/// How much is wanted of what there is too little of now, but may be enough at
/// another time.
pub(super) fn exhausted(shortfalls: &[Shortfall]) -> Amounts {
    let wanted = |shortfall: &Shortfall| match shortfall {
        Shortfall::Exhausted { name, wanted, max, .. } => (wanted <= max).then(|| (name.clone(), *wanted)),
        Shortfall::NoSuchEntitlement { .. } | Shortfall::OtherUnit { .. } => None,
    };
    shortfalls.iter().filter_map(wanted).collect()
}

impl Unusable {
    /// Why the license cannot be used at all at this time, if so.
    ///
    /// # Errors
    /// [`Unusable::Status`] or [`Unusable::NotBegun`].
    pub fn check(license: &License, now: Timestamp) -> Result<(), Self> {
        match license.status_at(now) {
            Status::Available if now < license.terms.validity.begin => {
                Err(Self::NotBegun(license.terms.validity.begin))
            }
            Status::Available => Ok(()),
            status => Err(Self::Status(status)),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unusable(unusable) => write!(f, "No Entitlements Allowed: {unusable}"),
            Self::NoneAllowed(shortfalls) => {
                f.write_str("No Entitlements Allowed: ")?;
                list(f, shortfalls)
            }
            Self::SomeNotAllowed(shortfalls) => {
                f.write_str("Entitlement Not Allowed: ")?;
                list(f, shortfalls)?;
                f.write_str("; nothing was taken, since a borrow takes all or nothing")
            }
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, shortfalls: &[Shortfall]) -> fmt::Result {
    for (index, shortfall) in shortfalls.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{shortfall}")?;
    }
    Ok(())
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "the license is {status}"),
            Self::NotBegun(begin) => write!(f, "the license is valid from {begin} on"),
            Self::NotProvisional => f.write_str(
                "the license has no ProvisionalConfiguration, so it cannot be checked out for connected use",
            ),
            Self::NotBorrowable => f.write_str(
                "the license has no BorrowConfiguration, so it cannot be borrowed for offline use",
            ),
        }
    }
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchEntitlement { name } => write!(f, "the license has no entitlement `{name}`"),
            Self::OtherUnit { name, unit, requested } => {
                write!(f, "`{name}` is counted in {unit}, not in {requested}")
            }
            Self::Exhausted { name, left, max, unit, .. } => {
                write!(f, "`{name}` has {left} of {max} {unit} left")
            }
        }
    }
}

impl fmt::Display for CheckInRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended => {
                f.write_str("no running checkout has this LicenseConsumptionToken; it may have ended")
            }
            Self::Perpetual => f.write_str("a PERPETUAL checkout is taken for good and cannot be checked in"),
            Self::NotEarly { expires_at: Some(at) } => write!(
                f,
                "the license does not allow early check-in of what was borrowed; it returns by itself at {at}"
            ),
            Self::NotEarly { expires_at: None } => {
                f.write_str("the license does not allow early check-in of what was borrowed")
            }
            Self::NotReturnable(name) => {
                write!(
                    f,
                    "`{name}` does not allow check-in; what was taken stays taken until the next renewal"
                )
            }
            Self::OtherBeneficiary => {
                f.write_str("Beneficiary must be the one that the checkout was made for")
            }
        }
    }
}

impl fmt::Display for ExtendRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended => {
                f.write_str("no running checkout has this LicenseConsumptionToken; check out again")
            }
            Self::NotProvisional => f.write_str(
                "only a PROVISIONAL checkout can be extended; take a new checkout or borrow instead",
            ),
            Self::Unusable(unusable) => write!(f, "the checkout cannot be extended: {unusable}"),
        }
    }
}
