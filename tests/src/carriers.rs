//! What sends events, where no event is to leave this machine.

use std::time::Duration;

use aws_credential_types::Credentials;
use licentia::events::Carriers;

/// Carriers whose AWS services are at this endpoint, with credentials that are
/// made up; one attempt may take so long.
#[must_use]
pub fn carriers(endpoint: &str, patience: Duration) -> Carriers {
    let credentials = Credentials::new("test", "test", None, None, "test");
    let event_bridge = aws_sdk_eventbridge::Config::builder()
        .behavior_version_latest()
        .endpoint_url(endpoint)
        .region(aws_sdk_eventbridge::config::Region::from_static("us-east-1"))
        .credentials_provider(credentials.clone());
    let sns = aws_sdk_sns::Config::builder()
        .behavior_version_latest()
        .endpoint_url(endpoint)
        .region(aws_sdk_sns::config::Region::from_static("us-east-1"))
        .credentials_provider(credentials);
    Carriers::new(
        aws_sdk_eventbridge::Client::from_conf(event_bridge.build()),
        aws_sdk_sns::Client::from_conf(sns.build()),
        patience,
    )
}

/// Carriers that reach nothing.
#[must_use]
pub fn no_carriers() -> Carriers {
    carriers("http://127.0.0.1:1", Carriers::PATIENCE)
}
