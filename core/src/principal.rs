//! Whom a grant names: an account, an organization, or an organizational unit.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::arn::AccountId;

/// The most characters that a part of an organization's ids has.
const MOST_CHARACTERS: usize = 32;

/// An organization: `o-` and 10 to 32 lower-case letters or digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganizationId(String);

/// The root of an organization, above all its units: `r-` and 4 to 32
/// lower-case letters or digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RootId(String);

/// An organizational unit: `ou-`, what its root's id has after `r-`, `-`, and 8
/// to 32 lower-case letters or digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OuId(String);

/// The one that a grant shares a license with (G-1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Principal {
    /// One account: `arn:aws:iam::<account>:root`.
    Account(AccountId),
    /// All accounts of an organization:
    /// `arn:aws:organizations::<management>:organization/<organization>`.
    Organization {
        /// The account that manages the organization.
        management: AccountId,
        /// The organization.
        organization: OrganizationId,
    },
    /// All accounts in an organizational unit and in those below it:
    /// `arn:aws:organizations::<management>:ou/<organization>/<unit>`.
    Unit {
        /// The account that manages the organization.
        management: AccountId,
        /// The organization that the unit is in.
        organization: OrganizationId,
        /// The unit.
        unit: OuId,
    },
}

/// The text is not a name of the expected form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAPrincipal {
    /// Not the id of an organization.
    Organization,
    /// Not the id of a root.
    Root,
    /// Not the id of an organizational unit.
    Unit,
    /// Not the ARN of any principal.
    Principal,
}

impl OrganizationId {
    /// Reads the id of an organization.
    ///
    /// # Errors
    /// [`NotAPrincipal::Organization`] for anything else.
    pub fn parse(text: &str) -> Result<Self, NotAPrincipal> {
        let valid = text.strip_prefix("o-").is_some_and(|rest| is_part(rest, 10));
        if valid { Ok(Self(text.to_owned())) } else { Err(NotAPrincipal::Organization) }
    }
}

impl RootId {
    /// Reads the id of a root.
    ///
    /// # Errors
    /// [`NotAPrincipal::Root`] for anything else.
    pub fn parse(text: &str) -> Result<Self, NotAPrincipal> {
        let valid = text.strip_prefix("r-").is_some_and(|rest| is_part(rest, 4));
        if valid { Ok(Self(text.to_owned())) } else { Err(NotAPrincipal::Root) }
    }

    /// What the ids of the units below it have between `ou-` and the next `-`.
    #[must_use]
    pub fn own_part(&self) -> &str {
        self.0.strip_prefix("r-").unwrap_or_default()
    }
}

impl OuId {
    /// Reads the id of an organizational unit.
    ///
    /// # Errors
    /// [`NotAPrincipal::Unit`] for anything else.
    pub fn parse(text: &str) -> Result<Self, NotAPrincipal> {
        let parts = text.strip_prefix("ou-").and_then(|rest| rest.split_once('-'));
        let valid = parts.is_some_and(|(root, own)| is_part(root, 4) && is_part(own, 8));
        if valid { Ok(Self(text.to_owned())) } else { Err(NotAPrincipal::Unit) }
    }
}

impl Principal {
    /// Reads the ARN of a principal (G-1); nothing but ARNs names one.
    ///
    /// # Errors
    /// [`NotAPrincipal::Principal`] for anything else.
    pub fn parse(text: &str) -> Result<Self, NotAPrincipal> {
        Self::read(text).ok_or(NotAPrincipal::Principal)
    }

    fn read(text: &str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("arn:aws:iam::") {
            let account = rest.strip_suffix(":root")?;
            return AccountId::parse(account).ok().map(Self::Account);
        }
        let (management, resource) = text.strip_prefix("arn:aws:organizations::")?.split_once(':')?;
        let management = AccountId::parse(management).ok()?;
        if let Some(organization) = resource.strip_prefix("organization/") {
            let organization = OrganizationId::parse(organization).ok()?;
            return Some(Self::Organization { management, organization });
        }
        let (organization, unit) = resource.strip_prefix("ou/")?.split_once('/')?;
        let (organization, unit) = (OrganizationId::parse(organization).ok()?, OuId::parse(unit).ok()?);
        Some(Self::Unit { management, organization, unit })
    }

    /// The account, if the principal is a single one.
    #[must_use]
    pub const fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Account(account) => Some(account),
            Self::Organization { .. } | Self::Unit { .. } => None,
        }
    }

    /// The organization that the principal is, or is a unit of.
    #[must_use]
    pub const fn organization(&self) -> Option<&OrganizationId> {
        match self {
            Self::Account(_) => None,
            Self::Organization { organization, .. } | Self::Unit { organization, .. } => Some(organization),
        }
    }
}

fn is_part(text: &str, least: usize) -> bool {
    (least..=MOST_CHARACTERS).contains(&text.len())
        && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'z'))
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(account) => write!(f, "arn:aws:iam::{account}:root"),
            Self::Organization { management, organization } => {
                write!(f, "arn:aws:organizations::{management}:organization/{organization}")
            }
            Self::Unit { management, organization, unit } => {
                write!(f, "arn:aws:organizations::{management}:ou/{organization}/{unit}")
            }
        }
    }
}

impl fmt::Display for NotAPrincipal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Organization => "not the id of an organization: o- and 10 to 32 letters or digits",
            Self::Root => "not the id of a root: r- and 4 to 32 letters or digits",
            Self::Unit => "not the id of an organizational unit: ou-<root>-<unit>",
            Self::Principal => {
                "not the ARN of a principal: arn:aws:iam::<account>:root, \
                 arn:aws:organizations::<account>:organization/<organization> or \
                 arn:aws:organizations::<account>:ou/<organization>/<unit>"
            }
        })
    }
}

impl core::error::Error for NotAPrincipal {}

impl From<AccountId> for Principal {
    fn from(account: AccountId) -> Self {
        Self::Account(account)
    }
}

impl From<Principal> for String {
    fn from(principal: Principal) -> Self {
        alloc::format!("{principal}")
    }
}

impl TryFrom<String> for Principal {
    type Error = NotAPrincipal;

    fn try_from(text: String) -> Result<Self, NotAPrincipal> {
        Self::parse(&text)
    }
}

macro_rules! id {
    ($($id:ty),+) => {$(
        impl $id {
            /// The whole id.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl core::str::FromStr for $id {
            type Err = NotAPrincipal;

            fn from_str(text: &str) -> Result<Self, NotAPrincipal> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $id {
            type Error = NotAPrincipal;

            fn try_from(text: String) -> Result<Self, NotAPrincipal> {
                Self::parse(&text)
            }
        }

        impl From<$id> for String {
            fn from(id: $id) -> Self {
                id.0
            }
        }
    )+};
}

id!(OrganizationId, RootId, OuId);

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use super::*;

    const ORGANIZATION: &str = "arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5";
    const UNIT: &str = "arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-0123456789";

    #[test]
    fn g_1_a_principal_is_written_as_it_was_read() {
        for text in ["arn:aws:iam::111122223333:root", ORGANIZATION, UNIT] {
            let principal = Principal::parse(text);
            assert_eq!(principal.map(|principal| principal.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn g_1_a_principal_is_one_account_or_of_one_organization() {
        let (account, unit) =
            (Principal::parse("arn:aws:iam::111122223333:root").unwrap(), Principal::parse(UNIT).unwrap());
        assert_eq!(account.account().map(AccountId::as_str), Some("111122223333"));
        assert_eq!(account.organization(), None);
        assert_eq!(unit.account(), None);
        let organization = Principal::parse(ORGANIZATION).unwrap();
        for principal in [unit, organization] {
            assert_eq!(principal.organization().map(OrganizationId::as_str), Some("o-a1b2c3d4e5"));
        }
    }

    #[test]
    fn g_1_other_forms_are_no_principals() {
        for text in [
            "",
            "111122223333",
            "o-a1b2c3d4e5",
            "arn:aws:iam::11112222333:root",
            "arn:aws:iam::111122223333:user/admin",
            "arn:aws:iam::111122223333:role/root",
            "arn:aws:iam:us-east-1:111122223333:root",
            "arn:aws-cn:iam::111122223333:root",
            "arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5/ou-ab12-0123456789",
            "arn:aws:organizations::111122223333:organization/a1b2c3d4e5",
            "arn:aws:organizations::111122223333:account/o-a1b2c3d4e5/444455556666",
            "arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5",
            "arn:aws:organizations::111122223333:ou/ou-ab12-0123456789",
            "arn:aws:organizations::111122223333:root/o-a1b2c3d4e5/r-ab12",
            "arn:aws:organizations:us-east-1:111122223333:organization/o-a1b2c3d4e5",
            "arn:aws:organizations:::organization/o-a1b2c3d4e5",
        ] {
            assert_eq!(Principal::parse(text), Err(NotAPrincipal::Principal), "{text:?}");
        }
        assert_eq!(Principal::parse(&format!("{UNIT} ")), Err(NotAPrincipal::Principal));
    }

    #[test]
    fn ids_are_as_long_as_they_may_be_and_of_lower_case() {
        for text in ["o-a1b2c3d4e5", &format!("o-{}", "a".repeat(32))] {
            assert_eq!(OrganizationId::parse(text).map(|id| id.to_string()).as_deref(), Ok(text));
        }
        for text in
            ["", "o-", "o-a1b2c3d4e", "o-A1B2C3D4E5", "r-a1b2c3d4e5", &format!("o-{}", "a".repeat(33))]
        {
            assert_eq!(OrganizationId::parse(text), Err(NotAPrincipal::Organization), "{text:?}");
        }
        assert_eq!(RootId::parse("r-ab12").unwrap().own_part(), "ab12");
        for text in ["", "r-abc", "r-ab_2", "ou-ab12-01234567"] {
            assert_eq!(RootId::parse(text), Err(NotAPrincipal::Root), "{text:?}");
        }
        assert_eq!(OuId::parse("ou-ab12-01234567").unwrap().as_str(), "ou-ab12-01234567");
        for text in
            ["", "ou-ab12", "ou-ab12-0123456", "ou-abc-01234567", "ou-ab12-01234567-89", "ou-ab12-0123456é"]
        {
            assert_eq!(OuId::parse(text), Err(NotAPrincipal::Unit), "{text:?}");
        }
    }

    #[test]
    fn a_principal_is_stored_as_its_arn() {
        let principal = Principal::parse(UNIT).unwrap();
        let stored = serde_json::to_value(&principal).unwrap();
        assert_eq!(stored, UNIT);
        assert_eq!(serde_json::from_value::<Principal>(stored).unwrap(), principal);
        assert!(serde_json::from_value::<Principal>("111122223333".into()).is_err());
    }
}
