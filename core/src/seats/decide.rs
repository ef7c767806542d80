//! The decisions.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Holder, Ledger, Refusal, Taken};
use crate::checkout::Wanted;
use crate::entitlement::Unit;
use crate::quantity::Quantity;
use crate::time::Timestamp;
use crate::token::{AllowedEntitlement, License};

/// What was checked out, and is there to be handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Borrowed {
    /// The checkout's consumption token: seats of another one do not count.
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
    /// this in its place.
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
        for wanted in wanted {
            self.judge(&after, &wanted.name, Some(wanted.unit), wanted.quantity)?;
        }
        let taken =
            wanted.iter().map(|wanted| Taken { name: wanted.name.clone(), quantity: wanted.quantity });
        after.holders.push(Holder {
            id: id.to_owned(),
            checkout: self.checkout.clone(),
            period,
            until,
            taken: taken.collect(),
        });
        Ok(after)
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
                self.judge(&others, &taken.name, None, taken.quantity)?;
            }
            holder.checkout.clone_from(&self.checkout);
        }
        Ok(after)
    }

    fn until(&self, period: u32, now: Timestamp) -> Result<Timestamp, Refusal> {
        match self.ends {
            Some(at) if now >= at => Err(Refusal::Ended { at, now }),
            Some(at) => Ok(at.min(now.plus_seconds(period))),
            None => Ok(now.plus_seconds(period)),
        }
    }

    /// Whether a quantity is to be had beside what others hold (E-6, E-8; no
    /// overage, since nobody would count it).
    fn judge(
        &self,
        others: &Ledger,
        name: &str,
        unit: Option<Unit>,
        quantity: Quantity,
    ) -> Result<(), Refusal> {
        let found = self.entitlements.iter().find(|entitlement| entitlement.name == name);
        let Some(entitlement) = found.filter(|found| unit.is_none_or(|unit| unit == found.unit)) else {
            return Err(Refusal::NotBorrowed { name: name.to_owned(), unit: found.map(|found| found.unit) });
        };
        // A feature is there or not, and never runs out.
        let Some(borrowed) = entitlement.quantity() else { return Ok(()) };
        let taken = others.taken(&self.checkout, name);
        if taken.and_then(|taken| taken.plus(quantity)).is_some_and(|sum| sum <= borrowed) {
            return Ok(());
        }
        let holds = |holder: &&Holder| {
            holder.checkout == self.checkout && holder.taken.iter().any(|taken| taken.name == name)
        };
        Err(Refusal::Exhausted {
            name: name.to_owned(),
            unit: entitlement.unit,
            borrowed,
            left: borrowed.less(taken.unwrap_or(Quantity::MAX)),
            next: others.holders.iter().filter(holds).map(|holder| holder.until).min(),
        })
    }
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
