//! What this process learned from the store a moment ago, so that the next
//! checkout need not ask again. Nothing rests on it: a commit is guarded by
//! what it was decided on, and what is refused is decided anew on what is
//! there.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::grant::{Grant, Standing};
use licentia_core::pool::Pool;
use licentia_core::time::Timestamp;

use crate::records::Head;

/// How long a license is taken to be the one that serves a request, in
/// seconds: so long a grant that another process ended may still be used, and
/// one that it made may still be passed over.
const GOOD_FOR_SECONDS: u32 = 5;
/// Sources, and licenses with confirmed attempts, that are kept.
const MOST: usize = 10_000;
/// Attempts that are forgotten in one change.
const CONFIRMED_AT_ONCE: usize = 16;

/// What is remembered.
#[derive(Default)]
pub struct Recent {
    sources: Mutex<HashMap<Request, Source>>,
    confirmed: Mutex<HashMap<LicenseArn, BTreeSet<String>>>,
}

/// All that decides which license serves a checkout, besides time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// Whose it is.
    pub account: AccountId,
    /// The license that the caller's token is bound to.
    pub license: Option<LicenseArn>,
    /// What is asked for: the product, the key fingerprint and the beneficiary,
    /// or the license.
    pub named: [Option<String>; 3],
}

/// A license that served.
#[derive(Clone, Debug)]
pub struct Source {
    /// The license.
    pub head: Arc<Head>,
    /// Its pool, which others may have changed.
    pub pool: Pool,
    /// The grant under which it did, unless it is the caller's own.
    pub grant: Option<Granted>,
    /// When the store was asked.
    pub read_at: Timestamp,
}

/// A grant that could be used.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The grant.
    pub grant: Grant,
    /// What it had come to.
    pub standing: Standing,
}

impl Recent {
    /// The license that served such a request a moment ago.
    #[must_use]
    pub fn source(&self, request: &Request, now: Timestamp) -> Option<Source> {
        let sources = lock(&self.sources);
        let source = sources.get(request)?;
        let is_good = source.read_at <= now && now < source.read_at.plus_seconds(GOOD_FOR_SECONDS);
        is_good.then(|| source.clone())
    }

    /// Remembers the license that served a request.
    pub fn keep(&self, request: Request, source: Source) {
        make_room(&mut lock(&self.sources)).insert(request, source);
    }

    /// Forgets the license that served such a request: it does not any more.
    pub fn forget(&self, request: &Request) {
        lock(&self.sources).remove(request);
    }

    /// Forgets all licenses: something changed besides their consumption.
    pub fn forget_all(&self) {
        lock(&self.sources).clear();
    }

    /// Notes an attempt whose record is written: its reservation can go.
    pub fn confirm(&self, license: &LicenseArn, attempt: &str) {
        let mut confirmed = lock(&self.confirmed);
        make_room(&mut confirmed).entry(license.clone()).or_default().insert(attempt.to_owned());
    }

    /// Some attempts whose reservations can go, to be forgotten here too.
    #[must_use]
    pub fn take_confirmed(&self, license: &LicenseArn) -> BTreeSet<String> {
        let mut confirmed = lock(&self.confirmed);
        let Some(attempts) = confirmed.get_mut(license) else { return BTreeSet::new() };
        let taken = std::iter::from_fn(|| attempts.pop_first()).take(CONFIRMED_AT_ONCE).collect();
        if attempts.is_empty() {
            confirmed.remove(license);
        }
        taken
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn make_room<K, V>(map: &mut HashMap<K, V>) -> &mut HashMap<K, V> {
    if map.len() >= MOST {
        map.clear();
    }
    map
}
