//! JSON as it is spelt, and what chance does to it.

use serde_json::Value;

use super::odd;
use super::pick;
use crate::random::Random;

/// A value whose leaves and names are bytes, right or not.
#[derive(Clone)]
pub(super) enum Json {
    Leaf(Vec<u8>),
    Array(Vec<Json>),
    Object(Vec<(Vec<u8>, Json)>),
}

impl Json {
    pub(super) fn leaf(text: impl Into<Vec<u8>>) -> Self {
        Self::Leaf(text.into())
    }

    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Array(items) => Self::Array(items.iter().map(Self::of).collect()),
            Value::Object(members) => {
                let name = |name: &String| Value::from(name.as_str()).to_string().into_bytes();
                Self::Object(members.iter().map(|(text, value)| (name(text), Self::of(value))).collect())
            }
            leaf => Self::leaf(leaf.to_string()),
        }
    }

    /// Its text, with space at places by chance.
    pub(super) fn spelt(&self, random: &mut Random) -> Vec<u8> {
        let mut out = Vec::new();
        let is_spaced = random.below(4) == 0;
        self.write(&mut out, &mut |out| {
            if is_spaced && random.below(4) == 0 {
                let space: &[&[u8]] = &[b" ", b"\t", b"\r\n", b"  "];
                // What other standards take for space, JSON does not.
                let other: &[&[u8]] = &[b"\x0c", b"\x0b", "\u{a0}".as_bytes(), "\u{feff}".as_bytes()];
                let drawn = if random.below(400) == 0 { pick(random, other) } else { pick(random, space) };
                out.extend_from_slice(drawn);
            }
        });
        out
    }

    fn write(&self, out: &mut Vec<u8>, space: &mut dyn FnMut(&mut Vec<u8>)) {
        space(out);
        match self {
            Self::Leaf(text) => out.extend_from_slice(text),
            Self::Array(items) => {
                out.push(b'[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    item.write(out, space);
                }
                out.push(b']');
            }
            Self::Object(members) => {
                out.push(b'{');
                for (at, (name, value)) in members.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    space(out);
                    out.extend_from_slice(name);
                    space(out);
                    out.push(b':');
                    value.write(out, space);
                }
                out.push(b'}');
            }
        }
        space(out);
    }

    /// Changes one place of it. `name` is that of the member it is.
    pub(super) fn change(&mut self, name: &[u8], random: &mut Random) {
        match self {
            Self::Object(members) if !members.is_empty() && random.below(8) > 0 => {
                let at = random.index(members.len());
                match random.below(12) {
                    0 => drop(members.remove(at)),
                    1 => double(members, at, random),
                    2 => members.insert(at, (odd::name(random), odd::value(b"", random))),
                    3 => members[at].0 = odd::respelt(&members[at].0.clone(), random),
                    4 => members[at].0 = odd::name(random),
                    5 => {
                        let other = random.index(members.len());
                        members.swap(at, other);
                    }
                    6 => members[at].1 = odd::value(&members[at].0.clone(), random),
                    _ => {
                        let (name, value) = &mut members[at];
                        value.change(name, random);
                    }
                }
            }
            Self::Array(items) if !items.is_empty() && random.below(8) > 0 => {
                let at = random.index(items.len());
                match random.below(8) {
                    0 => drop(items.remove(at)),
                    1 => items.insert(at, items[at].clone()),
                    2 => items.insert(at, odd::value(name, random)),
                    _ => items[at].change(name, random),
                }
            }
            Self::Leaf(text) if text.starts_with(b"\"") && random.below(4) == 0 => {
                *text = odd::respelt(text, random);
            }
            _ => *self = odd::value(name, random),
        }
    }

    /// Gives members of this name, at any depth, other values of their kind.
    pub(super) fn aim(&mut self, name: &[u8], random: &mut Random) {
        match self {
            Self::Object(members) => {
                for (known, value) in members {
                    if known == name && random.below(2) == 0 {
                        *value = odd::of_kind(name, random);
                    } else {
                        value.aim(name, random);
                    }
                }
            }
            Self::Array(items) => items.iter_mut().for_each(|item| item.aim(name, random)),
            Self::Leaf(_) => {}
        }
    }

    /// Puts its members into another order.
    pub(super) fn shuffle(&mut self, random: &mut Random) {
        if let Self::Object(members) = self {
            for end in 1..members.len() {
                members.swap(end, random.index(end + 1));
            }
        }
    }

    pub(super) fn insert(&mut self, name: &str, value: Self, random: &mut Random) {
        if let Self::Object(members) = self {
            let at = random.index(members.len() + 1);
            members.insert(at, (format!("\"{name}\"").into_bytes(), value));
        }
    }
}

/// A second member of one name, perhaps spelt otherwise.
fn double(members: &mut Vec<(Vec<u8>, Json)>, at: usize, random: &mut Random) {
    let (name, value) = members[at].clone();
    let name = if random.below(2) == 0 { odd::respelt(&name, random) } else { name };
    let value = if random.below(2) == 0 { odd::value(&name, random) } else { value };
    let place = random.index(members.len() + 1);
    members.insert(place, (name, value));
}
