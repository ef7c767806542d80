//! Why a move ends.

use std::fmt;

use licentia_core::time::NotATime;

use crate::master_key::MasterKeyError;
use crate::place::NothingThere;
use crate::store::{Frozen, Unavailable};

/// Why a move ends. What was done so far stays, and the same move again goes on
/// from there.
#[derive(Debug)]
pub enum MoveError {
    /// There is nothing to be moved.
    NothingThere(NothingThere),
    /// Both places are the same.
    SamePlace(String),
    /// What was here is moved to another place, or is on its way there.
    Frozen(Frozen),
    /// Nothing is moved away from this place.
    NotFrozen(String),
    /// The other place holds something already.
    InUse(String),
    /// The other place waits for what comes from elsewhere.
    FromElsewhere {
        /// Where it is to be moved.
        to: String,
        /// From where else something comes.
        from: String,
    },
    /// Something still writes to one of the two places.
    Unsteady,
    /// The master key is not to be had, or cannot be kept there.
    Key(MasterKeyError),
    /// A store did not answer.
    Store(Unavailable),
    /// What the clock says is no time.
    Clock(NotATime),
}

impl fmt::Display for MoveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingThere(error) => error.fmt(f),
            Self::SamePlace(place) => write!(f, "{place} is where everything is: name another place"),
            Self::Frozen(frozen) => frozen.fmt(f),
            Self::NotFrozen(place) => write!(f, "nothing is moved away from {place}: there is nothing to cancel"),
            Self::InUse(place) => {
                write!(f, "{place} holds something already, which nothing overwrites: name an empty place")
            }
            Self::FromElsewhere { to, from } => write!(
                f,
                "a move from {from} to {to} has not ended: end it first, or name an empty place"
            ),
            Self::Unsteady => f.write_str(
                "records change while they are moved: stop whatever else writes to either place, then give the \
                 same command again",
            ),
            Self::Key(error) => error.fmt(f),
            Self::Store(error) => {
                write!(f, "a store did not answer, the same command again goes on from here: {error}")
            }
            Self::Clock(error) => write!(f, "this machine's clock is {error}; set it first"),
        }
    }
}

impl std::error::Error for MoveError {}

impl From<NothingThere> for MoveError {
    fn from(error: NothingThere) -> Self {
        Self::NothingThere(error)
    }
}

impl From<MasterKeyError> for MoveError {
    fn from(error: MasterKeyError) -> Self {
        Self::Key(error)
    }
}

impl From<Unavailable> for MoveError {
    fn from(error: Unavailable) -> Self {
        Self::Store(error)
    }
}

impl From<NotATime> for MoveError {
    fn from(error: NotATime) -> Self {
        Self::Clock(error)
    }
}
