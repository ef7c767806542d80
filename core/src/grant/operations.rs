//! What a grant lets its grantee do (G-3).

use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

macro_rules! allowed_operations {
    ($($variant:ident $bit:literal $doc:literal)+) => {
        /// One thing that a grantee may do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum AllowedOperation {
            $(#[doc = $doc] $variant,)+
        }

        impl AllowedOperation {
            /// Every operation, in the order of the interface description.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The operation as the API spells it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),+ }
            }

            /// The operation the API spells so, if there is one; case matters.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|operation| operation.as_str() == text)
            }

            const fn bit(self) -> u8 {
                match self { $(Self::$variant => 1 << $bit),+ }
            }
        }
    };
}

allowed_operations! {
    CreateGrant 0 "Share the license further (G-2)."
    CheckoutLicense 1 "Check out for connected use, or for good."
    CheckoutBorrowLicense 2 "Borrow for offline use."
    CheckInLicense 3 "Return what was checked out."
    ExtendConsumptionLicense 4 "Extend a checkout; the API's name for the right to `ExtendLicenseConsumption`."
    ListPurchasedLicenses 5 "See the license among those purchased."
    CreateToken 6 "Make tokens for customers without an account (T-2)."
    ListReceivedLicenses 7 "See what was distributed to buyers: for delegates only (G-6)."
}

/// A set of operations; written as a list in the order of the interface
/// description.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<AllowedOperation>", into = "Vec<AllowedOperation>")]
pub struct Operations(u8);

impl Operations {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Everything: what the owner of a license holds (G-3).
    pub const ALL: Self = Self(u8::MAX);
    /// What a grant to a delegate allows, and no other (G-6).
    pub const DELEGATE: Self = Self(AllowedOperation::ListReceivedLicenses.bit());

    /// Whether the operation is in the set.
    #[must_use]
    pub const fn contains(self, operation: AllowedOperation) -> bool {
        self.0 & operation.bit() != 0
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in this one alone.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all of it is in the other.
    #[must_use]
    pub const fn is_within(self, other: Self) -> bool {
        self.without(other).is_empty()
    }

    /// Whether nothing is in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What is in it, in the order of the interface description.
    pub fn iter(self) -> impl Iterator<Item = AllowedOperation> {
        AllowedOperation::ALL.iter().copied().filter(move |operation| self.contains(*operation))
    }
}

impl FromIterator<AllowedOperation> for Operations {
    fn from_iter<I: IntoIterator<Item = AllowedOperation>>(operations: I) -> Self {
        Self(operations.into_iter().fold(0, |bits, operation| bits | operation.bit()))
    }
}

impl From<Vec<AllowedOperation>> for Operations {
    fn from(operations: Vec<AllowedOperation>) -> Self {
        operations.into_iter().collect()
    }
}

impl From<Operations> for Vec<AllowedOperation> {
    fn from(operations: Operations) -> Self {
        operations.iter().collect()
    }
}

impl fmt::Display for AllowedOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Operations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, operation) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{operation}")?;
        }
        Ok(())
    }
}
