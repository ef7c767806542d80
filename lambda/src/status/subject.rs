//! What status lists are of, and where they are.

use licentia_core::arn::{AccountId, GrantArn, LicenseArn};
use licentia_core::checkout::Checkout;

/// Tokens in one list: 16 KB at two bits each, before compression.
pub(super) const TOKENS_IN_A_LIST: u64 = 65_536;

/// What entitled to the tokens of a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Being the license's owner.
    License(LicenseArn),
    /// This grant.
    Grant(GrantArn),
}

/// One list of a subject. The tokens of a subject are counted, and each list
/// holds the next 65,536 of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// Whose it is.
    pub subject: Subject,
    /// Which one, counted from 0.
    pub number: u64,
}

impl Subject {
    /// What entitled to this checkout.
    #[must_use]
    pub fn of(checkout: &Checkout) -> Self {
        match &checkout.grant {
            Some(grant) => Self::Grant(grant.clone()),
            None => Self::License(checkout.license_arn.clone()),
        }
    }

    /// The license or grant of an account.
    fn parse(account: &str, id: &str) -> Option<Self> {
        let arn = |kind| format!("arn:aws:license-manager::{account}:{kind}:{id}");
        let license = LicenseArn::parse(&arn("license")).map(Self::License);
        license.or_else(|_| GrantArn::parse(&arn("grant")).map(Self::Grant)).ok()
    }

    /// Its own part: `l-` or `g-` and 32 hex digits.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::License(arn) => arn.id(),
            Self::Grant(arn) => arn.id(),
        }
    }

    const fn account(&self) -> &AccountId {
        match self {
            Self::License(arn) => arn.owner(),
            Self::Grant(arn) => arn.maker(),
        }
    }
}

impl Address {
    /// The list that holds this token of a subject, and its place in it.
    pub(super) const fn holding(subject: Subject, token: u64) -> (Self, u64) {
        (Self { subject, number: token / TOKENS_IN_A_LIST }, token % TOKENS_IN_A_LIST)
    }

    /// Reads the parts of a path; each list has one.
    #[must_use]
    pub fn parse(account: &str, id: &str, number: &str) -> Option<Self> {
        let subject = Subject::parse(account, id)?;
        let read: u64 = number.parse().ok()?;
        (read.to_string() == number).then_some(Self { subject, number: read })
    }

    /// The path it is served under.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/status/{}/{}/{}", self.subject.account(), self.subject.id(), self.number)
    }

    /// The first token it may hold, and the first it may not.
    pub(super) const fn tokens(&self) -> (u64, u64) {
        let first = self.number.saturating_mul(TOKENS_IN_A_LIST);
        (first, first.saturating_add(TOKENS_IN_A_LIST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LICENSE: &str = "l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60";
    const GRANT: &str = "g-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60";

    #[test]
    fn a_list_has_one_path_and_is_found_by_it() {
        for id in [LICENSE, GRANT] {
            let address = Address::parse("111122223333", id, "12").unwrap();
            assert_eq!(address.path(), format!("/status/111122223333/{id}/12"));
            assert_eq!(address.tokens(), (12 * 65_536, 13 * 65_536));
        }
    }

    #[test]
    fn other_paths_lead_nowhere() {
        for (account, id, number) in [
            ("11112222333", LICENSE, "0"),
            ("111122223333", "l-5f", "0"),
            ("111122223333", "x-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60", "0"),
            ("111122223333", LICENSE, "00"),
            ("111122223333", LICENSE, "+1"),
            ("111122223333", LICENSE, "-1"),
            ("111122223333", LICENSE, ""),
            ("111122223333", LICENSE, "18446744073709551616"),
        ] {
            assert_eq!(Address::parse(account, id, number), None, "{account} {id} {number}");
        }
    }

    #[test]
    fn the_tokens_of_a_subject_fill_one_list_after_the_other() {
        let subject = Address::parse("111122223333", LICENSE, "0").unwrap().subject;
        let place = |token| {
            let (address, index) = Address::holding(subject.clone(), token);
            (address.number, index)
        };
        assert_eq!([0, 65_535, 65_536, 131_072].map(place), [(0, 0), (0, 65_535), (1, 0), (2, 0)]);
    }
}
