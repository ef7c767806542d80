//! Shards: parts of a pool that are taken from beside each other.
//!
//! A host whose items take only so many writes a second splits the pool of a
//! license that many want at once. The pool lends each shard a share of the
//! room that it has; what is lent counts as taken there, so that the shares
//! and what the pool took itself never exceed MaxCount (E-8). A shard takes up
//! to its share. Whatever concerns the license as a whole, a new version, its
//! deletion or the last seats, merges the shards first.

use alloc::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Amounts, Edit, Pool, Row, latest_renewal, signed};
use crate::entitlement::{Entitlement, Measure};
use crate::license::License;
use crate::quantity::Quantity;
use crate::time::Timestamp;

/// What a shard has of the license's pool, as that says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lent {
    /// Before; `None` if there was no such shard.
    pub before: Option<Amounts>,
    /// From now on; `None` if there is no such shard any more.
    pub after: Option<Amounts>,
}

/// How much was taken from shards when they were last looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Hash)]
pub struct Watched {
    /// When that was.
    pub at: Timestamp,
    /// The sum of [`Pool::taken`] by then.
    pub taken: u64,
}

/// Whether a license that was split is still wanted by many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warmth {
    /// It is too early to tell.
    Unknown,
    /// It is; to be noted for the next look.
    Hot(Watched),
    /// Its own pool would do.
    Cool,
}

/// A pool that is split.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Split {
    /// What changes in the pool.
    pub edit: Edit,
    /// The new shards, by number.
    pub shards: BTreeMap<u64, Pool>,
}

/// More room for a shard.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Loan {
    /// What changes in the license's pool.
    pub edit: Edit,
    /// What changes in the shard.
    pub shard: Edit,
}

impl Pool {
    /// More shards serve nobody: their records could not be written as fast.
    pub const MOST_SHARDS: u64 = 64;
    /// Places over which the records of checkouts from shards are spread.
    const PLACES: u64 = 16;
    /// The revision of a shard from which nothing is taken any more.
    const CLOSED: u64 = 0;
    /// Free quantity for each shard below which it is not worth splitting: it
    /// would be sold out soon, and shards take turns in asking for more.
    const WORTH_SPLITTING: u64 = 256;
    /// What is lent at least: less is left to the license's own pool, which
    /// knows of every last one.
    const WORTH_LENDING: u64 = 8;

    /// One of so many parts of what is left is lent at a time where there are so
    /// many shards: little enough that none has much when others have nothing,
    /// even if many more are made.
    const fn parts(shards: u64) -> u64 {
        if shards < 16 { 64 } else { 4 * shards }
    }

    /// Seconds for which a pool is kept whole: whoever asked for it has its
    /// answer by then, or has hung up.
    const KEPT_WHOLE_SECONDS: u32 = 30;
    /// Half of the largest quantity. Where more is taken, which takes overage, a
    /// pool is not split.
    const MUCH: u64 = Quantity::MAX.units() / 2;
    /// Seconds between two looks at what is taken.
    const WATCHED_SECONDS: u64 = 60;
    /// Checkouts a second that one pool takes with ease: a partition of DynamoDB
    /// takes 1,000 writes a second, of which what is returned takes some.
    const COOL: u64 = 250;

    /// How much of an entitlement, of which the license has so much, can be
    /// taken here: a shard's share, or all that the license has; with overage,
    /// only so much that all of them together are a quantity.
    #[must_use]
    pub fn limit(&self, entitlement: &Entitlement, max: Quantity) -> Quantity {
        match &self.share {
            _ if entitlement.allows_overage() => self.overage(),
            Some(share) => share.get(&entitlement.name).copied().unwrap_or_default(),
            None => max,
        }
    }

    fn overage(&self) -> Quantity {
        match self.share {
            // Half of all is the license's own pool's.
            Some(_) => Quantity::new(Self::MUCH / Self::MOST_SHARDS).unwrap_or(Quantity::MAX),
            None => Quantity::MAX,
        }
    }

    /// The shard from which whoever has this number takes; `None` if the pool
    /// is not split.
    #[must_use]
    pub fn shard_for(&self, number: u64) -> Option<u64> {
        let index = number.checked_rem(self.shards.len() as u64)?;
        self.shards.keys().nth(usize::try_from(index).ok()?).copied()
    }

    /// Whether nothing is taken from this shard any more.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.revision == Self::CLOSED
    }

    /// The places over which the records of checkouts from shards are spread,
    /// among them those of shards that were merged, where this is the number of
    /// the next shard.
    pub fn places(next_shard: u64) -> impl Iterator<Item = u64> {
        0..next_shard.min(Self::PLACES)
    }

    /// The place of a record of this shard.
    #[must_use]
    pub const fn place(shard: u64) -> u64 {
        shard % Self::PLACES
    }

    /// Twice as many shards, at least two; `None` if there are enough, if the
    /// pool is kept whole, if a renewal is due, or if so little is left of an
    /// entitlement that all of them would soon be in want of it.
    #[must_use]
    pub fn splitting(&self, license: &License, now: Timestamp) -> Option<Split> {
        let present = self.shards.len() as u64;
        let added = present.max(2).min(Self::MOST_SHARDS.checked_sub(present)?);
        let is_kept_whole = self.whole_until.is_some_and(|until| now < until);
        let is_much = self.used.values().any(|used| used.units() > Self::MUCH);
        if added == 0 || is_kept_whole || is_much || latest_renewal(license, now) > self.renewed_at {
            return None;
        }
        let all = present + added;
        let mut edit = Edit {
            revision: Some(self.revision),
            renewed_at: Some(self.renewed_at),
            next_shard: Some((self.next_shard, self.next_shard + added)),
            watch: self.shards.is_empty().then_some(Watched { at: now, taken: 0 }),
            ..Edit::default()
        };
        let mut share = Amounts::new();
        for (name, max) in limited(license) {
            let room = max.less(self.used(name)).units();
            if room < Self::WORTH_SPLITTING * all {
                return None;
            }
            let each = Quantity::new(room / Self::parts(all)).ok()?;
            share.insert(name.into(), each);
            edit.rows.insert(name.into(), lending(Quantity::new(each.units() * added).ok()?, max));
        }
        let shard = Self {
            share: Some(share.clone()),
            used: Amounts::new(),
            spent: Amounts::new(),
            reservations: BTreeMap::new(),
            shards: BTreeMap::new(),
            next_shard: 0,
            taken: 0,
            watched: None,
            whole_until: None,
            ..self.clone()
        };
        let numbers = self.next_shard..self.next_shard + added;
        let lent = Lent { before: None, after: Some(share) };
        edit.lent = numbers.clone().map(|number| (number, lent.clone())).collect();
        Some(Split { edit, shards: numbers.map(|number| (number, shard.clone())).collect() })
    }

    /// Keeps the pool from being split for as long as a request takes; nothing
    /// if it is.
    #[must_use]
    pub fn keeping_whole(&self, now: Timestamp) -> Option<Edit> {
        let is_kept = |until: Timestamp| now.plus_seconds(Self::KEPT_WHOLE_SECONDS / 2) < until;
        let until = now.plus_seconds(Self::KEPT_WHOLE_SECONDS);
        (!self.whole_until.is_some_and(is_kept)).then(|| Edit { whole_until: Some(until), ..Edit::default() })
    }

    /// More room for a shard that has less than so much of some entitlements;
    /// `None` if there is not enough left to lend, or a renewal is due.
    #[must_use]
    pub fn lending(
        &self,
        number: u64,
        shard: &Self,
        license: &License,
        wanted: &Amounts,
        now: Timestamp,
    ) -> Option<Loan> {
        let latest = latest_renewal(license, now);
        let before = self.shards.get(&number)?;
        if latest > self.renewed_at || latest > shard.renewed_at {
            return None;
        }
        let all = self.shards.len() as u64;
        let mut edit =
            Edit { revision: Some(self.revision), renewed_at: Some(self.renewed_at), ..Edit::default() };
        let mut after = before.clone();
        for (name, max) in limited(license) {
            let Some(wanted) = wanted.get(name) else { continue };
            let room = max.less(self.used(name)).units();
            let had = before.get(name).copied().unwrap_or_default();
            // Twice what it had, if that leaves enough to others; all that is
            // missing at once, so that it need not ask again.
            let more = had.units().max(room / Self::parts(all)).min(room / (2 * all));
            let missing = wanted.units().saturating_sub(had.less(shard.used(name)).units());
            if more < Self::WORTH_LENDING || missing > room / 2 {
                return None;
            }
            let more = Quantity::new(more.max(missing)).ok()?;
            let share = after.entry(name.into()).or_default();
            *share = share.plus(more)?;
            edit.rows.insert(name.into(), lending(more, max));
        }
        if edit.rows.is_empty() {
            return None;
        }
        edit.lent = [(number, Lent { before: Some(before.clone()), after: Some(after.clone()) })]
            .into_iter()
            .collect();
        let shard =
            Edit { revision: Some(shard.revision), share: Some((before.clone(), after)), ..Edit::default() };
        Some(Loan { edit, shard })
    }

    /// Whether it is still worth having shards, from which so much was taken by
    /// now.
    #[must_use]
    pub fn warmth(&self, taken: u64, now: Timestamp) -> Warmth {
        let note = |at| Warmth::Hot(Watched { at, taken });
        let Some(watched) = self.watched else { return note(now) };
        let seconds = now.unix().saturating_sub(watched.at.unix());
        match taken.checked_sub(watched.taken) {
            _ if seconds < Self::WATCHED_SECONDS => Warmth::Unknown,
            Some(more) if more < Self::COOL * seconds => Warmth::Cool,
            // Or one was merged meanwhile, and its number is gone.
            Some(_) | None => note(now),
        }
    }

    /// Lets nothing more be taken from this shard.
    #[must_use]
    pub fn shutting(&self) -> Edit {
        Edit { revision: Some(self.revision), revise_to: Some(Self::CLOSED), ..Edit::default() }
    }

    /// What changes when a shard is merged, which goes with the same change as
    /// it is here; `None` if it was before. A due renewal is carried along, that
    /// of the shard included, and so is one that only one of the two has had:
    /// whoever made it may have a clock that is ahead of this one.
    #[must_use]
    pub fn merging(&self, number: u64, shard: &Self, license: &License, now: Timestamp) -> Option<Edit> {
        let lent = self.shards.get(&number)?;
        let latest = latest_renewal(license, now).max(self.renewed_at).max(shard.renewed_at);
        let shard = shard.renewal_at(latest, license).applied_to(shard);
        let mut edit = self.renewal_at(latest, license);
        edit.revision = Some(self.revision);
        for (name, &quantity) in &shard.used {
            row(&mut edit, name).used += signed(quantity);
        }
        for (name, &quantity) in &shard.spent {
            row(&mut edit, name).spent += signed(quantity);
        }
        for (name, &quantity) in lent {
            row(&mut edit, name).used -= signed(quantity);
        }
        edit.rows.retain(|_, row| *row != Row::default());
        edit.reserve = shard.reservations;
        edit.lent = [(number, Lent { before: Some(lent.clone()), after: None })].into_iter().collect();
        Some(edit)
    }

    /// The pool as it would be with these shards of it merged: what is taken of
    /// the license as a whole.
    #[must_use]
    pub fn whole<'a>(
        &self,
        shards: impl IntoIterator<Item = (u64, &'a Self)>,
        license: &License,
        now: Timestamp,
    ) -> Self {
        shards.into_iter().fold(self.clone(), |pool, (number, shard)| {
            pool.merging(number, shard, license, now).map_or(pool.clone(), |edit| edit.applied_to(&pool))
        })
    }
}

fn row<'a>(edit: &'a mut Edit, name: &str) -> &'a mut Row {
    edit.rows.entry(name.into()).or_default()
}

/// So much counts as taken, if there is room for it.
fn lending(quantity: Quantity, max: Quantity) -> Row {
    Row { used: signed(quantity), used_at_most: Some(max.less(quantity)), ..Row::default() }
}

/// The entitlements of which there is only so much, and how much.
fn limited(license: &License) -> impl Iterator<Item = (&str, Quantity)> {
    let entitlements = license.terms.entitlements.iter().filter(|entitlement| !entitlement.allows_overage());
    entitlements.filter_map(|entitlement| match &entitlement.measure {
        Measure::Counted { max, .. } => Some((entitlement.name.as_str(), *max)),
        Measure::Feature { .. } => None,
    })
}
