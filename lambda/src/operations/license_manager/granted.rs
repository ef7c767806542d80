//! Loading grants, with what their standing depends on.

use std::collections::{BTreeMap, BTreeSet};

use licentia_core::arn::{AccountId, GrantArn};
use licentia_core::grant::{Fault, Grant, Refusal, Standing};
use licentia_core::license::License;
use licentia_core::principal::Principal;

use crate::context::{Context, Service};
use crate::error::{Error, Kind};
use crate::records::{self, GrantPointer, GrantRecord, Head};
use crate::store::{Change, Item, Key, Unavailable, Write};
use licentia_core::time::Timestamp;

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
    pub(crate) fn makers_operations(&self) -> licentia_core::grant::Operations {
        let all = licentia_core::grant::Operations::ALL;
        self.above.iter().fold(all, |held, record| held.and(record.grant.granted_operations))
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

/// The grant with this ARN, unless it is unknown or its license is not readable
/// any more.
///
/// # Errors
/// [`Unavailable`] if the store did not answer.
pub(crate) async fn load_grant(cx: &Context, arn: &str) -> Result<Option<StoredGrant>, Unavailable> {
    let Ok(arn) = GrantArn::parse(arn) else { return Ok(None) };
    let Some(record) = load_record(&cx.service, &arn).await? else { return Ok(None) };
    Ok(load_grants(&cx.service, &[record.pointer()], cx.now).await?.pop())
}

/// The grant with this ARN alone.
///
/// # Errors
/// [`Unavailable`] if the store did not answer.
pub(crate) async fn load_record(
    service: &Service,
    arn: &GrantArn,
) -> Result<Option<GrantRecord>, Unavailable> {
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

/// No grant of this ARN, or none that the caller has to do with.
pub(super) fn unknown(arn: &str) -> Error {
    Error::invalid(format_args!(
        "grant `{arn}` does not exist, or is neither of yours nor for you; ListDistributedGrants and \
         ListReceivedGrants show which are"
    ))
}

/// The caller may not do this to a grant (errors.md 6).
pub(super) fn not_allowed(cx: &Context, what: &str) -> Error {
    Error::validation(format_args!("Caller {} is not allowed to {what}.", cx.caller.arn()))
}

/// A rule of grants as the operations answer it (errors.md 6, 7).
pub(super) fn refused(cx: &Context, refusal: &Refusal) -> Error {
    match refusal.fault() {
        Fault::Caller => Error::validation(format_args!(
            "Caller {} is not allowed to change this grant so: {refusal}",
            cx.caller.arn()
        )),
        Fault::State => Error::invalid(refusal),
        Fault::Limit => Error::new(Kind::ResourceLimitExceeded, refusal),
    }
}

/// Grants are changed at home (G-8, H-4).
pub(super) fn check_home(cx: &Context, home: &str, what: &str) -> Result<(), Error> {
    if cx.service.region == home {
        return Ok(());
    }
    Err(Error::validation(format_args!("Grant can only be {what} in resource home AWS region: {home}")))
}

/// The principals under which an account receives grants: itself, its
/// organization and the units that it is in (G-30).
///
/// # Errors
/// [`Unavailable`] if the directory did not answer.
pub(super) async fn principals(
    service: &Service,
    account: &AccountId,
) -> Result<Vec<Principal>, Unavailable> {
    let mut principals = vec![Principal::Account(account.clone())];
    if let Some(membership) = service.organizations.membership(account).await? {
        let (management, organization) = (membership.management_account, membership.organization_id);
        principals.push(Principal::Organization {
            management: management.clone(),
            organization: organization.clone(),
        });
        principals.extend(membership.ou_path.into_iter().map(|unit| Principal::Unit {
            management: management.clone(),
            organization: organization.clone(),
            unit,
        }));
    }
    Ok(principals)
}
