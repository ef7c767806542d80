//! What of a call may stand in a record: nothing that lets its reader act as
//! somebody else.

use std::fmt::Write;
use std::io;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// What stands in place of a secret, as CloudTrail writes it.
pub const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// The most bytes of parameters, and of an answer, that a record holds, as
/// JSON; CloudTrail's own limit.
const MOST_BYTES: usize = 100 * 1024;
/// A secret of fewer characters is no secret, and would blot out words.
const LEAST_SECRET: usize = 8;
/// As many secrets of one call are looked for in its other texts: more than any
/// operation takes and answers, and few enough to be looked for in all of them.
const MOST_SECRETS: usize = 64;
/// As many characters of a secret give away that it is one; texts may show it
/// cut.
const TELLING: usize = 16;

/// Members that are hidden (EV-5), whatever their case.
const HIDDEN_MEMBERS: &[&str] = &[
    "token",
    "accesstoken",
    "refreshtoken",
    "signedtoken",
    "webidentitytoken",
    "sessiontoken",
    "securitytoken",
    "secretaccesskey",
    "secret",
    "password",
    "privatekey",
];
/// Whoever holds a consumption token can check it in. Its mark tells which
/// checkout a check-in ended.
const CONSUMPTION_TOKEN: &str = "licenseconsumptiontoken";
/// A consumption token can be reckoned from it. Its mark tells retries.
const CLIENT_TOKEN: &str = "clienttoken";
/// What begins a compact JWS: `{"` in base64url.
const JWS: &str = "eyJ";
/// What begins a sealed text: a session token, a page token.
const SEALED: &str = "v1.";

/// The secrets of one call, as they are found on its way into a record.
///
/// Hidden are the members that carry secrets, at every depth; each further
/// place where such a secret stands; and whatever looks like a signed token or
/// a sealed text, wherever it stands.
#[derive(Clone, Debug, Default)]
pub struct Redaction(Vec<String>);

impl Redaction {
    /// What a record shows of parameters or an answer: each member with its
    /// first letter in lower case (EV-5). What has secrets elsewhere too must
    /// go through [`hide`](Self::hide) once all of the call was seen.
    pub fn members(&mut self, value: Value) -> Value {
        match value {
            Value::Object(members) => {
                let mut shown = Map::new();
                for (name, value) in members {
                    let (lower, value) = (lower_first(&name), self.member(&name, value));
                    // Operations know names in upper case alone: another in
                    // lower case must not stand in for one.
                    if name != lower || !shown.contains_key(&lower) {
                        shown.insert(lower, value);
                    }
                }
                Value::Object(shown)
            }
            Value::Array(entries) => entries.into_iter().map(|entry| self.members(entry)).collect(),
            plain => plain,
        }
    }

    fn member(&mut self, name: &str, value: Value) -> Value {
        let folded = name.to_ascii_lowercase().replace(['_', '-'], "");
        match (folded.as_str(), value) {
            (_, Value::Null) => Value::Null,
            (CLIENT_TOKEN, Value::String(token)) => json!(mark(&token)),
            (CONSUMPTION_TOKEN, Value::String(token)) => {
                let marked = json!(mark(&token));
                self.learn(token);
                marked
            }
            // Maps of tags are sensitive in the two smaller services, lists of
            // tags are not in this one (EV-5).
            ("tags", Value::Object(_)) => json!(HIDDEN),
            (folded, secret)
                if HIDDEN_MEMBERS.contains(&folded)
                    || [CLIENT_TOKEN, CONSUMPTION_TOKEN].contains(&folded) =>
            {
                self.learn_all(secret);
                json!(HIDDEN)
            }
            (_, value) => self.members(value),
        }
    }

    fn learn_all(&mut self, value: Value) {
        match value {
            Value::String(secret) => self.learn(secret),
            Value::Array(entries) => entries.into_iter().for_each(|entry| self.learn_all(entry)),
            Value::Object(members) => members.into_iter().for_each(|(_, value)| self.learn_all(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn learn(&mut self, secret: String) {
        let is_one = secret.chars().count() >= LEAST_SECRET;
        if is_one && self.0.len() < MOST_SECRETS && !self.0.contains(&secret) {
            self.0.push(secret);
        }
    }

    /// A value without the secrets that were learnt, and without what looks
    /// like one, in any of its texts.
    #[must_use]
    pub fn hide(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.owned(text)),
            Value::Array(entries) => entries.into_iter().map(|entry| self.hide(entry)).collect(),
            Value::Object(members) => Value::Object(
                members
                    .into_iter()
                    .map(|(name, value)| (self.owned(name), self.hide(value)))
                    .collect::<Map<_, _>>(),
            ),
            plain => plain,
        }
    }

    /// A text without the secrets that were learnt, and without what looks
    /// like one.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        self.owned(text.to_owned())
    }

    /// Nearly every text holds no secret, and is not copied.
    fn owned(&self, mut text: String) -> String {
        for secret in &self.0 {
            let telling = secret.char_indices().nth(TELLING).map_or(secret.len(), |(end, _)| end);
            let telling = secret.get(..telling).unwrap_or(secret);
            if text.contains(telling) {
                text = without_runs(&text.replace(secret.as_str(), HIDDEN), telling, 0);
            }
        }
        for (begin, least) in [(JWS, TELLING), (SEALED, 2 * TELLING)] {
            if text.contains(begin) {
                text = without_runs(&text, begin, least);
            }
        }
        text
    }
}

/// The value, or, where it is too long for a record, that it was left out.
#[must_use]
pub(super) fn sized(value: Value, member: &str) -> Value {
    let mut written = Length(0);
    // It takes everything.
    let _ = serde_json::to_writer(&mut written, &value);
    match written.0 {
        bytes if bytes <= MOST_BYTES => value,
        bytes => json!({ "omitted": true, "originalSize": bytes, "reason": format!("{member} too large") }),
    }
}

/// Counts what is written, and keeps none of it.
struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The text without what begins so and goes on for at least so many
/// characters of tokens.
fn without_runs(text: &str, begin: &str, least: usize) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(begin) {
        clean.push_str(before);
        let end = after.find(|c: char| !is_of_token(c)).unwrap_or(after.len());
        if end < least {
            clean.push_str(begin);
            rest = after;
        } else {
            clean.push_str(HIDDEN);
            rest = after.get(end..).unwrap_or_default();
        }
    }
    clean + rest
}

/// Whether tokens, in base64 of either alphabet, hold this character.
const fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '/' | '=' | '~')
}

/// Tells two tokens apart and gives none away: `sha256:` and the first 32 hex
/// digits.
fn mark(token: &str) -> String {
    let mut mark = "sha256:".to_owned();
    for byte in Sha256::digest(token).iter().take(16) {
        let _ = write!(mark, "{byte:02x}");
    }
    mark
}

fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    match characters.next() {
        Some(first) => first.to_ascii_lowercase().to_string() + characters.as_str(),
        None => String::new(),
    }
}
