//! How much waits to be sent, for operators.

use std::sync::Arc;

use super::delivery::waiting;
use crate::context::Service;
use crate::store::Unavailable;
use crate::telemetry::metrics;

/// Events counted for one destination: that there are more than these says
/// enough, and they are read to be counted.
const MOST: usize = 1000;

/// Counts the events that wait, those of paused destinations too, and publishes
/// the number.
///
/// # Errors
/// [`Unavailable`] if the store did not answer.
pub async fn publish_backlog(service: &Service) -> Result<(), Unavailable> {
    let mut events = 0;
    for destination in service.events.destinations.known().await?.values().flatten().map(Arc::as_ref) {
        events += service.store.query(&waiting(&destination.id, MOST)).await?.items.len();
    }
    metrics::events_waiting(events);
    Ok(())
}
