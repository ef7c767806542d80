//! Licenses as they are kept, and how they are read.

use std::sync::Arc;

use licentia_core::arn::LicenseArn;
use licentia_core::license::License;
use licentia_core::pool::{Edit, Pool};
use licentia_core::time::Timestamp;

use crate::context::Service;
use crate::error::Error;
use crate::records::{self, Head};
use crate::store::{Change, Item, Key, Store, Unavailable, Write};

/// A license and its consumption.
pub(crate) struct Stored {
    pub(crate) head: Arc<Head>,
    /// Its own pool.
    pub(crate) pool: Pool,
    /// The shard of it that is at hand, if it is split.
    pub(crate) shard: Option<Shard>,
}

/// A part of a pool.
#[derive(Clone)]
pub(crate) struct Shard {
    pub(crate) number: u64,
    pub(crate) pool: Pool,
}

/// Where the records of a license's checkouts stand in the index: those from
/// its own pool, and those from its shards, which are spread.
pub(crate) struct Places {
    pub(crate) arn: LicenseArn,
    next_shard: u64,
}

/// Which pool of a license is to be at hand.
#[derive(Clone, Copy)]
pub(crate) enum Near {
    /// Its own.
    Own,
    /// That from which whoever has this number takes.
    Lane(u64),
    /// This shard, or the license's own pool once it is merged.
    Shard(Option<u64>),
}

/// Items read in one request.
const READ_AT_ONCE: usize = 100;
/// How often a license is read that changes while it is read.
const MOST_READS: usize = 10;

impl Stored {
    /// The parts are read one after the other: a change between them shows in
    /// their revisions, which every change moves together.
    fn is_torn(&self) -> bool {
        let moves_along = |pool: &Pool| pool.revision == self.head.revision;
        !moves_along(&self.pool)
            || self.shard.as_ref().is_some_and(|shard| !moves_along(&shard.pool) && !shard.pool.is_closed())
    }

    /// Its name.
    pub(crate) fn arn(&self) -> &LicenseArn {
        &self.head.license.license_arn
    }

    /// Where the records of its checkouts stand.
    pub(crate) fn places(&self) -> Places {
        Places { arn: self.arn().clone(), next_shard: self.pool.next_shard }
    }

    /// The pool at hand.
    pub(crate) fn at_hand(&self) -> &Pool {
        self.shard.as_ref().map_or(&self.pool, |shard| &shard.pool)
    }

    /// The number of the shard at hand.
    pub(crate) fn number(&self) -> Option<u64> {
        self.shard.as_ref().map(|shard| shard.number)
    }

    /// The write of an edit that was decided on the pool at hand; none if it
    /// changes nothing.
    pub(crate) fn write(&self, edit: &Edit) -> Option<Write> {
        let key = match self.number() {
            Some(number) => records::shard_key(self.arn(), number),
            None => records::pool_key(self.arn()),
        };
        records::pool_write(key, self.at_hand(), edit)
    }

    /// The write of an edit that was decided on the license's own pool.
    pub(crate) fn write_own(&self, edit: &Edit) -> Option<Write> {
        records::pool_write(records::pool_key(self.arn()), &self.pool, edit)
    }

    /// The change of the pool at hand alone.
    pub(crate) fn change(&self, edit: &Edit) -> Change {
        Change(self.write(edit).into_iter().collect())
    }
}

impl AsRef<License> for Stored {
    fn as_ref(&self) -> &License {
        &self.head.license
    }
}

impl Places {
    pub(crate) fn all(&self) -> impl Iterator<Item = Option<u64>> {
        std::iter::once(None).chain(Pool::places(self.next_shard).map(Some))
    }
}

impl Near {
    /// The shard of this pool that is meant.
    fn number(self, pool: &Pool) -> Option<u64> {
        match self {
            Self::Own => None,
            Self::Lane(lane) => pool.shard_for(lane),
            Self::Shard(number) => number.filter(|number| pool.shards.contains_key(number)),
        }
    }
}

/// The license with this ARN, with this pool of it at hand, unless it is
/// unknown or not readable any more.
pub(crate) async fn load_one(
    service: &Service,
    arn: &LicenseArn,
    near: Near,
    now: Timestamp,
) -> Result<Option<Stored>, Error> {
    Ok(load_all(service, std::slice::from_ref(arn), near, now).await?.pop())
}

/// The licenses with these ARNs, in their order; unknown ones are left out.
pub(crate) async fn load_all(
    service: &Service,
    arns: &[LicenseArn],
    near: Near,
    now: Timestamp,
) -> Result<Vec<Stored>, Error> {
    let (found, _) = load_along(service, arns, near, &[]).await?;
    Ok(found.into_iter().flatten().filter(|stored| stored.head.is_readable(now)).collect())
}

/// The licenses with these ARNs, unreadable ones included, and the items under
/// these keys, read with them.
pub(crate) async fn load_along(
    service: &Service,
    arns: &[LicenseArn],
    near: Near,
    keys: &[Key],
) -> Result<(Vec<Option<Stored>>, Vec<Option<Item>>), Error> {
    let store = &*service.store;
    let (mut found, mut items) = read_all(store, arns, near, keys).await?;
    for (arn, stored) in arns.iter().zip(&mut found) {
        let mut reads = 0;
        while stored.as_ref().is_some_and(Stored::is_torn) {
            reads += 1;
            if reads == MOST_READS {
                return Err(Error::internal(format_args!("{arn}: its parts are of different revisions")));
            }
            let (mut again, along) = read_all(store, std::slice::from_ref(arn), near, keys).await?;
            (*stored, items) = (again.pop().flatten(), along);
        }
    }
    Ok((found, items))
}

async fn read_all(
    store: &dyn Store,
    arns: &[LicenseArn],
    near: Near,
    others: &[Key],
) -> Result<(Vec<Option<Stored>>, Vec<Option<Item>>), Unavailable> {
    let (mut found, others) = read_own(store, arns, others).await?;
    for stored in &mut found {
        if let Some(own) = stored.take() {
            *stored = with_shard(store, own, near).await?;
        }
    }
    Ok((found, others))
}

/// With the shard at hand that is meant, if there is one.
async fn with_shard(
    store: &dyn Store,
    mut stored: Stored,
    near: Near,
) -> Result<Option<Stored>, Unavailable> {
    for _ in 0..MOST_READS {
        let Some(number) = near.number(&stored.pool) else { return Ok(Some(stored)) };
        if let Some(item) = store.get(&[records::shard_key(stored.arn(), number)]).await?.pop().flatten() {
            let shard = Some(Shard { number, pool: item.read()? });
            return Ok(Some(Stored { shard, ..stored }));
        }
        // It was merged meanwhile.
        let arn = stored.arn().clone();
        let (mut present, _) = read_own(store, std::slice::from_ref(&arn), &[]).await?;
        let Some(present) = present.pop().flatten() else { return Ok(None) };
        stored = present;
    }
    Err(Unavailable(format!("{}: its shards are merged over and over", stored.arn())))
}

/// The licenses with their own pools.
async fn read_own(
    store: &dyn Store,
    arns: &[LicenseArn],
    others: &[Key],
) -> Result<(Vec<Option<Stored>>, Vec<Option<Item>>), Unavailable> {
    let parts = arns.iter().flat_map(|arn| [records::head_key(arn), records::pool_key(arn)]);
    let keys: Vec<Key> = parts.chain(others.iter().cloned()).collect();
    let mut items = get_all(store, &keys).await?;
    let others = items.split_off(2 * arns.len());
    let read = items.chunks(2).map(|pair| match pair {
        [Some(head), Some(pool)] => {
            Ok(Some(Stored { head: Arc::new(head.read()?), pool: pool.read()?, shard: None }))
        }
        _ => Ok(None),
    });
    Ok((read.collect::<Result<_, Unavailable>>()?, others))
}

/// The items under any number of different keys.
async fn get_all(store: &dyn Store, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
    let mut items = Vec::new();
    for keys in keys.chunks(READ_AT_ONCE) {
        items.extend(store.get(keys).await?);
    }
    Ok(items)
}
