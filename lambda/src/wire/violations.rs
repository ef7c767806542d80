//! Everything that is wrong with a request, in one message (errors.md 9).

use std::fmt;

use crate::error::Error;

/// How many violations are told; the rest is counted.
const MOST_TOLD: usize = 50;

/// How many characters of a bad value are shown.
const MOST_SHOWN: usize = 200;

/// Collects what is wrong with a request. Each check gives back the good value
/// and remembers the bad one, so that one answer names them all.
#[derive(Debug, Default)]
pub struct Violations {
    told: Vec<String>,
    untold: usize,
}

impl Violations {
    /// A value of a member breaks a rule.
    pub fn add(&mut self, member: &str, value: impl fmt::Display, constraint: impl fmt::Display) {
        if self.has_room() {
            let value = clipped(&value.to_string());
            self.told
                .push(format!("Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"));
        }
    }

    /// Several members do not go together.
    pub fn add_combination(&mut self, text: impl fmt::Display) {
        if self.has_room() {
            self.told.push(clipped(&text.to_string()));
        }
    }

    /// Whether one more is told; it is counted in any case.
    fn has_room(&mut self) -> bool {
        let has_room = self.told.len() < MOST_TOLD;
        self.untold += usize::from(!has_room);
        has_room
    }

    /// The member's value, which must be there.
    pub fn required<T>(&mut self, member: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.add(member, "null", "Member must not be null");
        }
        value
    }

    /// The member's value as its type reads it, if it is there.
    pub fn optional<T, E: fmt::Display>(
        &mut self,
        member: &str,
        text: Option<&str>,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = text?;
        match read(text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(member, text, format_args!("Member is {error}"));
                None
            }
        }
    }

    /// The member's value as its type reads it; it must be there.
    pub fn parsed<T, E: fmt::Display>(
        &mut self,
        member: &str,
        text: Option<&str>,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.required(member, text);
        self.optional(member, text, read)
    }

    /// The member's value, one of a closed set, if it is there.
    pub fn one_of<T: Copy>(
        &mut self,
        member: &str,
        text: Option<&str>,
        read: impl FnOnce(&str) -> Option<T>,
        set: &[&str],
    ) -> Option<T> {
        let text = text?;
        let value = read(text);
        if value.is_none() {
            self.add(member, text, format_args!("Member must satisfy enum value set: [{}]", set.join(", ")));
        }
        value
    }

    /// A string that matches the model's `arn`; it must be there.
    pub fn arn(&mut self, member: &str, text: Option<String>) -> Option<String> {
        let text = self.required(member, text)?;
        if is_arn(&text) {
            return Some(text);
        }
        self.add(member, &text, "Member must be an ARN of at most 2048 characters");
        None
    }

    /// A string without white space, 1 to 2,048 characters (`ctoken`); it must
    /// be there.
    pub fn client_token(&mut self, text: Option<String>) -> Option<String> {
        let member = "clientToken";
        let text = self.required(member, text)?;
        if text.is_empty() || text.contains(char::is_whitespace) {
            self.add(member, &text, "Member must satisfy regular expression pattern: \\S+");
            return None;
        }
        if text.chars().count() > 2048 {
            self.add(member, &text, "Member must have length less than or equal to 2048");
            return None;
        }
        Some(text)
    }

    /// A number in a range, if it is there.
    pub fn ranged(&mut self, member: &str, value: Option<i64>, least: i64, most: i64) -> Option<i64> {
        let value = value?;
        if value < least {
            self.add(member, value, format_args!("Member must have value greater than or equal to {least}"));
            return None;
        }
        if value > most {
            self.add(member, value, format_args!("Member must have value less than or equal to {most}"));
            return None;
        }
        Some(value)
    }

    /// What was built, if nothing is wrong.
    ///
    /// # Errors
    /// One [`Error`] that names all violations.
    pub fn finish<T>(self, built: Option<T>) -> Result<T, Error> {
        match built {
            Some(built) if self.told.is_empty() => Ok(built),
            _ => Err(Error::validation(self)),
        }
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.told.len() + self.untold;
        let plural = if count == 1 { "" } else { "s" };
        write!(f, "{count} validation error{plural} detected: {}", self.told.join("; "))?;
        match self.untold {
            0 => Ok(()),
            untold => write!(f, "; and {untold} more"),
        }
    }
}

/// A message stays readable however long a bad value is.
fn clipped(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The pattern that the interface description gives for `arn`.
fn is_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [arn, partition, service, region, account, resource] = parts.as_slice() else { return false };
    let within = |text: &str, extra: &str, most: usize| {
        text.len() <= most && text.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
    };
    let begins = |text: &str| text.starts_with(|c: char| c.is_ascii_alphanumeric());
    *arn == "arn"
        && partition
            .strip_prefix("aws")
            .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_alphabetic() || c == '-'))
        && begins(service)
        && within(service, "_/.-", 63)
        && within(region, "_/.-", 63)
        && within(account, "_/.-", 63)
        && begins(resource)
        && within(resource, ":_/+=,@.-", 1024)
        && text.len() <= 2048
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_violations_stand_in_one_message() {
        let mut violations = Violations::default();
        let name: Option<String> = violations.required("licenseName", None);
        violations.ranged("maxResults", Some(101), 1, 100);
        let error = violations.finish(name).unwrap_err();
        assert_eq!(
            error.message,
            "2 validation errors detected: Value 'null' at 'licenseName' failed to satisfy constraint: Member must \
             not be null; Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less \
             than or equal to 100"
        );
    }

    #[test]
    fn many_violations_are_counted_and_the_first_are_told() {
        let mut violations = Violations::default();
        for _ in 0..100_000 {
            violations.required::<()>("member", None);
        }
        let text = violations.to_string();
        assert!(
            text.starts_with("100000 validation errors detected: ") && text.ends_with("; and 99950 more")
        );
        assert!(text.len() < 6000);
    }

    #[test]
    fn the_arn_pattern_of_the_model() {
        for arn in [
            "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60",
            "arn:aws-us-gov:iam::111122223333:role/path/name",
            "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        ] {
            assert!(is_arn(arn), "{arn}");
        }
        for text in [
            "",
            "arn:aws",
            "arn:azure:x:::y",
            "arn:aws:x:::",
            "arn:aws:x:::-y",
            "arn:aws::::y",
            "arn:aws:x:::y z",
            "urn:aws:x:::y",
        ] {
            assert!(!is_arn(text), "{text}");
        }
        assert!(!is_arn(&format!("arn:aws:x:::y{}", "a".repeat(1024))));
    }

    #[test]
    fn a_long_bad_value_does_not_drown_the_message() {
        let mut violations = Violations::default();
        violations.add("member", "é".repeat(100_000), "Member must be short");
        let text = violations.to_string();
        assert!(
            text.ends_with("é…' at 'member' failed to satisfy constraint: Member must be short"),
            "{text}"
        );
        assert!(text.chars().count() < 400);
    }
}
