//! Amounts of an entitlement.

use core::fmt;

use serde::{Deserialize, Serialize};

/// A whole, non-negative amount in an entitlement's own unit, at most
/// [`Quantity::MAX`] (the API's `long`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Quantity(u64);

/// The text or number is not a quantity: not a whole number between 0 and
/// [`Quantity::MAX`], or written with a sign, a fraction or leading zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAQuantity;

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest quantity, 2^63 − 1.
    pub const MAX: Self = Self(i64::MAX.unsigned_abs());

    /// The quantity of this many units.
    ///
    /// # Errors
    /// [`NotAQuantity`] past [`Quantity::MAX`].
    pub const fn new(units: u64) -> Result<Self, NotAQuantity> {
        if units <= Self::MAX.0 { Ok(Self(units)) } else { Err(NotAQuantity) }
    }

    /// Reads plain decimal digits, without sign, space or leading zeros (E-5).
    ///
    /// # Errors
    /// [`NotAQuantity`] for anything else.
    pub fn parse(text: &str) -> Result<Self, NotAQuantity> {
        let digits = text.as_bytes();
        let units = digits.iter().try_fold(0_u64, |units, digit| {
            let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
            units.checked_mul(10)?.checked_add(u64::from(digit))
        });
        match (units, digits) {
            (None, _) | (_, [] | [b'0', _, ..]) => Err(NotAQuantity),
            (Some(units), _) => Self::new(units),
        }
    }

    /// The number of units.
    #[must_use]
    pub const fn units(self) -> u64 {
        self.0
    }

    /// Whether this is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, or `None` past [`Quantity::MAX`].
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).and_then(|sum| Self::new(sum).ok())
    }

    /// The difference, or zero where `other` is larger: consumption never
    /// falls below nothing (L-16).
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl TryFrom<u64> for Quantity {
    type Error = NotAQuantity;

    fn try_from(units: u64) -> Result<Self, NotAQuantity> {
        Self::new(units)
    }
}

impl From<Quantity> for u64 {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for NotAQuantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a whole number from 0 to {}", Quantity::MAX)
    }
}

impl core::error::Error for NotAQuantity {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_decimal_digits_are_a_quantity() {
        for (text, units) in [("0", 0), ("1", 1), ("9223372036854775807", Quantity::MAX.units())] {
            assert_eq!(Quantity::parse(text).map(Quantity::units), Ok(units));
        }
        for text in ["", "-1", "+1", " 1", "1 ", "01", "00", "1.0", "1e3", "9223372036854775808", "١"] {
            assert_eq!(Quantity::parse(text), Err(NotAQuantity), "{text:?}");
        }
    }

    #[test]
    fn sums_stop_at_the_largest_and_differences_at_zero() {
        let (one, two) = (Quantity(1), Quantity(2));
        assert_eq!(one.plus(two), Some(Quantity(3)));
        assert_eq!(Quantity::MAX.plus(one), None);
        assert_eq!(two.less(one), one);
        assert_eq!(one.less(two), Quantity::ZERO);
    }
}
