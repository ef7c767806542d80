//! Points in time: whole seconds, UTC.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text;

const MINUTE: u64 = 60;
const DAY: u64 = 86_400;

/// A second between 1970-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

/// The text or number is not a point in time that Licentia can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotATime {
    /// Not of the form `YYYY-MM-DDThh:mm:ss[.fff](Z|±hh:mm)`, or a date or
    /// time of day that does not exist.
    Malformed,
    /// Before 1970 or after 9999.
    OutOfRange,
}

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const MIN: Self = Self(0);
    /// 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(253_402_300_799);

    /// The point this many seconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`NotATime::OutOfRange`] past [`Timestamp::MAX`].
    pub const fn from_unix(seconds: u64) -> Result<Self, NotATime> {
        if seconds <= Self::MAX.0 { Ok(Self(seconds)) } else { Err(NotATime::OutOfRange) }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix(self) -> u64 {
        self.0
    }

    /// Reads `YYYY-MM-DDThh:mm:ss`, an optional fraction of a second (cut
    /// off), and `Z` or an offset (C-5).
    ///
    /// # Errors
    /// [`NotATime`] where the text is none, or lies outside the range.
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        Self::read(text.as_bytes(), false)
    }

    /// As [`parse`](Self::parse), and a text without a zone means UTC, as the
    /// signed tokens of AWS License Manager write their times (B-7).
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_lenient(text: &str) -> Result<Self, NotATime> {
        Self::read(text.as_bytes(), true)
    }

    fn read(text: &[u8], zone_optional: bool) -> Result<Self, NotATime> {
        let (date, rest) = text.split_at_checked(FORM.len()).ok_or(NotATime::Malformed)?;
        let [year, month, day, hour, minute, second] = numbers(date, FORM)?;
        let offset_minutes = offset(after_fraction(rest)?, zone_optional)?;
        let exists = (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && hour <= 23
            && minute <= 59
            && second <= 59;
        if !exists {
            return Err(NotATime::Malformed);
        }
        let of_day = hour * 3600 + minute * 60 + second - offset_minutes * 60;
        let seconds = i64::from(days_from_civil(year, month, day)) * 86_400 + i64::from(of_day);
        u64::try_from(seconds).map_err(|_| NotATime::OutOfRange).and_then(Self::from_unix)
    }

    /// This many seconds later, at most [`Timestamp::MAX`].
    #[must_use]
    pub fn plus_seconds(self, seconds: u32) -> Self {
        Self(self.0 + u64::from(seconds)).min(Self::MAX)
    }

    /// This many minutes later, at most [`Timestamp::MAX`].
    #[must_use]
    pub fn plus_minutes(self, minutes: u32) -> Self {
        Self(self.0 + u64::from(minutes) * MINUTE).min(Self::MAX)
    }

    /// This many days later, at most [`Timestamp::MAX`].
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        Self(self.0 + u64::from(days) * DAY).min(Self::MAX)
    }

    /// The same day and time of day this many calendar months later, or the
    /// last day of a month that is too short (E-12), at most
    /// [`Timestamp::MAX`].
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        // From any time there is, this many lead past the last one.
        const MANY: u32 = 120_000;
        let (year, month, day) = self.civil();
        let index = year * 12 + (month - 1) + months.min(MANY).cast_signed();
        let (year, month) = (index / 12, index % 12 + 1);
        let days = days_from_civil(year, month, day.min(days_in_month(year, month)));
        let seconds = u64::from(days.unsigned_abs()) * DAY + self.0 % DAY;
        Self(seconds).min(Self::MAX)
    }

    /// `YYYY-MM-DDThh:mm:ssZ` (C-5).
    pub(crate) fn to_text(self) -> String {
        let (year, month, day) = self.civil();
        let of_day = self.0 % DAY;
        let mut out = String::new();
        for (number, digits, end) in [
            (year.unsigned_abs().into(), 4, '-'),
            (month.unsigned_abs().into(), 2, '-'),
            (day.unsigned_abs().into(), 2, 'T'),
            (of_day / 3600, 2, ':'),
            (of_day / 60 % 60, 2, ':'),
            (of_day % 60, 2, 'Z'),
        ] {
            text::push_padded(&mut out, number, digits);
            out.push(end);
        }
        out
    }

    /// Year, month and day.
    fn civil(self) -> (i32, i32, i32) {
        // INVARIANT: up to `MAX` there are fewer than 3 million days.
        civil_from_days(i32::try_from(self.0 / DAY).unwrap_or_default())
    }
}

impl fmt::Display for Timestamp {
    /// `YYYY-MM-DDThh:mm:ssZ` (C-5).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl fmt::Display for NotATime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not an ISO 8601 time such as 2026-11-22T10:00:00Z",
            Self::OutOfRange => "not between 1970-01-01T00:00:00Z and 9999-12-31T23:59:59Z",
        })
    }
}

impl core::error::Error for NotATime {}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// A date and a time of day, zeros for digits.
const FORM: &[u8] = b"0000-00-00T00:00:00";
/// An offset after its sign, likewise.
const OFFSET_FORM: &[u8] = b"00:00";

// These, and the calendar below, count in 32 bits: a microcontroller divides
// those itself, and 64 only by a kilobyte of code.

/// The numbers of a text of this form.
fn numbers<const COUNT: usize>(text: &[u8], form: &[u8]) -> Result<[i32; COUNT], NotATime> {
    let mut numbers = [0; COUNT];
    read_numbers(text, form, &mut numbers).map(|()| numbers)
}

fn read_numbers(text: &[u8], form: &[u8], numbers: &mut [i32]) -> Result<(), NotATime> {
    let mut numbers = numbers.iter_mut();
    let mut number = numbers.next();
    for (byte, expected) in text.iter().zip(form) {
        match (byte, expected, &mut number) {
            (b'0'..=b'9', b'0', Some(number)) => **number = **number * 10 + i32::from(byte - b'0'),
            (_, b'-' | b'T' | b':', _) if byte == expected => number = numbers.next(),
            _ => return Err(NotATime::Malformed),
        }
    }
    if text.len() == form.len() { Ok(()) } else { Err(NotATime::Malformed) }
}

/// What comes after a fraction of a second, if there is one: the interface
/// description allows any length from 1 digit.
fn after_fraction(text: &[u8]) -> Result<&[u8], NotATime> {
    let [b'.', fraction @ ..] = text else { return Ok(text) };
    let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match fraction.split_at_checked(digits) {
        Some(([_, ..], rest)) => Ok(rest),
        _ => Err(NotATime::Malformed),
    }
}

/// Minutes east of UTC.
fn offset(zone: &[u8], is_optional: bool) -> Result<i32, NotATime> {
    let (sign, offset) = match zone {
        [] if is_optional => return Ok(0),
        [b'Z'] => return Ok(0),
        [b'+', offset @ ..] => (1, offset),
        [b'-', offset @ ..] => (-1, offset),
        _ => return Err(NotATime::Malformed),
    };
    match numbers(offset, OFFSET_FORM)? {
        [hours @ ..=23, minutes @ ..=59] => Ok(sign * (hours * 60 + minutes)),
        _ => Err(NotATime::Malformed),
    }
}

fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a proleptic Gregorian date, counted in years that
/// begin in March so that the leap day comes last.
fn days_from_civil(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i32) -> (i32, i32, i32) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era * 400 + year_of_era + i32::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn offsets_and_fractions_are_accepted_and_written_as_whole_utc_seconds() {
        for (text, written) in [
            ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"),
            ("2026-11-22T10:00:00.999Z", "2026-11-22T10:00:00Z"),
            ("2026-11-22T10:00:00+05:30", "2026-11-22T04:30:00Z"),
            ("2026-11-22T10:00:00.123456-08:00", "2026-11-22T18:00:00Z"),
            ("2000-02-29T23:59:59Z", "2000-02-29T23:59:59Z"),
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(at(text).to_string(), written);
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026",
            "2026-11-22",
            "2026-11-22T10:00:00",
            "2026-11-22 10:00:00Z",
            "2026-11-22T10:00Z",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-00-10T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:60Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+5:00",
            "2026-01-01T00:00:00+24:00",
            "2026-01-01T00:00:00Zjunk",
            "2026-01-01T00:00:00+05:30x",
            "+2026-01-01T00:00:00Z",
            "2026-01-01t00:00:00z",
        ] {
            assert_eq!(Timestamp::parse(text), Err(NotATime::Malformed), "{text:?}");
        }
        for text in [
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "0000-01-01T00:00:00Z",
        ] {
            assert_eq!(Timestamp::parse(text), Err(NotATime::OutOfRange), "{text:?}");
        }
    }

    #[test]
    fn a_token_time_without_zone_is_utc() {
        assert_eq!(Timestamp::parse_lenient("2026-11-22T10:00:00"), Ok(at("2026-11-22T10:00:00Z")));
        assert_eq!(Timestamp::parse_lenient("2026-11-22T10:00:00.5"), Ok(at("2026-11-22T10:00:00Z")));
    }

    #[test]
    fn months_are_clamped_to_their_last_day() {
        let begin = at("2026-01-31T10:00:00Z");
        assert_eq!(begin.plus_months(1), at("2026-02-28T10:00:00Z"));
        assert_eq!(begin.plus_months(2), at("2026-03-31T10:00:00Z"));
        assert_eq!(begin.plus_months(11), at("2026-12-31T10:00:00Z"));
        assert_eq!(begin.plus_months(12), at("2027-01-31T10:00:00Z"));
        assert_eq!(Timestamp::MAX.plus_months(u32::MAX), Timestamp::MAX);
    }

    proptest! {
        #[test]
        fn civil_dates_agree_with_jiff(seconds in 0..=Timestamp::MAX.unix()) {
            let ours = Timestamp(seconds);
            let theirs = jiff::Timestamp::from_second(seconds.cast_signed());
            prop_assert_eq!(ours.to_string(), theirs.map(|t| t.to_string()).unwrap_or_default());
            prop_assert_eq!(Timestamp::parse(&ours.to_string()), Ok(ours));
        }

        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,40}") {
            let _ = Timestamp::parse(&text);
            let _ = Timestamp::parse_lenient(&text);
        }
    }
}
