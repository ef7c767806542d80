//! What a commit stores for those who are told of it.

use std::collections::BTreeSet;

use licentia_core::time::Timestamp;

use super::destinations::Known;
use super::recipients::{Delegates, recipients};
use super::{Delivery, DestinationId, Event, parcel};
use crate::context::Service;
use crate::store::{Change, Guard, Item, Unavailable, Write};

/// Bytes of deliveries in one change; DynamoDB takes 4 MB with what changes.
const MOST_BYTES: usize = 1_000_000;

/// Adds to a change one delivery for each destination that is told of an
/// event, and answers which those are. Where they are too many for one change,
/// the events go along in parcels instead, which the dispatcher opens.
///
/// # Errors
/// [`Unavailable`] if the store does not say who is to be told.
pub(crate) async fn enclose(
    service: &Service,
    change: &mut Change,
    events: &[Event],
    now: Timestamp,
) -> Result<BTreeSet<DestinationId>, Unavailable> {
    let known = service.events.destinations.known().await?;
    let (mut told, mut items, mut bytes) = (BTreeSet::new(), Vec::new(), 0);
    let mut delegates = Delegates::new();
    for event in events {
        for delivery in deliveries(service, &known, event, &mut delegates).await? {
            let item = delivery.item(now, 0)?;
            bytes += size(&item)?;
            items.push(item);
            told.insert(delivery.destination);
        }
    }
    if change.0.len() + items.len() > Change::MAX_WRITES || bytes > MOST_BYTES {
        items = parcel::pack(events, now)?;
    }
    change.0.extend(items.into_iter().map(|item| Write::Put(item, vec![Guard::Absent])));
    Ok(told)
}

/// One for each destination that takes this event.
pub(super) async fn deliveries(
    service: &Service,
    known: &Known,
    event: &Event,
    delegates: &mut Delegates,
) -> Result<Vec<Delivery>, Unavailable> {
    if known.is_empty() {
        return Ok(vec![]);
    }
    let recipients = recipients(service, event, delegates).await?;
    let destinations = recipients.iter().filter_map(|account| known.get(account)).flatten();
    let takers = destinations.filter(|destination| destination.takes(event));
    Ok(takers.map(|destination| Delivery::new(event, destination, &service.region)).collect())
}

/// Bytes of an item, roughly.
fn size(item: &Item) -> Result<usize, Unavailable> {
    let body = serde_json::to_vec(&item.body).map_err(|error| Unavailable(error.to_string()))?;
    Ok(body.len())
}
