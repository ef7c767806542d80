//! Parts of texts, put together without `core::fmt`: its machinery would be a
//! good part of the verifier in WebAssembly.

use alloc::string::String;

/// The most characters of foreign text that a message shows.
const MAX_QUOTED_CHARS: usize = 100;

/// Appends a number with zeros before it, so that it has at least this many
/// digits.
pub(crate) fn push_padded(out: &mut String, number: u64, digits: u32) {
    if number >= 10 || digits > 1 {
        push_padded(out, number / 10, digits.saturating_sub(1));
    }
    let digit = u8::try_from(number % 10).unwrap_or_default();
    out.push(char::from(b'0' + digit));
}

/// Foreign text inside a message: in backticks, cut, on one line.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::new();
    push_quoted(&mut out, text);
    out
}

/// Appends foreign text as [`quoted`] makes it.
pub(crate) fn push_quoted(out: &mut String, text: &str) {
    out.push('`');
    for letter in text.chars().take(MAX_QUOTED_CHARS) {
        let plain = !letter.is_control() && letter != '`';
        out.push(if plain { letter } else { '\u{fffd}' });
    }
    out.push_str(if text.chars().nth(MAX_QUOTED_CHARS).is_some() { "…`" } else { "`" });
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn zeros_fill_a_number_up_and_cut_none_off() {
        for (number, digits, padded) in [(0, 1, "0"), (0, 2, "00"), (7, 4, "0007"), (1234, 2, "1234")] {
            let mut out = String::new();
            push_padded(&mut out, number, digits);
            assert_eq!(out, padded);
        }
    }

    #[test]
    fn foreign_text_is_cut_and_kept_on_one_line() {
        assert_eq!(quoted("a`b\nc"), "`a\u{fffd}b\u{fffd}c`");
        assert_eq!(quoted(&"é".repeat(100)), alloc::format!("`{}`", "é".repeat(100)));
        assert_eq!(quoted(&"é".repeat(101)), alloc::format!("`{}…`", "é".repeat(100)));
    }

    proptest! {
        #[test]
        fn digits_are_those_of_the_standard_library(number in any::<u64>()) {
            let mut out = String::new();
            push_padded(&mut out, number, 1);
            prop_assert_eq!(out, number.to_string());
        }
    }
}
