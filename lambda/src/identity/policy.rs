//! Identity policies: the presets, and policies attached to access keys and
//! roles.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use licentia_core::policy::{Policy, PolicyFault};
use serde::{Deserialize, Serialize};

use super::{DirectoryError, PolicyName};

/// Policies of one access key or role at most, as at AWS.
pub const MOST_POLICIES: usize = 10;

macro_rules! presets {
    ($($name:literal)+) => {
        /// Each preset with its text.
        const PRESETS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("presets/", $name, ".json")))),+];
    };
}

presets! {
    "AdministratorAccess"
    "AWSLicenseManagerConsumptionPolicy"
    "LicenseBorrowAccess"
    "LicenseManagerReadOnly"
    "LicenseVendorAccess"
}

static PARSED: LazyLock<BTreeMap<&str, Arc<Policy>>> = LazyLock::new(|| {
    let read = |(name, text): &(&'static str, &str)| Some((*name, Arc::new(Policy::parse(text).ok()?)));
    PRESETS.iter().filter_map(read).collect()
});

/// A policy, and the name it is attached under: a preset, or a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Record", into = "Record")]
pub struct AttachedPolicy {
    name: PolicyName,
    policy: Arc<Policy>,
}

/// Why something cannot be attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAttachable {
    /// The document is no policy.
    Fault(PolicyFault),
    /// A document under the name of a preset.
    NameOfPreset(PolicyName),
    /// There is no preset of this name.
    UnknownPreset(PolicyName),
}

/// A preset stands as its name alone, so that it may grow.
#[derive(Serialize, Deserialize)]
struct Record {
    name: PolicyName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    document: Option<String>,
}

impl AttachedPolicy {
    /// The names of the presets.
    pub fn presets() -> impl Iterator<Item = &'static str> {
        PRESETS.iter().map(|(name, _)| *name)
    }

    /// The preset of this name.
    ///
    /// # Errors
    /// [`NotAttachable::UnknownPreset`].
    pub fn preset(name: PolicyName) -> Result<Self, NotAttachable> {
        match PARSED.get(name.as_str()) {
            Some(policy) => Ok(Self { name, policy: Arc::clone(policy) }),
            None => Err(NotAttachable::UnknownPreset(name)),
        }
    }

    /// A document under a name of its own.
    ///
    /// # Errors
    /// [`NotAttachable::Fault`], or [`NotAttachable::NameOfPreset`].
    pub fn document(name: PolicyName, text: &str) -> Result<Self, NotAttachable> {
        if PARSED.contains_key(name.as_str()) {
            return Err(NotAttachable::NameOfPreset(name));
        }
        let policy = Policy::parse(text).map_err(NotAttachable::Fault)?;
        Ok(Self { name, policy: Arc::new(policy) })
    }

    /// What it is attached under.
    #[must_use]
    pub const fn name(&self) -> &PolicyName {
        &self.name
    }

    /// What it says.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }
}

/// Whether one access key or role can carry all of these.
pub(super) fn check_all(policies: &[AttachedPolicy]) -> Result<(), DirectoryError> {
    if policies.len() > MOST_POLICIES {
        return Err(DirectoryError::TooManyPolicies);
    }
    let taken = |(at, policy): (usize, &AttachedPolicy)| {
        policies.iter().take(at).any(|earlier| earlier.name == policy.name)
    };
    if policies.iter().enumerate().any(taken) { Err(DirectoryError::SamePolicyName) } else { Ok(()) }
}

impl TryFrom<Record> for AttachedPolicy {
    type Error = NotAttachable;

    fn try_from(Record { name, document }: Record) -> Result<Self, NotAttachable> {
        match document {
            Some(text) => Self::document(name, &text),
            None => Self::preset(name),
        }
    }
}

impl From<AttachedPolicy> for Record {
    fn from(AttachedPolicy { name, policy }: AttachedPolicy) -> Self {
        let is_preset = PARSED.contains_key(name.as_str());
        Self { name, document: (!is_preset).then(|| policy.as_str().to_owned()) }
    }
}

impl fmt::Display for NotAttachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::NameOfPreset(name) => {
                write!(f, "`{name}` is the name of a preset; attach the preset, or rename the file")
            }
            Self::UnknownPreset(name) => {
                write!(f, "there is no preset `{name}`; there are")?;
                let mut separator = " ";
                for preset in AttachedPolicy::presets() {
                    write!(f, "{separator}{preset}")?;
                    separator = ", ";
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for NotAttachable {}

#[cfg(test)]
mod tests {
    use licentia_core::policy::{Request, Verdict, evaluate};

    use super::*;
    use crate::operations::license_manager::OPERATIONS;

    fn preset(name: &str) -> AttachedPolicy {
        AttachedPolicy::preset(PolicyName::parse(name).unwrap()).unwrap()
    }

    fn allows(name: &str, action: &str) -> bool {
        let request = Request { action, resource: "*", context: &|_: &str| vec![] };
        evaluate([preset(name).policy()], &request) == Verdict::Allowed
    }

    #[test]
    fn t_9_the_consumption_policy_allows_its_four_operations_and_no_other() {
        let allowed: Vec<&str> = OPERATIONS
            .iter()
            .map(|row| row.name)
            .filter(|name| allows("AWSLicenseManagerConsumptionPolicy", &format!("license-manager:{name}")))
            .collect();
        assert_eq!(allowed, ["CheckInLicense", "CheckoutLicense", "ExtendLicenseConsumption", "GetLicense"]);
    }

    #[test]
    fn borrowing_takes_a_policy_of_its_own() {
        for operation in ["CheckoutBorrowLicense", "CheckInLicense", "GetLicense", "GetLicenseUsage"] {
            assert!(allows("LicenseBorrowAccess", &format!("license-manager:{operation}")), "{operation}");
        }
        assert!(!allows("LicenseBorrowAccess", "license-manager:CheckoutLicense"));
    }

    #[test]
    fn a_vendor_may_what_the_guide_asks_for_and_not_pass_as_a_customer() {
        for operation in
            ["CreateLicense", "DeleteLicense", "CheckInLicense", "GetLicenseUsage", "CreateGrant"]
        {
            assert!(allows("LicenseVendorAccess", &format!("license-manager:{operation}")), "{operation}");
        }
        assert!(allows("LicenseVendorAccess", "kms:GetPublicKey"));
        assert!(!allows("LicenseVendorAccess", "license-manager:AcceptGrant"));
    }

    #[test]
    fn a_reader_changes_nothing_and_an_administrator_may_do_everything() {
        for row in OPERATIONS {
            let action = format!("license-manager:{}", row.name);
            let reads = row.name.starts_with("Get") || row.name.starts_with("List");
            assert_eq!(allows("LicenseManagerReadOnly", &action), reads, "{action}");
            assert!(allows("AdministratorAccess", &action), "{action}");
        }
    }

    #[test]
    fn a_preset_is_stored_as_its_name_and_a_document_as_it_was_written() {
        let text = r#"{ "Statement": { "Effect": "Deny", "Action": "*", "Resource": "*" } }"#;
        let document = AttachedPolicy::document(PolicyName::parse("nothing").unwrap(), text).unwrap();
        let stored = serde_json::to_value([&preset("AdministratorAccess"), &document]).unwrap();
        assert_eq!(
            stored,
            serde_json::json!([{ "name": "AdministratorAccess" }, { "name": "nothing", "document": text }])
        );
        let read: Vec<AttachedPolicy> = serde_json::from_value(stored).unwrap();
        assert_eq!(read, [preset("AdministratorAccess"), document]);
    }

    #[test]
    fn what_says_nothing_clear_is_not_attached() {
        let name = |text| PolicyName::parse(text).unwrap();
        let text = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
        let taken = AttachedPolicy::document(name("AdministratorAccess"), text);
        assert_eq!(taken, Err(NotAttachable::NameOfPreset(name("AdministratorAccess"))));
        let unknown = AttachedPolicy::preset(name("administratoraccess")).unwrap_err();
        assert!(unknown.to_string().contains("LicenseVendorAccess"), "{unknown}");
        assert!(serde_json::from_str::<AttachedPolicy>(r#"{"name": "gone"}"#).is_err());
        assert!(serde_json::from_str::<AttachedPolicy>(r#"{"name": "bad", "document": "{}"}"#).is_err());
    }
}
