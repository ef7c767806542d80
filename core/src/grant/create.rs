//! Making a grant (section 7.1).

use super::operations::{AllowedOperation, Operations};
use super::refusal::Refusal;
use super::standing::Standing;
use super::status::{GrantStatus, GrantType, Override};
use crate::arn::AccountId;
use crate::license::{License, Status};
use crate::principal::Principal;
use crate::time::Timestamp;

/// The most grants of a license that are neither REJECTED nor DELETED (G-7).
pub const MOST_GRANTS: u64 = 2_000;

/// What is asked for with a new grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// With whom the license is shared.
    pub principal: Principal,
    /// What it allows.
    pub operations: Operations,
    /// Whom it is for.
    pub grant_type: GrantType,
    /// The status it shall come to by itself.
    pub desired_status: Option<GrantStatus>,
    /// What activating does to others.
    pub activation_override: Option<Override>,
}

/// By which right somebody grants (G-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grantor<'a> {
    /// The owner of the license.
    Owner,
    /// A grantee, whose grant stands so.
    Grantee(&'a Standing),
}

/// How the principal stands to the organization that the grantor manages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// It has nothing to do with it, or the grantor manages none.
    None,
    /// The organization has no such unit.
    UnknownUnit,
    /// It is the organization, a unit of it, or one of its accounts.
    Managed {
        /// Whether the organization has all features.
        all_features: bool,
        /// Whether it is linked (`EnableIntegration`).
        linked: bool,
        /// Whether the unit is in another unit.
        nested: bool,
    },
}

/// How a new grant begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// The grantee is to accept it.
    Pending,
    /// It is accepted by itself (G-19).
    Accepted,
    /// It is accepted and activated for this account by itself (G-18).
    Activated(AccountId),
    /// It is distributed to the members first (G-25).
    Distributed,
}

impl Ties {
    /// Whether the grantor distributes to its members as a management account
    /// whose organization is linked, with all features (G-19).
    #[must_use]
    pub const fn are_linked(self) -> bool {
        matches!(self, Self::Managed { all_features: true, linked: true, .. })
    }
}

/// How this grant of the license, made by `maker`, begins.
///
/// # Errors
/// [`Refusal`] by the first rule that it breaks.
pub fn create(
    wanted: &Wanted,
    license: &License,
    maker: &AccountId,
    grantor: Grantor<'_>,
    ties: Ties,
    now: Timestamp,
) -> Result<Start, Refusal> {
    check_options(wanted, license)?;
    if wanted.principal.account() == Some(maker) {
        return Err(Refusal::ToOneself);
    }
    match license.status_at(now) {
        Status::Available => {}
        status => return Err(Refusal::LicenseNotAvailable(status)),
    }
    let (held, is_owner) = match grantor {
        Grantor::Owner => (Operations::ALL, true),
        Grantor::Grantee(standing) => (standing.operations, false),
    };
    check_operations(wanted.operations, wanted.grant_type, held, is_owner)?;
    let Some(account) = wanted.principal.account() else {
        return check_ties(ties).map(|()| Start::Distributed);
    };
    Ok(match (license.is_from_marketplace() && is_owner, ties.are_linked()) {
        (true, _) => Start::Activated(account.clone()),
        (false, true) => Start::Accepted,
        (false, false) => Start::Pending,
    })
}

/// Whether one more grant of a license that has so many is made (G-7).
///
/// # Errors
/// [`Refusal::TooMany`] if not.
pub const fn check_room(live: u64) -> Result<(), Refusal> {
    if live < MOST_GRANTS { Ok(()) } else { Err(Refusal::TooMany) }
}

fn check_options(wanted: &Wanted, license: &License) -> Result<(), Refusal> {
    match wanted.desired_status {
        Some(GrantStatus::Active) if wanted.principal.account().is_some() => {
            return Err(Refusal::DesiredStatusForAccount);
        }
        Some(GrantStatus::Active) | None => {}
        Some(status) => return Err(Refusal::DesiredStatusNotActive(status)),
    }
    match wanted.activation_override {
        Some(_) => check_override(license, wanted.desired_status),
        None => Ok(()),
    }
}

/// An override is of use to Marketplace licenses, while activating (G-21).
pub(super) fn check_override(license: &License, status: Option<GrantStatus>) -> Result<(), Refusal> {
    if !license.is_from_marketplace() {
        return Err(Refusal::OverrideNotMarketplace);
    }
    if status == Some(GrantStatus::Active) { Ok(()) } else { Err(Refusal::OverrideNotActivating) }
}

/// What a grant of this type may allow, made by one who holds so much (G-3,
/// G-4, G-6).
pub(super) fn check_operations(
    operations: Operations,
    grant_type: GrantType,
    held: Operations,
    is_owner: bool,
) -> Result<(), Refusal> {
    match grant_type {
        GrantType::DelegateGrant if operations != Operations::DELEGATE => {
            return Err(Refusal::DelegateSeesOnly);
        }
        GrantType::BuyerGrant if operations.contains(AllowedOperation::ListReceivedLicenses) => {
            return Err(Refusal::NotForBuyers);
        }
        GrantType::DelegateGrant | GrantType::BuyerGrant => {}
    }
    if !is_owner && operations.contains(AllowedOperation::CreateGrant) {
        return Err(Refusal::SharedTwice);
    }
    if operations.is_within(held) { Ok(()) } else { Err(Refusal::NotHeld(operations.without(held))) }
}

/// Who may name an organization or a unit (G-24).
const fn check_ties(ties: Ties) -> Result<(), Refusal> {
    match ties {
        Ties::None => Err(Refusal::NotManaged),
        Ties::UnknownUnit => Err(Refusal::UnknownUnit),
        Ties::Managed { all_features: false, .. } => Err(Refusal::NotAllFeatures),
        Ties::Managed { linked: false, .. } => Err(Refusal::NotLinked),
        Ties::Managed { nested: true, .. } => Err(Refusal::NestedUnit),
        Ties::Managed { .. } => Ok(()),
    }
}
