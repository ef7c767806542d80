//! SQLite in a data folder: in each process one thread that writes; whoever
//! reads does so itself.

mod backup;
mod folder;
mod frozen;
mod queue;
mod reader;
mod row;
mod writer;

use std::path::Path;

use async_trait::async_trait;
use licentia_core::time::Timestamp;

pub use self::backup::{BackupError, Restored};
use self::folder::Folder;
use self::reader::Readers;
use self::writer::Writer;
use super::{Change, CommitError, Frozen, Item, Key, Page, Query, Store, Tally, Unavailable, Whole, limits};
use crate::progress::Told;

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

    /// Whether there is a database in this folder.
    #[must_use]
    pub fn is_in(folder: &Path) -> bool {
        Folder::database(folder).exists()
    }

    /// Copies the database in this folder, as it is at one moment, into a new
    /// file that only its owner may read; says what it holds. Whoever serves
    /// the folder goes on meanwhile.
    ///
    /// # Errors
    /// [`BackupError`]; then there is no file.
    pub fn back_up(folder: &Path, file: &Path, now: Timestamp, told: Told<'_>) -> Result<Tally, BackupError> {
        backup::back_up(folder, file, now, told)
    }

    /// Makes the database of a folder that has none from a backup, of which
    /// every record is looked at.
    ///
    /// # Errors
    /// [`BackupError`]; then the folder has no database still.
    pub fn restore(file: &Path, folder: &Path, told: Told<'_>) -> Result<Restored, BackupError> {
        backup::restore(file, folder, told)
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

#[async_trait]
impl Whole for Sqlite {
    async fn scan(&self, after: Option<&Key>, limit: usize) -> Result<Page, Unavailable> {
        self.readers.scan(after, limit)
    }

    async fn fill(&self, items: &[Item]) -> Result<(), Unavailable> {
        self.writer.fill(items.to_vec()).await
    }

    async fn freeze(&self, mark: &Frozen) -> Result<(), Unavailable> {
        self.writer.freeze(mark.item()?).await
    }

    async fn thaw(&self) -> Result<(), Unavailable> {
        self.writer.thaw().await
    }
}

impl From<rusqlite::Error> for Unavailable {
    fn from(error: rusqlite::Error) -> Self {
        Self(format!("sqlite: {error}"))
    }
}
