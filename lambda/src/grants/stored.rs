//! Loading grants, with what their standing depends on.

use std::collections::{BTreeMap, BTreeSet};

use licentia_core::arn::GrantArn;
use licentia_core::grant::{Grant, Operations, Standing};
use licentia_core::license::License;
use licentia_core::time::Timestamp;

use crate::context::Service;
use crate::records::{self, GrantPointer, GrantRecord, Head};
use crate::store::{Change, Item, Key, Query, Unavailable, Write};

/// A grant, all that its standing depends on, and what it has come to.
#[derive(Clone, Debug)]
pub(crate) struct StoredGrant {
    pub(crate) record: GrantRecord,
    /// The grants from the license down to it.
    pub(crate) above: Vec<GrantRecord>,
    pub(crate) head: Head,
    pub(crate) standing: Standing,
}

impl AsRef<Grant> for StoredGrant {
    fn as_ref(&self) -> &Grant {
        &self.record.grant
    }
}

impl StoredGrant {
    /// The grant as it is shown.
    pub(crate) fn seen(&self) -> Grant {
        self.record.grant.seen(&self.standing)
    }

    /// Its license.
    pub(crate) const fn license(&self) -> &License {
        &self.head.license
    }

    /// The writes that demand that all its standing depends on is as it was
    /// loaded, and change by how much counts below the grants above.
    pub(crate) fn unchanged_above(&self, change: i64) -> Vec<Write> {
        let above = self.above.iter().map(|record| records::count_below(record, change));
        above.chain([records::unchanged_license(&self.head)]).collect()
    }

    /// What the maker may grant itself: what it holds as the owner, or what the
    /// grant above leaves it (G-3).
    pub(crate) fn makers_operations(&self) -> Operations {
        let granted = self.above.iter().map(|record| record.grant.granted_operations);
        granted.fold(Operations::ALL, Operations::and)
    }
}

/// The grants that the pointers lead to, in their order; those whose license is
/// not readable any more (L-24) are left out.
///
/// # Errors
/// [`Unavailable`] if the store did not answer.
pub(crate) async fn load_grants(
    service: &Service,
    pointers: &[GrantPointer],
    now: Timestamp,
) -> Result<Vec<StoredGrant>, Unavailable> {
    let keys: BTreeSet<Key> = pointers.iter().flat_map(keys).collect();
    let keys: Vec<Key> = keys.into_iter().collect();
    let mut found: BTreeMap<Key, Item> = BTreeMap::new();
    for keys in keys.chunks(Change::MAX_WRITES) {
        let items = service.store.get(keys).await?;
        found.extend(items.into_iter().flatten().map(|item| (item.key.clone(), item)));
    }
    let grants = pointers.iter().map(|pointer| assemble(pointer, &found, now));
    grants.filter_map(Result::transpose).collect()
}

/// All grants that the pointers of this range lead to, in its order.
///
/// # Errors
/// [`Unavailable`] if the store did not answer.
pub(crate) async fn received(
    service: &Service,
    mut range: Query,
    now: Timestamp,
) -> Result<Vec<StoredGrant>, Unavailable> {
    let mut grants = Vec::new();
    loop {
        let page = service.store.query(&range).await?;
        let pointers: Vec<GrantPointer> =
            page.items.iter().map(records::read_pointer).collect::<Result<_, _>>()?;
        grants.extend(load_grants(service, &pointers, now).await?);
        range.after = page.items.last().map(|item| item.key.sort.clone());
        if !page.more {
            return Ok(grants);
        }
    }
}

/// The grant with this ARN, unless it is unknown or its license is not readable
/// any more.
///
/// # Errors
/// [`Unavailable`] if the store did not answer.
pub(crate) async fn load_grant(
    service: &Service,
    arn: &GrantArn,
    now: Timestamp,
) -> Result<Option<StoredGrant>, Unavailable> {
    let Some(record) = load_record(service, arn).await? else { return Ok(None) };
    Ok(load_grants(service, &[record.pointer()], now).await?.pop())
}

async fn load_record(service: &Service, arn: &GrantArn) -> Result<Option<GrantRecord>, Unavailable> {
    let item = service.store.get(&[records::grant_key(arn)]).await?.pop().flatten();
    item.map(|item| item.read()).transpose()
}

/// Everything that a grant's standing depends on.
fn keys(pointer: &GrantPointer) -> impl Iterator<Item = Key> {
    let grants = pointer.parents.iter().chain([&pointer.grant_arn]).map(records::grant_key);
    grants.chain([records::head_key(&pointer.license_arn)])
}

fn assemble(
    pointer: &GrantPointer,
    found: &BTreeMap<Key, Item>,
    now: Timestamp,
) -> Result<Option<StoredGrant>, Unavailable> {
    let read = |arn: &GrantArn| -> Result<GrantRecord, Unavailable> {
        let key = records::grant_key(arn);
        found.get(&key).ok_or_else(|| Unavailable(format!("{key}: not there")))?.read()
    };
    let Some(head) = found.get(&records::head_key(&pointer.license_arn)) else { return Ok(None) };
    let head: Head = head.read()?;
    if !head.is_readable(now) {
        return Ok(None);
    }
    let record = read(&pointer.grant_arn)?;
    let above: Vec<GrantRecord> = pointer.parents.iter().map(read).collect::<Result<_, _>>()?;
    let standing =
        Standing::of(&record.grant, head.license.status_at(now), above.iter().map(|record| &record.grant));
    Ok(Some(StoredGrant { record, above, head, standing }))
}
