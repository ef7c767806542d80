//! What checkouts held that ran out (E-9).

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
/// Bytes of checkouts reclaimed in one change, at least one checkout; DynamoDB
/// takes 4 MB.
const RECLAIMED_BYTES: usize = 2_000_000;

/// Returns what some expired checkouts hold to the pool at hand, from which
/// they were taken and which may have changed since it was loaded. Answers how
/// many there were.
///
/// # Errors
/// [`Setback`]; whoever was faster has reclaimed some of them.
pub(crate) async fn reclaim(
    service: &Service,
    stored: &Stored,
    pool: &Pool,
    now: Timestamp,
) -> Result<usize, Setback> {
    let expired = expired(service, stored, now).await?;
    if expired.is_empty() {
        return Ok(0);
    }
    let edit = pool.reclaiming(&stored.head.license, &expired, now);
    let mut writes: Vec<Write> =
        expired.iter().map(|checkout| records::end_checkout(checkout, Ended::Expired, now)).collect();
    writes.extend(stored.write(&edit));
    let event = |checkout| Event::consumption(checkout, ConsumptionState::Expired, now);
    let events: Vec<Event> = expired.iter().map(event).collect();
    service.commit_telling(Change(writes), &events, now).await?;
    metrics::reclaimed(expired.len());
    Ok(expired.len())
}

/// Some checkouts from the pool at hand that ran out and still count; none if
/// there are none.
async fn expired(service: &Service, stored: &Stored, now: Timestamp) -> Result<Vec<Checkout>, Error> {
    let places: Vec<_> = match stored.number() {
        Some(number) => vec![Some(Pool::place(number))],
        None => stored.places().all().collect(),
    };
    for place in places {
        let found = expired_at(service, stored, place, now).await?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(vec![])
}

async fn expired_at(
    service: &Service,
    stored: &Stored,
    place: Option<u64>,
    now: Timestamp,
) -> Result<Vec<Checkout>, Error> {
    // What was taken from a shard that is merged returns to the license's own.
    let taken_from = |checkout: &Checkout| {
        checkout
            .shard
            .filter(|shard| Some(*shard) == stored.number() || stored.pool.shards.contains_key(shard))
    };
    let mut query = records::expiring(stored.arn(), place, Timestamp::MIN, now, RECLAIMED_AT_ONCE);
    loop {
        let mut page = service.store.query(&query).await?;
        page.more |= cut(&mut page.items);
        let mut found = counting(service, &page.items).await?;
        found.retain(|checkout| checkout.expires_at().is_some_and(|at| at <= now));
        // A shard that is there only since the pool was read is not merged.
        found.retain(|checkout| checkout.shard.is_none_or(|shard| shard < stored.pool.next_shard));
        found.retain(|checkout| taken_from(checkout) == stored.number());
        query.after = page.items.last().and_then(|item| item.index.as_ref()).map(|key| key.sort.clone());
        if !found.is_empty() || !page.more {
            return Ok(found);
        }
    }
}

/// Leaves so many as can be written at once, and says whether others are gone.
fn cut(items: &mut Vec<Item>) -> bool {
    let (mut bytes, before) = (0_usize, items.len());
    let fit = items.iter().position(|item| {
        bytes = bytes.saturating_add(item.json_bytes());
        bytes > RECLAIMED_BYTES
    });
    items.truncate(fit.map_or(before, |fit| fit.max(1)));
    items.len() < before
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
