//! What this process learned from the store a moment ago, so that the next
//! checkout need not ask again. Nothing rests on it: a commit is guarded by
//! what it was decided on, and what is refused is decided anew on what is
//! there.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::checkout::{Kind, Wanted};
use licentia_core::grant::{Grant, Standing};
use licentia_core::pool::Pool;
use licentia_core::time::Timestamp;
use lru::LruCache;

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
pub struct Recent {
    sources: Mutex<Sources>,
    /// Where the lanes of this process begin.
    first_lane: AtomicU64,
    under_way: AtomicU64,
    /// By pool: a license's own, or a shard of it.
    confirmed: Mutex<LruCache<PoolName, BTreeSet<String>>>,
}

type PoolName = (LicenseArn, Option<u64>);

struct Sources {
    /// Counts how often this process changed anything besides consumption.
    changes: u64,
    by_request: LruCache<Request, Source>,
}

/// All that decides which license serves a checkout, besides time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// Whose it is.
    pub account: AccountId,
    /// The license that the caller's token is bound to.
    pub license: Option<LicenseArn>,
    /// The product.
    pub product_sku: String,
    /// Whose key is to have signed.
    pub key_fingerprint: String,
    /// For whom the issuer takes it.
    pub beneficiary: Option<String>,
    /// How it is taken.
    pub kind: Kind,
    /// What is taken.
    pub wanted: Vec<Wanted>,
}

/// Which shard a checkout takes from, for as long as it is under way. A process
/// with one checkout at a time always takes from the same, so that it soon
/// forgets what it reserved there; one with many at a time takes from many.
pub struct Lane<'a> {
    recent: &'a Recent,
    number: u64,
}

/// A license that served.
#[derive(Clone, Debug)]
pub struct Source {
    /// The license.
    pub head: Arc<Head>,
    /// Its pool, which others may have changed.
    pub pool: Pool,
    /// Shards of it, as far as they are known, however old that is.
    pub shards: BTreeMap<u64, Pool>,
    /// The grant under which it did, unless it is the caller's own.
    pub grant: Option<Granted>,
    /// Since when nothing else of it is known to have changed.
    pub known_since: KnownSince,
}

/// A grant that could be used.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The grant.
    pub grant: Grant,
    /// What it had come to.
    pub standing: Standing,
}

/// A moment before the store is asked: what it answers may be remembered,
/// unless this process changes something in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownSince {
    time: Timestamp,
    changes: u64,
}

impl Default for Recent {
    fn default() -> Self {
        Self::from_lane(0)
    }
}

impl Recent {
    /// Remembers nothing yet. Processes begin with different lanes.
    #[must_use]
    pub fn from_lane(lane: u64) -> Self {
        let sources = Sources { changes: 0, by_request: LruCache::unbounded() };
        Self {
            sources: Mutex::new(sources),
            first_lane: AtomicU64::new(lane),
            under_way: AtomicU64::new(0),
            confirmed: Mutex::new(LruCache::unbounded()),
        }
    }

    /// The lane of a checkout that begins.
    #[must_use]
    pub fn lane(&self) -> Lane<'_> {
        Lane { recent: self, number: self.under_way.fetch_add(1, Ordering::Relaxed) }
    }

    /// From now on, other lanes: those up to now are crowded.
    pub fn change_lanes(&self) {
        self.first_lane.fetch_add(1, Ordering::Relaxed);
    }

    /// To be taken before the store is asked for what is to be remembered.
    #[must_use]
    pub fn now(&self, time: Timestamp) -> KnownSince {
        KnownSince { time, changes: lock(&self.sources).changes }
    }

    /// The license that served such a request a moment ago.
    #[must_use]
    pub fn source(&self, request: &Request, now: Timestamp) -> Option<Source> {
        let mut sources = lock(&self.sources);
        let source = sources.by_request.get(request)?;
        let since = source.known_since.time;
        (since <= now && now < since.plus_seconds(GOOD_FOR_SECONDS)).then(|| source.clone())
    }

    /// Remembers the license that served a request, unless this process has
    /// changed something since it was read.
    pub fn keep(&self, request: Request, mut source: Source) {
        let mut sources = lock(&self.sources);
        if source.known_since.changes != sources.changes {
            return;
        }
        if let Some(known) = sources.by_request.pop(&request)
            && known.head.revision == source.head.revision
            && known.pool.shards.keys().eq(source.pool.shards.keys())
        {
            for (number, shard) in known.shards {
                source.shards.entry(number).or_insert(shard);
            }
        }
        sources.by_request.put(request, source);
        bound(&mut sources.by_request);
    }

    /// Forgets the license that served such a request: it does not any more.
    pub fn forget(&self, request: &Request) {
        lock(&self.sources).by_request.pop(request);
    }

    /// Forgets a license whose shards are others now.
    pub fn forget_license(&self, license: &LicenseArn) {
        let mut sources = lock(&self.sources);
        let is_it = |source: &Source| source.head.license.license_arn == *license;
        let requests: Vec<Request> = sources
            .by_request
            .iter()
            .filter(|(_, source)| is_it(source))
            .map(|(key, _)| key.clone())
            .collect();
        for request in requests {
            sources.by_request.pop(&request);
        }
    }

    /// Forgets all licenses: something changed besides their consumption.
    pub fn forget_all(&self) {
        let mut sources = lock(&self.sources);
        sources.changes += 1;
        sources.by_request.clear();
    }

    /// Notes an attempt whose record is written: its reservation in the
    /// license's pool, or this shard of it, can go.
    pub fn confirm(&self, license: &LicenseArn, shard: Option<u64>, attempt: &str) {
        let mut confirmed = lock(&self.confirmed);
        confirmed.get_or_insert_mut((license.clone(), shard), BTreeSet::new).insert(attempt.to_owned());
        bound(&mut confirmed);
    }

    /// Some attempts whose reservations can go, to be forgotten here too.
    #[must_use]
    pub fn take_confirmed(&self, license: &LicenseArn, shard: Option<u64>) -> BTreeSet<String> {
        let mut confirmed = lock(&self.confirmed);
        let place = (license.clone(), shard);
        let Some(attempts) = confirmed.get_mut(&place) else { return BTreeSet::new() };
        let taken = std::iter::from_fn(|| attempts.pop_first()).take(CONFIRMED_AT_ONCE).collect();
        if attempts.is_empty() {
            confirmed.pop(&place);
        }
        taken
    }
}

impl Lane<'_> {
    /// Its number.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.recent.first_lane.load(Ordering::Relaxed).wrapping_add(self.number)
    }
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        self.recent.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What was not asked for the longest goes. The cache would take all its room
/// at once if it were told the most it is to hold.
fn bound<K: Eq + Hash, V>(cache: &mut LruCache<K, V>) {
    if cache.len() > MOST {
        cache.pop_lru();
    }
}
