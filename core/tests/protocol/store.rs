//! What is stored, and the writes on their way to it.

use std::collections::{BTreeMap, BTreeSet};

use licentia_core::checkout::{Checkout, EntitlementData, Kind};
use licentia_core::entitlement::Unit;
use licentia_core::license::{License, Version};
use licentia_core::pool::{Edit, Loan, Pool, Split};
use licentia_core::time::Timestamp;

/// The item in a checkout's place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    Taken(Record),
    GivenUp(BTreeSet<String>),
}

/// A checkout's record, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Record {
    pub(crate) attempt: String,
    /// The shard it was taken from.
    pub(crate) shard: Option<u64>,
    pub(crate) units: u64,
    pub(crate) version: Version,
    /// For what is spent: the last return of spent quantities before.
    pub(crate) spent_since: Option<Timestamp>,
    /// Does not come back before a renewal.
    pub(crate) is_kept: bool,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) has_ended: bool,
}

/// One conditional write, or a change of several items. A pool is that of this
/// shard, or the license's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Write {
    Pool { shard: Option<u64>, edit: Edit },
    Confirm { token: u8, before: Option<Place>, record: Record },
    GiveUp { token: u8, before: Option<Place>, attempt: String },
    End { token: u8, record: Record, shard: Option<u64>, edit: Edit },
    Revise { to: Version, edit: Edit },
    Split(Split),
    Lend { number: u64, loan: Box<Loan> },
    Merge { number: u64, shard: Box<Pool>, edit: Edit },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Store {
    pub(crate) license: Version,
    /// The license's own.
    pub(crate) pool: Pool,
    pub(crate) shards: BTreeMap<u64, Pool>,
    pub(crate) places: BTreeMap<u8, Place>,
}

impl Store {
    /// This shard and its number, or the license's own pool once it is merged.
    pub(crate) fn near(&self, shard: Option<u64>) -> (Option<u64>, &Pool) {
        match shard.and_then(|number| self.shards.get(&number)) {
            Some(pool) => (shard, pool),
            None => (None, &self.pool),
        }
    }

    /// All pools, and which shard's each is.
    pub(crate) fn pools(&self) -> impl Iterator<Item = (Option<u64>, &Pool)> {
        let shards = self.shards.iter().map(|(&number, pool)| (Some(number), pool));
        std::iter::once((None, &self.pool)).chain(shards)
    }

    /// The pool in which this attempt has a reservation.
    pub(crate) fn reserved_in(&self, attempt: &str) -> Option<(Option<u64>, &Pool)> {
        self.pools().find(|(_, pool)| pool.reservations.contains_key(attempt))
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = &Record> + Clone {
        self.places.values().filter_map(|place| match place {
            Place::Taken(record) => Some(record),
            Place::GivenUp(_) => None,
        })
    }

    pub(crate) fn has_record_of(&self, attempt: &str) -> bool {
        self.records().any(|record| record.attempt == attempt)
    }

    /// Applies a write whole, or not at all.
    pub(crate) fn apply(&mut self, write: &Write) -> bool {
        match write {
            Write::Pool { shard, edit } => self.edit(*shard, edit),
            Write::Confirm { token, before, record } => {
                self.put(*token, before.as_ref(), Place::Taken(record.clone()))
            }
            Write::GiveUp { token, before, attempt } => {
                let mut attempts = match before {
                    Some(Place::GivenUp(attempts)) => attempts.clone(),
                    _ => BTreeSet::new(),
                };
                attempts.insert(attempt.clone());
                self.put(*token, before.as_ref(), Place::GivenUp(attempts))
            }
            Write::End { token, record, shard, edit } => {
                let is_there = self.places.get(token) == Some(&Place::Taken(record.clone()));
                if !is_there || !self.edit(*shard, edit) {
                    return false;
                }
                let ended = Record { has_ended: true, ..record.clone() };
                self.places.insert(*token, Place::Taken(ended));
                true
            }
            Write::Revise { to, edit } => {
                let is_revised = self.edit(None, edit);
                if is_revised {
                    self.license = *to;
                }
                is_revised
            }
            Write::Split(split) => self.split(split),
            Write::Lend { number, loan } => {
                let fits = self.shards.get(number).is_some_and(|shard| loan.shard.fits(shard));
                fits && self.edit(None, &loan.edit) && self.edit(Some(*number), &loan.shard)
            }
            Write::Merge { number, shard, edit } => self.merge(*number, shard, edit),
        }
    }

    fn split(&mut self, Split { edit, shards }: &Split) -> bool {
        let are_new = shards.keys().all(|number| !self.shards.contains_key(number));
        let is_split = are_new && self.edit(None, edit);
        if is_split {
            self.shards.extend(shards.clone());
        }
        is_split
    }

    /// Guarded by as much of the shard as the service compares.
    fn merge(&mut self, number: u64, shard: &Pool, edit: &Edit) -> bool {
        let seen = |pool: &Pool| {
            let Pool { revision, renewed_at, used, spent, reservations, .. } = pool.clone();
            (revision, renewed_at, used, spent, reservations)
        };
        let is_as_seen = self.shards.get(&number).is_some_and(|pool| seen(pool) == seen(shard));
        let is_merged = is_as_seen && self.edit(None, edit);
        if is_merged {
            self.shards.remove(&number);
        }
        is_merged
    }

    /// What is not there is not edited.
    fn edit(&mut self, shard: Option<u64>, edit: &Edit) -> bool {
        let pool = match shard {
            Some(number) => self.shards.get_mut(&number),
            None => Some(&mut self.pool),
        };
        let Some(pool) = pool.filter(|pool| edit.fits(pool)) else { return false };
        *pool = edit.applied_to(pool);
        true
    }

    fn put(&mut self, token: u8, before: Option<&Place>, after: Place) -> bool {
        let is_as_seen = self.places.get(&token) == before;
        if is_as_seen {
            self.places.insert(token, after);
        }
        is_as_seen
    }
}

impl Record {
    pub(crate) const fn is_perpetual(&self) -> bool {
        self.spent_since.is_some()
    }

    /// As the core knows it.
    pub(crate) fn checkout(&self, license: &License) -> Checkout {
        Checkout {
            token: String::new(),
            license_arn: license.license_arn.clone(),
            license_version: self.version,
            account: license.owner().clone(),
            caller: String::new(),
            token_id: None,
            grant: None,
            kind: if self.is_perpetual() { Kind::Perpetual } else { Kind::Provisional },
            beneficiary: None,
            node_id: None,
            metadata: vec![],
            allowed: vec![EntitlementData {
                name: "Seats".into(),
                value: Some(self.units.to_string()),
                unit: Unit::Count,
            }],
            kept: if self.is_kept { vec!["Seats".into()] } else { vec![] },
            issued_at: Timestamp::MIN,
            expiration: self.expires_at,
            extended_to: None,
            signed_token: None,
            status_index: None,
            attempt: Some(self.attempt.clone()),
            shard: self.shard,
            ended: None,
        }
    }
}
