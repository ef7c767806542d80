//! What a refusal found, by name, and the message it makes.

use alloc::string::String;
use alloc::vec::Vec;

use crate::text::{push_padded, push_quoted};
use crate::time::Timestamp;

/// Every message of this module's errors, a line each: the code, perhaps `/`
/// and the value of the first evidence, a colon, the text. Evidence stands in
/// it by its name in braces. The npm package makes its messages from the same
/// lines.
const MESSAGES: &str = include_str!("messages.txt");

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// There is none where some was expected.
    Nothing,
    /// A text; it may be anything its sender chose.
    Text(String),
    /// Texts, likewise.
    Texts(Vec<String>),
    /// A whole number.
    Number(u64),
    /// A point in time.
    Time(Timestamp),
}

/// Pieces of evidence by their names, in the order the npm package shows them.
pub type Found = Vec<(&'static str, Evidence)>;

impl From<&str> for Evidence {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<Option<&str>> for Evidence {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Nothing, Self::from)
    }
}

impl<T: AsRef<str>> From<&[T]> for Evidence {
    fn from(texts: &[T]) -> Self {
        Self::Texts(texts.iter().map(|text| text.as_ref().into()).collect())
    }
}

impl From<Timestamp> for Evidence {
    fn from(time: Timestamp) -> Self {
        Self::Time(time)
    }
}

impl From<usize> for Evidence {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

impl Evidence {
    /// Appends it as a message shows it: foreign text in backticks, of several
    /// texts the first.
    fn push_to(&self, out: &mut String) {
        match self {
            Self::Text(text) => push_quoted(out, text),
            Self::Texts(texts) => match texts.first() {
                Some(first) => push_quoted(out, first),
                None => out.push_str("none"),
            },
            Self::Nothing => out.push_str("none"),
            Self::Number(number) => push_padded(out, *number, 1),
            Self::Time(time) => out.push_str(&time.to_text()),
        }
    }
}

/// The message of an error: what was wrong and what to do next, on one line.
pub(super) fn message(code: &str, found: &[(&'static str, Evidence)]) -> String {
    message_from(MESSAGES, code, found)
}

/// As [`message`], from other lines.
pub(super) fn message_from(messages: &'static str, code: &str, found: &[(&'static str, Evidence)]) -> String {
    let special = match found.first() {
        Some((_, Evidence::Text(text))) => text,
        _ => "none",
    };
    let line = |key: &[&str]| {
        let key = key.concat();
        messages.lines().find_map(|line| line.strip_prefix(&*key))
    };
    let mut rest = line(&[code, "/", special, ": "]).or_else(|| line(&[code, ": "])).unwrap_or(code);
    let mut out = String::new();
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or_default();
        out.push_str(before);
        let evidence = found.iter().find(|(known, _)| *known == name);
        evidence.map_or(&Evidence::Nothing, |(_, evidence)| evidence).push_to(&mut out);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_stands_in_a_message_in_its_place() {
        let found = [("expiredAt", Evidence::Time(Timestamp::MIN)), ("now", Evidence::Time(Timestamp::MAX))];
        assert_eq!(
            message("EXPIRED", &found),
            "the token expired at 1970-01-01T00:00:00Z and it is 9999-12-31T23:59:59Z; check the license out again"
        );
        let found = [("bytes", Evidence::Number(2)), ("limit", Evidence::Number(1))];
        assert!(message("TOKEN_TOO_LARGE", &found).contains(": 2 bytes where 1 are"));
    }

    #[test]
    fn foreign_text_is_shown_and_never_read() {
        let found = [("keyId", Evidence::from("{now}\n"))];
        assert_eq!(
            message("KEY_UNKNOWN", &found),
            "no key given has the token's key id `{now}\u{fffd}`; get the issuer's current keys"
        );
    }

    #[test]
    fn what_is_absent_has_words_of_its_own_or_is_called_none() {
        let none = [("keyId", Evidence::Nothing)];
        assert_eq!(
            message("KEY_INVALID", &none),
            "the key is damaged: its numbers make no key; fetch it again"
        );
        let none = [("expectedNodeId", Evidence::from("a")), ("nodeId", Evidence::Nothing)];
        assert!(message("NODE_MISMATCH", &none).starts_with("the token's node is none where `a` is"));
        let (none, some) = (Vec::new(), Vec::from(["a".into(), "b".into()]));
        let texts = [("expectedAudience", Evidence::Texts(some)), ("audience", Evidence::Texts(none))];
        assert!(
            message("AUDIENCE_MISMATCH", &texts).starts_with("the token's audience is none where `a` is")
        );
    }
}
