//! GetLicenseUsage.

use licentia_core::entitlement::{Measure, Unit};
use licentia_core::license::License;
use licentia_core::pool::Pool;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::received::load_used;
use super::stored::load;
use crate::allow::Audience;
use crate::context::{Context, Setback, Tries};
use crate::error::Error;
use crate::licenses::{Near, Stored, counting, settle_stale, whole};
use crate::operation::Operation;
use crate::records;
use crate::wire::Violations;

/// Expired checkouts read at once.
const BATCH: usize = 100;
/// How often usage is counted anew while others reclaim.
const MOST_COUNTS: usize = 5;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct GetLicenseUsage {
    license_arn: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    license_usage: LicenseUsage,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LicenseUsage {
    entitlement_usages: Vec<EntitlementUsage>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct EntitlementUsage {
    name: String,
    consumed_value: String,
    max_count: String,
    unit: Unit,
}

impl Operation for GetLicenseUsage {
    const NAME: &'static str = "GetLicenseUsage";
    const AUDIENCE: Audience = Audience::TokenHolders;
    type Request = String;
    type Output = Output;

    fn validate(self) -> Result<String, Error> {
        let mut violations = Violations::default();
        let license_arn = violations.arn("licenseArn", self.license_arn);
        violations.finish(license_arn)
    }

    fn resource(license_arn: &String) -> Option<&str> {
        Some(license_arn)
    }

    async fn call(license_arn: String, cx: &Context) -> Result<Output, Error> {
        let (mut counts, mut tries) = (0, Tries::default());
        loop {
            let allowed = load_used(cx, &license_arn).await?;
            let stored = allowed.get();
            counts += 1;
            // What nobody will have is not told as consumed.
            let returned = settle_stale(&cx.service, stored, cx.time()).await.unwrap_or_default();
            if returned > 0 && counts < MOST_COUNTS {
                continue;
            }
            let Some(pool) = whole(&cx.service, stored, cx.now).await? else {
                tries.again(Setback::Changed).await?;
                continue;
            };
            let standing = standing(cx, stored, &pool).await?;
            // Who reclaims meanwhile takes away what was counted as running.
            let none_returned = match load(cx, &license_arn, Near::Own).await? {
                Some(after) => whole(&cx.service, &after, cx.now)
                    .await?
                    .is_some_and(|after| has_not_shrunk(&pool, &after)),
                None => false,
            };
            if none_returned || counts >= MOST_COUNTS {
                return Ok(output(&stored.head.license, &standing));
            }
        }
    }
}

/// Whether nothing was given back in between.
fn has_not_shrunk(before: &Pool, after: &Pool) -> bool {
    (before.revision, before.renewed_at) == (after.revision, after.renewed_at)
        && before.used.iter().all(|(name, used)| after.used(name) >= *used)
}

/// The pool as it stands now: what has expired no longer counts, reclaimed or
/// not. Nothing changes any more once the license is deleted (L-24); deleting
/// ended what ran then (L-25).
async fn standing(cx: &Context, stored: &Stored, pool: &Pool) -> Result<Pool, Error> {
    let Stored { head, .. } = stored;
    let license = &head.license;
    let now = head.deleted_at.unwrap_or(cx.now);
    let mut standing = pool.reclaiming(license, [], now).applied_to(pool);
    for place in stored.places().all() {
        let mut query = records::expiring(&license.license_arn, place, Timestamp::MIN, now, BATCH);
        loop {
            let page = cx.service.store.query(&query).await?;
            let expired = counting(&cx.service, &page.items).await?;
            standing = standing.reclaiming(license, &expired, now).applied_to(&standing);
            query.after = page.items.last().and_then(|item| item.index.as_ref()).map(|key| key.sort.clone());
            if !page.more {
                break;
            }
        }
    }
    if head.deleted_at.is_some() {
        standing.used.clone_from(&standing.spent);
    }
    Ok(standing)
}

/// Counted entitlements only, in the order of the license (U-1).
fn output(license: &License, pool: &Pool) -> Output {
    let usage = |name: &str, measure: &Measure| match measure {
        Measure::Feature { .. } => None,
        Measure::Counted { unit, max } => Some(EntitlementUsage {
            name: name.to_owned(),
            consumed_value: pool.used(name).to_string(),
            max_count: max.to_string(),
            unit: *unit,
        }),
    };
    let entitlement_usages = license
        .terms
        .entitlements
        .iter()
        .filter_map(|entitlement| usage(&entitlement.name, &entitlement.measure))
        .collect();
    Output { license_usage: LicenseUsage { entitlement_usages } }
}
