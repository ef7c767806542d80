//! What is stored, and the writes on their way to it.

use std::collections::{BTreeMap, BTreeSet};

use licentia_core::checkout::{Checkout, EntitlementData, Kind};
use licentia_core::entitlement::Unit;
use licentia_core::license::{License, Version};
use licentia_core::pool::{Edit, Pool};
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
    pub(crate) version: Version,
    pub(crate) is_perpetual: bool,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) has_ended: bool,
}

/// One conditional write, or a change of a record and the pool.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Write {
    Pool(Edit),
    Confirm { token: u8, before: Option<Place>, record: Record },
    GiveUp { token: u8, before: Option<Place>, attempt: String },
    End { token: u8, record: Record, edit: Edit },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Store {
    pub(crate) license: Version,
    pub(crate) pool: Pool,
    pub(crate) places: BTreeMap<u8, Place>,
}

impl Store {
    /// Applies a write whole, or not at all.
    pub(crate) fn apply(&mut self, write: &Write) -> bool {
        match write {
            Write::Pool(edit) => self.edit(edit),
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
            Write::End { token, record, edit } => {
                let is_there = self.places.get(token) == Some(&Place::Taken(record.clone()));
                if !is_there || !self.edit(edit) {
                    return false;
                }
                let ended = Record { has_ended: true, ..record.clone() };
                self.places.insert(*token, Place::Taken(ended));
                true
            }
        }
    }

    fn edit(&mut self, edit: &Edit) -> bool {
        let fits = edit.fits(&self.pool);
        if fits {
            self.pool = edit.applied_to(&self.pool);
        }
        fits
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
            kind: if self.is_perpetual { Kind::Perpetual } else { Kind::Provisional },
            beneficiary: None,
            node_id: None,
            metadata: vec![],
            allowed: vec![EntitlementData {
                name: "Seats".into(),
                value: Some("1".into()),
                unit: Unit::Count,
            }],
            kept: vec![],
            issued_at: Timestamp::MIN,
            expiration: self.expires_at,
            extended_to: None,
            signed_token: None,
            status_index: None,
            attempt: Some(self.attempt.clone()),
            shard: None,
            ended: None,
        }
    }
}
