//! What a caller demands of a genuine token.

use alloc::borrow::Cow;

use super::facts::{Facts, Validity};
use super::finding::{Finding, Piece};
use super::{Evidence, Node, Reason, Refusal};
use crate::json::Value;
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
    pub audience: Option<&'a [Cow<'a, str>]>,
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

impl<'a> Expectations<'a> {
    /// Whether the token is what it is expected to be, wherever and whenever
    /// it is used.
    pub(super) fn check_purpose<'b>(&self, facts: &Facts<'b>) -> Result<(), Finding<'b>>
    where
        'a: 'b,
    {
        if let Some(expected) = self.issuer {
            check_issuer(expected, facts.issuer)?;
        }
        let audience = ("audience", Piece::Claims(facts.audience));
        if let Some(expected) = self.audience
            && !expected.iter().any(|expected| names(facts.audience, expected))
        {
            let expected = ("expectedAudience", Piece::Texts(expected));
            return Err(Finding::with_both(Reason::AudienceMismatch, expected, audience));
        }
        if let Some(expected) = self.product
            && !names(facts.audience, expected)
        {
            let expected = ("expectedProduct", Piece::Text(expected));
            return Err(Finding::with_both(Reason::ProductMismatch, expected, audience));
        }
        match self.license_arn {
            Some(expected) if !facts.license_arn.is(expected) => {
                let expected = ("expectedLicenseArn", Piece::Text(expected));
                let actual = ("licenseArn", Piece::Claim(facts.license_arn));
                Err(Finding::with_both(Reason::LicenseMismatch, expected, actual))
            }
            _ => Ok(()),
        }
    }

    /// Whether the token has begun and not ended.
    pub(super) fn check_time(&self, validity: Validity, now: Timestamp) -> Result<(), Finding<'static>> {
        let Validity { from, until, .. } = validity;
        let tolerance = self.clock_tolerance.seconds();
        let here = ("now", Piece::Time(now));
        if now.plus_seconds(tolerance) < from {
            return Err(Finding::with_both(Reason::NotYetValid, ("validFrom", Piece::Time(from)), here));
        }
        match until {
            Some(at) if now >= at.plus_seconds(tolerance) => {
                Err(Finding::with_both(Reason::Expired, ("expiredAt", Piece::Time(at)), here))
            }
            _ => Ok(()),
        }
    }

    /// Whether the token is for this node.
    pub(super) fn check_node(&self, actual: Option<&str>) -> Result<(), Refusal> {
        match self.node {
            Some(node) if !node.is_meant_by(actual) => {
                let expected = Evidence::Text(node.to_text());
                let actual = actual.map_or(Evidence::Nothing, Evidence::from);
                let evidence = [("expectedNodeId", expected), ("nodeId", actual)].into();
                Err(Refusal { reason: Reason::NodeMismatch, evidence })
            }
            _ => Ok(()),
        }
    }
}

/// Whether the issuer is the one expected.
pub(super) fn check_issuer<'a>(expected: &'a str, actual: Option<Value<'a>>) -> Result<(), Finding<'a>> {
    if actual.is_some_and(|actual| actual.is(expected)) {
        return Ok(());
    }
    let expected = ("expectedIssuer", Piece::Text(expected));
    Err(Finding::with_both(Reason::IssuerMismatch, expected, ("issuer", actual.into())))
}

/// Whether the audience, one text or several, is or holds this one.
fn names(audience: Option<Value<'_>>, expected: &str) -> bool {
    audience.is_some_and(|audience| match audience.array() {
        Ok(mut texts) => texts.any(|text| text.is(expected)),
        Err(_) => audience.is(expected),
    })
}
