//! The sub-grants that a grant to an organization has made for its members.

use licentia_core::arn::{AccountId, GrantArn};
use serde_json::json;

use super::grant::{as_loaded, grant_partition};
use super::{GrantRecord, grant_key};
use crate::store::{Edit, Guard, Item, Key, Path, Query, Unavailable, Write};

/// What the sort keys of members begin with.
const PREFIX: &str = "M#";

/// The pointers to the sub-grants of a grant, by account.
#[must_use]
pub fn members(grant: &GrantArn, limit: usize) -> Query {
    Query::prefix(grant_partition(grant), PREFIX, limit)
}

/// The account that a pointer to a sub-grant stands for.
///
/// # Errors
/// [`Unavailable`] if its key names none.
pub fn member_of(item: &Item) -> Result<AccountId, Unavailable> {
    let account = item.key.sort.strip_prefix(PREFIX).and_then(|account| AccountId::parse(account).ok());
    account.ok_or_else(|| Unavailable(format!("{}: no account", item.key)))
}

/// Notes the sub-grant of a member, which has none yet (G-25).
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn note_member(
    grant: &GrantArn,
    account: &AccountId,
    sub_grant: &GrantRecord,
) -> Result<Write, Unavailable> {
    Ok(Write::Put(Item::new(member_key(grant, account), &sub_grant.pointer())?, vec![Guard::Absent]))
}

/// Forgets the sub-grant of one who is a member no longer (G-26).
#[must_use]
pub fn forget_member(grant: &GrantArn, account: &AccountId) -> Write {
    Write::Delete(member_key(grant, account), vec![Guard::Present])
}

/// Demands that a grant is as it was loaded, changes by how much counts below
/// it, and notes that the sub-grants of its members have changed.
#[must_use]
pub fn change_members(record: &GrantRecord, below: i64) -> Write {
    let mut edits = vec![Edit::Add(Path::member("member_changes"), 1)];
    if below != 0 {
        edits.push(Edit::Add(Path::member("live_below"), below));
    }
    Write::Update(grant_key(&record.grant.grant_arn), as_loaded(record), edits)
}

/// Replaces a grant that nobody has changed or settled since it was loaded by
/// one that is settled. Nor may anybody else have changed the sub-grants of its
/// members, besides so many changes of one's own: who did may have had another
/// state of the organization before its eyes.
#[must_use]
pub fn settle_grant(before: &GrantRecord, after: &GrantRecord, own_changes: u64) -> Write {
    let member_changes = before.member_changes.saturating_add(own_changes);
    let mut guards = as_loaded(before);
    guards.push(Guard::Equals(Path::member("member_changes"), json!(member_changes)));
    let edits = vec![
        Edit::Set(Path::member("grant"), json!(after.grant)),
        Edit::Set(Path::member("settled"), json!(after.settled)),
    ];
    Write::Update(grant_key(&before.grant.grant_arn), guards, edits)
}

/// Looks no longer after the members of a grant that has ended with what it was
/// made under.
#[must_use]
pub fn leave_members(record: &GrantRecord) -> Write {
    Write::Update(grant_key(&record.grant.grant_arn), as_loaded(record), vec![Edit::Index(None)])
}

fn member_key(grant: &GrantArn, account: &AccountId) -> Key {
    Key::new(grant_partition(grant), format!("{PREFIX}{account}"))
}
