//! The port to a database: few calls, so that the rest never sees one.
//!
//! An [`Item`] is a small JSON object under a [`Key`]. Reads are consistent,
//! those through the index excepted. A [`Change`] is applied whole or not at
//! all; every write in it names what must hold for it to be applied.

mod dynamodb;
mod guard;
mod limits;
mod memory;
mod observed;
mod sqlite;
mod tally;
mod whole;

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use self::dynamodb::DynamoDb;
pub use self::memory::Memory;
pub use self::observed::Observed;
pub use self::sqlite::{BackupError, Restored, Sqlite};
pub use self::tally::Tally;
pub use self::whole::{Frozen, Whole};

/// Where an item stands: items of one partition are ordered by `sort`, byte by
/// byte.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Up to [`Key::MAX_PARTITION_BYTES`], at least 1.
    pub partition: String,
    /// Up to [`Key::MAX_SORT_BYTES`], at least 1.
    pub sort: String,
}

/// One stored object, at most [`Item::MAX_BYTES`] of JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its place.
    pub key: Key,
    /// Its second place, in the index, if it is to be found there too. The
    /// sort keys of one index partition must be unique.
    pub index: Option<Key>,
    /// Unix seconds after which a tidy-up may remove it. No rule waits for it.
    pub discard_after: Option<u64>,
    /// The members, up to 30 levels deep. Numbers are whole, within 64 bits.
    pub body: Map<String, Value>,
}

/// A member of an item's body, or an entry of a member that is an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The member.
    pub member: &'static str,
    /// The entry in it; any text.
    pub entry: Option<String>,
}

/// What must hold for a write.
#[derive(Clone, Debug, PartialEq)]
pub enum Guard {
    /// There is no item with this key.
    Absent,
    /// There is an item with this key.
    Present,
    /// The path holds nothing.
    Missing(Path),
    /// The path holds exactly this.
    Equals(Path, Value),
    /// The path holds a number up to this one; nothing there counts as 0.
    AtMost(Path, u64),
    /// The path holds a number above this one.
    Above(Path, u64),
}

/// One step of an update.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// The path holds this from now on. An entry needs its member to be there.
    Set(Path, Value),
    /// The number at the path grows, or shrinks; nothing there counts as 0. A
    /// sum beyond 64 bits, or no number there, refuses the write. An entry
    /// needs its member to be there.
    Add(Path, i64),
    /// The path holds nothing from now on, as it may have before. An entry
    /// needs its member to be there.
    Remove(Path),
    /// The item's place in the index from now on.
    Index(Option<Key>),
    /// See [`Item::discard_after`].
    DiscardAfter(Option<u64>),
}

/// One write of a change. All its guards must hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// Stores the whole item, over one that may be there.
    Put(Item, Vec<Guard>),
    /// Edits the item that is there; it must be. No two edits touch one path,
    /// and without any the item is only looked at.
    Update(Key, Vec<Guard>, Vec<Edit>),
    /// Removes the item.
    Delete(Key, Vec<Guard>),
}

/// Writes that are applied together or not at all: 1 to [`Change::MAX_WRITES`],
/// each to another key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change(pub Vec<Write>);

/// A range of one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The partition, in the index if `through_index`.
    pub partition: String,
    /// Lowest sort key, included.
    pub from: String,
    /// Highest sort key, included.
    pub to: String,
    /// Reads the index: items come by their second place, and may lag behind
    /// what was committed a moment ago.
    pub through_index: bool,
    /// From the highest sort key down.
    pub descending: bool,
    /// Goes on after this sort key.
    pub after: Option<String>,
    /// At most so many items, at least 1.
    pub limit: usize,
}

/// What a query found.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// In order, at most as many as asked for.
    pub items: Vec<Item>,
    /// Whether the range holds more after these.
    pub more: bool,
}

/// The store did not answer, cannot do what was asked, or what it holds cannot
/// be read. For the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unavailable(pub String);

/// Why a change was not applied, or not known to be.
#[derive(Clone, Debug, PartialEq)]
pub enum CommitError {
    /// A guard does not hold; nothing was applied.
    Refused {
        /// Which write, counted from 0; the first, if several are refused.
        write: usize,
        /// The item as it is.
        present: Option<Box<Item>>,
    },
    /// Another change was in the way, or the store is too busy; nothing was
    /// applied, and the same change may be tried again.
    Busy,
    /// Nothing was applied.
    Unavailable(Unavailable),
    /// The store did not say whether the change was applied.
    Unknown(Unavailable),
}

/// A database.
#[async_trait::async_trait]
pub trait Store: Send + Sync + 'static {
    /// The items of up to 100 different keys, in the order of the keys.
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable>;

    /// A range of items.
    async fn query(&self, query: &Query) -> Result<Page, Unavailable>;

    /// Applies the change, whole or not at all. When it returns, the change is
    /// durable.
    async fn commit(&self, change: &Change) -> Result<(), CommitError>;

    /// Whether a change of several writes costs far more than the writes one by
    /// one, or is in the way of others: then what can do without is done so.
    fn charges_for_transactions(&self) -> bool {
        false
    }

    /// Removes up to 1,000 items that may be discarded at `now`, in Unix
    /// seconds, and says how many; DynamoDB does so by itself.
    ///
    /// # Errors
    /// As [`commit`](Store::commit), except that nothing is ever refused.
    async fn discard(&self, now: u64) -> Result<usize, CommitError> {
        let _ = now;
        Ok(0)
    }
}

impl Key {
    /// DynamoDB's limit for a partition key.
    pub const MAX_PARTITION_BYTES: usize = 2048;
    /// DynamoDB's limit for a sort key.
    pub const MAX_SORT_BYTES: usize = 1024;

    /// A key of these two parts.
    pub fn new(partition: impl Into<String>, sort: impl Into<String>) -> Self {
        Self { partition: partition.into(), sort: sort.into() }
    }
}

impl Item {
    /// The size limit, chosen to stay below DynamoDB's 400 KB.
    pub const MAX_BYTES: usize = 380_000;

    /// An item outside the index, kept for good.
    ///
    /// # Errors
    /// [`Unavailable`] if the value is no JSON object.
    pub fn new(key: Key, value: &impl Serialize) -> Result<Self, Unavailable> {
        match serde_json::to_value(value) {
            Ok(Value::Object(body)) => Ok(Self { key, index: None, discard_after: None, body }),
            other => Err(Unavailable(format!("{key}: not an object: {other:?}"))),
        }
    }

    /// Bytes that the body takes as JSON, at most [`Item::MAX_BYTES`] in what a
    /// store holds.
    #[must_use]
    pub fn json_bytes(&self) -> usize {
        serde_json::to_vec(&self.body).map_or(usize::MAX, |text| text.len())
    }

    /// The body as a value of its type.
    ///
    /// # Errors
    /// [`Unavailable`] if the stored members do not make one.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Unavailable> {
        T::deserialize(&self.body).map_err(|error| Unavailable(format!("{}: {error}", self.key)))
    }
}

impl Path {
    /// A member of the body.
    #[must_use]
    pub const fn member(member: &'static str) -> Self {
        Self { member, entry: None }
    }

    /// An entry of a member that is an object.
    pub fn entry(member: &'static str, entry: impl Into<String>) -> Self {
        Self { member, entry: Some(entry.into()) }
    }
}

impl Change {
    /// The most writes in one change.
    pub const MAX_WRITES: usize = 100;
}

impl Query {
    /// The items of a partition whose sort key begins so, from the lowest on.
    pub fn prefix(partition: impl Into<String>, prefix: &str, limit: usize) -> Self {
        Self {
            partition: partition.into(),
            from: prefix.to_owned(),
            to: format!("{prefix}\u{10ffff}"),
            through_index: false,
            descending: false,
            after: None,
            limit,
        }
    }

    /// The range with `after` as its end; what stands there is to be left out.
    fn bounds(&self) -> (&str, &str) {
        let (from, to) = (self.from.as_str(), self.to.as_str());
        match self.after.as_deref() {
            Some(after) if self.descending => (from, to.min(after)),
            Some(after) => (from.max(after), to),
            None => (from, to),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.partition, self.sort)
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for CommitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("the store is busy; try again"),
            Self::Refused { .. } => {
                f.write_str("it was changed by someone else at the same moment; try again")
            }
            Self::Unavailable(error) => write!(f, "the store did not answer: {error}"),
            Self::Unknown(error) => {
                write!(f, "the store did not say whether it was done; look before trying again: {error}")
            }
        }
    }
}

impl From<Unavailable> for CommitError {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}
