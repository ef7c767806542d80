//! The decisions.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Holder, Ledger, MAX_LEDGER_BYTES, Refusal, Taken};
use crate::checkout::Wanted;
use crate::entitlement::Unit;
use crate::quantity::Quantity;
use crate::time::Timestamp;
use crate::token::{AllowedEntitlement, License};

/// What was checked out, and is there to be handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Borrowed {
    /// The checkout's consumption token.
    pub checkout: String,
    /// When all of it ends; `None` for never.
    pub ends: Option<Timestamp>,
    /// What it is.
    pub entitlements: Vec<AllowedEntitlement>,
}

impl From<&License> for Borrowed {
    fn from(license: &License) -> Self {
        Self {
            checkout: license.consumption_token().to_owned(),
            ends: license.expires_at(),
            entitlements: license.entitlements().to_vec(),
        }
    }
}

impl Borrowed {
    /// Hands out all that is wanted, or nothing, for so many seconds: then, or
    /// when the license ends, it returns. Whoever holds something already holds
    /// this in its place. An entitlement that is named twice is wanted as often.
    ///
    /// What was handed out of another checkout counts until it returns or its
    /// holder moves here: whether that checkout still lasts, nobody can tell.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn check_out(
        &self,
        ledger: &Ledger,
        id: &str,
        wanted: &[Wanted],
        period: u32,
        now: Timestamp,
    ) -> Result<Ledger, Refusal> {
        let until = self.until(period, now)?;
        let mut after = ledger.at(now);
        after.holders.retain(|holder| holder.id != id);
        let mut taken: Vec<Taken> = Vec::new();
        for Wanted { name, unit, quantity } in wanted {
            let before =
                taken.iter().position(|taken| taken.name == *name).map(|at| taken.remove(at).quantity);
            let all = quantity.plus(before.unwrap_or(Quantity::ZERO));
            let quantity = self.judge(&after, name, Some(*unit), all)?;
            taken.push(Taken { name: name.clone(), quantity });
        }
        let checkout = self.checkout.clone();
        after.holders.push(Holder { id: id.to_owned(), checkout, period, until, taken });
        readable(after)
    }

    /// Hears that a holder is still there: its period begins anew. After a new
    /// checkout it moves there, if there is room.
    ///
    /// # Errors
    /// [`Refusal::NotHeld`] where its period is over, and as
    /// [`check_out`](Self::check_out).
    pub fn keep(&self, ledger: &Ledger, id: &str, now: Timestamp) -> Result<Ledger, Refusal> {
        let mut after = ledger.at(now);
        let others = after.check_in(id, now);
        let holder = after.holders.iter_mut().find(|holder| holder.id == id).ok_or(Refusal::NotHeld)?;
        holder.until = self.until(holder.period, now)?;
        if holder.checkout != self.checkout {
            for taken in &holder.taken {
                self.judge(&others, &taken.name, None, Some(taken.quantity))?;
            }
            holder.checkout.clone_from(&self.checkout);
        }
        readable(after)
    }

    fn until(&self, period: u32, now: Timestamp) -> Result<Timestamp, Refusal> {
        match self.ends {
            Some(at) if now >= at => Err(Refusal::Ended { at, now }),
            Some(at) => Ok(at.min(now.plus_seconds(period))),
            None => Ok(now.plus_seconds(period)),
        }
    }

    /// The quantity, if it is to be had beside what others hold (E-6, E-8; no
    /// overage, since nobody would count it). `None` is more than there can be.
    fn judge(
        &self,
        others: &Ledger,
        name: &str,
        unit: Option<Unit>,
        quantity: Option<Quantity>,
    ) -> Result<Quantity, Refusal> {
        let found = self.entitlements.iter().find(|entitlement| entitlement.name == name);
        let Some(entitlement) = found.filter(|found| unit.is_none_or(|unit| unit == found.unit)) else {
            return Err(Refusal::NotBorrowed { name: name.to_owned(), unit: found.map(|found| found.unit) });
        };
        // A feature is there or not, and never runs out.
        let Some(borrowed) = entitlement.quantity() else { return Ok(Quantity::ZERO) };
        let taken = others.taken(name);
        let left = borrowed.less(taken.unwrap_or(Quantity::MAX));
        if let Some(quantity) = quantity.filter(|quantity| *quantity <= left) {
            return Ok(quantity);
        }
        let holds = |holder: &&Holder| holder.taken.iter().any(|taken| taken.name == name);
        Err(Refusal::Exhausted {
            name: name.to_owned(),
            unit: entitlement.unit,
            borrowed,
            left,
            next: others.holders.iter().filter(holds).map(|holder| holder.until).min(),
        })
    }
}

/// The ledger, if it can be read again.
fn readable(ledger: Ledger) -> Result<Ledger, Refusal> {
    if ledger.to_text().len() > MAX_LEDGER_BYTES {
        return Err(Refusal::Full);
    }
    Ok(ledger)
}

impl Ledger {
    /// Takes back all that a holder has; whoever has nothing gives nothing.
    #[must_use]
    pub fn check_in(&self, id: &str, now: Timestamp) -> Self {
        let mut after = self.at(now);
        after.holders.retain(|holder| holder.id != id);
        after
    }
}
