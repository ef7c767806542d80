//! Events that did not fit, each with its own delivery, into the change that
//! they came with.

use std::sync::Arc;

use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::delivery::KEPT_DAYS;
use super::outbox::deliveries;
use super::recipients::Delegates;
use super::{Delivery, Event};
use crate::context::Service;
use crate::store::{Change, CommitError, Edit, Guard, Item, Key, Path, Query, Unavailable, Write};

const PARTITION: &str = "Q#PARCELS";
/// Bytes of events in one parcel, unless it holds a single one.
const MOST_BYTES: usize = 200_000;
/// Parcels opened at once.
const AT_ONCE: usize = 10;

/// Some events, and how many of them have their deliveries by now.
#[derive(Serialize, Deserialize)]
struct Parcel {
    events: Vec<Event>,
    unpacked: usize,
}

/// The items that hold these events, as few as can be.
pub(super) fn pack(events: &[Event], now: Timestamp) -> Result<Vec<Item>, Unavailable> {
    let (mut parcels, mut bytes): (Vec<Vec<Event>>, usize) = (Vec::new(), 0);
    for event in events {
        let size = serde_json::to_vec(event).map_err(|error| Unavailable(error.to_string()))?.len();
        bytes += size;
        match parcels.last_mut() {
            Some(parcel) if bytes <= MOST_BYTES => parcel.push(event.clone()),
            _ => {
                parcels.push(vec![event.clone()]);
                bytes = size;
            }
        }
    }
    let item = |events| {
        let key = Key::new(PARTITION, format!("{:012}#{}", now.unix(), Uuid::new_v4()));
        let discard_after = Some(now.plus_days(KEPT_DAYS).unix());
        Ok(Item { discard_after, ..Item::new(key, &Parcel { events, unpacked: 0 })? })
    };
    parcels.into_iter().map(item).collect()
}

/// Puts what parcels hold into the queues of their destinations: event by
/// event, each exactly once, however many do it at the same time.
pub(super) async fn open(service: &Arc<Service>, now: Timestamp) -> Result<(), Unavailable> {
    let page = service.store.query(&Query::prefix(PARTITION, "", AT_ONCE)).await?;
    for item in page.items {
        let parcel: Parcel = match item.read() {
            Ok(parcel) => parcel,
            Err(error) => {
                tracing::error!(%error, "a parcel of events that cannot be read is left where it is");
                continue;
            }
        };
        let mut delegates = Delegates::new();
        for (at, event) in parcel.events.iter().enumerate().skip(parcel.unpacked) {
            let is_last = at + 1 == parcel.events.len();
            if !unpack(service, &item.key, (at, event, is_last), &mut delegates, now).await? {
                break;
            }
        }
    }
    Ok(())
}

/// Whether the event is unpacked now; if not, another process is at it.
async fn unpack(
    service: &Service,
    parcel: &Key,
    (at, event, is_last): (usize, &Event, bool),
    delegates: &mut Delegates,
    now: Timestamp,
) -> Result<bool, Unavailable> {
    let known = service.events.destinations.known().await?;
    let deliveries = deliveries(service, &known, event, delegates).await?;
    let member = Path::member("unpacked");
    let before = vec![Guard::Equals(member.clone(), json!(at))];
    let done = if is_last {
        Write::Delete(parcel.clone(), before.clone())
    } else {
        Write::Update(parcel.clone(), before.clone(), vec![Edit::Set(member, json!(at + 1))])
    };
    let put = |delivery: &Delivery| Ok(Write::Put(delivery.item(now, 0)?, vec![]));
    // Nearly always there is one chunk, which ends the event too.
    let mut chunks: Vec<Vec<Write>> = deliveries
        .chunks(Change::MAX_WRITES - 1)
        .map(|chunk| chunk.iter().map(put).collect::<Result<_, Unavailable>>())
        .collect::<Result<_, _>>()?;
    let mut last = chunks.pop().unwrap_or_default();
    last.push(done);
    for mut chunk in chunks {
        chunk.push(Write::Update(parcel.clone(), before.clone(), vec![]));
        if !applied(service, Change(chunk)).await? {
            return Ok(false);
        }
    }
    applied(service, Change(last)).await
}

async fn applied(service: &Service, change: Change) -> Result<bool, Unavailable> {
    match service.store.commit(&change).await {
        Ok(()) => Ok(true),
        Err(CommitError::Refused { .. } | CommitError::Busy) => Ok(false),
        Err(CommitError::Unavailable(error) | CommitError::Unknown(error)) => Err(error),
    }
}
