//! What checkouts held that ran out (E-9).

use licentia_core::arn::LicenseArn;
use licentia_core::checkout::{Checkout, Ended};
use licentia_core::pool::Pool;
use licentia_core::time::Timestamp;

use super::stored::Stored;
use crate::context::{Service, Setback};
use crate::error::Error;
use crate::events::{ConsumptionState, Event};
use crate::records::{self, CheckoutRecord};
use crate::store::{Change, Item, Write};
use crate::telemetry::metrics;

/// Expired checkouts reclaimed in one change.
const RECLAIMED_AT_ONCE: usize = 50;
/// Bytes of checkouts reclaimed in one change; DynamoDB takes 4 MB.
const RECLAIMED_BYTES: usize = 2_000_000;
/// Bytes of a checkout besides its token, at most about so many.
const ROUGH_BYTES: usize = 20_000;

/// Returns what some expired checkouts hold to the pool, which may be newer
/// than the one that was loaded, and answers how many there were.
///
/// # Errors
/// [`Setback`]; whoever was faster has reclaimed some of them.
pub(crate) async fn reclaim(
    service: &Service,
    stored: &Stored,
    pool: &Pool,
    now: Timestamp,
) -> Result<usize, Setback> {
    let expired = expired(service, stored.arn(), now).await?;
    if expired.is_empty() {
        return Ok(0);
    }
    let edit = pool.reclaiming(&stored.head.license, &expired, now);
    let mut writes: Vec<Write> =
        expired.iter().map(|checkout| records::end_checkout(checkout, Ended::Expired, now)).collect();
    writes.extend(records::pool_write(stored.arn(), pool, &edit));
    let event = |checkout| Event::consumption(checkout, ConsumptionState::Expired, now);
    let events: Vec<Event> = expired.iter().map(event).collect();
    service.commit_telling(Change(writes), &events, now).await?;
    metrics::reclaimed(expired.len());
    Ok(expired.len())
}

/// Some checkouts of the license that ran out and still count; none if there
/// are none.
async fn expired(service: &Service, arn: &LicenseArn, now: Timestamp) -> Result<Vec<Checkout>, Error> {
    let mut query = records::expiring(arn, Timestamp::MIN, now, RECLAIMED_AT_ONCE);
    loop {
        let page = service.store.query(&query).await?;
        let mut bytes = 0;
        let mut found = counting(service, &page.items).await?;
        found.retain(|checkout| checkout.expires_at().is_some_and(|at| at <= now));
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

/// The checkouts that were found through the index, as they are now, those
/// that ended left out: the index may lag behind.
pub(crate) async fn counting(service: &Service, found: &[Item]) -> Result<Vec<Checkout>, Error> {
    let keys: Vec<_> = found.iter().map(|item| item.key.clone()).collect();
    if keys.is_empty() {
        return Ok(vec![]);
    }
    let mut checkouts = Vec::new();
    for item in service.store.get(&keys).await?.into_iter().flatten() {
        checkouts.push(item.read::<CheckoutRecord>()?.checkout);
    }
    checkouts.retain(|checkout| checkout.ended.is_none());
    Ok(checkouts)
}
