//! When a license may be used.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// From when, and until when if ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Validity {
    /// The first second of use.
    pub begin: Timestamp,
    /// The second in which the license is expired; absent means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
}
