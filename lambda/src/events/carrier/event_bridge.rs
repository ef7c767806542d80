//! Amazon EventBridge.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::config::{Builder, Region};
use aws_sdk_eventbridge::error::DisplayErrorContext;
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use serde_json::Value;

use super::Outcome;
use crate::events::Envelope;
use crate::events::target::EventBusArn;

/// What EventBridge says of an event that it will never take.
const FINAL: [&str; 3] = ["InvalidArgument", "MalformedDetail", "NotAuthorizedForSourceException"];

/// Puts an event on a bus. EventBridge gives it an id of its own there: ours
/// goes along in the detail.
pub(super) async fn put(client: &Client, bus: &EventBusArn, envelope: &Envelope) -> Outcome {
    let mut detail = envelope.detail.clone();
    detail.insert("eventId".to_owned(), Value::String(envelope.id.clone()));
    let entry = PutEventsRequestEntry::builder()
        .event_bus_name(bus.as_str())
        .source(&envelope.source)
        .detail_type(envelope.detail_type.as_str())
        .time(DateTime::from_secs(i64::try_from(envelope.time.unix()).unwrap_or(i64::MAX)))
        .set_resources(Some(envelope.resources.clone()))
        .detail(Value::Object(detail).to_string())
        .build();
    let there = Builder::default().region(Region::new(bus.region().to_owned()));
    match client.put_events().entries(entry).customize().config_override(there).send().await {
        Ok(answer) => {
            let refused = answer.entries().iter().find_map(|entry| Some((entry.error_code()?, entry)));
            match refused {
                None => Outcome::Delivered,
                Some((code, entry)) => {
                    let why = format!("{code}: {}", entry.error_message().unwrap_or_default());
                    match FINAL.contains(&code) {
                        true => Outcome::Refused(why),
                        false => Outcome::Failed { why, asked: None },
                    }
                }
            }
        }
        Err(error) => Outcome::Failed { why: DisplayErrorContext(error).to_string(), asked: None },
    }
}
