//! How records are kept: several of one account and one second in an item.
//!
//! | partition | sort | item |
//! |---|---|---|
//! | `AUDIT#<account>#<shard>` | `<second>#<microseconds>-<event id>` | records, oldest first |
//!
//! An account's records are spread over a few partitions, since DynamoDB
//! writes only about 1,000 KB a second to one. The sort key orders them all:
//! by the second of the call, then by when they were written.

use std::time::{SystemTime, UNIX_EPOCH};

use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::Record;
use crate::store::{Item, Key, Query, Unavailable};

/// Partitions of an account.
pub(super) const SHARDS: usize = 4;
/// The most records in a segment, and their most bytes unless it is only one.
const MOST_RECORDS: usize = 100;
const MOST_BYTES: usize = 250_000;

/// A record as it is kept.
#[derive(Clone, Debug)]
pub(super) struct Written {
    second: Timestamp,
    event_id: String,
    text: String,
}

/// What stands in an item: records as JSON texts, whose numbers and depth no
/// store limits.
#[derive(Serialize, Deserialize)]
struct Body {
    records: Vec<String>,
}

/// One item, as it is read.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// Orders all segments of an account.
    pub(super) sort: String,
    /// Oldest first.
    pub(super) records: Vec<String>,
}

impl Written {
    pub(super) fn new(record: &Record) -> Result<Self, Unavailable> {
        let text = serde_json::to_string(record)
            .map_err(|error| Unavailable(format!("a record cannot be written: {error}")))?;
        Ok(Self { second: record.event_time, event_id: record.event_id.clone(), text })
    }

    pub(super) const fn second(&self) -> Timestamp {
        self.second
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it may stand in the segment of these records: of the same
    /// second, and no more together than an item holds.
    pub(super) fn goes_with<'a>(&self, others: impl Iterator<Item = &'a Self>) -> bool {
        let (mut records, mut bytes) = (1, self.text.len());
        for other in others {
            if other.second != self.second {
                return false;
            }
            (records, bytes) = (records + 1, bytes + other.text.len());
        }
        records <= MOST_RECORDS && bytes <= MOST_BYTES
    }
}

/// The item of a segment of these records.
pub(super) fn item(
    account: &AccountId,
    first: &Written,
    rest: &[&Written],
    retention_days: u32,
) -> Result<Item, Unavailable> {
    let micros = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
    let sort = format!("{}#{micros:016x}-{}", first.second, first.event_id);
    // The last digits of a record's id are random.
    let shard = first.event_id.bytes().next_back().map_or(0, usize::from) % SHARDS;
    let body = Body {
        records: std::iter::once(first)
            .chain(rest.iter().copied())
            .map(|record| record.text.clone())
            .collect(),
    };
    let mut item = Item::new(Key::new(partition(account, shard), sort), &body)?;
    item.discard_after = Some(first.second.plus_days(retention_days).unix());
    Ok(item)
}

/// The segments of a shard between these sort keys, both included.
pub(super) fn between(
    account: &AccountId,
    shard: usize,
    range: &(String, String),
    oldest_first: bool,
    limit: usize,
) -> Query {
    Query {
        partition: partition(account, shard),
        from: range.0.clone(),
        to: range.1.clone(),
        through_index: false,
        descending: !oldest_first,
        after: None,
        limit,
    }
}

/// The lowest and the highest sort key of these seconds, both included.
pub(super) fn range(from: Timestamp, to: Timestamp) -> (String, String) {
    (format!("{from}#"), format!("{to}#\u{10ffff}"))
}

/// What an item holds; nothing, once it is only there to be discarded.
pub(super) fn read(item: &Item, now: Timestamp) -> Result<Segment, Unavailable> {
    let is_over = item.discard_after.is_some_and(|end| end < now.unix());
    let records = if is_over { vec![] } else { item.read::<Body>()?.records };
    Ok(Segment { sort: item.key.sort.clone(), records })
}

fn partition(account: &AccountId, shard: usize) -> String {
    format!("AUDIT#{account}#{shard}")
}
