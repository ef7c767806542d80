//! Why a grant is not made, or not changed.

use core::fmt;

use super::create::MOST_GRANTS;
use super::operations::Operations;
use super::status::{Event, GrantStatus, Override};
use crate::arn::GrantArn;
use crate::license::Status;

/// Why a grant is not made, or not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A BuyerGrant with ListReceivedLicenses (G-6).
    NotForBuyers,
    /// A DelegateGrant with anything else (G-6).
    DelegateSeesOnly,
    /// Operations that the grantor does not hold (G-3).
    NotHeld(Operations),
    /// CreateGrant, by one who is a grantee itself (G-4).
    SharedTwice,
    /// The principal is the grantor's own account (G-9).
    ToOneself,
    /// The principal has a live grant of the license (G-9).
    AlreadyGranted(GrantArn),
    /// The license is not AVAILABLE (G-10).
    LicenseNotAvailable(Status),
    /// The license has all the grants that it can have (G-7).
    TooMany,
    /// Not the organization that the grantor manages, nor a unit of it (G-24).
    NotManaged,
    /// The organization has no such unit.
    UnknownUnit,
    /// The organization has consolidated billing only (G-24).
    NotAllFeatures,
    /// The organization is not linked (G-24).
    NotLinked,
    /// The unit is in another unit (G-24).
    NestedUnit,
    /// A desired status other than ACTIVE (G-20).
    DesiredStatusNotActive(GrantStatus),
    /// A desired status for a single account (G-20).
    DesiredStatusForAccount,
    /// A desired status in a new version (G-20).
    DesiredStatusInVersion,
    /// An override for a license that is not from AWS Marketplace (G-21).
    OverrideNotMarketplace,
    /// An override without activating (G-21).
    OverrideNotActivating,
    /// An override other than the grantor's (G-23).
    OverrideIsSet(Override),
    /// Another grant of the Marketplace product is active (G-22).
    OtherIsActive(GrantArn),
    /// A status that a new version cannot set (G-13).
    NotSettable(GrantStatus),
    /// The table of section 7.2 has no such step (G-13).
    NoSuchStep {
        /// The status as it is.
        from: GrantStatus,
        /// What was to happen.
        event: Event,
    },
    /// The grant has ended for good.
    Ended(GrantStatus),
    /// A grantee changes what the grantor decides.
    GrantorDecides,
    /// A grantor changes what the grantee decides.
    GranteeDecides,
}

/// What is at fault (errors.md 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The caller may not do this to that grant: V.
    Caller,
    /// It does not fit what is stored: I.
    State,
    /// There are too many already: RL.
    Limit,
}

impl Refusal {
    /// What is at fault.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::GrantorDecides | Self::GranteeDecides => Fault::Caller,
            Self::TooMany => Fault::Limit,
            Self::NotForBuyers
            | Self::DelegateSeesOnly
            | Self::NotHeld(_)
            | Self::SharedTwice
            | Self::ToOneself
            | Self::AlreadyGranted(_)
            | Self::LicenseNotAvailable(_)
            | Self::NotManaged
            | Self::UnknownUnit
            | Self::NotAllFeatures
            | Self::NotLinked
            | Self::NestedUnit
            | Self::DesiredStatusNotActive(_)
            | Self::DesiredStatusForAccount
            | Self::DesiredStatusInVersion
            | Self::OverrideNotMarketplace
            | Self::OverrideNotActivating
            | Self::OverrideIsSet(_)
            | Self::OtherIsActive(_)
            | Self::NotSettable(_)
            | Self::NoSuchStep { .. }
            | Self::Ended(_) => Fault::State,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotForBuyers => {
                "AllowedOperations: ListReceivedLicenses is for grants of GrantType DelegateGrant alone"
            }
            Self::DelegateSeesOnly => {
                "AllowedOperations: a DelegateGrant allows ListReceivedLicenses and nothing else"
            }
            Self::NotHeld(operations) => {
                return write!(f, "AllowedOperations: you do not hold {operations} yourself");
            }
            Self::SharedTwice => {
                "AllowedOperations: a license that was granted to you is shared without CreateGrant"
            }
            Self::ToOneself => "Principals: the grant would be to your own account",
            Self::AlreadyGranted(arn) => {
                return write!(
                    f,
                    "Principals: `{arn}` shares the license with this principal already; change that grant, or \
                     delete it first"
                );
            }
            Self::LicenseNotAvailable(status) => {
                return write!(f, "the license is {status}; only an AVAILABLE one can be granted");
            }
            Self::TooMany => {
                return write!(
                    f,
                    "the license has {MOST_GRANTS} grants, the most there can be; delete some, or grant it to an \
                     organization"
                );
            }
            Self::NotManaged => {
                "Principals: only the management account of an organization grants to it and to its units"
            }
            Self::UnknownUnit => "Principals: the organization has no such unit",
            Self::NotAllFeatures => {
                "Principals: the organization has consolidated billing only; enable all its features first"
            }
            Self::NotLinked => {
                "Principals: the organization is not linked; link it first with UpdateServiceSettings and \
                 OrganizationConfiguration.EnableIntegration"
            }
            Self::NestedUnit => {
                "Principals: the unit is in another unit; name the outermost one, which covers those below it"
            }
            Self::DesiredStatusNotActive(status) => {
                return write!(f, "Options.DesiredStatus: `{status}` cannot be desired, only ACTIVE");
            }
            Self::DesiredStatusForAccount => {
                "Options.DesiredStatus is for grants to an organization or a unit; an account activates with \
                 CreateGrantVersion"
            }
            Self::DesiredStatusInVersion => {
                "Options.DesiredStatus is for CreateGrant; CreateGrantVersion takes Status"
            }
            Self::OverrideNotMarketplace => {
                "Options.ActivationOverrideBehavior is for licenses from AWS Marketplace alone"
            }
            Self::OverrideNotActivating => {
                "Options.ActivationOverrideBehavior is for activating alone: send it with the status ACTIVE"
            }
            Self::OverrideIsSet(set) => {
                return write!(f, "Options.ActivationOverrideBehavior: the grantor has set it to {set}");
            }
            Self::OtherIsActive(arn) => {
                return write!(
                    f,
                    "`{arn}` of the same AWS Marketplace product is ACTIVE; deactivate it first, or send \
                     Options.ActivationOverrideBehavior"
                );
            }
            Self::NotSettable(status) => {
                return write!(f, "Status `{status}` cannot be set; choose ACTIVE or DISABLED");
            }
            Self::NoSuchStep { from, event } => {
                return write!(f, "a grant that is {from} cannot be {event}");
            }
            Self::Ended(status) => return write!(f, "the grant is {status} for good; make a new one"),
            Self::GrantorDecides => "its grantor decides on its name and its operations",
            Self::GranteeDecides => {
                "its grantee decides on its status; so does the grantor where the grantee is a member of its linked \
                 organization"
            }
        })
    }
}
