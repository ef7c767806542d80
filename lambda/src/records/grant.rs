//! Grants, their versions, and how many of them a license has.

use licentia_core::arn::{AccountId, GrantArn, LicenseArn};
use licentia_core::grant::{Grant, MOST_GRANTS};
use licentia_core::license::Version;
use licentia_core::principal::Principal;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Head, account_partition, digest, head_key, license_partition};
use crate::organization::Revision;
use crate::store::{Edit, Guard, Item, Key, Path, Query, Unavailable, Write};

/// The index partition of the grants to organizations and units.
const TO_ORGANIZATIONS: &str = "GRANTS_TO_ORGANIZATIONS";

/// A grant as it is now, and what it was made under.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrantRecord {
    /// Its current version.
    pub grant: Grant,
    /// The grants from the license down to it, itself left out.
    pub parents: Vec<GrantArn>,
    /// Whether the service made it, for a member of an organization (G-25);
    /// such a one does not count among the grants of its license (G-7).
    pub is_sub_grant: bool,
    /// How many grants that count were made under it and are not ended.
    pub live_below: u64,
    /// Whether its sub-grants are activated at once (G-20).
    pub activates: bool,
    /// Whether the grantor chose what activating does to others (G-23).
    pub override_is_set: bool,
    /// The state of its organization for which all members have their
    /// sub-grants (G-26).
    pub settled: Option<Revision>,
    /// How often sub-grants were made for members, or ended.
    pub member_changes: u64,
}

/// Where a grant is, and all that its standing depends on; these never change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantPointer {
    /// Its ARN.
    pub grant_arn: GrantArn,
    /// Its license.
    pub license_arn: LicenseArn,
    /// See [`GrantRecord::parents`].
    pub parents: Vec<GrantArn>,
}

/// How many grants of a license count (G-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantCount {
    /// Those neither REJECTED nor DELETED; sub-grants do not count.
    pub live: u64,
}

impl AsRef<Grant> for GrantRecord {
    fn as_ref(&self) -> &Grant {
        &self.grant
    }
}

impl GrantRecord {
    /// Where it is, and what it depends on.
    #[must_use]
    pub fn pointer(&self) -> GrantPointer {
        GrantPointer {
            grant_arn: self.grant.grant_arn.clone(),
            license_arn: self.grant.license_arn.clone(),
            parents: self.parents.clone(),
        }
    }

    /// How many grants that count end with it (G-7, G-27).
    #[must_use]
    pub fn counts_for(&self) -> i64 {
        let below = i64::try_from(self.live_below).unwrap_or(i64::MAX);
        below.saturating_add(i64::from(!self.is_sub_grant))
    }
}

/// Where a grant stands.
#[must_use]
pub fn grant_key(arn: &GrantArn) -> Key {
    Key::new(account_partition(arn.maker()), format!("G#{}", arn.id()))
}

/// Where one version of it stands.
#[must_use]
pub fn grant_version_key(arn: &GrantArn, version: Version) -> Key {
    Key::new(grant_partition(arn), format!("V#{:020}", version.number()))
}

/// The grants that an account made, oldest first.
#[must_use]
pub fn grants_by(maker: &AccountId, limit: usize) -> Query {
    Query::prefix(account_partition(maker), "G#", limit)
}

/// The pointers to the grants of a license, oldest first.
#[must_use]
pub fn grants_of(license: &LicenseArn, limit: usize) -> Query {
    Query::prefix(license_partition(license), "G#", limit)
}

/// The grants to organizations and units that are not ended, by their second
/// place.
#[must_use]
pub fn grants_to_organizations(limit: usize) -> Query {
    Query { through_index: true, ..Query::prefix(TO_ORGANIZATIONS, "", limit) }
}

/// Where a listed item leads: that of a grant to itself, that of a pointer to
/// its grant.
///
/// # Errors
/// [`Unavailable`] if it cannot be read.
pub fn read_pointer(item: &Item) -> Result<GrantPointer, Unavailable> {
    if item.body.contains_key("grant") {
        return item.read().map(|record: GrantRecord| record.pointer());
    }
    item.read()
}

/// The item of a new grant, in the index if its sub-grants are looked after.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn grant_item(record: &GrantRecord) -> Result<Item, Unavailable> {
    let arn = &record.grant.grant_arn;
    let mut item = Item::new(grant_key(arn), record)?;
    let is_distributed = record.grant.grantee().is_none();
    item.index = is_distributed.then(|| Key::new(TO_ORGANIZATIONS, format!("{}#{}", arn.id(), arn.maker())));
    Ok(item)
}

/// The item of a version.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn grant_version_item(grant: &Grant) -> Result<Item, Unavailable> {
    Item::new(grant_version_key(&grant.grant_arn, grant.version), grant)
}

/// The item by which a grant is found among those of its license.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn grant_of_license_item(record: &GrantRecord) -> Result<Item, Unavailable> {
    let Grant { license_arn, grant_arn, .. } = &record.grant;
    let key = Key::new(license_partition(license_arn), format!("G#{}", grant_arn.id()));
    Item::new(key, &record.pointer())
}

/// Replaces a grant, which is as it was loaded, by its next version.
#[must_use]
pub fn replace_grant(before: &GrantRecord, next: &GrantRecord) -> Write {
    let mut edits = vec![Edit::Set(Path::member("grant"), json!(next.grant))];
    let mut guards = as_loaded(before);
    if next.override_is_set != before.override_is_set {
        edits.push(Edit::Set(Path::member("override_is_set"), json!(next.override_is_set)));
    }
    if !next.grant.grant_status.is_live() {
        // What ends takes along what counts below it, no more and no less.
        guards.push(Guard::Equals(Path::member("live_below"), json!(before.live_below)));
        edits.push(Edit::Index(None));
    }
    Write::Update(grant_key(&next.grant.grant_arn), guards, edits)
}

/// Demands that a grant is as it was loaded, and changes by how much counts
/// below it.
#[must_use]
pub fn count_below(record: &GrantRecord, change: i64) -> Write {
    let edits = if change == 0 { vec![] } else { vec![Edit::Add(Path::member("live_below"), change)] };
    Write::Update(grant_key(&record.grant.grant_arn), as_loaded(record), edits)
}

/// Neither changed nor settled since it was loaded.
pub(super) fn as_loaded(record: &GrantRecord) -> Vec<Guard> {
    vec![
        Guard::Equals(Path::entry("grant", "Version"), json!(record.grant.version)),
        Guard::Equals(Path::member("settled"), json!(record.settled)),
    ]
}

/// Demands that a license is as it was loaded.
#[must_use]
pub fn unchanged_license(head: &Head) -> Write {
    let guard = Guard::Equals(Path::member("revision"), json!(head.revision));
    Write::Update(head_key(&head.license.license_arn), vec![guard], vec![])
}

/// Where it stands how many grants of a license count.
#[must_use]
pub fn grant_count_key(license: &LicenseArn) -> Key {
    Key::new(license_partition(license), "GRANTS")
}

/// One grant more that counts, up to the most there can be (G-7); `count` is
/// what was loaded.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn one_grant_more(license: &LicenseArn, count: Option<GrantCount>) -> Result<Write, Unavailable> {
    let key = grant_count_key(license);
    Ok(match count {
        None => Write::Put(Item::new(key, &GrantCount { live: 1 })?, vec![Guard::Absent]),
        Some(_) => Write::Update(
            key,
            vec![Guard::AtMost(Path::member("live"), MOST_GRANTS - 1)],
            vec![Edit::Add(Path::member("live"), 1)],
        ),
    })
}

/// So many grants less that count; no write if there are none.
#[must_use]
pub fn grants_less(license: &LicenseArn, ended: i64) -> Option<Write> {
    let edit = Edit::Add(Path::member("live"), ended.saturating_neg());
    (ended != 0).then(|| Write::Update(grant_count_key(license), vec![], vec![edit]))
}

/// Where the grant of a license to this principal is noted as long as it
/// counts (G-9).
#[must_use]
pub fn granted_key(license: &LicenseArn, principal: &Principal) -> Key {
    Key::new(license_partition(license), format!("P#{}", digest(&principal.to_string())))
}

/// Notes a new grant as the only one to its principal: there is none yet, or
/// the one that was noted has ended with what it was made under.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn note_granted(record: &GrantRecord, ended: Option<&GrantPointer>) -> Result<Write, Unavailable> {
    let key = granted_key(&record.grant.license_arn, &record.grant.grantee_principal_arn);
    let guard = match ended {
        None => Guard::Absent,
        Some(ended) => Guard::Equals(Path::member("grant_arn"), json!(ended.grant_arn)),
    };
    Ok(Write::Put(Item::new(key, &record.pointer())?, vec![guard]))
}

/// Forgets a grant that has ended; the license can be granted to its principal
/// again.
#[must_use]
pub fn forget_granted(grant: &Grant) -> Write {
    let key = granted_key(&grant.license_arn, &grant.grantee_principal_arn);
    Write::Delete(key, vec![Guard::Equals(Path::member("grant_arn"), json!(grant.grant_arn))])
}

pub(super) fn grant_partition(arn: &GrantArn) -> String {
    format!("G#{}", arn.id())
}
