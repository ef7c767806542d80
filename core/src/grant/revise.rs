//! A new version of a grant: its name, its operations, whether it is active.

use alloc::string::String;
use alloc::vec::Vec;

use super::create::{check_operations, check_override};
use super::operations::Operations;
use super::record::{Grant, Options};
use super::refusal::Refusal;
use super::standing::Standing;
use super::status::{Event, GrantStatus, Override};
use crate::arn::GrantArn;
use crate::license::License;

/// What a new version changes; what it leaves out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revision {
    /// Another name.
    pub name: Option<String>,
    /// Other operations.
    pub operations: Option<Operations>,
    /// ACTIVE or DISABLED.
    pub status: Option<GrantStatus>,
    /// Why.
    pub reason: Option<String>,
    /// Not for versions (G-20).
    pub desired_status: Option<GrantStatus>,
    /// What activating does to others.
    pub activation_override: Option<Override>,
}

/// Who makes a new version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The account that made the grant.
    Grantor {
        /// What it may grant itself.
        holds: Operations,
        /// Whether the grantee is a member of its organization, which is linked
        /// and has all features: then it may activate for it (G-19).
        manages_grantee: bool,
    },
    /// The account it is for.
    Grantee {
        /// Whether the grantor chose what activating does to others (G-23).
        override_is_set: bool,
    },
}

impl Revision {
    /// The next version of the grant.
    ///
    /// # Errors
    /// [`Refusal`] by the first rule that it breaks.
    pub fn of(
        self,
        grant: &Grant,
        standing: &Standing,
        license: &License,
        actor: Actor,
    ) -> Result<Grant, Refusal> {
        self.check_actor(actor)?;
        if self.desired_status.is_some() {
            return Err(Refusal::DesiredStatusInVersion);
        }
        if !standing.status.is_live() {
            return Err(Refusal::Ended(standing.status));
        }
        let mut next = match self.status {
            None => Grant { version: grant.version.next(), ..grant.clone() },
            Some(GrantStatus::Active) => grant.after(standing, Event::Activate, None)?,
            Some(GrantStatus::Disabled) => grant.after(standing, Event::Deactivate, None)?,
            Some(status) => return Err(Refusal::NotSettable(status)),
        };
        next.status_reason = self.reason.or(next.status_reason);
        if let Some(chosen) = self.activation_override {
            check_override(license, self.status)?;
            let before = grant.options.map(|options| options.activation_override_behavior);
            match (actor, before) {
                (Actor::Grantee { override_is_set: true }, Some(set)) if set != chosen => {
                    return Err(Refusal::OverrideIsSet(set));
                }
                _ => next.options = Some(Options { activation_override_behavior: chosen }),
            }
        }
        if let (Some(operations), Actor::Grantor { holds, .. }) = (self.operations, actor) {
            let is_owner = grant.maker() == license.owner();
            check_operations(operations, grant.grant_type, holds, is_owner)?;
            next.granted_operations = operations;
        }
        next.grant_name = self.name.unwrap_or(next.grant_name);
        Ok(next)
    }

    /// The grantor decides on name and operations, the grantee on its being
    /// active, and the grantor too for members of its organization.
    const fn check_actor(&self, actor: Actor) -> Result<(), Refusal> {
        match actor {
            Actor::Grantee { .. } if self.name.is_some() || self.operations.is_some() => {
                Err(Refusal::GrantorDecides)
            }
            Actor::Grantor { manages_grantee: false, .. } if self.status.is_some() => {
                Err(Refusal::GranteeDecides)
            }
            Actor::Grantee { .. } | Actor::Grantor { .. } => Ok(()),
        }
    }
}

/// Which of the other active grants of a Marketplace product are disabled when
/// one is activated with this override (G-21, G-22).
///
/// # Errors
/// [`Refusal::OtherIsActive`] if there are others and nothing says what becomes
/// of them.
pub fn activate(chosen: Option<Override>, mut others: Vec<GrantArn>) -> Result<Vec<GrantArn>, Refusal> {
    match chosen {
        Some(Override::AllGrantsPermittedByIssuer) => Ok(others),
        Some(Override::DistributedGrantsOnly) => Ok(Vec::new()),
        None => others.pop().map_or(Ok(Vec::new()), |other| Err(Refusal::OtherIsActive(other))),
    }
}
