//! GetLicenseUsage.

use licentia_core::checkout::Checkout;
use licentia_core::entitlement::{Measure, Unit};
use licentia_core::license::License;
use licentia_core::pool::Pool;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::received::load_used;
use crate::allow::Audience;
use crate::context::{Context, Setback, Tries};
use crate::error::Error;
use crate::licenses::{Stored, counting, settle_stale, whole};
use crate::operation::Operation;
use crate::records;
use crate::wire::Violations;

/// Expired checkouts read at once.
const BATCH: usize = 100;
/// How often usage is counted while others reclaim. Where they never cease, it
/// is told as it was counted last: what they have just reclaimed may count.
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
            counts += 1;
            let seen = load_used(cx, &license_arn).await?;
            // What nobody will have is not told as consumed.
            match settle_stale(&cx.service, seen.get(), cx.time()).await {
                Ok(returned) if returned > 0 && counts < MOST_COUNTS => continue,
                Ok(_) => {}
                Err(setback) => {
                    tries.again(setback.aside()).await?;
                    continue;
                }
            }
            // Who reclaims meanwhile changes the pool and the records together:
            // the pool belongs to what is found before and after it alike.
            let before = each_expired(cx, seen.get(), |_| ()).await?;
            let told = load_used(cx, &license_arn).await?;
            let stored = told.get();
            let Some(mut standing) = whole(&cx.service, stored, cx.now).await? else {
                tries.again(Setback::Changed).await?;
                continue;
            };
            let (license, now) = (&stored.head.license, decided_at(cx, stored));
            let none_expired = before == 0 && now == decided_at(cx, seen.get());
            let mut reclaim = |expired: &[Checkout]| {
                standing = standing.reclaiming(license, expired, now).applied_to(&standing);
            };
            reclaim(&[]);
            let after = if none_expired { 0 } else { each_expired(cx, stored, reclaim).await? };
            if before != after && counts < MOST_COUNTS {
                tries.again(Setback::Changed).await?;
                continue;
            }
            if stored.head.deleted_at.is_some() {
                standing.used.clone_from(&standing.spent);
            }
            return Ok(output(license, &standing));
        }
    }
}

/// Nothing changes any more once the license is deleted (L-24); deleting ended
/// what ran then (L-25).
fn decided_at(cx: &Context, stored: &Stored) -> Timestamp {
    stored.head.deleted_at.unwrap_or(cx.now)
}

/// Looks at what has expired and is not reclaimed, some at a time; it no longer
/// counts. Answers how many there are.
async fn each_expired(
    cx: &Context,
    stored: &Stored,
    mut look: impl FnMut(&[Checkout]),
) -> Result<usize, Error> {
    let until = decided_at(cx, stored);
    let mut count = 0;
    for place in stored.places().all() {
        let mut query = records::expiring(stored.arn(), place, Timestamp::MIN, until, BATCH);
        loop {
            let page = cx.service.store.query(&query).await?;
            let expired = counting(&cx.service, &page.items).await?;
            count += expired.len();
            look(&expired);
            query.after = page.items.last().and_then(|item| item.index.as_ref()).map(|key| key.sort.clone());
            if !page.more {
                break;
            }
        }
    }
    Ok(count)
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
