//! A move from beginning to end.

use super::MoveError;
use super::carry::carry;
use crate::clock::Clock;
use crate::master_key::{Carried, Standing};
use crate::place::{NothingThere, Opened};
use crate::progress::{Progress, Told};
use crate::store::{Frozen, Tally};

/// How a move ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// These records are in the other place.
    Records {
        /// As they were read where they came from.
        sent: Tally,
        /// As they were read back.
        arrived: Tally,
    },
    /// It had ended before.
    Before,
}

/// Moves everything, or goes on with a move that was interrupted.
///
/// # Errors
/// [`MoveError`]
pub async fn run(from: &Opened, to: &Opened, clock: &dyn Clock, told: Told<'_>) -> Result<Moved, MoveError> {
    let (source, target) = (from.store(), to.store());
    if from.to_string() == to.to_string() {
        return Err(MoveError::SamePlace(to.to_string()));
    }
    let known = Frozen::of(&**source).await?;
    if let Some(mark) = known.as_ref().filter(|mark| mark.to != to.to_string()) {
        return Err(MoveError::Frozen(mark.clone()));
    }
    let carried = Carried::take(&**source, from.key_source()).await?;
    let carried = carried.ok_or_else(|| NothingThere(from.to_string()))?;
    let is_new = match carried.standing(&**target).await? {
        Standing::Without => true,
        Standing::Waiting => false,
        Standing::WaitingForAnother(from) => {
            return Err(MoveError::FromElsewhere { to: to.to_string(), from });
        }
        Standing::Arrived => match known {
            Some(mark) => {
                source.freeze(&Frozen { is_moved: true, ..mark }).await?;
                return Ok(Moved::Before);
            }
            // The place that was left is used again.
            None => return Err(MoveError::InUse(to.to_string())),
        },
        Standing::InUse => return Err(MoveError::InUse(to.to_string())),
    };
    if is_new && !target.scan(None, 1).await?.items.is_empty() {
        return Err(MoveError::InUse(to.to_string()));
    }
    let key = carried.entrust(to.key_source()).await?;
    if is_new {
        carried.announce(&**target, &from.to_string()).await?;
    }
    let since = match known {
        Some(mark) => mark.since,
        None => clock.now()?,
    };
    // Also if it was moved before, and what had arrived is gone since.
    let mark = Frozen { to: to.to_string(), since, is_moved: false };
    told(Progress { step: "waiting for writers to stop", done: 0, of: None });
    source.freeze(&mark).await?;
    let (sent, arrived) = carry(source, target, is_new, clock, told).await?;
    carried.settle(&**target, key).await?;
    source.freeze(&Frozen { is_moved: true, ..mark }).await?;
    Ok(Moved::Records { sent, arrived })
}

/// Lets a place be used again from which something is moved, or was.
///
/// # Errors
/// [`MoveError`]; also if there was no move.
pub async fn cancel(place: &Opened) -> Result<Frozen, MoveError> {
    let mark = Frozen::of(&**place.store()).await?;
    let mark = mark.ok_or_else(|| MoveError::NotFrozen(place.to_string()))?;
    place.store().thaw().await?;
    Ok(mark)
}
