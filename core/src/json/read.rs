//! The reader.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::Value;

/// How deep arrays and objects may nest; what is below is refused.
const MAX_DEPTH: u8 = 16;
/// The most members of an object: each name is compared with those before it.
const MAX_MEMBERS: usize = 4096;

/// Why a text was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not JSON, or nested too deeply.
    Syntax,
    /// An object holds two members of one name (RFC 8259 section 4 leaves the
    /// meaning open; here there is none).
    Duplicate,
    /// JSON, but a value of another type or range than the one expected.
    Unexpected,
    /// As [`Fault::Unexpected`], in the member of this name.
    Member(&'static str),
}

/// Reads one JSON text from its start to its end. Every method reads one value
/// together with the space around it. It goes by bytes: whatever is not ASCII
/// stands within strings, which are taken whole.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    depth: u8,
}

impl<'a> Reader<'a> {
    /// At the start of `text`, which is UTF-8.
    pub(crate) fn new(text: &'a [u8]) -> Self {
        let mut reader = Self { text, at: 0, depth: 0 };
        reader.space();
        reader
    }

    /// Reads a value after which nothing is left.
    ///
    /// # Errors
    /// A [`Fault`] where it is none, or not the whole text.
    pub(crate) fn whole(&mut self) -> Result<Value<'a>, Fault> {
        self.value()?;
        if self.peek().is_none() { Ok(Value::of(self.text.trim_ascii())) } else { Err(Fault::Syntax) }
    }

    /// The line reached, counted from 1.
    pub(crate) fn line(&self) -> usize {
        self.text.iter().take(self.at).filter(|byte| **byte == b'\n').count() + 1
    }

    /// Reads a string; the bytes it stands for, which are UTF-8, go to `out`.
    ///
    /// # Errors
    /// A [`Fault`] where it is none, or holds half of a surrogate pair.
    pub(super) fn string(&mut self, mut out: Option<&mut Vec<u8>>) -> Result<(), Fault> {
        self.at += 1;
        loop {
            let byte = match self.next() {
                Some(b'"') => {
                    self.space();
                    return Ok(());
                }
                Some(b'\\') => {
                    let letter = self.escape()?;
                    if let Some(out) = &mut out {
                        out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                    continue;
                }
                Some(byte @ 0x20..) => byte,
                _ => return Err(Fault::Syntax),
            };
            if let Some(out) = &mut out {
                out.push(byte);
            }
        }
    }

    /// Reads any value.
    ///
    /// # Errors
    /// A [`Fault`] where it is none.
    fn value(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'{') => {
                let mut names = Vec::new();
                self.sequence(b'}', &mut |reader| reader.member(&mut names))
            }
            Some(b'[') => self.sequence(b']', &mut Self::value),
            Some(b'"') => self.string(None),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            Some(b'n') => self.word(b"null"),
            _ => self.number(),
        }
    }

    /// Reads a member of an object that has those of these names before it.
    fn member(&mut self, names: &mut Vec<Cow<'a, [u8]>>) -> Result<(), Fault> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(Fault::Syntax);
        }
        self.string(None)?;
        let name = Value::of(self.since(start).trim_ascii_end()).string_bytes()?;
        if names.len() == MAX_MEMBERS {
            return Err(Fault::Syntax);
        }
        if names.contains(&name) {
            return Err(Fault::Duplicate);
        }
        names.push(name);
        self.token(b':')?;
        self.value()
    }

    /// Reads an opening bracket, items with commas between them, `close`.
    fn sequence(
        &mut self,
        close: u8,
        item: &mut dyn FnMut(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.at += 1;
        self.space();
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::Syntax);
        }
        if self.peek() != Some(close) {
            item(self)?;
            while self.peek() == Some(b',') {
                self.token(b',')?;
                item(self)?;
            }
        }
        self.depth -= 1;
        self.token(close)
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn since(&self, start: usize) -> &'a [u8] {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn token(&mut self, byte: u8) -> Result<(), Fault> {
        if self.next() != Some(byte) {
            return Err(Fault::Syntax);
        }
        self.space();
        Ok(())
    }

    fn word(&mut self, word: &[u8]) -> Result<(), Fault> {
        let start = self.at;
        self.at += word.len();
        if self.since(start) != word {
            return Err(Fault::Syntax);
        }
        self.space();
        Ok(())
    }

    /// RFC 8259 section 6.
    fn number(&mut self) -> Result<(), Fault> {
        self.optional(b"-");
        if !self.optional(b"0") {
            self.digits()?;
        }
        if self.optional(b".") {
            self.digits()?;
        }
        if self.optional(b"eE") {
            self.optional(b"+-");
            self.digits()?;
        }
        self.space();
        Ok(())
    }

    /// Reads one of these bytes, if it is there.
    fn optional(&mut self, bytes: &[u8]) -> bool {
        let is_there = self.peek().is_some_and(|byte| bytes.contains(&byte));
        self.at += usize::from(is_there);
        is_there
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Fault::Syntax) }
    }

    /// RFC 8259 section 7, after the reverse solidus.
    fn escape(&mut self) -> Result<char, Fault> {
        Ok(match self.next() {
            Some(letter @ (b'"' | b'\\' | b'/')) => char::from(letter),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(Fault::Syntax),
        })
    }

    /// One code unit or a pair of surrogates; a lone surrogate is no character.
    fn unicode(&mut self) -> Result<char, Fault> {
        let mut unit = self.code_unit()?;
        if let 0xd800..=0xdbff = unit {
            let paired = self.next() == Some(b'\\') && self.next() == Some(b'u');
            let low = if paired { self.code_unit()? } else { 0 };
            if !matches!(low, 0xdc00..=0xdfff) {
                return Err(Fault::Syntax);
            }
            unit = 0x1_0000 + ((unit & 0x3ff) << 10 | low & 0x3ff);
        }
        char::from_u32(unit).ok_or(Fault::Syntax)
    }

    fn code_unit(&mut self) -> Result<u32, Fault> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.next().and_then(|byte| char::from(byte).to_digit(16)).ok_or(Fault::Syntax)?;
            unit = unit << 4 | digit;
        }
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::{String, ToString};

    use proptest::prelude::*;

    use super::*;

    fn skim(text: &str) -> Result<(), Fault> {
        Value::parse(text).map(drop)
    }

    fn read_string(text: &str) -> Result<String, Fault> {
        Value::parse(text)?.string().map(Cow::into_owned)
    }

    #[test]
    fn rfc_8259_texts_are_read() {
        for text in [
            "{}",
            " [ ] ",
            r#"{"a":[1,-0,0.5,1e9,-1.25E-3,true,false,null,"x"],"b":{"a":1}}"#,
            "\t\r\n0 ",
            r#""\u0000\ud83d\ude00\"\\\/\b\f\n\r\t""#,
            "\"\u{7f}\u{2028}\u{10ffff}\"",
        ] {
            assert_eq!(skim(text), Ok(()), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_rfc_8259_is_refused() {
        for text in [
            "",
            " ",
            "{",
            "}",
            "[",
            "]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{,}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            "{a:1}",
            "{'a':1}",
            r#"{1:1}"#,
            "[1]]",
            "{} {}",
            "1 1",
            "01",
            "-",
            "+1",
            ".5",
            "1.",
            "1e",
            "1e+",
            "0x1",
            "NaN",
            "Infinity",
            "tru",
            "True",
            "nul",
            "\u{feff}{}",
            "/**/1",
            "\"",
            "\"a",
            "\"\t\"",
            "\"\n\"",
            "\"\u{0}\"",
            r#""\x""#,
            r#""\u12""#,
            r#""\u12g4""#,
            r#""\u+123""#,
            r#""\ud800""#,
            r#""\ud800x""#,
            r#""\ud800\n""#,
            r#""\ud800\ud800""#,
            r#""\udc00""#,
            r#""\"#,
            "\u{b}1",
        ] {
            assert_eq!(skim(text), Err(Fault::Syntax), "{text:?}");
        }
    }

    #[test]
    fn two_members_of_one_name_are_refused_at_any_depth_and_however_spelt() {
        for text in
            [r#"{"a":1,"a":1}"#, r#"{"a":1,"\u0061":1}"#, r#"[{"b":{"a":1,"c":2,"a":3}}]"#, r#"{"":1,"":2}"#]
        {
            assert_eq!(skim(text), Err(Fault::Duplicate), "{text}");
        }
        assert_eq!(skim(r#"{"a":{"a":1},"b":{"a":1}}"#), Ok(()));
    }

    #[test]
    fn nesting_has_an_end() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(skim(&nested(16)), Ok(()));
        assert_eq!(skim(&nested(17)), Err(Fault::Syntax));
        assert_eq!(skim(&"[".repeat(60_000)), Err(Fault::Syntax));
        assert_eq!(skim(&"{\"a\":".repeat(10_000)), Err(Fault::Syntax));
    }

    #[test]
    fn an_object_has_at_most_4096_members() {
        let object = |count: usize| {
            let members: Vec<_> = (0..count).map(|name| format!("\"{name}\":[]")).collect();
            format!("[{{{}}}]", members.join(","))
        };
        assert_eq!(skim(&object(MAX_MEMBERS)), Ok(()));
        assert_eq!(skim(&object(MAX_MEMBERS + 1)), Err(Fault::Syntax));
        // Each object for itself, and an array as many as it likes.
        let beside = format!("[{},{}]", object(MAX_MEMBERS), object(MAX_MEMBERS));
        assert_eq!(skim(&beside), Ok(()));
        assert_eq!(skim(&format!("[{}0]", "0,".repeat(2 * MAX_MEMBERS))), Ok(()));
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_refused_wherever_they_stand() {
        let skim = |text: &[u8]| Value::parse_bytes(text).map(drop);
        assert_eq!(skim("{\"é\":\"😀\"}".as_bytes()), Ok(()));
        for text in [
            &b"\"\xff\""[..],
            b"{\"\xc3\":1}",
            b"\"\xc0\xaf\"",
            b"\"\xed\xa0\x80\"",
            b"\"\xf4\x90\x80\x80\"",
            b"1 \xe2",
            b"\xff",
        ] {
            assert_eq!(skim(text), Err(Fault::Syntax), "{text:?}");
        }
    }

    #[test]
    fn a_string_is_what_its_escapes_say() {
        assert_eq!(read_string(r#""a\u00e9\ud83d\ude00\n\/z""#).as_deref(), Ok("aé😀\n/z"));
        assert_eq!(read_string("1"), Err(Fault::Unexpected));
        assert_eq!(read_string("null"), Err(Fault::Unexpected));
        assert_eq!(read_string("?"), Err(Fault::Syntax));
    }

    #[test]
    fn an_integer_is_a_whole_number_however_it_is_spelt() {
        let integer = |text| Value::parse(text).and_then(Value::integer);
        for (number, texts) in [
            (0, &["0", "-0", "0.00", "-0e5", "0e-5", "0e99999999999999999999"][..]),
            (1000, &["1000", "1000.0", "1e3", "1E+3", "0.001e6", "10.00e2", "100000e-2", "1000.000e0"]),
            (u64::MAX, &["18446744073709551615", "18446744073709551615.0", "1844674407370955161.5e1"]),
        ] {
            for text in texts {
                assert_eq!(integer(text), Ok(number), "{text}");
            }
        }
        for text in [
            "-1",
            "-1e3",
            "1.5",
            "1e-1",
            "10.01e1",
            "1e-99999999999999999999",
            "1e20",
            "1e99999999999999999999",
            "18446744073709551616",
            "18446744073709551615.5",
            "\"1\"",
            "true",
            "null",
            "[]",
            "{}",
        ] {
            assert_eq!(integer(text), Err(Fault::Unexpected), "{text}");
        }
        assert_eq!(integer("-"), Err(Fault::Syntax));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn serde_json_agrees_on_what_is_json(text in r#"([\[\]{}:,"ae1\-.0+ ]|\\u|d800|dc00|\\n|true|null|"a":){0,12}"#) {
            match skim(&text) {
                Ok(()) => prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok()),
                Err(Fault::Duplicate) => {}
                Err(fault) => {
                    prop_assert_eq!(fault, Fault::Syntax);
                    prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_err());
                }
            }
        }

        #[test]
        fn a_number_is_the_same_in_each_spelling(number in any::<u64>(), zeros in 0..12_usize, point in 0..30_usize) {
            let mut digits = format!("{number:030}{}", "0".repeat(zeros));
            digits.insert(30 + zeros - point.min(30 + zeros - 1), '.');
            let plain = digits.trim_start_matches('0').trim_end_matches('.');
            let (before, after) = plain.split_once('.').unwrap_or((plain, ""));
            let before = if before.is_empty() { "0" } else { before };
            let after = if after.is_empty() { "0" } else { after };
            let exponent = i64::try_from(point).unwrap() - i64::try_from(zeros).unwrap();
            let text = format!("{before}.{after}e{exponent}");
            prop_assert_eq!(Value::parse(&text).and_then(Value::integer), Ok(number), "{}", text);
        }

        #[test]
        fn strings_of_serde_json_are_read_back(text in any::<String>()) {
            let written = serde_json::Value::from(text.as_str()).to_string();
            prop_assert_eq!(read_string(&written), Ok(text));
        }
    }
}
