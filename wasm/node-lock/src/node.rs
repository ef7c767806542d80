//! Nodes: the option `nodeId`, and the text of a fingerprint for checkouts.

use alloc::string::String;
use alloc::vec::Vec;

use licentia_core::json::{Fault, Reader};
use licentia_core::token::{Matching, Node, NodeFingerprint};

use crate::answer;
use crate::options::{owned, read};

/// The option `nodeId`.
#[derive(Debug)]
pub(crate) enum NodeOption {
    Named(String),
    Like(NodeFingerprint, Matching),
}

impl NodeOption {
    /// Reads a text, or an object of `components`, `salt` and `match`.
    ///
    /// # Errors
    /// A [`Fault`] where it is neither.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        match owned(reader) {
            Err(Fault::Unexpected) => {}
            read => return read.map(Self::Named),
        }
        let mut marks = Marks::default();
        reader.object(&mut |reader, name| marks.member(reader, name))?;
        Ok(Self::Like(marks.fingerprint()?, marks.matching.ok_or(Fault::Unexpected)?))
    }

    /// What is expected.
    pub(crate) fn node(&self) -> Node<'_> {
        match self {
            Self::Named(name) => Node::Named(name),
            Self::Like(here, matching) => Node::Like { here, matching: *matching },
        }
    }
}

/// Answers the text of the fingerprint of `components` and `salt`.
pub(crate) fn node_id(options: &str) -> String {
    let mut marks = Marks::default();
    let read = read(options, &mut |reader, name| marks.member(reader, name));
    match read.and_then(|()| marks.fingerprint()) {
        Ok(fingerprint) => answer::text(&fingerprint.to_text()),
        Err(_) => answer::misuse("ARGUMENT_INVALID"),
    }
}

/// The marks of a machine, as they cross.
#[derive(Default)]
struct Marks {
    components: Vec<(String, String)>,
    salt: String,
    matching: Option<Matching>,
}

impl Marks {
    fn member(&mut self, reader: &mut Reader<'_>, name: &str) -> Result<(), Fault> {
        match name {
            "components" => reader.object(&mut |reader, name| {
                self.components.push((name.into(), owned(reader)?));
                Ok(())
            })?,
            "salt" => self.salt = owned(reader)?,
            "match" => self.matching = Some(matching(reader)?),
            _ => return Err(Fault::Unexpected),
        }
        Ok(())
    }

    fn fingerprint(&self) -> Result<NodeFingerprint, Fault> {
        let pairs: Vec<_> =
            self.components.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        NodeFingerprint::of(&self.salt, &pairs).map_err(|_| Fault::Unexpected)
    }
}

/// `all`, `most`, or the least number.
fn matching(reader: &mut Reader<'_>) -> Result<Matching, Fault> {
    match reader.string().as_deref() {
        Ok("all") => Ok(Matching::All),
        Ok("most") => Ok(Matching::Most),
        Ok(_) => Err(Fault::Unexpected),
        Err(_) => {
            let least = u8::try_from(reader.integer()?).ok().and_then(|least| least.try_into().ok());
            least.map(Matching::AtLeast).ok_or(Fault::Unexpected)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_all_most_or_a_number_from_1() {
        let rule = |text| matching(&mut Reader::new(text));
        assert_eq!(rule("\"all\""), Ok(Matching::All));
        assert_eq!(rule("\"most\""), Ok(Matching::Most));
        assert_eq!(rule("2"), Ok(Matching::AtLeast(2.try_into().unwrap())));
        for text in ["0", "256", "1.5", "\"any\"", "null", "true"] {
            assert!(rule(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_machine_is_refused() {
        for json in [
            "{}",
            r#"{"components":{}}"#,
            r#"{"components":{"a":" "}}"#,
            r#"{"components":{"A":"x"}}"#,
            r#"{"components":{"a":null}}"#,
            r#"{"components":{"a":"x"},"salts":""}"#,
        ] {
            assert!(node_id(json).contains("ARGUMENT_INVALID"), "{json}");
        }
        assert!(node_id(r#"{"components":{"a":"x"},"salt":"s"}"#).starts_with(r#"{"text":"v1;a="#));
    }
}
