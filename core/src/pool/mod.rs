//! How much of a license is taken: one pool of numbers for all its users
//! (E-10).
//!
//! A decision never writes the pool; it says with an [`Edit`] what changes and
//! what must still hold, so that a host can apply it without a lock: edits
//! that do not touch each other's numbers do not disturb each other.
//!
#![doc = include_str!("protocol.md")]

mod edit;
mod reservation;
mod shard;

use alloc::collections::BTreeMap;
use alloc::string::String;

use serde::{Deserialize, Serialize};

pub use edit::{Edit, Row};
pub use reservation::Reservation;
pub use shard::{Lent, Loan, Split, Warmth, Watched};

use crate::checkout::Checkout;
use crate::entitlement::Unit;
use crate::license::{License, Version};
use crate::quantity::Quantity;
use crate::time::Timestamp;

/// Amounts by entitlement name; a name that is not there counts as 0.
pub type Amounts = BTreeMap<String, Quantity>;

/// The consumption of one license.
///
/// INVARIANT: `used` is the sum of the checkouts that count (made since
/// `counted_from`, not ended), of the reservations that count, of what the
/// shards may take and of `spent`; so `spent` never exceeds it (E-7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Hash)]
pub struct Pool {
    /// Grows with every change of the license.
    pub revision: u64,
    /// Checkouts made under an earlier version no longer count: their
    /// consumption was reset (L-15, L-16).
    pub counted_from: Version,
    /// The latest renewal of the license's calendar that was looked at; a
    /// later one is due.
    pub renewed_at: Timestamp,
    /// When spent quantities last returned (E-13).
    ///
    /// INVARIANT: it only grows, and is never later than all clocks. Another
    /// calendar may set `renewed_at` back, or to a begin that is still to come.
    pub returned_at: Timestamp,
    /// Everything taken.
    pub used: Amounts,
    /// The part of it that comes back at a renewal or reset only.
    pub spent: Amounts,
    /// What was taken for checkouts whose records may not be written yet, by
    /// attempt.
    pub reservations: BTreeMap<String, Reservation>,
    /// What its shards may take, by shard: the sum is part of `used`.
    pub shards: BTreeMap<u64, Amounts>,
    /// The number of the next shard; none is used twice.
    pub next_shard: u64,
    /// What a shard may take; absent for the pool of a license, which may take
    /// what the license has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Amounts>,
    /// Reservations that were ever made in a shard: how busy it is.
    #[serde(default)]
    pub taken: u64,
    /// The last look at how busy its shards are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watched: Option<Watched>,
    /// Until when it is not split: what concerns the license as a whole is under
    /// way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole_until: Option<Timestamp>,
}

impl Pool {
    /// The pool of a new license: nothing is taken.
    #[must_use]
    pub fn of(license: &License, now: Timestamp) -> Self {
        let latest = latest_renewal(license, now);
        Self {
            revision: 1,
            counted_from: license.version,
            renewed_at: latest,
            // A license may begin later, and be revised to begin sooner.
            returned_at: latest.min(now),
            used: Amounts::new(),
            spent: Amounts::new(),
            reservations: BTreeMap::new(),
            shards: BTreeMap::new(),
            next_shard: 0,
            share: None,
            taken: 0,
            watched: None,
            whole_until: None,
        }
    }

    /// What changes when the license becomes `next`. A renewal that fell due
    /// before counts; a mere change of the calendar is no renewal, and one that
    /// a clock ahead of this one has made is not made again. With `reset`,
    /// nothing is taken any more (L-15). Its shards are merged before.
    #[must_use]
    pub fn revising(&self, license: &License, next: &License, reset: bool, now: Timestamp) -> Edit {
        let whole_until = self.whole_until.map(|_| now);
        let now = now.max(self.returned_at);
        let mut edit = Edit { whole_until, ..self.renewal(license, now) };
        edit.renew_to = Some(latest_renewal(next, now));
        if reset {
            edit.rows.clear();
            edit.reset_to = Some(next.version);
        }
        Edit { is_unsharded: true, ..self.revised(edit) }
    }

    /// What changes when the license is deleted: whoever decides on the
    /// license as it was finds another revision. Its shards are merged before.
    #[must_use]
    pub fn closing(&self) -> Edit {
        Edit { is_unsharded: true, ..self.revised(Edit::default()) }
    }

    fn revised(&self, edit: Edit) -> Edit {
        Edit { revision: Some(self.revision), revise_to: Some(self.revision + 1), ..edit }
    }

    /// The part of an edit that a due renewal makes: what was spent returns,
    /// running checkouts keep counting (E-13). That nothing was spent must still
    /// hold too: what is spent meanwhile would stay so for a period.
    #[must_use]
    pub fn renewal(&self, license: &License, now: Timestamp) -> Edit {
        self.renewal_at(latest_renewal(license, now), license)
    }

    fn renewal_at(&self, latest: Timestamp, license: &License) -> Edit {
        let mut edit = Edit { renewed_at: Some(self.renewed_at), ..Edit::default() };
        if latest > self.renewed_at {
            edit.renew_to = Some(latest);
            edit.return_to = Some(latest);
            let counted =
                license.terms.entitlements.iter().filter(|entitlement| entitlement.unit() != Unit::None);
            let names = counted.map(|entitlement| &entitlement.name).chain(self.spent.keys());
            for name in names {
                let spent = self.spent.get(name).copied().unwrap_or_default();
                let row = Row {
                    used: -signed(spent),
                    spent: -signed(spent),
                    spent_is: Some(spent),
                    ..Row::default()
                };
                edit.rows.insert(name.clone(), row);
            }
        }
        edit
    }

    /// What returns, and what stays spent, of checkouts that ran out (E-9).
    /// The same edit carries a due renewal.
    #[must_use]
    pub fn reclaiming<'a>(
        &self,
        license: &License,
        expired: impl IntoIterator<Item = &'a Checkout>,
        now: Timestamp,
    ) -> Edit {
        let mut edit = self.renewal(license, now);
        edit.revision = Some(self.revision);
        let returned_at = edit.return_to.unwrap_or(self.returned_at);
        for checkout in expired {
            let Some(expires_at) = checkout.expires_at().filter(|&at| at <= now && checkout.ended.is_none())
            else {
                continue;
            };
            edit.confirm.extend(checkout.attempt.clone());
            if checkout.license_version < self.counted_from {
                continue;
            }
            for (name, quantity) in checkout.held() {
                let row = edit.rows.entry(name.into()).or_default();
                if checkout.returns(name) || expires_at <= returned_at {
                    row.used -= signed(quantity);
                } else {
                    row.spent += signed(quantity);
                }
            }
        }
        edit
    }

    /// What returns when this running checkout ends early.
    #[must_use]
    pub fn returning(&self, checkout: &Checkout) -> Edit {
        let confirm = checkout.attempt.iter().cloned().collect();
        let mut edit = Edit { revision: Some(self.revision), confirm, ..Edit::default() };
        if checkout.license_version >= self.counted_from {
            for (name, quantity) in checkout.held() {
                edit.rows.entry(name.into()).or_default().used -= signed(quantity);
            }
        }
        edit
    }

    /// How much of an entitlement is taken.
    #[must_use]
    pub fn used(&self, name: &str) -> Quantity {
        self.used.get(name).copied().unwrap_or_default()
    }
}

/// A quantity as a summand; lossless, see [`Quantity::MAX`].
pub(crate) const fn signed(quantity: Quantity) -> i64 {
    quantity.units().cast_signed()
}

fn latest_renewal(license: &License, now: Timestamp) -> Timestamp {
    let terms = &license.terms;
    terms.consumption_configuration.renew_type.unwrap_or_default().latest(terms.validity, now)
}
