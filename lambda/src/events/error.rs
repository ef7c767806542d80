//! Why something about events cannot be done.

use std::fmt;

use crate::store::{CommitError, Unavailable};

/// Why a destination or a dead letter cannot be made, found or changed.
#[derive(Clone, Debug, PartialEq)]
pub enum EventsError {
    /// There is no destination of this name.
    UnknownDestination,
    /// There is no such dead letter any more.
    UnknownLetter,
    /// The store did not do it, or did not say.
    Store(CommitError),
}

impl fmt::Display for EventsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownDestination => {
                f.write_str("there is no such destination; see `licentia events list`")
            }
            Self::UnknownLetter => f.write_str(
                "there is no such dead letter any more, or its destination was removed; see `licentia events \
                 dead-letters list`",
            ),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for EventsError {}

impl From<Unavailable> for EventsError {
    fn from(error: Unavailable) -> Self {
        Self::Store(error.into())
    }
}

impl From<CommitError> for EventsError {
    fn from(error: CommitError) -> Self {
        Self::Store(error)
    }
}
