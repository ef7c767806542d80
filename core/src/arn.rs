//! Names of accounts, licenses and grants.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::cmp::Ordering;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Characters of an id that say when it was made: `l-` or `g-`, and 40 bits.
const ID_OF_SECOND: usize = 12;

/// An account: 12 decimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

/// The ARN of a license (C-1):
/// `arn:aws:license-manager::<account>:license:l-<32 hex digits>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LicenseArn {
    owner: AccountId,
    id: String,
}

/// The ARN of a grant, which carries the account that made it (C-1, C-2):
/// `arn:aws:license-manager::<account>:grant:g-<32 hex digits>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GrantArn {
    maker: AccountId,
    id: String,
}

/// The text is not a name of the expected form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAName {
    /// Not 12 decimal digits.
    Account,
    /// Not the ARN of a license.
    License,
    /// Not the ARN of a grant.
    Grant,
}

impl AccountId {
    /// Reads 12 decimal digits.
    ///
    /// # Errors
    /// [`NotAName::Account`] for anything else.
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        let valid = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
        if valid { Ok(Self(text.to_owned())) } else { Err(NotAName::Account) }
    }

    /// The 12 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The account as a principal: `arn:aws:iam::<account>:root` (C-3).
    #[must_use]
    pub fn root_arn(&self) -> String {
        alloc::format!("arn:aws:iam::{}:root", self.0)
    }

    /// Whether the text names this account, as 12 digits or as its root ARN.
    #[must_use]
    pub fn is_named_by(&self, text: &str) -> bool {
        text == self.0 || text == self.root_arn()
    }
}

impl LicenseArn {
    /// A new license of `owner`. Its id is the second in which it is made and
    /// 88 fresh random bits, so that ids sort by age.
    #[must_use]
    pub fn mint(owner: AccountId, now: Timestamp, random: u128) -> Self {
        Self { owner, id: mint_id("l", now, random) }
    }

    /// Reads the ARN of a license.
    ///
    /// # Errors
    /// [`NotAName::License`] for anything else, ARNs of other things included.
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        let (owner, id) = read_arn(text, ":license:", "l-").ok_or(NotAName::License)?;
        Ok(Self { owner, id })
    }

    /// The account that issued and owns the license (L-1).
    #[must_use]
    pub const fn owner(&self) -> &AccountId {
        &self.owner
    }

    /// Sorts the newer before the older, and those of one second by ARN
    /// (section 4, step 6).
    #[must_use]
    pub fn newest_first(&self, other: &Self) -> Ordering {
        newest_first(&self.id, &other.id).then_with(|| self.cmp(other))
    }

    /// The license's own part: `l-` and 32 hex digits.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl GrantArn {
    /// A new grant made by `maker`; its id sorts by age, as a license's does.
    #[must_use]
    pub fn mint(maker: AccountId, now: Timestamp, random: u128) -> Self {
        Self { maker, id: mint_id("g", now, random) }
    }

    /// Reads the ARN of a grant.
    ///
    /// # Errors
    /// [`NotAName::Grant`] for anything else, ARNs of other things included.
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        let (maker, id) = read_arn(text, ":grant:", "g-").ok_or(NotAName::Grant)?;
        Ok(Self { maker, id })
    }

    /// The account that made the grant (C-2).
    #[must_use]
    pub const fn maker(&self) -> &AccountId {
        &self.maker
    }

    /// Sorts the newer before the older, and those of one second by ARN.
    #[must_use]
    pub fn newest_first(&self, other: &Self) -> Ordering {
        newest_first(&self.id, &other.id).then_with(|| self.cmp(other))
    }

    /// The grant's own part: `g-` and 32 hex digits.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// The second and 88 random bits.
fn mint_id(kind: &str, now: Timestamp, random: u128) -> String {
    let number = u128::from(now.unix()) << 88 | random >> 40;
    alloc::format!("{kind}-{number:032x}")
}

fn read_arn(text: &str, kind: &str, prefix: &str) -> Option<(AccountId, String)> {
    let (account, id) = text.strip_prefix("arn:aws:license-manager::")?.split_once(kind)?;
    let hex = id.strip_prefix(prefix)?;
    let is_id = hex.len() == 32 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    Some((AccountId::parse(account).ok().filter(|_| is_id)?, id.to_owned()))
}

fn newest_first(id: &str, other: &str) -> Ordering {
    other.get(..ID_OF_SECOND).cmp(&id.get(..ID_OF_SECOND))
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for LicenseArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "arn:aws:license-manager::{}:license:{}", self.owner, self.id)
    }
}

impl fmt::Display for GrantArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "arn:aws:license-manager::{}:grant:{}", self.maker, self.id)
    }
}

impl fmt::Display for NotAName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Account => "not an account of 12 digits",
            Self::License => "not a license ARN",
            Self::Grant => "not a grant ARN",
        })
    }
}

impl core::error::Error for NotAName {}

impl TryFrom<String> for AccountId {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, NotAName> {
        Self::parse(&text)
    }
}

impl From<AccountId> for String {
    fn from(account: AccountId) -> Self {
        account.0
    }
}

impl TryFrom<String> for LicenseArn {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, NotAName> {
        Self::parse(&text)
    }
}

impl From<LicenseArn> for String {
    fn from(arn: LicenseArn) -> Self {
        alloc::format!("{arn}")
    }
}

impl TryFrom<String> for GrantArn {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, NotAName> {
        Self::parse(&text)
    }
}

impl From<GrantArn> for String {
    fn from(arn: GrantArn) -> Self {
        alloc::format!("{arn}")
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_license_arn_is_written_as_it_was_read() {
        let text = "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60";
        let arn = LicenseArn::parse(text);
        assert_eq!(arn.map(|arn| arn.to_string()).as_deref(), Ok(text));
    }

    #[test]
    fn other_arns_are_not_licenses() {
        for text in [
            "",
            "arn:aws:license-manager::111122223333:grant:g-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60",
            "arn:aws:license-manager::11112222333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60",
            "arn:aws:license-manager::111122223333:license:l-5F0C6E2B8A1D4C37B9E2A7D41C3F8E60",
            "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e6",
            "arn:aws:license-manager:us-east-1:111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60",
        ] {
            assert_eq!(LicenseArn::parse(text), Err(NotAName::License), "{text:?}");
        }
    }

    #[test]
    fn c_2_a_grant_arn_carries_the_account_that_made_it() {
        let text = "arn:aws:license-manager::444455556666:grant:g-c04d8b6e1f3a4795928ea7b15c6d0f38";
        let arn = GrantArn::parse(text).unwrap();
        assert_eq!((arn.maker().as_str(), arn.to_string().as_str()), ("444455556666", text));
        for other in [
            "arn:aws:license-manager::444455556666:license:l-c04d8b6e1f3a4795928ea7b15c6d0f38",
            "arn:aws:license-manager::444455556666:grant:l-c04d8b6e1f3a4795928ea7b15c6d0f38",
            "arn:aws:license-manager::444455556666:grant:g-c04d8b6e1f3a4795928ea7b15c6d0f3",
            "arn:aws:license-manager:us-east-1:444455556666:grant:g-c04d8b6e1f3a4795928ea7b15c6d0f38",
        ] {
            assert_eq!(GrantArn::parse(other), Err(NotAName::Grant), "{other:?}");
        }
        let older = GrantArn::mint(arn.maker().clone(), Timestamp::from_unix(1).unwrap(), u128::MAX);
        let newer = GrantArn::mint(arn.maker().clone(), Timestamp::from_unix(2).unwrap(), 0);
        assert_eq!(newer.newest_first(&older), Ordering::Less);
        assert_eq!(GrantArn::parse(&newer.to_string()), Ok(newer));
    }

    #[test]
    fn minted_ids_are_whole_and_sort_by_age() {
        let mint = |second, random| {
            LicenseArn::mint(
                AccountId("111122223333".to_string()),
                Timestamp::from_unix(second).unwrap(),
                random,
            )
        };
        let (first, last) = (mint(0, u128::MAX), mint(1, 0));
        assert!(first < last);
        assert_eq!(last.newest_first(&first), Ordering::Less);
        assert_eq!(mint(1, 1 << 64).newest_first(&last), Ordering::Greater);
        for arn in
            [first, last, LicenseArn::mint(AccountId("111122223333".into()), Timestamp::MAX, u128::MAX)]
        {
            assert_eq!(LicenseArn::parse(&arn.to_string()), Ok(arn));
        }
    }
}
