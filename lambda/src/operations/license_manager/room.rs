//! Making room: what returns to the pool without anybody returning it.

use licentia_core::arn::LicenseArn;
use licentia_core::checkout::{Checkout, Decision, Ended};
use licentia_core::pool::Pool;
use licentia_core::time::Timestamp;

use super::booking::settle;
use super::consumption::counting;
use super::stored::{Stored, load_all};
use crate::allow::Allowed;
use crate::context::{Context, Setback};
use crate::error::Error;
use crate::events::{ConsumptionState, Event};
use crate::records;
use crate::store::{Change, Write};
use crate::telemetry::metrics;

/// Expired checkouts reclaimed in one change.
const RECLAIMED_AT_ONCE: usize = 50;
/// Bytes of checkouts reclaimed in one change; DynamoDB takes 4 MB.
const RECLAIMED_BYTES: usize = 2_000_000;
/// Bytes of a checkout besides its token, at most about so many.
const ROUGH_BYTES: usize = 20_000;

/// Nobody has to sweep: one checkout in 16, as the digits of its token fall,
/// takes along up to 50 that ran out, so that they never pile up, and up to 16
/// reservations that nobody forgot.
pub(super) async fn sweep(cx: &Context, allowed: &Allowed<Stored>, checkout: &Checkout, decision: &Decision) {
    if checkout.token.ends_with('0') {
        let pool = &allowed.get().pool;
        let _ = settle(cx, allowed, pool.stale(cx.time())).await;
        let after = decision.edit.applied_to(pool);
        let _ = reclaim(cx, allowed, &after).await;
    }
}

/// Makes room for what is exhausted: returns what expired checkouts hold (E-9).
/// Answers whether there were any.
///
/// # Errors
/// [`Setback::Changed`] if there is more room than when the pool was loaded:
/// somebody else made it.
pub(super) async fn make_room(
    cx: &Context,
    allowed: &Allowed<Stored>,
    exhausted: &[String],
) -> Result<bool, Setback> {
    let Stored { head, pool } = allowed.get();
    if settle(cx, allowed, pool.holding(exhausted)).await? || reclaim(cx, allowed, pool).await? {
        return Ok(true);
    }
    let present = load_all(cx, std::slice::from_ref(&head.license.license_arn)).await?.pop();
    let is_as_full = present.is_some_and(|present| {
        let same = |pool: &Pool| (pool.revision, pool.renewed_at);
        same(&present.pool) == same(pool)
            && exhausted.iter().all(|name| present.pool.used(name) >= pool.used(name))
            && present.pool.holding(exhausted).all(|(attempt, _)| pool.reservations.contains_key(attempt))
    });
    if is_as_full { Ok(false) } else { Err(Setback::Changed) }
}

/// Returns what some expired checkouts hold to the pool, and answers whether
/// there were any.
async fn reclaim(cx: &Context, allowed: &Allowed<Stored>, pool: &Pool) -> Result<bool, Setback> {
    let license = &allowed.get().head.license;
    let expired = expired(cx, &license.license_arn).await?;
    if expired.is_empty() {
        return Ok(false);
    }
    let edit = pool.reclaiming(license, &expired, cx.now);
    let mut writes: Vec<Write> =
        expired.iter().map(|checkout| records::end_checkout(checkout, Ended::Expired, cx.now)).collect();
    writes.extend(records::pool_write(&license.license_arn, pool, &edit));
    let event = |checkout| Event::consumption(checkout, ConsumptionState::Expired, cx.now);
    let events: Vec<Event> = expired.iter().map(event).collect();
    cx.apply_telling(allowed, Change(writes), &events).await?;
    metrics::reclaimed(expired.len());
    Ok(true)
}

/// Some checkouts of the license that ran out and still count; none if there
/// are none.
async fn expired(cx: &Context, arn: &LicenseArn) -> Result<Vec<Checkout>, Error> {
    let mut query = records::expiring(arn, Timestamp::MIN, cx.now, RECLAIMED_AT_ONCE);
    loop {
        let page = cx.service.store.query(&query).await?;
        let mut bytes = 0;
        let mut found = counting(cx, &page.items).await?;
        found.retain(|checkout| checkout.expires_at().is_some_and(|at| at <= cx.now));
        found.retain(|checkout| {
            bytes += checkout.signed_token.as_ref().map_or(0, String::len) + ROUGH_BYTES;
            bytes <= RECLAIMED_BYTES
        });
        query.after = page.items.last().and_then(|item| item.index.as_ref()).map(|key| key.sort.clone());
        if !found.is_empty() || !page.more {
            return Ok(found);
        }
    }
}
