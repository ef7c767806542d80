//! The writer: no spaces, members in the order they are given.

use alloc::string::String;
use core::fmt::Write;

/// Writes one object; [`finish`](Self::finish) closes it.
pub(crate) struct ObjectWriter<'w> {
    out: &'w mut String,
    separator: &'static str,
}

impl<'w> ObjectWriter<'w> {
    /// Opens an object at the end of `out`.
    pub(crate) fn new(out: &'w mut String) -> Self {
        Self { out, separator: "{" }
    }

    /// A member that is a string.
    pub(crate) fn string(&mut self, name: &str, value: &str) {
        string(self.member(name), value);
    }

    /// A member that is a whole number.
    #[cfg(feature = "sign")]
    pub(crate) fn integer(&mut self, name: &str, value: u64) {
        // INVARIANT: writing to a String never fails.
        let _ = write!(self.member(name), "{value}");
    }

    /// A member that is an array of strings.
    #[cfg(feature = "sign")]
    pub(crate) fn strings(&mut self, name: &str, values: &[String]) {
        let out = self.member(name);
        let mut separator = '[';
        for value in values {
            out.push(separator);
            separator = ',';
            string(out, value);
        }
        out.push_str(if values.is_empty() { "[]" } else { "]" });
    }

    /// A member whose value the caller writes.
    pub(crate) fn member(&mut self, name: &str) -> &mut String {
        self.out.push_str(self.separator);
        self.separator = ",";
        string(self.out, name);
        self.out.push(':');
        self.out
    }

    /// Closes the object.
    pub(crate) fn finish(self) {
        self.out.push_str(if self.separator == "{" { "{}" } else { "}" });
    }
}

/// A string with its quotation marks; only what must be escaped is (RFC 8259
/// section 7).
fn string(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            '\0'..='\u{1f}' => {
                // INVARIANT: writing to a String never fails.
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_object_is_written_without_spaces() {
        let mut out = String::new();
        ObjectWriter::new(&mut out).finish();
        let mut object = ObjectWriter::new(&mut out);
        object.string("a", "1");
        object.member("b").push('2');
        object.finish();
        assert_eq!(out, r#"{}{"a":"1","b":2}"#);
    }

    proptest! {
        #[test]
        fn serde_json_reads_what_is_written(name in any::<String>(), value in any::<String>()) {
            let mut out = String::new();
            let mut object = ObjectWriter::new(&mut out);
            object.string(&name, &value);
            object.finish();
            let read: serde_json::Value = serde_json::from_str(&out).unwrap();
            prop_assert_eq!(read, serde_json::json!({ name: value.to_string() }));
        }
    }
}
