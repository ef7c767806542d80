//! Texts that cannot be anything but names.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What an access key's id begins with, as at AWS.
const PREFIX: &str = "AKIA";
/// The digits of base 32 (RFC 4648).
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// `AKIA` and 16 letters or digits 2 to 7.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccessKeyId(String);

/// What people call an account or a key: 1 to 100 characters, none of them a control
/// character.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DisplayName(String);

/// A user's name: 1 to 64 letters, digits or `+=,.@_-`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserName(String);

/// What a policy is attached under: 1 to 128 letters, digits or `+=,.@_-`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PolicyName(String);

/// A role's name, without a path: 1 to 64 letters, digits or `+=,.@_-`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoleName(String);

/// The text is not a name of the expected form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAName {
    /// Not an access key's id.
    AccessKey,
    /// Not what people call something.
    Display,
    /// Not a user's name.
    User,
    /// Not a policy's name.
    Policy,
    /// Not a role's name.
    Role,
}

impl AccessKeyId {
    /// The id that these random bytes make; 5 bits of each count.
    pub(super) fn of(random: [u8; 16]) -> Self {
        Self(format!("{PREFIX}{}", base32(&random)))
    }

    fn is_one(text: &str) -> Result<(), NotAName> {
        let digits = text.strip_prefix(PREFIX).ok_or(NotAName::AccessKey)?;
        let fits = digits.len() == 16 && digits.bytes().all(|digit| BASE32.contains(&digit));
        if fits { Ok(()) } else { Err(NotAName::AccessKey) }
    }
}

/// A digit of base 32 for each byte; 5 bits of each count.
pub(super) fn base32(bytes: &[u8]) -> String {
    let digits = bytes.iter().filter_map(|byte| BASE32.get(usize::from(byte % 32)));
    digits.map(|digit| char::from(*digit)).collect()
}

impl DisplayName {
    fn is_one(text: &str) -> Result<(), NotAName> {
        let fits = (1..=100).contains(&text.chars().count()) && !text.contains(char::is_control);
        if fits { Ok(()) } else { Err(NotAName::Display) }
    }
}

impl UserName {
    fn is_one(text: &str) -> Result<(), NotAName> {
        if is_plain(text, 64) { Ok(()) } else { Err(NotAName::User) }
    }
}

impl PolicyName {
    fn is_one(text: &str) -> Result<(), NotAName> {
        if is_plain(text, 128) { Ok(()) } else { Err(NotAName::Policy) }
    }
}

impl RoleName {
    fn is_one(text: &str) -> Result<(), NotAName> {
        if is_plain(text, 64) { Ok(()) } else { Err(NotAName::Role) }
    }
}

/// What AWS Identity and Access Management allows in its names.
fn is_plain(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b))
}

impl fmt::Display for NotAName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccessKey => "not an access key id: AKIA and 16 letters or digits 2 to 7",
            Self::Display => "not a name of 1 to 100 characters on one line",
            Self::User => "not a user name of 1 to 64 letters, digits or +=,.@_-",
            Self::Policy => "not a policy name of 1 to 128 letters, digits or +=,.@_-",
            Self::Role => "not a role name of 1 to 64 letters, digits or +=,.@_-",
        })
    }
}

impl std::error::Error for NotAName {}

macro_rules! name {
    ($($type:ty),+) => {$(
        impl $type {
            /// Reads a name of this form.
            ///
            /// # Errors
            /// [`NotAName`] for anything else.
            pub fn parse(text: &str) -> Result<Self, NotAName> {
                Self::is_one(text).map(|()| Self(text.to_owned()))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $type {
            type Err = NotAName;

            fn from_str(text: &str) -> Result<Self, NotAName> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $type {
            type Error = NotAName;

            fn try_from(text: String) -> Result<Self, NotAName> {
                Self::parse(&text)
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> Self {
                name.0
            }
        }
    )+};
}

name!(AccessKeyId, DisplayName, PolicyName, RoleName, UserName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_access_key_id_is_one() {
        let id = AccessKeyId::of(std::array::from_fn(|at| 250 + u8::try_from(at % 6).unwrap()));
        assert_eq!(AccessKeyId::parse(id.as_str()), Ok(id));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", "AKIA", "AKIAABCDEFGHIJKLMNO1", "ASIAABCDEFGHIJKLMNOP", "AKIAABCDEFGHIJKLMNOPQ"] {
            assert_eq!(AccessKeyId::parse(text), Err(NotAName::AccessKey), "{text:?}");
        }
        for text in ["", "a b", "a/b", "ä", &"a".repeat(65)] {
            assert_eq!(UserName::parse(text), Err(NotAName::User), "{text:?}");
            assert_eq!(RoleName::parse(text), Err(NotAName::Role), "{text:?}");
        }
        for text in ["", "a b", "service-role/a", &"a".repeat(129)] {
            assert_eq!(PolicyName::parse(text), Err(NotAName::Policy), "{text:?}");
        }
        for text in ["", "a\nb", &"ä".repeat(101)] {
            assert_eq!(DisplayName::parse(text), Err(NotAName::Display), "{text:?}");
        }
        assert!(DisplayName::parse(&"ä".repeat(100)).is_ok());
    }
}
