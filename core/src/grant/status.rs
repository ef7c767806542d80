//! The status of a grant, and what changes it (section 7.2).

use core::fmt;

use serde::{Deserialize, Serialize};

macro_rules! spelt {
    ($(#[doc = $about:literal])+ $name:ident { $($variant:ident $text:literal $doc:literal)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $(#[doc = $doc] #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of the interface description.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The value as the API spells it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value the API spells so, if there is one; case matters.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

spelt! {
    /// The status of a grant.
    GrantStatus {
        PendingWorkflow "PENDING_WORKFLOW" "Being distributed."
        PendingAccept "PENDING_ACCEPT" "The grantee has not accepted it yet."
        Rejected "REJECTED" "The grantee rejected it; final."
        Active "ACTIVE" "Accepted and activated: usable."
        FailedWorkflow "FAILED_WORKFLOW" "It could not be distributed."
        Deleted "DELETED" "The grantor deleted it, or what it was made under is gone; final."
        PendingDelete "PENDING_DELETE" "Being deleted."
        Disabled "DISABLED" "Accepted, and not or no longer activated."
        WorkflowCompleted "WORKFLOW_COMPLETED" "Distributed to an organization or a unit: its sub-grants count."
    }
}

spelt! {
    /// Whom a grant is for (G-6).
    GrantType {
        BuyerGrant "BuyerGrant" "One who uses the license."
        DelegateGrant "DelegateGrant" "One who sees what the grantor distributed to buyers."
    }
}

spelt! {
    /// What activating does to other active grants of the product (G-21).
    Override {
        DistributedGrantsOnly "DISTRIBUTED_GRANTS_ONLY" "Leaves them as they are."
        AllGrantsPermittedByIssuer "ALL_GRANTS_PERMITTED_BY_ISSUER" "Disables them."
    }
}

/// What happens to a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The grantee accepts it.
    Accept,
    /// The grantee rejects it.
    Reject,
    /// It is activated.
    Activate,
    /// It is deactivated, by its grantee or because another one was activated.
    Deactivate,
    /// The grantor deletes it.
    Delete,
    /// The last member of the organization has its sub-grant.
    Distribute,
    /// It cannot be distributed.
    Fail,
}

impl GrantStatus {
    /// The table of section 7.2: what the event makes of a grant; none where
    /// the table has no such step (G-13). Deleting is at once complete, since
    /// whatever was made under a deleted grant is deleted with it.
    #[must_use]
    pub const fn after(self, event: Event) -> Option<Self> {
        match (self, event) {
            (Self::PendingWorkflow, Event::Distribute) => Some(Self::WorkflowCompleted),
            (Self::PendingWorkflow, Event::Fail) => Some(Self::FailedWorkflow),
            (Self::PendingAccept, Event::Accept) | (Self::Active, Event::Deactivate) => Some(Self::Disabled),
            (Self::PendingAccept, Event::Reject) => Some(Self::Rejected),
            (Self::Disabled, Event::Activate) => Some(Self::Active),
            (
                Self::PendingWorkflow
                | Self::PendingAccept
                | Self::Active
                | Self::Disabled
                | Self::WorkflowCompleted
                | Self::FailedWorkflow,
                Event::Delete,
            ) => Some(Self::Deleted),
            _ => None,
        }
    }

    /// Whether it counts among the grants of its license (G-7) and can still
    /// change.
    #[must_use]
    pub const fn is_live(self) -> bool {
        !matches!(self, Self::Rejected | Self::Deleted)
    }

    /// As a received license shows it, whose enum has no PENDING_DELETE
    /// (G-32).
    #[must_use]
    pub const fn as_received(self) -> Self {
        match self {
            Self::PendingDelete => Self::Deleted,
            status => status,
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accept => "accepted",
            Self::Reject => "rejected",
            Self::Activate => "activated",
            Self::Deactivate => "deactivated",
            Self::Delete => "deleted",
            Self::Distribute => "distributed",
            Self::Fail => "given up",
        })
    }
}
