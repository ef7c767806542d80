//! Values of the request against values of the policy.

use alloc::borrow::{Cow, ToOwned};
use alloc::format;
use core::net::IpAddr;

use super::arn::{arn_matches, is_arn_pattern};
use super::evaluate::Context;
use super::fault::Defect;
use super::operator::{Comparison, Operator, Relation};
use super::pattern::{Same, Token, ignoring_case, matches};
use super::template::{Meaning, Template};
use crate::time::Timestamp;

/// What a boolean is compared with.
pub(super) const BOOLEAN: &str = "true or false";

/// A value of the policy, read as its operator reads it.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    /// A text that may hold variables.
    Pattern(Template, Kind),
    /// What holds none.
    Value(Value),
}

/// A value of the policy whose variables are known.
#[derive(Clone, Debug)]
pub(super) enum Known<'a> {
    Pattern(Cow<'a, [Token]>, Kind),
    Value(&'a Value),
}

/// How a pattern is compared.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// Letter by letter.
    Text(Same),
    /// Part by part.
    Arn,
}

/// What is no text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    /// A number: IEEE 754 double precision.
    Number(f64, Relation),
    /// A point in time.
    Date(Timestamp, Relation),
    /// The addresses that share this many leading bits.
    Network(IpAddr, u8),
}

impl Operand {
    /// Reads a value of the policy.
    pub(super) fn parse(operator: Operator, text: &str, variables: bool) -> Result<Self, Defect> {
        let template = |wildcards| Template::parse(text, Meaning { wildcards, variables });
        let (read, expected) = match operator.comparison {
            Comparison::Text(same, wildcards) => {
                return Ok(Self::Pattern(template(wildcards)?, Kind::Text(same)));
            }
            Comparison::Arn => {
                let template = template(true)?;
                let fits = template.constant().is_none_or(is_arn_pattern);
                (
                    fits.then_some(Self::Pattern(template, Kind::Arn)),
                    "ARNs such as arn:aws:iam::111122223333:user/*",
                )
            }
            Comparison::Bool => {
                let template = template(false)?;
                let fits = template.constant().is_none() || boolean(text).is_some();
                (fits.then_some(Self::Pattern(template, Kind::Text(ignoring_case))), BOOLEAN)
            }
            Comparison::Numeric(relation) => {
                (number(text).map(|number| Self::Value(Value::Number(number, relation))), "numbers")
            }
            Comparison::Date(relation) => (
                date(text).map(|date| Self::Value(Value::Date(date, relation))),
                "times such as 2026-11-22T10:00:00Z or seconds since 1970",
            ),
            Comparison::IpAddress => (
                network(text).map(|(address, prefix)| Self::Value(Value::Network(address, prefix))),
                "addresses and networks such as 203.0.113.0/24",
            ),
        };
        read.ok_or_else(|| Defect::Value { operator: operator.name, value: text.to_owned(), expected })
    }

    /// With the values of its variables, unless one has none.
    pub(super) fn resolve(&self, context: &dyn Context) -> Option<Known<'_>> {
        Some(match self {
            Self::Pattern(template, kind) => Known::Pattern(template.resolve(context)?, *kind),
            Self::Value(value) => Known::Value(value),
        })
    }

    /// The keys of its variables.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        let template = match self {
            Self::Pattern(template, _) => Some(template),
            Self::Value(_) => None,
        };
        template.into_iter().flat_map(Template::keys)
    }
}

impl Known<'_> {
    /// Whether a value of the request compares well with it; one that is not
    /// of its kind never does.
    pub(super) fn matches(&self, value: &str) -> bool {
        match self {
            Self::Pattern(pattern, Kind::Text(same)) => matches(pattern, value, *same),
            Self::Pattern(pattern, Kind::Arn) => arn_matches(pattern, value),
            Self::Value(Value::Number(wanted, relation)) => number(value)
                .and_then(|number| number.partial_cmp(wanted))
                .is_some_and(|order| relation.holds(order)),
            Self::Value(Value::Date(wanted, relation)) => {
                date(value).is_some_and(|date| relation.holds(date.cmp(wanted)))
            }
            Self::Value(Value::Network(network, prefix)) => {
                value.parse().is_ok_and(|address| contains(*network, *prefix, address))
            }
        }
    }
}

/// `true` or `false`, whatever the case.
pub(super) fn boolean(text: &str) -> Option<bool> {
    [("true", true), ("false", false)]
        .into_iter()
        .find_map(|(word, value)| text.eq_ignore_ascii_case(word).then_some(value))
}

/// Neither infinite nor no number, which `f64` reads too.
fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A time, a day or seconds since 1970.
fn date(text: &str) -> Option<Timestamp> {
    if let Ok(seconds) = text.parse() {
        return Timestamp::from_unix(seconds).ok();
    }
    Timestamp::parse(text).or_else(|_| Timestamp::parse(&format!("{text}T00:00:00Z"))).ok()
}

fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, prefix) = match text.split_once('/') {
        None => (text, None),
        Some((address, prefix)) => (address, Some(prefix)),
    };
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.map_or(Some(most), |prefix| prefix.parse().ok())?;
    (prefix <= most).then_some((address, prefix))
}

fn contains(network: IpAddr, prefix: u8, address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let beyond = 32_u32.saturating_sub(u32::from(prefix));
            let differs = network.to_bits() ^ address.to_bits();
            differs.checked_shr(beyond).is_none_or(|differs| differs == 0)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let beyond = 128_u32.saturating_sub(u32::from(prefix));
            let differs = network.to_bits() ^ address.to_bits();
            differs.checked_shr(beyond).is_none_or(|differs| differs == 0)
        }
        // A client of an IPv4 address at a listener of both kinds.
        (IpAddr::V4(_), IpAddr::V6(mapped)) => {
            mapped.to_ipv4_mapped().is_some_and(|address| contains(network, prefix, IpAddr::V4(address)))
        }
        (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}
