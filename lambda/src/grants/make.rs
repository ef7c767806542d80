//! By which right an account grants, and what a new grant is.

use licentia_core::arn::{AccountId, GrantArn};
use licentia_core::grant::{AllowedOperation, Grant, GrantStatus, NotUsable, Options, Parent, Wanted};
use licentia_core::license::{License, Version};
use licentia_core::principal::Principal;
use licentia_core::time::Timestamp;

use super::{StoredGrant, load_grants};
use crate::context::Service;
use crate::records::{self, GrantPointer, GrantRecord};
use crate::secret::{NoEntropy, random};
use crate::store::Unavailable;

/// Pointers read at once.
const PAGE: usize = 100;

/// The grant by which an account that does not own the license may do this with
/// it, grant it on (G-2) or make tokens for it (T-2): the newest one that allows
/// it.
///
/// # Errors
/// Why it may not, if it received any grant of the license.
pub(crate) async fn right_to(
    service: &Service,
    account: &AccountId,
    license: &License,
    operation: AllowedOperation,
    now: Timestamp,
) -> Result<Result<StoredGrant, Option<NotUsable>>, Unavailable> {
    let principal = Principal::Account(account.clone());
    let mut query = records::received_sku(&principal, &license.product_sku, PAGE);
    query.descending = true;
    let mut why_not = None;
    loop {
        let page = service.store.query(&query).await?;
        let pointers: Vec<GrantPointer> =
            page.items.iter().map(records::read_pointer).collect::<Result<_, _>>()?;
        let of_license: Vec<GrantPointer> =
            pointers.into_iter().filter(|pointer| pointer.license_arn == license.license_arn).collect();
        for stored in load_grants(service, &of_license, now).await? {
            match stored.standing.usable(operation) {
                Ok(()) => return Ok(Ok(stored)),
                Err(reason) => why_not = why_not.or(Some(reason)),
            }
        }
        query.after = page.items.last().map(|item| item.key.sort.clone());
        if !page.more {
            return Ok(Err(why_not));
        }
    }
}

/// A name for a new grant.
///
/// # Errors
/// [`NoEntropy`] if the system has no randomness.
pub(crate) fn mint(maker: &AccountId, now: Timestamp) -> Result<GrantArn, NoEntropy> {
    Ok(GrantArn::mint(maker.clone(), now, u128::from_be_bytes(*random()?)))
}

/// The first version of a grant of the license, under these grants (G-11).
pub(crate) fn first_version(
    arn: GrantArn,
    name: String,
    wanted: Wanted,
    license: &License,
    parents: Vec<GrantArn>,
    status: GrantStatus,
) -> GrantRecord {
    let parent_arn = parents
        .last()
        .map_or_else(|| Parent::License(license.license_arn.clone()), |parent| Parent::Grant(parent.clone()));
    let by_itself = matches!(status, GrantStatus::Disabled | GrantStatus::Active);
    GrantRecord {
        parents,
        is_sub_grant: false,
        live_below: 0,
        activates: wanted.desired_status == Some(GrantStatus::Active),
        override_is_set: wanted.activation_override.is_some(),
        settled: None,
        member_changes: 0,
        grant: Grant {
            grant_arn: arn,
            grant_name: name,
            parent_arn,
            license_arn: license.license_arn.clone(),
            grantee_principal_arn: wanted.principal,
            home_region: license.home_region.clone(),
            grant_status: status,
            status_reason: by_itself.then(|| "Accepted automatically".to_owned()),
            version: Version::FIRST,
            granted_operations: wanted.operations,
            options: wanted
                .activation_override
                .map(|activation_override_behavior| Options { activation_override_behavior }),
            grant_type: wanted.grant_type,
        },
    }
}
