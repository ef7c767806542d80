//! What a caller demands of a genuine token.

use alloc::string::String;

use super::payload::Validity;
use super::{Claims, Node, Reason, Refusal};
use crate::time::Timestamp;

/// What the caller demands of a token besides that it is genuine and valid;
/// `None` leaves a point to the caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expectations<'a> {
    /// The key fingerprint (L-7) of the only issuer taken: a token of another
    /// or of none is refused.
    pub issuer: Option<&'a str>,
    /// Audiences of which the token's `aud` must name one (RFC 7519 section
    /// 4.1.3); of no audiences it can name none.
    pub audience: Option<&'a [&'a str]>,
    /// The product, by its SKU, that `aud` must name, as the service's tokens
    /// do.
    pub product: Option<&'a str>,
    /// The only license taken.
    pub license_arn: Option<&'a str>,
    /// The node this runs on: a token for another or for none is refused
    /// (K-5).
    pub node: Option<Node<'a>>,
    /// How far the clock may be off.
    pub clock_tolerance: ClockTolerance,
}

/// How far this clock and the issuer's may disagree: so much earlier a token
/// begins, and so much later it ends. None if not set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClockTolerance(u32);

impl ClockTolerance {
    /// 10 minutes: RFC 7519 section 4.1.4 allows "no more than a few".
    pub const MAX: Self = Self(600);

    /// This many seconds; `None` past [`ClockTolerance::MAX`].
    #[must_use]
    pub const fn from_seconds(seconds: u32) -> Option<Self> {
        if seconds <= Self::MAX.0 { Some(Self(seconds)) } else { None }
    }

    /// The seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl Expectations<'_> {
    /// Whether the token is what it is expected to be, wherever and whenever
    /// it is used.
    pub(super) fn check_purpose(&self, claims: &Claims) -> Result<(), Refusal> {
        let Claims { issuer, audience, license_arn, .. } = claims;
        if let Some(expected) = self.issuer {
            check_issuer(expected, issuer.as_deref())?;
        }
        if let Some(expected) = self.audience
            && !expected.iter().any(|expected| names(audience, expected))
        {
            return Err(Refusal::new(Reason::AudienceMismatch).with(expected).with(audience.as_slice()));
        }
        if let Some(expected) = self.product
            && !names(audience, expected)
        {
            return Err(Refusal::new(Reason::ProductMismatch).with(expected).with(audience.as_slice()));
        }
        match self.license_arn {
            Some(expected) if expected != license_arn => {
                Err(Refusal::new(Reason::LicenseMismatch).with(expected).with(license_arn.as_str()))
            }
            _ => Ok(()),
        }
    }

    /// Whether the token has begun and not ended.
    pub(super) fn check_time(&self, validity: Validity, now: Timestamp) -> Result<(), Refusal> {
        let Validity { from, until, .. } = validity;
        let tolerance = self.clock_tolerance.seconds();
        if now.plus_seconds(tolerance) < from {
            return Err(Refusal::new(Reason::NotYetValid).with(from).with(now));
        }
        match until {
            Some(at) if now >= at.plus_seconds(tolerance) => {
                Err(Refusal::new(Reason::Expired).with(at).with(now))
            }
            _ => Ok(()),
        }
    }

    /// Whether the token is for this node.
    pub(super) fn check_node(&self, claims: &Claims) -> Result<(), Refusal> {
        let actual = claims.node_id.as_deref();
        match self.node {
            Some(node) if !node.is_meant_by(actual) => {
                Err(Refusal::new(Reason::NodeMismatch).with(&*node.to_text()).with(actual))
            }
            _ => Ok(()),
        }
    }
}

/// Whether the issuer is the one expected.
pub(super) fn check_issuer(expected: &str, actual: Option<&str>) -> Result<(), Refusal> {
    if actual == Some(expected) {
        return Ok(());
    }
    Err(Refusal::new(Reason::IssuerMismatch).with(expected).with(actual))
}

fn names(audience: &[String], expected: &str) -> bool {
    audience.iter().any(|actual| actual == expected)
}
