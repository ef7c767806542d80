//! The writes that make a grant, and that replace it by its next version.

use licentia_core::grant::{Grant, Standing};
use licentia_core::license::License;

use super::StoredGrant;
use crate::records::{self, GrantRecord};
use crate::store::{Guard, Item, Unavailable, Write};

/// The writes of a new grant of the license, under these grants. What notes and
/// counts it is not among them.
///
/// # Errors
/// [`Unavailable`] if they cannot be written.
pub(crate) fn put_new(
    record: &GrantRecord,
    license: &License,
    above: &[GrantRecord],
) -> Result<Vec<Write>, Unavailable> {
    let mut items = vec![
        records::grant_item(record)?,
        records::grant_version_item(&as_seen(&record.grant, license, above))?,
        records::grant_of_license_item(record)?,
    ];
    items.extend(records::received_items(record, license)?);
    Ok(items.into_iter().map(|item: Item| Write::Put(item, vec![Guard::Absent])).collect())
}

/// The writes that replace a grant by its next version. They demand that all
/// that its standing depends on is as it was loaded; if it ends, the license can
/// be granted to its principal again, and it counts no more, nor does what was
/// made under it (G-7, G-9, G-27).
///
/// # Errors
/// [`Unavailable`] if they cannot be written.
pub(crate) fn replace(stored: &StoredGrant, next: &GrantRecord) -> Result<Vec<Write>, Unavailable> {
    let StoredGrant { record, head, .. } = stored;
    let ends = !next.grant.grant_status.is_live();
    let ended = if ends { record.counts_for() } else { 0 };
    let mut writes = replace_alone(stored, next)?.to_vec();
    writes.extend(stored.unchanged_above(ended.saturating_neg()));
    writes.extend(records::grants_less(&head.license.license_arn, ended));
    if ends && !record.is_sub_grant {
        writes.push(records::forget_granted(&record.grant));
    }
    Ok(writes)
}

/// The writes that replace a grant that goes on, whatever has become of what it
/// was made under.
///
/// # Errors
/// [`Unavailable`] if they cannot be written.
pub(super) fn replace_alone(stored: &StoredGrant, next: &GrantRecord) -> Result<[Write; 2], Unavailable> {
    Ok([records::replace_grant(&stored.record, next), put_version(stored, &next.grant)?])
}

/// The write of the next version of a grant.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub(super) fn put_version(stored: &StoredGrant, next: &Grant) -> Result<Write, Unavailable> {
    let seen = as_seen(next, &stored.head.license, &stored.above);
    Ok(Write::Put(records::grant_version_item(&seen)?, vec![Guard::Absent]))
}

/// A version is kept as it is shown.
fn as_seen(grant: &Grant, license: &License, above: &[GrantRecord]) -> Grant {
    grant.seen(&Standing::of(grant, license.status, above.iter().map(|record| &record.grant)))
}
