//! SQLite in a data folder: one process, one writer, any number of readers.

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
/// written together. When the value is dropped, what was accepted is written
/// and the folder is given up.
#[derive(Debug)]
pub struct Sqlite {
    // INVARIANT: dropped in this order, so that no reader keeps the writer from
    // emptying its log, and nobody else gets the folder before.
    readers: Readers,
    writer: Writer,
    _folder: Folder,
}

impl Sqlite {
    /// Opens the database in this folder; makes both if they are not there.
    ///
    /// # Errors
    /// [`Unavailable`] if another process uses the folder, if a newer version
    /// of this program wrote it, or if it cannot be read and written.
    pub fn open(folder: &Path) -> Result<Self, Unavailable> {
        let folder = Folder::take(folder)?;
        let writer = Writer::start(folder.connect_to_write()?)?;
        let readers = Readers::start(&folder)?;
        Ok(Self { readers, writer, _folder: folder })
    }

    /// Removes items that may be discarded at `now`, in Unix seconds: at most
    /// 1,000, and says how many. DynamoDB does the same by itself.
    ///
    /// # Errors
    /// As [`Store::commit`], except that nothing is ever refused.
    pub async fn discard(&self, now: u64) -> Result<usize, CommitError> {
        self.writer.discard(now).await
    }
}

#[async_trait]
impl Store for Sqlite {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        limits::check_keys(keys)?;
        self.readers.get(keys.to_vec()).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        limits::check_query(query)?;
        self.readers.query(query.clone()).await
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        limits::check(change)?;
        self.writer.commit(change.clone()).await
    }
}

impl From<rusqlite::Error> for Unavailable {
    fn from(error: rusqlite::Error) -> Self {
        Self(format!("sqlite: {error}"))
    }
}
