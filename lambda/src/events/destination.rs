//! To whom an account's events go.

use std::fmt;

use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::carrier::WebhookSecret;
use super::{DetailType, Event, Target};
use crate::master_key::{MasterKey, Purpose};
use crate::secret::{NoEntropy, random};
use crate::store::{Item, Key, Unavailable};

/// What AWS License Manager names itself (EV-1).
const SOURCE: &str = "aws.license-manager";
/// The same for an event bus: EventBridge takes no event from outside AWS
/// whose source begins with `aws.`.
const EVENT_BUS_SOURCE: &str = "licentia.license-manager";
/// The partition of all destinations.
pub(super) const ALL: &str = "DESTINATIONS";

/// The name of a destination: `dst-` and 16 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DestinationId(String);

/// The text is not the name of a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotADestination;

/// Where some or all events of an account go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Destination {
    /// Its name.
    pub id: DestinationId,
    /// The account whose events go there.
    pub account: AccountId,
    /// Where.
    pub target: Target,
    /// What goes there; nothing means everything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detail_types: Vec<DetailType>,
    /// What the events name as their source.
    pub source: String,
    /// When it was made.
    pub created: Timestamp,
    /// Why nothing is delivered for now, if so. Always written, so that it can
    /// be compared.
    #[serde(default)]
    pub paused: Option<String>,
    /// What webhooks are signed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed_secret: Option<String>,
}

impl Destination {
    /// A destination that is in no store yet, and what it signs with.
    pub(super) fn new(
        account: AccountId,
        target: Target,
        detail_types: Vec<DetailType>,
        source: Option<String>,
        now: Timestamp,
        master_key: &MasterKey,
    ) -> Result<(Self, Option<WebhookSecret>), Unavailable> {
        let id = DestinationId::random().map_err(|error| Unavailable(error.to_string()))?;
        let usual = if matches!(target, Target::EventBus(_)) { EVENT_BUS_SOURCE } else { SOURCE };
        let secret = match target {
            Target::Webhook(_) => {
                Some(WebhookSecret::random().map_err(|error| Unavailable(error.to_string()))?)
            }
            Target::EventBus(_) | Target::Topic(_) => None,
        };
        let seal = |secret: &WebhookSecret| {
            master_key.seal(Purpose::WebhookSecret, &place(&id), secret.text().expose().as_bytes())
        };
        let sealed_secret = secret.as_ref().map(seal).transpose()?;
        let source = source.unwrap_or_else(|| usual.to_owned());
        let created = now;
        let destination =
            Self { id, account, target, detail_types, source, created, paused: None, sealed_secret };
        Ok((destination, secret))
    }

    /// Whether this event goes there.
    #[must_use]
    pub fn takes(&self, event: &Event) -> bool {
        self.detail_types.is_empty() || self.detail_types.contains(&event.detail_type)
    }

    /// What its webhooks are signed with.
    pub(super) fn secret(&self, master_key: &MasterKey) -> Result<WebhookSecret, Unavailable> {
        let unreadable = || Unavailable(format!("{}: it has no secret to sign with", self.id));
        let sealed = self.sealed_secret.as_ref().ok_or_else(unreadable)?;
        let text = master_key.open(Purpose::WebhookSecret, &place(&self.id), sealed)?;
        std::str::from_utf8(&text).ok().and_then(WebhookSecret::parse).ok_or_else(unreadable)
    }

    pub(super) fn item(&self) -> Result<Item, Unavailable> {
        Item::new(place(&self.id), self)
    }
}

/// Where a destination stands.
pub(super) fn place(id: &DestinationId) -> Key {
    Key::new(ALL, id.as_str())
}

impl DestinationId {
    /// Reads the name of a destination.
    ///
    /// # Errors
    /// [`NotADestination`] for anything else.
    pub fn parse(text: &str) -> Result<Self, NotADestination> {
        let is_id = text.strip_prefix("dst-").is_some_and(|hex| {
            hex.len() == 16 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        });
        if is_id { Ok(Self(text.to_owned())) } else { Err(NotADestination) }
    }

    fn random() -> Result<Self, NoEntropy> {
        Ok(Self(format!("dst-{}", hex::encode(*random::<8>()?))))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DestinationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for NotADestination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a destination such as dst-0123456789abcdef")
    }
}

impl std::error::Error for NotADestination {}

impl TryFrom<String> for DestinationId {
    type Error = NotADestination;

    fn try_from(text: String) -> Result<Self, NotADestination> {
        Self::parse(&text)
    }
}

impl From<DestinationId> for String {
    fn from(id: DestinationId) -> Self {
        id.0
    }
}
