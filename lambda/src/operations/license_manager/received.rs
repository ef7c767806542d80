//! Licenses as an account received them through grants (sections 4, 5 and 7).

use std::collections::BTreeMap;

use licentia_core::arn::{GrantArn, LicenseArn};
use licentia_core::grant::{AllowedOperation, GrantStatus, NotUsable, Standing};
use licentia_core::principal::Principal;

use super::stored::load_own;
use crate::allow::{self, Allowed};
use crate::context::Context;
use crate::error::Error;
use crate::licenses::{Near, Stored, load_along};
use crate::recent::Granted;
use crate::records::{self, GrantPointer, GrantRecord};
use crate::store::{Key, Query};

/// Pointers read at once.
const PAGE: usize = 100;

/// A license, and the grants by which the caller's account has it, the oldest
/// first.
pub(super) struct Received {
    pub(super) stored: Stored,
    pub(super) grants: Vec<ReceivedGrant>,
}

/// A grant, and what it has come to.
pub(super) struct ReceivedGrant {
    pub(super) record: GrantRecord,
    pub(super) standing: Standing,
}

/// Grants of one license.
pub(super) type ByLicense = BTreeMap<LicenseArn, Vec<GrantPointer>>;

impl Received {
    /// The license, if one of the grants allows the operation now, and that
    /// grant.
    ///
    /// # Errors
    /// Why the most privileged grant does not.
    pub(super) fn allow(
        self,
        cx: &Context,
        operation: AllowedOperation,
    ) -> Result<(Allowed<Stored>, Granted), NotUsable> {
        let Some(ReceivedGrant { record, standing }) = self.best_for(operation) else {
            return Err(NotUsable::NotActive(GrantStatus::Deleted));
        };
        let (grant, standing) = (record.grant.clone(), *standing);
        let allowed = allow::by_grant(&cx.caller, self.stored, &grant, &standing, operation)?;
        Ok((allowed, Granted { grant, standing }))
    }

    /// The license, if one of the grants is active.
    pub(super) fn allow_use(self, cx: &Context) -> Option<Allowed<Stored>> {
        let ReceivedGrant { record, standing } = self.best()?;
        let (grant, standing) = (record.grant.clone(), *standing);
        allow::user(&cx.caller, self.stored, &grant, &standing)
    }

    /// The most privileged of the grants.
    pub(super) fn best(&self) -> Option<&ReceivedGrant> {
        self.grants.iter().max_by_key(|grant| privilege(&grant.standing))
    }

    fn best_for(&self, operation: AllowedOperation) -> Option<&ReceivedGrant> {
        self.grants.iter().find(|grant| grant.standing.usable(operation).is_ok()).or_else(|| self.best())
    }
}

/// How privileged a grant makes its grantee: one that can be used now before
/// one that is live, and then by how much it allows.
pub(super) fn privilege(standing: &Standing) -> impl Ord + use<> {
    (standing.active().is_ok(), standing.status.is_live(), standing.operations.iter().count())
}

/// The caller's grants of licenses with this SKU.
pub(super) async fn pointers_by_sku(cx: &Context, sku: &str) -> Result<ByLicense, Error> {
    let principal = Principal::Account(cx.caller.account.clone());
    pointers(cx, records::received_sku(&principal, sku, PAGE)).await
}

/// The pointers that a query finds, all of them.
pub(super) async fn pointers(cx: &Context, mut query: Query) -> Result<ByLicense, Error> {
    let mut found = ByLicense::new();
    loop {
        let page = cx.service.store.query(&query).await?;
        for item in &page.items {
            let pointer: GrantPointer = item.read()?;
            found.entry(pointer.license_arn.clone()).or_default().push(pointer);
        }
        query.after = page.items.last().map(|item| item.key.sort.clone());
        if !page.more {
            return Ok(found);
        }
    }
}

/// The licenses of these pointers that can still be read, with their grants;
/// in the order of the pointers, read together.
pub(super) async fn load_received(
    cx: &Context,
    pointers: &[(LicenseArn, Vec<GrantPointer>)],
    near: Near,
) -> Result<Vec<Received>, Error> {
    let arns: Vec<LicenseArn> = pointers.iter().map(|(arn, _)| arn.clone()).collect();
    let mut keys: Vec<Key> = pointers.iter().flat_map(|(_, grants)| grants).flat_map(keys_of).collect();
    keys.sort_unstable();
    keys.dedup();
    let (found, items) = load_along(&cx.service, &arns, near, &keys).await?;
    let mut grants = BTreeMap::new();
    for item in items.into_iter().flatten() {
        let record: GrantRecord = item.read()?;
        grants.insert(record.grant.grant_arn.clone(), record);
    }
    let mut received = Vec::new();
    for (stored, (_, pointers)) in found.into_iter().zip(pointers) {
        let Some(stored) = stored.filter(|stored| stored.head.is_readable(cx.now)) else { continue };
        let mut own: Vec<ReceivedGrant> =
            pointers.iter().filter_map(|pointer| standing(cx, &stored, pointer, &grants)).collect();
        own.sort_by(|a, b| a.record.grant.grant_arn.id().cmp(b.record.grant.grant_arn.id()));
        if !own.is_empty() {
            received.push(Received { stored, grants: own });
        }
    }
    Ok(received)
}

/// The license with this ARN, if the caller's account received it.
pub(super) async fn load_received_by_arn(
    cx: &Context,
    arn: &LicenseArn,
    near: Near,
) -> Result<Option<Received>, Error> {
    let head = cx.service.store.get(&[records::head_key(arn)]).await?.pop().flatten();
    let Some(head) = head.map(|item| item.read::<records::Head>()).transpose()? else { return Ok(None) };
    let mut pointers = pointers_by_sku(cx, &head.license.product_sku).await?;
    let Some(found) = pointers.remove_entry(arn) else { return Ok(None) };
    Ok(load_received(cx, &[found], near).await?.pop())
}

/// The license, if the caller owns it or has an active grant of it.
pub(super) async fn load_used(cx: &Context, arn: &str) -> Result<Allowed<Stored>, Error> {
    let unknown = || {
        Error::not_found(format_args!(
            "license `{arn}` does not exist, or is neither yours nor granted to you; ListLicenses and \
             ListReceivedLicenses show which are"
        ))
    };
    let license_arn = LicenseArn::parse(arn).map_err(|_| unknown())?;
    if *license_arn.owner() == cx.caller.account {
        return load_own(cx, arn).await;
    }
    let received = load_received_by_arn(cx, &license_arn, Near::Own).await?;
    received.and_then(|received| received.allow_use(cx)).ok_or_else(unknown)
}

fn keys_of(pointer: &GrantPointer) -> impl Iterator<Item = Key> {
    std::iter::once(&pointer.grant_arn).chain(&pointer.parents).map(records::grant_key)
}

fn standing(
    cx: &Context,
    stored: &Stored,
    pointer: &GrantPointer,
    grants: &BTreeMap<GrantArn, GrantRecord>,
) -> Option<ReceivedGrant> {
    let record = grants.get(&pointer.grant_arn)?.clone();
    let above = pointer.parents.iter().filter_map(|parent| grants.get(parent)).map(|parent| &parent.grant);
    let standing = Standing::of(&record.grant, stored.head.license.status_at(cx.now), above);
    Some(ReceivedGrant { record, standing })
}
