//! A grant as the API shows it.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::operations::Operations;
use super::status::{Event, GrantStatus, GrantType, Override};
use super::{Refusal, Standing};
use crate::arn::{AccountId, GrantArn, LicenseArn, NotAName};
use crate::license::Version;
use crate::principal::Principal;

/// One version of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Grant {
    /// Never changes.
    pub grant_arn: GrantArn,
    /// The name people see.
    pub grant_name: String,
    /// What it was made under; never changes (G-11).
    pub parent_arn: Parent,
    /// The license it shares; never changes.
    pub license_arn: LicenseArn,
    /// With whom; never changes.
    pub grantee_principal_arn: Principal,
    /// The license's home Region.
    pub home_region: String,
    /// As stored: see [`Standing`] for what it has come to.
    pub grant_status: GrantStatus,
    /// Why, in the words of whoever changed it (G-16).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<String>,
    /// Counted from 1 (G-15).
    pub version: Version,
    /// As stored: see [`Standing`] for what is left of them.
    pub granted_operations: Operations,
    /// How it is activated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Options>,
    /// Whom it is for.
    pub grant_type: GrantType,
}

/// How a grant is activated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Options {
    /// What that does to other active grants of the product (G-21).
    pub activation_override_behavior: Override,
}

/// What a grant was made under: the license, or another grant (G-11).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Parent {
    /// The owner of the license made the grant.
    License(LicenseArn),
    /// A grantee made it, or it is the sub-grant of an organization's grant.
    Grant(GrantArn),
}

impl Grant {
    /// The account that made it.
    #[must_use]
    pub const fn maker(&self) -> &AccountId {
        self.grant_arn.maker()
    }

    /// The account it is for, if it is for a single one.
    #[must_use]
    pub const fn grantee(&self) -> Option<&AccountId> {
        self.grantee_principal_arn.account()
    }

    /// The next version, after this event (section 7.2).
    ///
    /// # Errors
    /// [`Refusal::NoSuchStep`] where the table has no such step (G-13).
    pub fn after(&self, standing: &Standing, event: Event, reason: Option<String>) -> Result<Self, Refusal> {
        let grant_status =
            standing.status.after(event).ok_or(Refusal::NoSuchStep { from: standing.status, event })?;
        Ok(Self { grant_status, status_reason: reason, version: self.version.next(), ..self.clone() })
    }

    /// The grant as it has come to stand: what was deleted with its parent is
    /// its next and last version (G-15, G-27), and its operations are what the
    /// chain leaves of them (G-29).
    #[must_use]
    pub fn seen(&self, standing: &Standing) -> Self {
        let went_with_parent = standing.status != self.grant_status;
        Self {
            grant_status: standing.status,
            granted_operations: standing.operations,
            version: if went_with_parent { self.version.next() } else { self.version },
            status_reason: if went_with_parent { None } else { self.status_reason.clone() },
            ..self.clone()
        }
    }
}

impl fmt::Display for Parent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::License(arn) => arn.fmt(f),
            Self::Grant(arn) => arn.fmt(f),
        }
    }
}

impl TryFrom<String> for Parent {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, NotAName> {
        GrantArn::parse(&text).map(Self::Grant).or_else(|_| LicenseArn::parse(&text).map(Self::License))
    }
}

impl From<Parent> for String {
    fn from(parent: Parent) -> Self {
        alloc::format!("{parent}")
    }
}
