//! What crosses from JavaScript: one JSON object for each call, its members
//! checked and named by `js/options.js`.

use alloc::string::String;
use alloc::vec::Vec;

use licentia_core::json::{Fault, Reader};
use licentia_core::time::Timestamp;
use licentia_core::token::{Clock, ClockTolerance, Expectations};

use crate::node::NodeOption;

/// The options of `Verifier.create`.
#[derive(Debug, Default)]
pub(crate) struct KeysOptions {
    /// The texts of the keys, each with the issuer they are bound to, if they
    /// are.
    pub(crate) sets: Vec<(Option<String>, String)>,
    /// The names of the algorithms that were brought along.
    pub(crate) algorithms: Vec<String>,
}

/// The options of `Verifier.verify`.
#[derive(Debug, Default)]
pub(crate) struct VerifyOptions {
    /// The time to judge by; `None` where it is out of range.
    pub(crate) now: Option<Timestamp>,
    /// What judges that time, if anything does.
    pub(crate) clock: Option<Clock>,
    /// What `aud` must name one of, if anything.
    pub(crate) audience: Option<Vec<String>>,
    issuer: Option<String>,
    product: Option<String>,
    license_arn: Option<String>,
    node: Option<NodeOption>,
    clock_tolerance: ClockTolerance,
}

impl KeysOptions {
    /// Reads the options.
    ///
    /// # Errors
    /// A [`Fault`] for text that is not Unicode.
    pub(crate) fn read(json: &str) -> Result<Self, Fault> {
        let (mut sets, mut algorithms) = (Vec::new(), Vec::new());
        read(json, &mut |reader, name| match name {
            "keys" => {
                sets.push((None, owned(reader)?));
                Ok(())
            }
            "issuers" => reader.array(&mut |reader| {
                let (mut issuer, mut keys) = (None, String::new());
                reader.object(&mut |reader, name| {
                    match name {
                        "issuer" => issuer = Some(owned(reader)?),
                        "keys" => keys = owned(reader)?,
                        _ => return Err(Fault::Unexpected),
                    }
                    Ok(())
                })?;
                sets.push((issuer, keys));
                Ok(())
            }),
            "algorithms" => reader.array(&mut |reader| {
                algorithms.push(owned(reader)?);
                Ok(())
            }),
            _ => Err(Fault::Unexpected),
        })?;
        Ok(Self { sets, algorithms })
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
                "issuer" => options.issuer = Some(owned(reader)?),
                "audience" => {
                    let texts = options.audience.get_or_insert_default();
                    reader.array(&mut |reader| {
                        texts.push(owned(reader)?);
                        Ok(())
                    })?;
                }
                "product" => options.product = Some(owned(reader)?),
                "licenseArn" => options.license_arn = Some(owned(reader)?),
                "nodeId" => options.node = Some(NodeOption::read(reader)?),
                "clockTolerance" => {
                    let tolerance = seconds(reader).map(ClockTolerance::from_seconds)?;
                    options.clock_tolerance = tolerance.ok_or(Fault::Unexpected)?;
                }
                "clock" => options.clock = Some(clock(reader)?),
                _ => return Err(Fault::Unexpected),
            }
            Ok(())
        })?;
        Ok(options)
    }

    /// What the token must be besides genuine and valid, one of these
    /// audiences included.
    pub(crate) fn expectations<'a>(&'a self, audience: Option<&'a [&'a str]>) -> Expectations<'a> {
        Expectations {
            issuer: self.issuer.as_deref(),
            audience,
            product: self.product.as_deref(),
            license_arn: self.license_arn.as_deref(),
            node: self.node.as_ref().map(NodeOption::node),
            clock_tolerance: self.clock_tolerance,
        }
    }
}

/// Reads an object and nothing after it.
pub(crate) fn read(
    json: &str,
    member: &mut dyn FnMut(&mut Reader<'_>, &str) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut reader = Reader::new(json);
    reader.object(member)?;
    reader.end()
}

pub(crate) fn owned(reader: &mut Reader<'_>) -> Result<String, Fault> {
    Ok(reader.string()?.into_owned())
}

pub(crate) fn seconds(reader: &mut Reader<'_>) -> Result<u32, Fault> {
    u32::try_from(reader.integer()?).map_err(|_| Fault::Unexpected)
}

/// What a `Clock` holds: the latest moment seen and the grace in seconds.
fn clock(reader: &mut Reader<'_>) -> Result<Clock, Fault> {
    let (mut seen, mut grace) = (None, 0);
    reader.object(&mut |reader, name| {
        match name {
            "seen" => seen = time(reader)?,
            "grace" => grace = seconds(reader)?,
            _ => return Err(Fault::Unexpected),
        }
        Ok(())
    })?;
    let mut clock = Clock::start(grace);
    clock.see(seen.ok_or(Fault::Unexpected)?);
    Ok(clock)
}

/// The second a time in whole milliseconds since 1970 lies in, if it is one
/// that a [`Timestamp`] holds.
pub(crate) fn time(reader: &mut Reader<'_>) -> Result<Option<Timestamp>, Fault> {
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
        for json in [
            r#"{"now":0,"nodeID":"a"}"#,
            r#"{"nodeId":"\ud800"}"#,
            r#"{"nodeId":null}"#,
            r#"{"clockTolerance":601}"#,
            r#"{"clock":{"grace":1}}"#,
            "",
        ] {
            assert!(VerifyOptions::read(json).is_err(), "{json}");
        }
        for json in [r#"{"key":"{}"}"#, r#"{"issuers":[{"iss":"a"}]}"#, r#"{"issuers":{}}"#] {
            assert!(KeysOptions::read(json).is_err(), "{json}");
        }
    }
}
