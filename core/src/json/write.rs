//! The writer: no spaces, members in the order they are given.

use alloc::string::String;

use crate::text;

/// Writes one object; [`finish`](Self::finish) closes it.
#[derive(Debug)]
pub struct ObjectWriter<'w> {
    out: &'w mut String,
    separator: char,
}

/// Writes one array; [`finish`](Self::finish) closes it.
#[derive(Debug)]
pub struct ArrayWriter<'w> {
    out: &'w mut String,
    separator: char,
}

impl<'w> ObjectWriter<'w> {
    /// Opens an object at the end of `out`.
    #[must_use]
    pub fn new(out: &'w mut String) -> Self {
        Self { out, separator: '{' }
    }

    /// A member that is a string.
    pub fn string(&mut self, name: &str, value: &str) {
        string(self.member(name), value);
    }

    /// A member that is a string, or `null` where there is none.
    pub fn string_or_null(&mut self, name: &str, value: Option<&str>) {
        let out = self.member(name);
        match value {
            Some(value) => string(out, value),
            None => out.push_str("null"),
        }
    }

    /// A member that is a whole number.
    pub fn integer(&mut self, name: &str, value: u64) {
        text::push_padded(self.member(name), value, 1);
    }

    /// A member that is an array of strings.
    pub fn strings<T: AsRef<str>>(&mut self, name: &str, values: &[T]) {
        let mut array = ArrayWriter::new(self.member(name));
        for value in values {
            string(array.item(), value.as_ref());
        }
        array.finish();
    }

    /// A member whose value the caller writes.
    pub fn member(&mut self, name: &str) -> &mut String {
        self.out.push(self.separator);
        self.separator = ',';
        string(self.out, name);
        self.out.push(':');
        self.out
    }

    /// Closes the object.
    pub fn finish(self) {
        self.out.push_str(if self.separator == '{' { "{}" } else { "}" });
    }
}

impl<'w> ArrayWriter<'w> {
    /// Opens an array at the end of `out`.
    #[must_use]
    pub fn new(out: &'w mut String) -> Self {
        Self { out, separator: '[' }
    }

    /// An item, which the caller writes.
    pub fn item(&mut self) -> &mut String {
        self.out.push(self.separator);
        self.separator = ',';
        self.out
    }

    /// Closes the array.
    pub fn finish(self) {
        self.out.push_str(if self.separator == '[' { "[]" } else { "]" });
    }
}

/// A string with its quotation marks; only what must be escaped is (RFC 8259
/// section 7).
fn string(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        let digit = char::from_digit(u32::from(letter) & 15, 16).filter(|_| letter < ' ');
        out.push_str(match letter {
            '"' | '\\' => "\\",
            '\0'..='\u{f}' => "\\u000",
            '\u{10}'..='\u{1f}' => "\\u001",
            _ => "",
        });
        out.push(digit.unwrap_or(letter));
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn objects_and_arrays_are_written_without_spaces() {
        let mut out = String::new();
        ObjectWriter::new(&mut out).finish();
        ArrayWriter::new(&mut out).finish();
        let mut object = ObjectWriter::new(&mut out);
        object.string("a", "1");
        object.member("b").push('2');
        object.string_or_null("c", None);
        object.string_or_null("d", Some("3"));
        object.strings("e", &["4", "5"]);
        object.integer("f", u64::MAX);
        object.finish();
        let written = r#"{}[]{"a":"1","b":2,"c":null,"d":"3","e":["4","5"],"f":18446744073709551615}"#;
        assert_eq!(out, written);
    }

    proptest! {
        #[test]
        fn serde_json_reads_what_is_written(name in any::<String>(), value in "[\0-\u{7f}]*|\\PC*") {
            let mut out = String::new();
            let mut object = ObjectWriter::new(&mut out);
            object.string(&name, &value);
            object.finish();
            let read: serde_json::Value = serde_json::from_str(&out).unwrap();
            prop_assert_eq!(read, serde_json::json!({ name: value.to_string() }));
        }
    }
}
