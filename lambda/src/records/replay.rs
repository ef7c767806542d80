//! Answers for retries (C-6).

use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{RETAINED_DAYS, digest};
use crate::store::{Item, Key, Unavailable};

/// What a retry is answered (C-6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replay {
    /// The fingerprint of the request.
    pub request: String,
    /// The first answer.
    pub answer: Value,
    /// The second from which on it is forgotten; kept for its usual time where
    /// there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
}

/// Where the answer for a retry stands.
#[must_use]
pub fn replay_key(scope: &str, operation: &str, client_token: &str) -> Key {
    Key::new(format!("I#{scope}"), format!("{operation}#{}", digest(client_token)))
}

/// The item of an answer for a retry.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn replay_item(key: Key, replay: &Replay, now: Timestamp) -> Result<Item, Unavailable> {
    let mut item = Item::new(key, replay)?;
    item.discard_after = Some(now.plus_days(RETAINED_DAYS).unix());
    Ok(item)
}
