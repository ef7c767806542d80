//! Finding records: by time and by what they say, a page at a time.

use std::cmp::Ordering;

use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;

use super::Record;
use super::record::second_of;
use super::segment::{self, SHARDS, Segment};
use crate::store::{Store, Unavailable};

/// Segments of a shard that are read at once.
const BATCH: usize = 16;
/// How many records one call looks at, so that a filter that hardly any pass
/// does not keep it busy: it then finds fewer, and where to go on.
const LOOKED_AT: usize = 2000;
/// The most bytes of a page: as texts in a text, AWS Lambda can answer them.
const MOST_BYTES: usize = 2_500_000;

/// Which records are looked for: those for which all that is said holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Not before this second.
    pub from: Option<Timestamp>,
    /// Not after this second.
    pub to: Option<Timestamp>,
    /// The operation.
    pub operation: Option<String>,
    /// The service, as `license-manager.amazonaws.com`.
    pub source: Option<String>,
    /// A resource: its ARN, or the id at the ARN's end.
    pub resource: Option<String>,
    /// The type of a resource.
    pub resource_type: Option<String>,
    /// A user, a role's session, or a token's id.
    pub user: Option<String>,
    /// The access key that signed.
    pub access_key_id: Option<String>,
    /// The record itself.
    pub event_id: Option<String>,
    /// Whether the operation changes nothing.
    pub read_only: Option<bool>,
    /// The error that was answered.
    pub error_code: Option<String>,
    /// From the oldest on, instead of from the newest.
    pub oldest_first: bool,
}

/// A place in the order of an account's records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// A segment.
    sort: String,
    /// How many of its records, in the order of the search, are done with.
    done: usize,
}

/// A record that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// What it says.
    pub record: Record,
    /// As it is kept, in JSON.
    pub text: String,
}

/// A page of records.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// In order.
    pub records: Vec<Kept>,
    /// Where to go on; there may be more.
    pub next: Option<Cursor>,
}

/// Segments in order, from all shards.
struct Batch {
    segments: Vec<Segment>,
    /// Whether more follow.
    more: bool,
}

/// See [`Trail::find`](super::Trail::find).
pub(super) async fn find(
    store: &dyn Store,
    account: &AccountId,
    search: &Search,
    from: Option<Cursor>,
    limit: usize,
    now: Timestamp,
) -> Result<Found, Unavailable> {
    let Some(range) = search.range() else { return Ok(Found { records: vec![], next: None }) };
    let (mut cursor, mut records, mut looked_at, mut bytes) = (from, vec![], 0, 0);
    loop {
        let batch = batch(store, account, search, &range, cursor.as_ref(), now).await?;
        for segment in batch.segments {
            let mut done = match &cursor {
                Some(cursor) if cursor.sort == segment.sort => cursor.done,
                _ => 0,
            };
            let mut texts = segment.records;
            if !search.oldest_first {
                texts.reverse();
            }
            for text in texts.into_iter().skip(done) {
                let record: Record = serde_json::from_str(&text)
                    .map_err(|error| Unavailable(format!("audit {}: {error}", segment.sort)))?;
                let fits = search.fits(&record);
                let is_full = records.len() == limit || (bytes + text.len() > MOST_BYTES && bytes > 0);
                if (fits && is_full) || looked_at == LOOKED_AT {
                    let next = Some(Cursor { sort: segment.sort, done });
                    return Ok(Found { records, next });
                }
                done += 1;
                looked_at += 1;
                if fits {
                    bytes += text.len();
                    records.push(Kept { record, text });
                }
            }
            cursor = Some(Cursor { sort: segment.sort, done });
        }
        if !batch.more {
            return Ok(Found { records, next: None });
        }
    }
}

/// The next segments from the cursor on. Each shard answers with some of its
/// own; only as far as all of them have answered is the order known.
async fn batch(
    store: &dyn Store,
    account: &AccountId,
    search: &Search,
    range: &(String, String),
    cursor: Option<&Cursor>,
    now: Timestamp,
) -> Result<Batch, Unavailable> {
    let mut range = range.clone();
    if let Some(cursor) = cursor {
        let end = if search.oldest_first { &mut range.0 } else { &mut range.1 };
        end.clone_from(&cursor.sort);
    }
    let shards =
        [0, 1, 2, 3].map(|shard| segment::between(account, shard, &range, search.oldest_first, BATCH));
    let [a, b, c, d]: &[_; SHARDS] = &shards;
    let pages = tokio::try_join!(store.query(a), store.query(b), store.query(c), store.query(d))?;
    let in_order = |a: &str, b: &str| if search.oldest_first { a.cmp(b) } else { b.cmp(a) };
    let (mut items, mut known) = (vec![], None::<String>);
    for page in [pages.0, pages.1, pages.2, pages.3] {
        let last = page.items.last().map(|item| item.key.sort.clone()).filter(|_| page.more);
        known = match (known, last) {
            (Some(known), Some(last)) if in_order(&known, &last) == Ordering::Greater => Some(last),
            (None, last) => last,
            (known, _) => known,
        };
        items.extend(page.items);
    }
    items.sort_by(|a, b| in_order(&a.key.sort, &b.key.sort));
    if let Some(known) = &known {
        items.retain(|item| in_order(&item.key.sort, known) != Ordering::Greater);
    }
    let segments = items.iter().map(|item| segment::read(item, now)).collect::<Result<_, _>>()?;
    Ok(Batch { segments, more: known.is_some() })
}

impl Search {
    /// The sort keys between which records can fit; none if none can.
    fn range(&self) -> Option<(String, String)> {
        let (mut from, mut to) = (self.from.unwrap_or(Timestamp::MIN), self.to.unwrap_or(Timestamp::MAX));
        if let Some(id) = &self.event_id {
            let second = second_of(id)?;
            (from, to) = (from.max(second), to.min(second));
        }
        (from <= to).then(|| segment::range(from, to))
    }

    fn fits(&self, record: &Record) -> bool {
        let is = |wanted: &Option<String>, value: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| value == Some(wanted))
        };
        let any = |wanted: &Option<String>, of: fn(&super::Resource, &str) -> bool| {
            wanted
                .as_deref()
                .is_none_or(|wanted| record.resources.iter().any(|resource| of(resource, wanted)))
        };
        is(&self.operation, Some(&record.event_name))
            && is(&self.source, Some(&record.event_source))
            && is(&self.user, record.user_name())
            && is(&self.access_key_id, record.user_identity.access_key_id.as_deref())
            && is(&self.event_id, Some(&record.event_id))
            && is(&self.error_code, record.error_code.as_deref())
            && self.read_only.is_none_or(|read_only| record.read_only == read_only)
            && any(&self.resource, super::Resource::is_named_by)
            && any(&self.resource_type, |resource, kind| resource.kind.as_deref() == Some(kind))
    }
}

impl Cursor {
    /// As a text, for a token.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{} {}", self.done, self.sort)
    }

    /// What [`text`](Self::text) wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (done, sort) = text.split_once(' ')?;
        Some(Self { sort: sort.to_owned(), done: done.parse().ok()? })
    }
}
