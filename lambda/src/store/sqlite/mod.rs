//! SQLite in a data folder: in each process one thread that writes; whoever
//! reads does so itself.

mod folder;
mod queue;
mod reader;
mod row;
mod writer;

use std::path::Path;

use async_trait::async_trait;

use self::folder::Folder;
use self::reader::Readers;
use self::writer::Writer;
use super::{Change, CommitError, Item, Key, Page, Query, Store, Unavailable, limits};

/// A database in a folder of this machine.
///
/// A commit that was acknowledged is on disk. Commits that wait together are
/// written together. When the value is dropped, what was accepted is written.
/// Other processes may use the folder at the same time.
#[derive(Debug)]
pub struct Sqlite {
    // INVARIANT: dropped in this order, so that no reader keeps the writer from
    // emptying its log.
    readers: Readers,
    writer: Writer,
}

impl Sqlite {
    /// Opens the database in this folder; makes both if they are not there.
    ///
    /// # Errors
    /// [`Unavailable`] if a newer version of this program wrote the folder, or
    /// if it cannot be read and written.
    pub fn open(folder: &Path) -> Result<Self, Unavailable> {
        let folder = Folder::open(folder)?;
        let writer = Writer::start(folder.connect_to_write()?)?;
        Ok(Self { readers: Readers::new(folder), writer })
    }
}

#[async_trait]
impl Store for Sqlite {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        limits::check_keys(keys)?;
        self.readers.get(keys)
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        limits::check_query(query)?;
        self.readers.query(query)
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        limits::check(change)?;
        self.writer.commit(change).await
    }

    async fn discard(&self, now: u64) -> Result<usize, CommitError> {
        self.writer.discard(now).await
    }
}

impl From<rusqlite::Error> for Unavailable {
    fn from(error: rusqlite::Error) -> Self {
        Self(format!("sqlite: {error}"))
    }
}
