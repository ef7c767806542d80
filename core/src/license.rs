//! A license: a series of immutable versions, and its status.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::arn::{AccountId, LicenseArn};
use crate::entitlement::Entitlement;
use crate::renewal::RenewType;
use crate::time::Timestamp;
pub use crate::validity::Validity;

/// The issuer's name in licenses that were bought on AWS Marketplace.
const MARKETPLACE: &str = "AWS/Marketplace";

/// One version of a license, as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct License {
    /// Never changes.
    pub license_arn: LicenseArn,
    /// What this version says.
    #[serde(flatten)]
    pub terms: Terms,
    /// The vendor's name for the product; not unique, never changes (L-8).
    #[serde(rename = "ProductSKU")]
    pub product_sku: String,
    /// Where the license is changed; never changes.
    pub home_region: String,
    /// As stored: see [`License::status_at`] for the status the clock makes.
    pub status: Status,
    /// For whom the license was issued; never changes.
    pub beneficiary: String,
    /// When version 1 was made.
    pub create_time: Timestamp,
    /// Counted from 1 (L-11).
    pub version: Version,
}

/// What a vendor may change with a new version (L-12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Terms {
    /// The name people see.
    pub license_name: String,
    /// The product people see.
    pub product_name: String,
    /// Who signs.
    pub issuer: Issuer,
    /// When the license may be used.
    pub validity: Validity,
    /// At least one, each name once (L-4, E-2).
    pub entitlements: Vec<Entitlement>,
    /// How it may be used.
    pub consumption_configuration: ConsumptionConfiguration,
    /// Free pairs, in the order they were sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub license_metadata: Vec<Metadata>,
}

/// The vendor as the API's `IssuerDetails` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Issuer {
    /// The business name.
    pub name: String,
    /// The key that signs; absent means the account's own keys (L-6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_key: Option<String>,
    /// See [`key_fingerprint`].
    pub key_fingerprint: String,
}

/// How a license may be consumed: at least one of the two (L-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ConsumptionConfiguration {
    /// Absent means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renew_type: Option<RenewType>,
    /// Connected use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisional_configuration: Option<ProvisionalConfiguration>,
    /// Offline use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub borrow_configuration: Option<BorrowConfiguration>,
}

/// Connected use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProvisionalConfiguration {
    /// How long a checkout lasts, in minutes, at least 1.
    pub max_time_to_live_in_minutes: u32,
}

/// Offline use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BorrowConfiguration {
    /// Whether a borrowed license may come back before it expires (I-2).
    pub allow_early_check_in: bool,
    /// How long a borrow lasts, in minutes, at least 1.
    pub max_time_to_live_in_minutes: u32,
}

/// A free pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Metadata {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// The number of a license version, a decimal string on the wire (L-11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version(u64);

/// The text is not a version: decimal digits of a number from 1 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAVersion;

/// The status of a license (section 2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Usable.
    Available,
    /// Still processing.
    PendingAvailable,
    /// The issuer deactivated it.
    Deactivated,
    /// Suspended.
    Suspended,
    /// Past the end of its term.
    Expired,
    /// Being deleted.
    PendingDelete,
    /// Deleted; readable for six months (L-24).
    Deleted,
}

/// Why terms are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TermsFault {
    /// The validity ends before or when it begins (L-3).
    EndNotAfterBegin(Validity),
    /// No entitlement (L-4).
    NoEntitlements,
    /// Two entitlements of one name (E-2).
    DuplicateEntitlement(String),
    /// Neither provisional nor borrow configuration (L-5).
    NoConsumption,
    /// A time to live of 0 minutes (L-5).
    NoTimeToLive,
}

/// Why a license cannot become what was asked (section 2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransitionFault {
    /// Not a status an issuer can set (L-19).
    NotSettable(Status),
    /// Deleted licenses stay as they are.
    Deleted,
    /// The table has no such step.
    NoSuchStep {
        /// The status as it is.
        from: Status,
        /// The status asked for.
        to: Status,
    },
    /// An expired license comes back with a later end and AVAILABLE only.
    StillExpired,
}

/// `aws:<owner>:<issuer's name>:issuer-fingerprint` (L-7).
#[must_use]
pub fn key_fingerprint(owner: &AccountId, issuer_name: &str) -> String {
    alloc::format!("aws:{owner}:{issuer_name}:issuer-fingerprint")
}

impl Terms {
    /// Everything that is wrong with the terms, in the order of the members;
    /// nothing if they make a license.
    #[must_use]
    pub fn faults(&self) -> Vec<TermsFault> {
        let mut faults = Vec::new();
        if self.validity.end.is_some_and(|end| end <= self.validity.begin) {
            faults.push(TermsFault::EndNotAfterBegin(self.validity));
        }
        if self.entitlements.is_empty() {
            faults.push(TermsFault::NoEntitlements);
        }
        let mut names: Vec<&str> = self.entitlements.iter().map(|e| e.name.as_str()).collect();
        names.sort_unstable();
        let mut repeated: Vec<&str> = names.windows(2).filter_map(same_name).collect();
        repeated.dedup();
        faults.extend(repeated.into_iter().map(|name| TermsFault::DuplicateEntitlement(name.into())));
        let ConsumptionConfiguration { provisional_configuration, borrow_configuration, .. } =
            self.consumption_configuration;
        let lives = [
            provisional_configuration.map(|p| p.max_time_to_live_in_minutes),
            borrow_configuration.map(|b| b.max_time_to_live_in_minutes),
        ];
        if lives == [None, None] {
            faults.push(TermsFault::NoConsumption);
        }
        if lives.contains(&Some(0)) {
            faults.push(TermsFault::NoTimeToLive);
        }
        faults
    }
}

fn same_name<'a>(pair: &[&'a str]) -> Option<&'a str> {
    match pair {
        [a, b] if a == b => Some(a),
        _ => None,
    }
}

impl License {
    /// The account that issued it and owns it (L-1).
    #[must_use]
    pub const fn owner(&self) -> &AccountId {
        self.license_arn.owner()
    }

    /// Whether it was bought on AWS Marketplace, where grants have rules of
    /// their own (G-18, G-21, G-22).
    #[must_use]
    pub fn is_from_marketplace(&self) -> bool {
        self.terms.issuer.name == MARKETPLACE
    }

    /// The status as the clock makes it: past its end, a license is EXPIRED,
    /// whatever was stored (section 2.3).
    #[must_use]
    pub fn status_at(&self, now: Timestamp) -> Status {
        match self.status {
            Status::Available | Status::Deactivated | Status::Suspended
                if self.terms.validity.end.is_some_and(|end| now >= end) =>
            {
                Status::Expired
            }
            status => status,
        }
    }

    /// The next version: other terms, another status, the rest as it is (L-13).
    ///
    /// # Errors
    /// [`TransitionFault`] where the table of section 2.3 has no such step.
    pub fn revised(&self, terms: Terms, status: Status, now: Timestamp) -> Result<Self, TransitionFault> {
        self.check_transition(&terms, status, now)?;
        Ok(Self { terms, status, version: self.version.next(), ..self.clone() })
    }

    fn check_transition(&self, terms: &Terms, to: Status, now: Timestamp) -> Result<(), TransitionFault> {
        use Status::{Available, Deactivated, Deleted, Expired, PendingAvailable, PendingDelete, Suspended};
        if !matches!(to, Available | Deactivated | Suspended) {
            return Err(TransitionFault::NotSettable(to));
        }
        let later_end = match (self.terms.validity.end, terms.validity.end) {
            (Some(old), Some(new)) => new > old,
            (Some(_), None) => true,
            (None, _) => false,
        };
        match (self.status_at(now), to) {
            (Deleted | PendingDelete, _) => Err(TransitionFault::Deleted),
            (Expired, Available) if later_end => Ok(()),
            (Expired, _) => Err(TransitionFault::StillExpired),
            (Available | Deactivated, _) | (Suspended, Available | Suspended) => Ok(()),
            (from @ (Suspended | PendingAvailable), _) => Err(TransitionFault::NoSuchStep { from, to }),
        }
    }
}

impl Version {
    /// The first version of every license.
    pub const FIRST: Self = Self(1);

    /// Reads a version.
    ///
    /// # Errors
    /// [`NotAVersion`] for anything but decimal digits of a number from 1 on.
    pub fn parse(text: &str) -> Result<Self, NotAVersion> {
        let canonical = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
        if canonical { text.parse().map(Self).map_err(|_| NotAVersion) } else { Err(NotAVersion) }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for Version {
    type Error = NotAVersion;

    fn try_from(text: String) -> Result<Self, NotAVersion> {
        Self::parse(&text)
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        alloc::format!("{version}")
    }
}

impl fmt::Display for NotAVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a version such as 1")
    }
}

impl Status {
    /// Every status, in the order of the interface description.
    pub const ALL: [Self; 7] = [
        Self::Available,
        Self::PendingAvailable,
        Self::Deactivated,
        Self::Suspended,
        Self::Expired,
        Self::PendingDelete,
        Self::Deleted,
    ];

    /// The status as the API spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "AVAILABLE",
            Self::PendingAvailable => "PENDING_AVAILABLE",
            Self::Deactivated => "DEACTIVATED",
            Self::Suspended => "SUSPENDED",
            Self::Expired => "EXPIRED",
            Self::PendingDelete => "PENDING_DELETE",
            Self::Deleted => "DELETED",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for TermsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndNotAfterBegin(Validity { begin, end: Some(end) }) => {
                write!(f, "Validity: End `{end}` must be later than Begin `{begin}`")
            }
            Self::EndNotAfterBegin(Validity { begin, end: None }) => {
                write!(f, "Validity: End must be later than Begin `{begin}`")
            }
            Self::NoEntitlements => f.write_str("Entitlements: at least one is needed"),
            Self::DuplicateEntitlement(name) => {
                write!(f, "Entitlements: `{name}` is named more than once; give each its own name")
            }
            Self::NoConsumption => f.write_str(
                "ConsumptionConfiguration: a ProvisionalConfiguration (connected use), a BorrowConfiguration \
                 (offline use) or both are needed",
            ),
            Self::NoTimeToLive => {
                f.write_str("ConsumptionConfiguration: MaxTimeToLiveInMinutes must be at least 1")
            }
        }
    }
}

impl fmt::Display for TransitionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSettable(status) => {
                write!(f, "status `{status}` cannot be set; choose AVAILABLE, DEACTIVATED or SUSPENDED")
            }
            Self::Deleted => f.write_str("the license is deleted; create a new one"),
            Self::NoSuchStep { from, to } => write!(f, "a license that is {from} cannot become {to}"),
            Self::StillExpired => f.write_str(
                "the license is expired; only status AVAILABLE with a later Validity.End brings it back",
            ),
        }
    }
}
