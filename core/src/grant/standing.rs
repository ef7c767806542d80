//! What a grant has come to: computed on reading from what it was made under,
//! so that whatever happens there shows at once (G-27 to G-29, L-25).

use core::fmt;

use super::operations::{AllowedOperation, Operations};
use super::record::Grant;
use super::status::GrantStatus;
use crate::license::Status;

/// What a grant has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// DELETED with the license or with a grant above it, else as stored.
    pub status: GrantStatus,
    /// What the chain leaves of the granted operations (G-29).
    pub operations: Operations,
    /// A grant above it that is accepted no more, or not active any more: new
    /// checkouts, extensions and tokens under it fail (G-28).
    pub held_up: Option<GrantStatus>,
}

/// Why a grant is of no use for an operation now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotUsable {
    /// It is not ACTIVE (G-17, G-28).
    NotActive(GrantStatus),
    /// The grant it was made under is not ACTIVE (G-28).
    HeldUp(GrantStatus),
    /// The operation is not among those granted (K-7).
    NotGranted(AllowedOperation),
}

impl Standing {
    /// What the grant has come to, under its license and the grants from the
    /// license down to it.
    pub fn of<'a>(grant: &Grant, license: Status, above: impl IntoIterator<Item = &'a Grant>) -> Self {
        let is_deleted = matches!(license, Status::Deleted | Status::PendingDelete);
        let start = Self {
            status: if is_deleted { GrantStatus::Deleted } else { grant.grant_status },
            operations: grant.granted_operations,
            held_up: None,
        };
        let mut standing = above.into_iter().fold(start, Self::under);
        // A grant that was rejected before stays so.
        if grant.grant_status == GrantStatus::Rejected {
            standing.status = GrantStatus::Rejected;
        }
        standing
    }

    fn under(mut self, parent: &Grant) -> Self {
        use GrantStatus::{Active, Deleted, PendingDelete, PendingWorkflow, WorkflowCompleted};
        match parent.grant_status {
            Deleted | PendingDelete => self.status = Deleted,
            Active | PendingWorkflow | WorkflowCompleted => {}
            status => self.held_up = self.held_up.or(Some(status)),
        }
        self.operations = self.operations.and(parent.granted_operations);
        self
    }

    /// Whether the grantee may do this now (G-17, G-28, K-7).
    ///
    /// # Errors
    /// [`NotUsable`] says why not.
    pub fn usable(&self, operation: AllowedOperation) -> Result<(), NotUsable> {
        self.active()?;
        if self.operations.contains(operation) { Ok(()) } else { Err(NotUsable::NotGranted(operation)) }
    }

    /// Whether the grant can be used at all now (G-17, G-28).
    ///
    /// # Errors
    /// [`NotUsable`] says why not.
    pub const fn active(&self) -> Result<(), NotUsable> {
        match (self.status, self.held_up) {
            (GrantStatus::Active, Some(parent)) => Err(NotUsable::HeldUp(parent)),
            (GrantStatus::Active, None) => Ok(()),
            (status, _) => Err(NotUsable::NotActive(status)),
        }
    }
}

impl fmt::Display for NotUsable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotActive(GrantStatus::PendingAccept) => f.write_str(
                "the grant is PENDING_ACCEPT: accept it with AcceptGrant, then activate it with CreateGrantVersion",
            ),
            Self::NotActive(GrantStatus::Disabled) => {
                f.write_str("the grant is DISABLED: activate it with CreateGrantVersion and Status ACTIVE")
            }
            Self::NotActive(status) => write!(f, "the grant is {status}"),
            Self::HeldUp(status) => {
                write!(f, "the grant that it was made under is {status}; its grantee must activate it again")
            }
            Self::NotGranted(operation) => write!(f, "the grant does not allow {operation}"),
        }
    }
}
