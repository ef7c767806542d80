//! Changes of a pool.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;

use super::{Amounts, Lent, Pool, Reservation, Watched};
use crate::license::Version;
use crate::quantity::Quantity;
use crate::time::Timestamp;

/// A change of a pool: sums to add, and what must hold before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Edit {
    /// The revision the decision was made on, where it matters.
    pub revision: Option<u64>,
    /// The reset the decision was made on, where it matters.
    pub counted_from: Option<Version>,
    /// The renewal the decision was made on, where it matters.
    pub renewed_at: Option<Timestamp>,
    /// The last return of spent quantities that the decision was made on, where
    /// it matters.
    pub returned_at: Option<Timestamp>,
    /// The revision from now on, if the license changes.
    pub revise_to: Option<u64>,
    /// The version from which checkouts count from now on, if consumption is
    /// reset: everything taken before is forgotten.
    pub reset_to: Option<Version>,
    /// The latest renewal from now on, if it changes.
    pub renew_to: Option<Timestamp>,
    /// The last return of spent quantities from now on, if it changes.
    pub return_to: Option<Timestamp>,
    /// By entitlement name.
    pub rows: BTreeMap<String, Row>,
    /// Attempts, unknown before, and what they take.
    pub reserve: BTreeMap<String, Reservation>,
    /// Attempts whose records are written; they may be forgotten already.
    pub confirm: BTreeSet<String>,
    /// An attempt that comes to nothing, and what it took; it must be there.
    pub cancel: Option<(String, Reservation)>,
    /// That there are no shards, where it matters.
    pub is_unsharded: bool,
    /// What shards may take, before and after, by shard.
    pub lent: BTreeMap<u64, Lent>,
    /// The number of the next shard, before and after, if there are new ones.
    pub next_shard: Option<(u64, u64)>,
    /// How busy the shards were, if that is noted.
    pub watch: Option<Watched>,
    /// Until when the pool is not split, if that changes.
    pub whole_until: Option<Timestamp>,
    /// What this shard may take, before and after, if it changes.
    pub share: Option<(Amounts, Amounts)>,
}

/// The change of one entitlement's numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Row {
    /// Added to [`Pool::used`].
    pub used: i64,
    /// Added to [`Pool::spent`].
    pub spent: i64,
    /// What `used` may be at most, before: there is room.
    pub used_at_most: Option<Quantity>,
    /// What `used` must be above, before: there is no room.
    pub used_above: Option<Quantity>,
    /// What `spent` must be, before.
    pub spent_is: Option<Quantity>,
}

impl Edit {
    /// Whether it changes nothing: then there is nothing to apply either,
    /// since a decision that only reads stands before whatever came between.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        (self.revise_to, self.reset_to, self.renew_to, self.return_to) == (None, None, None, None)
            && self.rows.values().all(|row| (row.used, row.spent) == (0, 0))
            && self.reserve.is_empty()
            && self.confirm.is_empty()
            && self.cancel.is_none()
            && self.lent.is_empty()
            && self.share.is_none()
            && self.watch.is_none()
            && self.whole_until.is_none()
    }

    /// Whether what must hold does.
    #[must_use]
    pub fn fits(&self, pool: &Pool) -> bool {
        let reserved = |attempt: &String| pool.reservations.get(attempt);
        self.revision.is_none_or(|revision| revision == pool.revision)
            && self.counted_from.is_none_or(|version| version == pool.counted_from)
            && self.renewed_at.is_none_or(|renewal| renewal == pool.renewed_at)
            && self.returned_at.is_none_or(|renewal| renewal == pool.returned_at)
            && self.reserve.keys().all(|attempt| reserved(attempt).is_none())
            && self.cancel.as_ref().is_none_or(|(attempt, taken)| reserved(attempt) == Some(taken))
            && (pool.shards.is_empty() || !self.is_unsharded)
            && self.lent.iter().all(|(number, lent)| pool.shards.get(number) == lent.before.as_ref())
            && self.next_shard.is_none_or(|(before, _)| before == pool.next_shard)
            && self.share.as_ref().is_none_or(|(before, _)| Some(before) == pool.share.as_ref())
            && self.rows.iter().all(|(name, row)| {
                row.used_at_most.is_none_or(|most| pool.used(name) <= most)
                    && row.used_above.is_none_or(|most| pool.used(name) > most)
                    && row
                        .spent_is
                        .is_none_or(|spent| pool.spent.get(name).copied().unwrap_or_default() == spent)
            })
    }

    /// The pool after the edit.
    #[must_use]
    pub fn applied_to(&self, pool: &Pool) -> Pool {
        let mut after = pool.clone();
        after.revision = self.revise_to.unwrap_or(pool.revision);
        after.renewed_at = self.renew_to.unwrap_or(pool.renewed_at);
        after.returned_at = self.return_to.unwrap_or(pool.returned_at);
        if let Some(version) = self.reset_to {
            after.counted_from = version;
            after.used.clear();
            after.spent.clear();
        }
        for attempt in self.confirm.iter().chain(self.cancel.as_ref().map(|(attempt, _)| attempt)) {
            after.reservations.remove(attempt);
        }
        after.reservations.extend(self.reserve.clone());
        if after.share.is_some() {
            after.taken += self.reserve.len() as u64;
        }
        for (&number, lent) in &self.lent {
            match &lent.after {
                Some(amounts) => after.shards.insert(number, amounts.clone()),
                None => after.shards.remove(&number),
            };
        }
        after.next_shard = self.next_shard.map_or(after.next_shard, |(_, next)| next);
        after.watched = self.watch.or(after.watched);
        after.whole_until = self.whole_until.or(after.whole_until);
        after.share = self.share.clone().map_or(after.share, |(_, share)| Some(share));
        for (name, row) in &self.rows {
            add(&mut after.used, name, row.used);
            add(&mut after.spent, name, row.spent);
        }
        after
    }
}

fn add(amounts: &mut Amounts, name: &str, difference: i64) {
    if difference == 0 {
        return;
    }
    let amount = amounts.entry(name.into()).or_default();
    let change = Quantity::new(difference.unsigned_abs()).unwrap_or(Quantity::MAX);
    *amount = if difference < 0 { amount.less(change) } else { amount.plus(change).unwrap_or(Quantity::MAX) };
}
