//! What crosses from JavaScript: one JSON object for each call, its members
//! checked and named by `js/options.js`.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use licentia_core::json::{Fault, Object, Value};
use licentia_core::time::Timestamp;
use licentia_core::token::{Clock, ClockTolerance, Expectations, Node};

/// The options of `Verifier.create`.
#[derive(Debug)]
pub(crate) struct KeysOptions<'a> {
    /// The texts of the keys, each with the issuer they are bound to, if they
    /// are.
    pub(crate) sets: Vec<(Option<Cow<'a, str>>, Cow<'a, str>)>,
    /// The names of the algorithms that were brought along.
    pub(crate) algorithms: Vec<Cow<'a, str>>,
}

/// The options of `Verifier.verify`.
#[derive(Debug)]
pub(crate) struct VerifyOptions<'a> {
    /// The time to judge by; `None` where it is out of range.
    pub(crate) now: Option<Timestamp>,
    /// What judges that time, if anything does.
    pub(crate) clock: Option<Clock>,
    issuer: Option<Cow<'a, str>>,
    audience: Option<Vec<Cow<'a, str>>>,
    product: Option<Cow<'a, str>>,
    license_arn: Option<Cow<'a, str>>,
    node_id: Option<Cow<'a, str>>,
    clock_tolerance: ClockTolerance,
}

impl<'a> KeysOptions<'a> {
    /// Reads the options.
    ///
    /// # Errors
    /// A [`Fault`] for text that is not Unicode.
    pub(crate) fn read(json: &'a str) -> Result<Self, Fault> {
        let options = members(json, &["keys", "issuers", "algorithms"])?;
        let mut sets = Vec::new();
        if let Some(keys) = options.string("keys")? {
            sets.push((None, keys));
        }
        if let Some(issuers) = options.get("issuers") {
            for issuer in issuers.array()? {
                let bound = issuer.object()?;
                sets.push((bound.string("issuer")?, bound.string("keys")?.unwrap_or_default()));
            }
        }
        let algorithms = options.read("algorithms", strings)?.unwrap_or_default();
        Ok(Self { sets, algorithms })
    }
}

impl<'a> VerifyOptions<'a> {
    /// Reads the options.
    ///
    /// # Errors
    /// A [`Fault`] for text that is not Unicode.
    pub(crate) fn read(json: &'a str) -> Result<Self, Fault> {
        let options = members(json, &KNOWN)?;
        let tolerance = options.integer("clockTolerance")?.unwrap_or_default();
        let tolerance = u32::try_from(tolerance).ok().and_then(ClockTolerance::from_seconds);
        Ok(Self {
            now: time(options, "now"),
            clock: options.read("clock", clock)?,
            issuer: options.string("issuer")?,
            audience: options.read("audience", strings)?,
            product: options.string("product")?,
            license_arn: options.string("licenseArn")?,
            node_id: options.string("nodeId")?,
            clock_tolerance: tolerance.ok_or(Fault::Unexpected)?,
        })
    }
}

impl VerifyOptions<'_> {
    /// What the token must be besides genuine and valid.
    pub(crate) fn expectations(&self) -> Expectations<'_> {
        Expectations {
            issuer: self.issuer.as_deref(),
            audience: self.audience.as_deref(),
            product: self.product.as_deref(),
            license_arn: self.license_arn.as_deref(),
            node: self.node_id.as_deref().map(Node::Named),
            clock_tolerance: self.clock_tolerance,
        }
    }
}

const KNOWN: [&str; 8] =
    ["now", "clock", "issuer", "audience", "product", "licenseArn", "nodeId", "clockTolerance"];

/// An object of these members alone.
fn members<'a>(json: &'a str, known: &[&str]) -> Result<Object<'a>, Fault> {
    let members = Value::parse(json)?.object()?;
    if members.iter().all(|(name, _)| known.iter().any(|known| name.is(known))) { Ok(members) } else { Err(Fault::Unexpected) }
}

fn strings(value: Value<'_>) -> Result<Vec<Cow<'_, str>>, Fault> {
    value.array()?.map(Value::string).collect()
}

/// What a `Clock` holds: the latest moment seen and the grace in seconds.
fn clock(value: Value<'_>) -> Result<Clock, Fault> {
    let members = value.object()?;
    let grace = members.integer("grace")?.and_then(|grace| u32::try_from(grace).ok());
    let mut clock = Clock::start(grace.ok_or(Fault::Unexpected)?);
    clock.see(time(members, "seen").ok_or(Fault::Unexpected)?);
    Ok(clock)
}

/// The second a time in whole milliseconds since 1970 lies in, if it is one
/// that a [`Timestamp`] holds.
fn time(members: Object<'_>, name: &'static str) -> Option<Timestamp> {
    let milliseconds = members.integer(name).ok().flatten()?;
    Timestamp::from_unix(milliseconds / 1000).ok()
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
        for json in [r#"{"key":"{}"}"#, r#"{"keys":"\ud800"}"#, r#"{"issuers":{}}"#] {
            assert!(KeysOptions::read(json).is_err(), "{json}");
        }
    }
}
