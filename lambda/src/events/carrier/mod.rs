//! How an event gets to a destination.

mod event_bridge;
mod signature;
mod sns;
mod webhook;

use std::time::Duration;

pub use signature::WebhookSecret;

use super::{Destination, Destinations, Envelope, Target};
use crate::on_first_use::OnFirstUse;
use crate::store::Unavailable;
use webhook::Webhooks;

/// What sends events.
#[derive(Debug)]
pub struct Carriers {
    event_bridge: OnFirstUse<aws_sdk_eventbridge::Client>,
    sns: OnFirstUse<aws_sdk_sns::Client>,
    webhooks: Webhooks,
    patience: Duration,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It arrived.
    Delivered,
    /// It may arrive later.
    Failed {
        /// What was wrong.
        why: String,
        /// How long the receiver asks to be left alone.
        asked: Option<Duration>,
    },
    /// It never will.
    Refused(String),
    /// Nothing ever will.
    Gone(String),
}

impl Outcome {
    /// What kind it is, for metrics.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Failed { .. } => "failed",
            Self::Refused(_) => "refused",
            Self::Gone(_) => "gone",
        }
    }
}

impl Carriers {
    /// How long one attempt may take.
    pub const PATIENCE: Duration = Duration::from_secs(10);

    /// Sends with these clients; one attempt may take so long.
    #[must_use]
    pub fn new(
        event_bridge: impl Into<OnFirstUse<aws_sdk_eventbridge::Client>>,
        sns: impl Into<OnFirstUse<aws_sdk_sns::Client>>,
        patience: Duration,
    ) -> Self {
        Self { event_bridge: event_bridge.into(), sns: sns.into(), webhooks: Webhooks::default(), patience }
    }

    /// Makes one attempt.
    pub(super) async fn carry(
        &self,
        envelope: &Envelope,
        destination: &Destination,
        destinations: &Destinations,
        now: u64,
    ) -> Outcome {
        let attempt = async {
            Ok::<_, Unavailable>(match &destination.target {
                Target::EventBus(arn) => event_bridge::put(&self.event_bridge, arn, envelope).await,
                Target::Topic(arn) => sns::publish(&self.sns, arn, envelope).await?,
                Target::Webhook(url) => {
                    let secret = destinations.secret(destination)?;
                    self.webhooks.post(url, &secret, envelope, now).await?
                }
            })
        };
        let why = match tokio::time::timeout(self.patience, attempt).await {
            Ok(Ok(outcome)) => return outcome,
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {} seconds", self.patience.as_secs_f32()),
        };
        Outcome::Failed { why, asked: None }
    }
}
