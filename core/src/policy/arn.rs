//! Patterns of ARNs.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;

use super::fault::Defect;
use super::pattern::{Token, exactly, matches};
use super::template::{Meaning, Template};

/// The parts of an ARN; the last may hold colons.
const PARTS: usize = 6;

/// Reads a Resource: `*`, or an ARN whose missing parts are `*`.
pub(super) fn resource(text: &str, variables: bool) -> Result<Template, Defect> {
    let meaning = Meaning { wildcards: true, variables };
    if text == "*" {
        return Template::parse(text, meaning);
    }
    let mut parts = text.splitn(PARTS, ':');
    let is_arn = parts.next() == Some("arn")
        && parts.next().is_some_and(|partition| !partition.is_empty())
        && parts.next().is_some_and(|service| !service.is_empty() && !service.contains(['*', '?']));
    let early = text.split(':').take(PARTS - 1).any(|part| part.contains("${"));
    match (is_arn, early && variables) {
        (_, true) => Err(Defect::EarlyVariable(text.to_owned())),
        (false, false) => Err(Defect::Resource(text.to_owned())),
        (true, false) => Template::parse(&completed(text), meaning),
    }
}

/// Whether the ARN matches, each part on its own; `*` alone matches all.
pub(super) fn arn_matches(pattern: &[Token], arn: &str) -> bool {
    if pattern == [Token::Any] {
        return true;
    }
    let mut parts = arn.splitn(PARTS, ':');
    let mut patterns = pattern.splitn(PARTS, |token| *token == Token::Exactly(':'));
    for _ in 0..PARTS {
        match (patterns.next(), parts.next()) {
            (Some(pattern), Some(part)) if matches(pattern, part, exactly) => {}
            _ => return false,
        }
    }
    true
}

/// Whether the pattern can match an ARN at all.
pub(super) fn is_arn_pattern(pattern: &[Token]) -> bool {
    pattern == [Token::Any] || pattern.split(|token| *token == Token::Exactly(':')).count() >= PARTS
}

fn completed(text: &str) -> Cow<'_, str> {
    let colons = text.matches(':').count();
    match PARTS.saturating_sub(colons + 1) {
        0 => Cow::Borrowed(text),
        missing => {
            let mut whole = String::from(text);
            whole.push_str(&":*".repeat(missing));
            Cow::Owned(whole)
        }
    }
}
