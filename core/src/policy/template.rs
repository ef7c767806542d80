//! Text with policy variables.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;

use super::evaluate::Context;
use super::fault::Defect;
use super::pattern::Token;

/// A pattern, or what becomes one when its variables are known.
#[derive(Clone, Debug)]
pub(super) struct Template(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Tokens(Vec<Token>),
    Variable { key: String, default: Option<String> },
}

/// What has a meaning in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meaning {
    /// Whether `*` and `?` are wildcards.
    pub(super) wildcards: bool,
    /// Whether `${…}` is a variable: in version 2012-10-17 it is.
    pub(super) variables: bool,
}

impl Template {
    /// Reads a text.
    pub(super) fn parse(text: &str, meaning: Meaning) -> Result<Self, Defect> {
        let token = if meaning.wildcards { Token::of } else { Token::Exactly };
        let mut parts = Vec::new();
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${").filter(|_| meaning.variables) {
            let wrong = || Defect::Variable(text.to_owned());
            let (name, after) = after.split_once('}').ok_or_else(wrong)?;
            rest = after;
            tokens.extend(before.chars().map(token));
            match name {
                "*" | "?" | "$" => tokens.extend(name.chars().map(Token::Exactly)),
                name => {
                    parts.push(Part::Tokens(core::mem::take(&mut tokens)));
                    parts.push(variable(name).ok_or_else(wrong)?);
                }
            }
        }
        tokens.extend(rest.chars().map(token));
        parts.push(Part::Tokens(tokens));
        Ok(Self(parts))
    }

    /// The pattern, unless a variable has no value or several.
    pub(super) fn resolve(&self, context: &dyn Context) -> Option<Cow<'_, [Token]>> {
        if let [Part::Tokens(tokens)] = self.0.as_slice() {
            return Some(Cow::Borrowed(tokens));
        }
        let mut resolved = Vec::new();
        for part in &self.0 {
            match part {
                Part::Tokens(tokens) => resolved.extend_from_slice(tokens),
                Part::Variable { key, default } => {
                    let values = context.values(key);
                    let value = match (values.as_slice(), default) {
                        ([value], _) | ([], Some(value)) => value,
                        _ => return None,
                    };
                    resolved.extend(value.chars().map(Token::Exactly));
                }
            }
        }
        Some(Cow::Owned(resolved))
    }

    /// The pattern, if there is no variable in it.
    pub(super) fn constant(&self) -> Option<&[Token]> {
        match self.0.as_slice() {
            [Part::Tokens(tokens)] => Some(tokens),
            _ => None,
        }
    }

    /// The keys of its variables.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Tokens(_) => None,
            Part::Variable { key, .. } => Some(key.as_str()),
        })
    }
}

/// Reads `service:key` or `service:key, 'default'`.
fn variable(name: &str) -> Option<Part> {
    let (key, default) = match name.split_once(',') {
        None => (name, None),
        Some((key, default)) => {
            let quoted = default.trim().strip_prefix('\'')?.strip_suffix('\'')?;
            (key, Some(quoted.to_owned()))
        }
    };
    let key = key.trim();
    is_key(key).then(|| Part::Variable { key: key.to_owned(), default })
}

/// Whether a text has the form of a condition key: `service:key`.
pub(super) fn is_key(text: &str) -> bool {
    text.split_once(':').is_some_and(|(service, key)| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
        !service.is_empty() && service.bytes().all(plain) && !key.is_empty()
    })
}
