//! Values that stay texts until they are asked for.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Fault, Reader};

/// The text of one value, which is JSON and holds no name twice.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a>(&'a [u8]);

/// The members of an object, as their text.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a>(&'a [u8]);

impl<'a> Value<'a> {
    /// The value that a text consists of.
    ///
    /// # Errors
    /// [`Fault::Syntax`] and [`Fault::Duplicate`], at any depth.
    pub fn parse(text: &'a str) -> Result<Self, Fault> {
        Reader::new(text.as_bytes()).whole()
    }

    /// As [`parse`](Self::parse), of bytes that may not be UTF-8.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_bytes(text: &'a [u8]) -> Result<Self, Fault> {
        Self::parse(core::str::from_utf8(text).map_err(|_| Fault::Syntax)?)
    }

    /// A text that the reader has read as a value.
    pub(super) const fn of(text: &'a [u8]) -> Self {
        Self(text)
    }

    /// The text, which is UTF-8.
    #[must_use]
    pub const fn bytes(self) -> &'a [u8] {
        self.0
    }

    fn starts_with(self, byte: u8) -> bool {
        self.0.first() == Some(&byte)
    }

    /// Whether it is a string.
    #[must_use]
    pub fn is_string(self) -> bool {
        self.starts_with(b'"')
    }

    /// Whether it is an array.
    #[must_use]
    pub fn is_array(self) -> bool {
        self.starts_with(b'[')
    }

    /// Whether it is this string.
    #[must_use]
    pub fn is(self, text: &str) -> bool {
        self.string_bytes().is_ok_and(|string| *string == *text.as_bytes())
    }

    /// Its members.
    ///
    /// # Errors
    /// [`Fault::Unexpected`] where it is no object.
    pub fn object(self) -> Result<Object<'a>, Fault> {
        if self.starts_with(b'{') { Ok(Object(inside(self.0))) } else { Err(Fault::Unexpected) }
    }

    /// Its items.
    ///
    /// # Errors
    /// [`Fault::Unexpected`] where it is no array.
    pub fn array(self) -> Result<impl Iterator<Item = Self>, Fault> {
        if self.is_array() { Ok(Pieces(inside(self.0))) } else { Err(Fault::Unexpected) }
    }

    /// The bytes of the string it is, which are UTF-8; borrowed unless it holds
    /// an escape.
    ///
    /// # Errors
    /// [`Fault::Unexpected`] where it is none.
    pub fn string_bytes(self) -> Result<Cow<'a, [u8]>, Fault> {
        if !self.is_string() {
            return Err(Fault::Unexpected);
        }
        let plain = inside(self.0);
        if plain.iter().all(|byte| *byte != b'\\') {
            return Ok(Cow::Borrowed(plain));
        }
        let mut bytes = Vec::new();
        Reader::new(self.0).string(Some(&mut bytes)).map(|()| Cow::Owned(bytes))
    }

    /// The string it is; borrowed unless it holds an escape.
    ///
    /// # Errors
    /// [`Fault::Unexpected`] where it is none.
    pub fn string(self) -> Result<Cow<'a, str>, Fault> {
        Ok(match self.string_bytes()? {
            Cow::Borrowed(bytes) => Cow::Borrowed(core::str::from_utf8(bytes).unwrap_or_default()),
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).unwrap_or_default()),
        })
    }

    /// The whole number it is, however it is spelt: 1000, 1e3 and 1000.0 are
    /// one number (RFC 8259 section 6), which other readers cannot tell apart.
    ///
    /// # Errors
    /// [`Fault::Unexpected`] where it is none, below zero, or past `u64`.
    pub fn integer(self) -> Result<u64, Fault> {
        whole(self.0).ok_or(Fault::Unexpected)
    }
}

/// The whole number of these bytes, if they are one.
fn whole(text: &[u8]) -> Option<u64> {
    let magnitude = text.strip_prefix(b"-").unwrap_or(text);
    let (mut number, mut zeros, mut power, mut is_fraction) = (0_u64, 0, 0, false);
    let mut bytes = magnitude.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'.' => is_fraction = true,
            b'e' | b'E' => {
                power += exponent(bytes.as_slice());
                break;
            }
            digit => {
                let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
                power -= i32::from(is_fraction);
                // Zeros wait for another digit: behind the point the last of
                // them count nothing.
                zeros += 1;
                if digit > 0 {
                    number = shifted(number, zeros)?.checked_add(digit.into())?;
                    zeros = 0;
                }
            }
        }
    }
    match number {
        0 => Some(0),
        _ if magnitude.len() < text.len() => None,
        _ => shifted(number, zeros + power),
    }
}

/// The number times this power of ten, if it is whole.
fn shifted(number: u64, power: i32) -> Option<u64> {
    if power < 0 {
        return None;
    }
    (0..power).try_fold(number, |number, _| number.checked_mul(10))
}

/// The exponent of these bytes, or one past every text's length.
fn exponent(text: &[u8]) -> i32 {
    const ENDLESS: i32 = 1 << 24;
    let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    let digits = digits.iter().map(|byte| i32::from(byte & 0xf));
    let exponent = digits.fold(0, |exponent, digit| (exponent * 10 + digit).min(ENDLESS));
    if text.starts_with(b"-") { -exponent } else { exponent }
}

impl<'a> Object<'a> {
    /// Name, which is a string, and value of each member, in the order of the
    /// text.
    pub fn iter(self) -> impl Iterator<Item = (Value<'a>, Value<'a>)> {
        let mut pieces = Pieces(self.0);
        core::iter::from_fn(move || Some((pieces.next()?, pieces.next()?)))
    }

    /// The value of this member, if it is there.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Value<'a>> {
        self.iter().find_map(|(known, value)| known.is(name).then_some(value))
    }

    /// The values of these members, as far as they are there.
    #[must_use]
    pub fn pick<const COUNT: usize>(self, names: [&str; COUNT]) -> [Option<Value<'a>>; COUNT] {
        let mut picked = [None; COUNT];
        self.pick_into(&names, &mut picked);
        picked
    }

    fn pick_into(self, names: &[&str], picked: &mut [Option<Value<'a>>]) {
        for (name, value) in self.iter() {
            let name = name.string_bytes().unwrap_or_default();
            let slots = names.iter().zip(&mut *picked);
            if let Some((_, slot)) = slots.into_iter().find(|(known, _)| *known.as_bytes() == *name) {
                *slot = Some(value);
            }
        }
    }

    /// What `read` makes of this member, if it is there.
    ///
    /// # Errors
    /// [`Fault::Member`] with its name.
    pub fn read<T>(
        self,
        name: &'static str,
        read: impl FnOnce(Value<'a>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        self.get(name).map(read).transpose().map_err(|_| Fault::Member(name))
    }

    /// The string that this member is, if it is there.
    ///
    /// # Errors
    /// [`Fault::Member`] where it is none.
    pub fn string(self, name: &'static str) -> Result<Option<Cow<'a, str>>, Fault> {
        self.read(name, Value::string)
    }

    /// The whole number that this member is, if it is there; as
    /// [`Value::integer`].
    ///
    /// # Errors
    /// [`Fault::Member`] where it is none.
    pub fn integer(self, name: &'static str) -> Result<Option<u64>, Fault> {
        self.read(name, Value::integer)
    }
}

/// What stands between the brackets.
fn inside(text: &[u8]) -> &[u8] {
    text.get(1..text.len().saturating_sub(1)).unwrap_or_default()
}

/// The values between the commas and colons of one level.
struct Pieces<'a>(&'a [u8]);

impl<'a> Iterator for Pieces<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let (mut depth, mut is_quoted, mut is_escaped) = (0, false, false);
        let end = self.0.iter().position(|byte| {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => is_quoted = !is_quoted,
                _ if is_quoted => {}
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                b',' | b':' => return depth == 0,
                _ => {}
            }
            false
        });
        let (piece, rest) = self.0.split_at_checked(end.unwrap_or(self.0.len()))?;
        self.0 = rest.get(1..).unwrap_or_default();
        let piece = piece.trim_ascii();
        (!piece.is_empty()).then_some(Value(piece))
    }
}
