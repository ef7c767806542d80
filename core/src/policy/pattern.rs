//! Text with wildcards.

use core::str::Chars;

/// One character of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// This character.
    Exactly(char),
    /// `?`: any one character.
    One,
    /// `*`: any characters, or none.
    Any,
}

/// Whether two characters are the same.
pub(super) type Same = fn(char, char) -> bool;

impl Token {
    /// What a character of a policy means where wildcards count.
    pub(super) const fn of(letter: char) -> Self {
        match letter {
            '*' => Self::Any,
            '?' => Self::One,
            letter => Self::Exactly(letter),
        }
    }
}

/// Characters compared with case.
pub(super) fn exactly(one: char, other: char) -> bool {
    one == other
}

/// Characters compared without case.
pub(super) fn ignoring_case(one: char, other: char) -> bool {
    one == other || one.to_lowercase().eq(other.to_lowercase())
}

/// Whether the text matches from its start to its end. Takes at most as many
/// steps as the pattern has tokens times the text has characters: only the
/// last `*` is ever taken back, since what a `*` before it matched may as well
/// stay as short as it is.
pub(super) fn matches(pattern: &[Token], text: &str, same: Same) -> bool {
    let mut pattern = pattern;
    let mut text = text.chars();
    let mut last_any: Option<(&[Token], Chars<'_>)> = None;
    loop {
        let mut ahead = text.clone();
        match (pattern.split_first(), ahead.next()) {
            (None, None) => return true,
            (Some((Token::Any, rest)), _) => {
                last_any = Some((rest, text.clone()));
                pattern = rest;
            }
            (Some((Token::One, rest)), Some(_)) => (pattern, text) = (rest, ahead),
            (Some((Token::Exactly(wanted), rest)), Some(letter)) if same(*wanted, letter) => {
                (pattern, text) = (rest, ahead);
            }
            _ => {
                let Some((rest, from)) = &mut last_any else { return false };
                if from.next().is_none() {
                    return false;
                }
                (pattern, text) = (*rest, from.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    fn tokens(pattern: &str) -> Vec<Token> {
        pattern.chars().map(Token::of).collect()
    }

    /// The definition, written down as it reads.
    fn reference(pattern: &[Token], text: &[char]) -> bool {
        match (pattern, text) {
            ([], text) => text.is_empty(),
            ([Token::Any, rest @ ..], text) => (0..=text.len()).any(|taken| reference(rest, &text[taken..])),
            ([_, ..], []) => false,
            ([Token::One, rest @ ..], [_, text @ ..]) => reference(rest, text),
            ([Token::Exactly(wanted), rest @ ..], [letter, text @ ..]) => {
                wanted == letter && reference(rest, text)
            }
        }
    }

    #[test]
    fn a_star_is_any_characters_and_a_question_mark_is_one() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "a:b/c", true),
            ("?", "", false),
            ("?", "é", true),
            ("?", "éé", false),
            ("a*c", "abbc", true),
            ("a*c", "abbcd", false),
            ("*a*b", "xaxabxb", true),
            ("a?c*", "abc", true),
            ("a?c*", "ac", false),
            ("**a", "ba", true),
        ] {
            assert_eq!(matches(&tokens(pattern), text, exactly), expected, "{pattern:?} {text:?}");
        }
    }

    #[test]
    fn case_counts_unless_it_is_ignored() {
        assert!(!matches(&tokens("Ab*"), "aBc", exactly));
        assert!(matches(&tokens("Ab*"), "aBc", ignoring_case));
        assert!(matches(&tokens("É"), "é", ignoring_case));
    }

    #[test]
    fn a_hostile_pattern_takes_no_longer_than_its_length_times_the_texts() {
        let pattern = tokens(&"a*".repeat(3000)).into_iter().chain(tokens("b")).collect::<Vec<_>>();
        assert!(!matches(&pattern, &"a".repeat(2048), exactly));
        assert!(!matches(&tokens(&"*a".repeat(1000)), &"a".repeat(999), exactly));
        assert!(matches(&tokens(&"*a".repeat(1000)), &"a".repeat(2000), exactly));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn the_matcher_agrees_with_the_definition(pattern in "[ab*?]{0,9}", text in "[ab]{0,9}") {
            let letters: Vec<char> = text.chars().collect();
            prop_assert_eq!(matches(&tokens(&pattern), &text, exactly), reference(&tokens(&pattern), &letters));
        }

        #[test]
        fn a_text_matches_itself(text in any::<String>()) {
            let literal: Vec<Token> = text.chars().map(Token::Exactly).collect();
            prop_assert!(matches(&literal, &text, exactly) && matches(&literal, &text, ignoring_case));
        }
    }
}
