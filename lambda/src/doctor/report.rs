//! What was found.

use std::fmt;

use licentia_core::arn::LicenseArn;
use licentia_core::quantity::Quantity;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many licenses were looked at, and checkouts of them that hold
    /// something.
    pub licenses: u64,
    /// The same of checkouts.
    pub checkouts: u64,
    /// The pools that do not hold what they should.
    pub drifted: Vec<Drift>,
    /// Licenses that changed whenever they were looked at.
    pub restless: Vec<LicenseArn>,
    /// Licenses whose items could not be read, and why.
    pub unreadable: Vec<(LicenseArn, String)>,
}

/// A pool that does not hold what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// Of this license.
    pub license: LicenseArn,
    /// What the pool says is consumed, and what it should, of each entitlement
    /// of which they differ.
    pub entitlements: Vec<(String, Quantity, Quantity)>,
    /// Whether the pool now says what it should.
    pub is_repaired: bool,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { license, entitlements, is_repaired } = self;
        for (name, said, counted) in entitlements {
            let what = if *is_repaired { "repaired" } else { "drifted" };
            writeln!(f, "{license}: {name}: the pool said {said}, its checkouts hold {counted}: {what}")?;
        }
        Ok(())
    }
}
