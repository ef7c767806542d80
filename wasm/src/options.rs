//! What crosses from JavaScript: one JSON object for each call, its members
//! checked and named by `js/options.js`.

use alloc::string::String;

use licentia_core::json::{Fault, Reader};
use licentia_core::time::Timestamp;
use licentia_core::token::{Expectations, Node};

/// The options of `Verifier.create`.
#[derive(Debug, Default)]
pub(crate) struct KeysOptions {
    /// The text of the keys.
    pub(crate) keys: String,
}

/// The options of `Verifier.verify`.
#[derive(Debug, Default)]
pub(crate) struct VerifyOptions {
    /// The time to judge by; `None` where it is out of range.
    pub(crate) now: Option<Timestamp>,
    /// The node this runs on, if it is to be checked.
    node_id: Option<String>,
}

impl KeysOptions {
    /// Reads the options.
    ///
    /// # Errors
    /// A [`Fault`] for text that is not Unicode.
    pub(crate) fn read(json: &str) -> Result<Self, Fault> {
        let mut options = Self::default();
        read(json, &mut |reader, name| {
            match name {
                "keys" => options.keys = reader.string()?.into_owned(),
                _ => return Err(Fault::Unexpected),
            }
            Ok(())
        })?;
        Ok(options)
    }
}

impl VerifyOptions {
    /// Reads the options.
    ///
    /// # Errors
    /// A [`Fault`] for text that is not Unicode.
    pub(crate) fn read(json: &str) -> Result<Self, Fault> {
        let mut options = Self::default();
        read(json, &mut |reader, name| {
            match name {
                "now" => options.now = time(reader)?,
                "nodeId" => options.node_id = Some(reader.string()?.into_owned()),
                _ => return Err(Fault::Unexpected),
            }
            Ok(())
        })?;
        Ok(options)
    }

    /// What the token must be besides genuine and valid.
    pub(crate) fn expectations(&self) -> Expectations<'_> {
        Expectations { node: self.node_id.as_deref().map(Node::Named), ..Expectations::default() }
    }
}

fn read(json: &str, member: &mut dyn FnMut(&mut Reader<'_>, &str) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut reader = Reader::new(json);
    reader.object(member)?;
    reader.end()
}

/// The second a time in whole milliseconds since 1970 lies in, if it is one
/// that a [`Timestamp`] holds.
fn time(reader: &mut Reader<'_>) -> Result<Option<Timestamp>, Fault> {
    match reader.integer() {
        Ok(milliseconds) => Ok(Timestamp::from_unix(milliseconds / 1000).ok()),
        Err(Fault::Unexpected) => Ok(None),
        Err(fault) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(number: &str) -> Option<Timestamp> {
        VerifyOptions::read(&format!("{{\"now\":{number}}}")).unwrap().now
    }

    #[test]
    fn a_time_is_its_whole_second() {
        assert_eq!(now("0"), Some(Timestamp::MIN));
        assert_eq!(now("1999").map(Timestamp::unix), Some(1));
        assert_eq!(now("253402300799999"), Some(Timestamp::MAX));
    }

    #[test]
    fn times_before_1970_or_after_9999_or_none_at_all_are_out_of_range() {
        for out in ["-1", "-1e+300", "253402300800000", "1e+300", "99999999999999999999"] {
            assert_eq!(now(out), None, "{out}");
        }
        assert_eq!(VerifyOptions::read("{}").unwrap().now, None);
    }

    #[test]
    fn members_that_are_not_known_or_not_unicode_are_faults() {
        for json in [r#"{"now":0,"nodeID":"a"}"#, r#"{"nodeId":"\ud800"}"#, r#"{"nodeId":null}"#, ""] {
            assert!(VerifyOptions::read(json).is_err(), "{json}");
        }
        assert!(KeysOptions::read(r#"{"key":"{}"}"#).is_err());
    }
}
