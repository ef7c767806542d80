//! Access keys that this process read a moment ago: on a store that charges
//! for each read, not every request reads its key.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use licentia_core::time::Timestamp;
use lru::LruCache;

use super::{AccessKeyId, Caller};
use crate::secret::Secret;

/// For how long a key counts as it was read, in seconds: so long at most, one
/// that another process changed or removed goes on as before.
pub(super) const GOOD_FOR_SECONDS: u32 = 5;
/// Keys that are kept; each may carry policies of several KB.
const MOST: usize = 1000;

/// The keys. Nothing here prints them.
pub(super) struct Remembered(Mutex<Keys>);

struct Keys {
    /// Counts how often this process changed a key.
    changes: u64,
    by_id: LruCache<AccessKeyId, Known>,
}

struct Known {
    credentials: Arc<(Caller, Secret)>,
    read_at: Timestamp,
}

/// A moment before the store is asked: what it answers may be remembered,
/// unless this process changes a key in between.
#[derive(Clone, Copy)]
pub(super) struct KnownSince {
    time: Timestamp,
    changes: u64,
}

/// A key that this process is about to change. It is forgotten when that is
/// over, however it ended.
pub(super) struct Changing<'a> {
    remembered: &'a Remembered,
    id: &'a AccessKeyId,
}

impl Default for Remembered {
    fn default() -> Self {
        Self(Mutex::new(Keys { changes: 0, by_id: LruCache::unbounded() }))
    }
}

impl Remembered {
    /// To be taken before the store is asked for what is to be remembered.
    pub(super) fn now(&self, time: Timestamp) -> KnownSince {
        KnownSince { time, changes: self.keys().changes }
    }

    /// The key as it was a moment ago.
    pub(super) fn find(&self, id: &AccessKeyId, now: Timestamp) -> Option<Arc<(Caller, Secret)>> {
        let mut keys = self.keys();
        let known = keys.by_id.get(id)?;
        if known.is_good(now) {
            return Some(Arc::clone(&known.credentials));
        }
        keys.by_id.pop(id);
        None
    }

    /// Remembers a key, unless this process has changed one since it was read.
    pub(super) fn keep(&self, id: AccessKeyId, since: KnownSince, credentials: &Arc<(Caller, Secret)>) {
        let mut keys = self.keys();
        if since.changes != keys.changes {
            return;
        }
        let known = Known { credentials: Arc::clone(credentials), read_at: since.time };
        keys.by_id.put(id, known);
        // No secret stays for long after its last use.
        while keys.by_id.len() > MOST
            || keys.by_id.peek_lru().is_some_and(|(_, known)| !known.is_good(since.time))
        {
            keys.by_id.pop_lru();
        }
    }

    /// To be held while the store is asked to change the key.
    pub(super) const fn changing<'a>(&'a self, id: &'a AccessKeyId) -> Changing<'a> {
        Changing { remembered: self, id }
    }

    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// A clock that was set back makes nothing good.
    fn is_good(&self, now: Timestamp) -> bool {
        self.read_at <= now && now < self.read_at.plus_seconds(GOOD_FOR_SECONDS)
    }
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        let mut keys = self.remembered.keys();
        keys.changes += 1;
        keys.by_id.pop(self.id);
    }
}

#[cfg(test)]
mod tests {
    use licentia_core::arn::AccountId;

    use super::super::{Identity, UserName};
    use super::*;

    fn id(number: usize) -> AccessKeyId {
        AccessKeyId::of(std::array::from_fn(|place| u8::try_from(number >> place & 1).unwrap()))
    }

    fn credentials(id: &AccessKeyId) -> Arc<(Caller, Secret)> {
        let user = UserName::parse("admin").unwrap();
        let identity = Identity::User { access_key_id: id.clone(), user, policies: vec![] };
        let account = AccountId::parse("111122223333").unwrap();
        Arc::new((Caller { account, identity }, Secret::new("secret".to_owned())))
    }

    fn at(second: u64) -> Timestamp {
        Timestamp::from_unix(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn what_was_not_asked_for_the_longest_goes() {
        let remembered = Remembered::default();
        let now = at(0);
        for number in 0..=MOST {
            remembered.keep(id(number), remembered.now(now), &credentials(&id(number)));
        }
        assert_eq!(remembered.keys().by_id.len(), MOST);
        assert!(remembered.find(&id(0), now).is_none());
        assert!(remembered.find(&id(1), now).is_some());
    }

    #[test]
    fn no_secret_stays_that_is_of_no_use_any_more() {
        let remembered = Remembered::default();
        for number in 0..3 {
            remembered.keep(id(number), remembered.now(at(0)), &credentials(&id(number)));
        }
        let secret = Arc::downgrade(&remembered.find(&id(2), at(0)).unwrap());
        remembered.keep(id(3), remembered.now(at(5)), &credentials(&id(3)));
        assert_eq!(remembered.keys().by_id.len(), 1);
        assert!(secret.upgrade().is_none());
    }
}
