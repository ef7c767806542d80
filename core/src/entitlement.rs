//! What a license lets its holder do.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::quantity::Quantity;

macro_rules! units {
    ($($variant:ident $text:literal)+) => {
        /// The unit an entitlement is counted in. Units match exactly and are
        /// never converted (E-6).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Unit {
            $(#[doc = concat!("`", $text, "`")] #[serde(rename = $text)] $variant,)+
        }

        impl Unit {
            /// Every unit, in the order of the interface description.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The unit as the API spells it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The unit the API spells so, if there is one; case matters.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

units! {
    Count "Count"
    None "None"
    Seconds "Seconds"
    Microseconds "Microseconds"
    Milliseconds "Milliseconds"
    Bytes "Bytes"
    Kilobytes "Kilobytes"
    Megabytes "Megabytes"
    Gigabytes "Gigabytes"
    Terabytes "Terabytes"
    Bits "Bits"
    Kilobits "Kilobits"
    Megabits "Megabits"
    Gigabits "Gigabits"
    Terabits "Terabits"
    Percent "Percent"
    BytesPerSecond "Bytes/Second"
    KilobytesPerSecond "Kilobytes/Second"
    MegabytesPerSecond "Megabytes/Second"
    GigabytesPerSecond "Gigabytes/Second"
    TerabytesPerSecond "Terabytes/Second"
    BitsPerSecond "Bits/Second"
    KilobitsPerSecond "Kilobits/Second"
    MegabitsPerSecond "Megabits/Second"
    GigabitsPerSecond "Gigabits/Second"
    TerabitsPerSecond "Terabits/Second"
    CountPerSecond "Count/Second"
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One capability of a license: a counted one (E-1: a unit and a maximum) or a
/// feature (unit `None`, perhaps a value).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Members", into = "Members")]
pub struct Entitlement {
    /// Unique in its license; case matters (E-2).
    pub name: String,
    /// How much of it there is.
    pub measure: Measure,
    /// Whether consumption may pass the maximum; absent means no (E-3).
    pub overage: Option<bool>,
    /// Whether what was taken may come back; absent means yes (E-4).
    pub allow_check_in: Option<bool>,
}

/// How much of an entitlement a license holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// At most this many units at a time.
    Counted {
        /// Never [`Unit::None`].
        unit: Unit,
        /// The API's `MaxCount`.
        max: Quantity,
    },
    /// Unlimited: the license has it or has not.
    Feature {
        /// Free text that the application may read, such as an edition.
        value: Option<String>,
    },
}

/// The members do not make an entitlement (E-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAnEntitlement {
    /// A name of no characters.
    Unnamed,
    /// Unit `None` with a `MaxCount`.
    FeatureWithMaxCount,
    /// Another unit without `MaxCount`.
    CountedWithoutMaxCount,
    /// Another unit with a `Value`.
    CountedWithValue,
}

/// An entitlement member by member, as the API writes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Members {
    /// See [`Entitlement::name`].
    pub name: String,
    /// The free text of a feature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The maximum of a counted entitlement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_count: Option<Quantity>,
    /// See [`Entitlement::overage`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overage: Option<bool>,
    /// The unit; `None` makes a feature.
    pub unit: Unit,
    /// See [`Entitlement::allow_check_in`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_check_in: Option<bool>,
}

impl Entitlement {
    /// The unit; `None` for a feature.
    #[must_use]
    pub const fn unit(&self) -> Unit {
        match self.measure {
            Measure::Counted { unit, .. } => unit,
            Measure::Feature { .. } => Unit::None,
        }
    }

    /// Whether consumption may pass the maximum (E-3).
    #[must_use]
    pub fn allows_overage(&self) -> bool {
        self.overage.unwrap_or(false)
    }

    /// Whether what was taken may come back before a renewal (E-4).
    #[must_use]
    pub fn allows_check_in(&self) -> bool {
        self.allow_check_in.unwrap_or(true)
    }
}

impl TryFrom<Members> for Entitlement {
    type Error = NotAnEntitlement;

    fn try_from(members: Members) -> Result<Self, NotAnEntitlement> {
        let Members { name, value, max_count, overage, unit, allow_check_in } = members;
        if name.is_empty() {
            return Err(NotAnEntitlement::Unnamed);
        }
        let measure = match (unit, max_count, value) {
            (Unit::None, None, value) => Measure::Feature { value },
            (Unit::None, Some(_), _) => return Err(NotAnEntitlement::FeatureWithMaxCount),
            (_, None, _) => return Err(NotAnEntitlement::CountedWithoutMaxCount),
            (_, Some(_), Some(_)) => return Err(NotAnEntitlement::CountedWithValue),
            (unit, Some(max), None) => Measure::Counted { unit, max },
        };
        Ok(Self { name, measure, overage, allow_check_in })
    }
}

impl From<Entitlement> for Members {
    fn from(entitlement: Entitlement) -> Self {
        let Entitlement { name, measure, overage, allow_check_in } = entitlement;
        let (unit, max_count, value) = match measure {
            Measure::Counted { unit, max } => (unit, Some(max), None),
            Measure::Feature { value } => (Unit::None, None, value),
        };
        Self { name, value, max_count, overage, unit, allow_check_in }
    }
}

impl fmt::Display for NotAnEntitlement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unnamed => "an entitlement needs a name of at least 1 character",
            Self::FeatureWithMaxCount => "an entitlement with unit None takes a Value, not a MaxCount",
            Self::CountedWithoutMaxCount => "a counted entitlement needs a MaxCount",
            Self::CountedWithValue => "a counted entitlement takes a MaxCount, not a Value",
        })
    }
}

impl core::error::Error for NotAnEntitlement {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Entitlement, alloc::string::String> {
        serde_json::from_str(json).map_err(|error| alloc::format!("{error}"))
    }

    #[test]
    fn e_1_a_counted_entitlement_has_max_count_and_a_feature_has_not() {
        for json in [
            r#"{"Name":"Seats","MaxCount":25,"Overage":false,"Unit":"Count","AllowCheckIn":true}"#,
            r#"{"Name":"Seats","MaxCount":0,"Unit":"Count/Second"}"#,
            r#"{"Name":"Tier","Value":"Enabled","Unit":"None"}"#,
            r#"{"Name":"Tier","Unit":"None"}"#,
        ] {
            let written = read(json).map(|e| serde_json::to_string(&e).unwrap_or_default());
            assert_eq!(written.as_deref(), Ok(json));
        }
        for json in [
            r#"{"Name":"Seats","Unit":"Count"}"#,
            r#"{"Name":"Seats","MaxCount":1,"Value":"x","Unit":"Count"}"#,
            r#"{"Name":"Tier","MaxCount":1,"Unit":"None"}"#,
            r#"{"Name":"","Unit":"None"}"#,
            r#"{"Name":"Seats","MaxCount":-1,"Unit":"Count"}"#,
            r#"{"Name":"Seats","MaxCount":1,"Unit":"count"}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }

    #[test]
    fn e_3_overage_absent_means_no_and_e_4_check_in_absent_means_yes() {
        let silent = read(r#"{"Name":"Seats","MaxCount":1,"Unit":"Count"}"#);
        assert_eq!(silent.as_ref().map(Entitlement::allows_overage), Ok(false));
        assert_eq!(silent.as_ref().map(Entitlement::allows_check_in), Ok(true));
    }

    #[test]
    fn every_unit_reads_as_it_is_written() {
        assert_eq!(Unit::ALL.len(), 27);
        for unit in Unit::ALL {
            assert_eq!(Unit::parse(unit.as_str()), Some(*unit));
        }
    }
}
