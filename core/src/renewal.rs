//! When what was spent comes back (E-12).

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use crate::validity::Validity;

/// How often spent quantities return to 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RenewType {
    /// Never.
    #[default]
    None,
    /// Every 7 days from the validity's begin.
    Weekly,
    /// On the begin's day and time of day each month, or the last day of a
    /// month that is too short, UTC.
    Monthly,
}

impl RenewType {
    /// The renewal type the API spells so, if there is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "None" => Some(Self::None),
            "Weekly" => Some(Self::Weekly),
            "Monthly" => Some(Self::Monthly),
            _ => None,
        }
    }

    /// The renewal with this number, counted from 1.
    fn nth(self, begin: Timestamp, number: u32) -> Option<Timestamp> {
        match self {
            Self::None => None,
            Self::Weekly => Some(begin.plus_days(number.saturating_mul(7))),
            Self::Monthly => Some(begin.plus_months(number)),
        }
    }

    /// The last renewal up to `now` and up to the validity's end; the begin
    /// where there was none yet. No renewal falls after the end (E-14).
    #[must_use]
    pub fn latest(self, validity: Validity, now: Timestamp) -> Timestamp {
        let Validity { begin, end } = validity;
        let limit = end.map_or(now, |end| end.min(now));
        // A lower bound: no month is longer than 31 days.
        let days = limit.unix().saturating_sub(begin.unix()) / 86_400;
        let period = if self == Self::Weekly { 7 } else { 31 };
        let mut number = u32::try_from(days / period).unwrap_or_default();
        // The latest point in time is also where later renewals saturate.
        while self.nth(begin, number + 1).is_some_and(|next| next <= limit && next < Timestamp::MAX) {
            number += 1;
        }
        self.nth(begin, number).unwrap_or(begin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn renewals(kind: RenewType, begin: &str, end: Option<&str>, until: &str) -> alloc::vec::Vec<Timestamp> {
        let validity = Validity { begin: at(begin), end: end.map(at) };
        let mut found = alloc::vec::Vec::new();
        let mut now = validity.begin;
        while now <= at(until) {
            let latest = kind.latest(validity, now);
            if latest != validity.begin && found.last() != Some(&latest) {
                assert_eq!(latest, now, "a renewal begins in its own second");
                found.push(latest);
            }
            now = now.plus_minutes(60);
        }
        found
    }

    #[test]
    fn e_14_monthly_renewals_are_clamped_to_the_months_last_day() {
        assert_eq!(
            renewals(RenewType::Monthly, "2026-01-31T10:00:00Z", None, "2026-05-01T00:00:00Z"),
            ["2026-02-28T10:00:00Z", "2026-03-31T10:00:00Z", "2026-04-30T10:00:00Z"].map(at)
        );
    }

    #[test]
    fn e_14_weekly_renewals_come_every_7_days() {
        assert_eq!(
            renewals(RenewType::Weekly, "2026-01-01T00:00:00Z", None, "2026-01-16T00:00:00Z"),
            ["2026-01-08T00:00:00Z", "2026-01-15T00:00:00Z"].map(at)
        );
    }

    #[test]
    fn e_14_no_renewal_after_the_end() {
        let end = Some("2026-01-10T00:00:00Z");
        assert_eq!(
            renewals(RenewType::Weekly, "2026-01-01T00:00:00Z", end, "2026-02-01T00:00:00Z"),
            ["2026-01-08T00:00:00Z"].map(at)
        );
    }

    #[test]
    fn e_12_none_never_renews() {
        assert_eq!(renewals(RenewType::None, "2026-01-01T00:00:00Z", None, "2026-03-01T00:00:00Z"), []);
    }

    #[test]
    fn renewals_reach_to_the_ends_of_time_and_wait_for_the_begin() {
        let validity = Validity { begin: Timestamp::MIN, end: None };
        assert!(RenewType::Monthly.latest(validity, Timestamp::MAX) > at("9999-11-30T00:00:00Z"));
        let later = Validity { begin: at("2027-01-01T00:00:00Z"), end: None };
        assert_eq!(RenewType::Weekly.latest(later, at("2026-01-01T00:00:00Z")), later.begin);
    }
}
