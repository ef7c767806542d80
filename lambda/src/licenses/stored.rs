//! Licenses as they are kept, and how they are read.

use std::sync::Arc;

use licentia_core::arn::LicenseArn;
use licentia_core::license::License;
use licentia_core::pool::{Edit, Pool};
use licentia_core::time::Timestamp;

use crate::context::Service;
use crate::error::Error;
use crate::records::{self, Head};
use crate::store::{Change, Item, Key, Write};

/// A license and its consumption.
pub(crate) struct Stored {
    pub(crate) head: Arc<Head>,
    pub(crate) pool: Pool,
}

/// Items read in one request.
const READ_AT_ONCE: usize = 100;
/// How often a license is read that changes while it is read.
const MOST_READS: usize = 10;

impl Stored {
    /// The two are read one after the other: a change between them shows in
    /// their revisions, which every change moves together.
    fn is_torn(&self) -> bool {
        self.head.revision != self.pool.revision
    }

    /// Its name.
    pub(crate) fn arn(&self) -> &LicenseArn {
        &self.head.license.license_arn
    }

    /// The write of an edit that was decided on the pool as it is here; none if
    /// it changes nothing.
    pub(crate) fn write(&self, edit: &Edit) -> Option<Write> {
        records::pool_write(self.arn(), &self.pool, edit)
    }

    /// The change of the pool alone.
    pub(crate) fn change(&self, edit: &Edit) -> Change {
        Change(self.write(edit).into_iter().collect())
    }
}

impl AsRef<License> for Stored {
    fn as_ref(&self) -> &License {
        &self.head.license
    }
}

/// The licenses with these ARNs, in their order; unknown ones are left out.
pub(crate) async fn load_all(
    service: &Service,
    arns: &[LicenseArn],
    now: Timestamp,
) -> Result<Vec<Stored>, Error> {
    let (found, _) = load_along(service, arns, &[]).await?;
    Ok(found.into_iter().flatten().filter(|stored| stored.head.is_readable(now)).collect())
}

/// The licenses with these ARNs, unreadable ones included, and the items under
/// these keys, read with them.
pub(crate) async fn load_along(
    service: &Service,
    arns: &[LicenseArn],
    keys: &[Key],
) -> Result<(Vec<Option<Stored>>, Vec<Option<Item>>), Error> {
    let (mut found, items) = read_all(service, arns, keys).await?;
    for (arn, stored) in arns.iter().zip(&mut found) {
        let mut reads = 0;
        while stored.as_ref().is_some_and(Stored::is_torn) {
            reads += 1;
            if reads == MOST_READS {
                return Err(Error::internal(format_args!("{arn}: its parts are of different revisions")));
            }
            *stored = read_all(service, std::slice::from_ref(arn), &[]).await?.0.pop().flatten();
        }
    }
    Ok((found, items))
}

async fn read_all(
    service: &Service,
    arns: &[LicenseArn],
    others: &[Key],
) -> Result<(Vec<Option<Stored>>, Vec<Option<Item>>), Error> {
    let parts = arns.iter().flat_map(|arn| [records::head_key(arn), records::pool_key(arn)]);
    let keys: Vec<Key> = parts.chain(others.iter().cloned()).collect();
    let mut items = get_all(service, &keys).await?;
    let others = items.split_off(2 * arns.len());
    let read = items.chunks(2).map(|pair| match pair {
        [Some(head), Some(pool)] => Ok(Some(Stored { head: Arc::new(head.read()?), pool: pool.read()? })),
        _ => Ok(None),
    });
    Ok((read.collect::<Result<_, Error>>()?, others))
}

/// The items under any number of different keys.
async fn get_all(service: &Service, keys: &[Key]) -> Result<Vec<Option<Item>>, Error> {
    let mut items = Vec::new();
    for keys in keys.chunks(READ_AT_ONCE) {
        items.extend(service.store.get(keys).await?);
    }
    Ok(items)
}
