//! A checkout as it is kept.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::arn::{AccountId, GrantArn, LicenseArn};
use crate::entitlement::Unit;
use crate::license::{Metadata, Version};
use crate::quantity::Quantity;
use crate::time::Timestamp;

/// One checkout, from the moment it was allowed (E-11).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkout {
    /// The handle for check-in and extension (K-6).
    pub token: String,
    /// The license it was taken from.
    pub license_arn: LicenseArn,
    /// The version it was allowed under.
    pub license_version: Version,
    /// Who took it.
    pub account: AccountId,
    /// The identity of the caller in that account.
    pub caller: String,
    /// The token that a customer without an account took it with (T-10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_id: Option<String>,
    /// The grant it was taken under; none where the license's owner took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<GrantArn>,
    /// How it was taken.
    pub kind: Kind,
    /// For whom, where the vendor takes it for a customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneficiary: Option<String>,
    /// The instance it is locked to (K-5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_id: Option<String>,
    /// What the caller wants signed along (B-9).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<Metadata>,
    /// What was allowed, as answered.
    pub allowed: Vec<EntitlementData>,
    /// The names in `allowed` that cannot be checked in (E-4).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<String>,
    /// When it was allowed.
    pub issued_at: Timestamp,
    /// Until when, as answered at first; absent means for good (K-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration: Option<Timestamp>,
    /// Until when, after extensions. Always written, so that a host can
    /// compare it.
    #[serde(default)]
    pub extended_to: Option<Timestamp>,
    /// The signed license token that was answered. A host that can make it
    /// again from the rest need not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_token: Option<String>,
    /// The number by which status lists tell of its signed tokens, if they do:
    /// counted from 0 for each license and grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_index: Option<u64>,
    /// The attempt that reserved what it takes, if a change of its own did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<String>,
    /// The shard of the license's pool that it was taken from, if that was split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<u64>,
    /// How it ended, if it did. Always written, so that a host can compare it.
    #[serde(default)]
    pub ended: Option<Ended>,
}

/// How something is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// For a time that can be extended, while connected (K-2).
    Provisional,
    /// For good (K-3).
    Perpetual,
    /// For a time, offline (section 5).
    Borrow,
}

/// How a checkout ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Ended {
    /// It was checked in.
    CheckedIn,
    /// It ran out, and the pool was told.
    Expired,
}

/// A name, a unit and an amount or text, as the API's `EntitlementData`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EntitlementData {
    /// The entitlement.
    pub name: String,
    /// The granted quantity in decimal digits, or a feature's text (K-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Its unit.
    pub unit: Unit,
}

impl EntitlementData {
    /// The quantity granted; `None` for a feature.
    #[must_use]
    pub fn quantity(&self) -> Option<Quantity> {
        if self.unit == Unit::None { None } else { Quantity::parse(self.value.as_deref()?).ok() }
    }
}

impl Checkout {
    /// When it runs out, extensions included; `None` for good.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.extended_to.or(self.expiration)
    }

    /// Whether it still runs: not ended, and not run out.
    #[must_use]
    pub fn runs_at(&self, now: Timestamp) -> bool {
        self.ended.is_none() && self.expires_at().is_none_or(|at| now < at)
    }

    /// The counted quantities it took, by entitlement name.
    pub fn held(&self) -> impl Iterator<Item = (&str, Quantity)> {
        self.allowed.iter().filter_map(|data| Some((data.name.as_str(), data.quantity()?)))
    }

    /// Whether what it took of this entitlement may come back.
    #[must_use]
    pub fn returns(&self, name: &str) -> bool {
        !self.kept.iter().any(|kept| kept == name)
    }
}

/// The consumption token of a request, 32 hex digits (C-4): the same for a
/// retry, which so finds its own checkout (C-6). The scope tells callers apart
/// that may choose the same client token.
#[must_use]
pub fn consumption_token(scope: &str, operation: &str, client_token: &str) -> String {
    let mut hash = Sha256::new();
    for part in [scope, operation, client_token] {
        hash.update(part.as_bytes());
        // No part can hold this byte: tokens have no white space.
        hash.update(b"\n");
    }
    let digest = hash.finalize();
    let half = digest.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    alloc::format!("{half:032x}")
}
