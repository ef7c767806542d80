//! Amazon SNS.

use aws_sdk_sns::Client;
use aws_sdk_sns::config::{Builder, Region};
use aws_sdk_sns::error::DisplayErrorContext;
use aws_sdk_sns::types::MessageAttributeValue;

use super::Outcome;
use crate::events::Envelope;
use crate::events::target::TopicArn;
use crate::store::Unavailable;

/// Publishes an event to a topic. Attributes repeat what subscriptions filter
/// by; a FIFO topic keeps each resource's events in order and drops repeats.
pub(super) async fn publish(
    client: &Client,
    topic: &TopicArn,
    envelope: &Envelope,
) -> Result<Outcome, Unavailable> {
    let message = serde_json::to_string(envelope).map_err(|error| Unavailable(error.to_string()))?;
    let mut request = client.publish().topic_arn(topic.as_str()).message(message);
    for (name, value) in [
        ("detail-type", envelope.detail_type.as_str()),
        ("source", &envelope.source),
        ("account", envelope.account.as_str()),
    ] {
        let value = MessageAttributeValue::builder().data_type("String").string_value(value).build();
        request = request.message_attributes(name, value.map_err(|error| Unavailable(error.to_string()))?);
    }
    if topic.is_fifo() {
        // An ARN's resource is within the 128 characters of a group.
        let group = envelope.resources.first().and_then(|arn| arn.rsplit(':').next()).unwrap_or("licentia");
        request = request.message_group_id(group).message_deduplication_id(&envelope.id);
    }
    let there = Builder::default().region(Region::new(topic.region().to_owned()));
    Ok(match request.customize().config_override(there).send().await {
        Ok(_) => Outcome::Delivered,
        Err(error) => {
            let is_final = error.as_service_error().is_some_and(|error| {
                error.is_invalid_parameter_exception() || error.is_invalid_parameter_value_exception()
            });
            let why = DisplayErrorContext(error).to_string();
            if is_final { Outcome::Refused(why) } else { Outcome::Failed { why, asked: None } }
        }
    })
}
