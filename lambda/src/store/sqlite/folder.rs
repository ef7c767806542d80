//! The data folder: its files and their schema.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::store::Unavailable;

const DATABASE: &str = "licentia.sqlite";

/// Pages of 4 KB in the log before they are copied into the database, which is
/// when commits wait. A page that changed often is copied once: with SQLite's
/// own 1,000 a busy disk took a third of the commits.
const LOG_PAGES: u32 = 4000;

/// Kilobytes of pages that the writer keeps: those that checkouts touch lie all
/// over the table's index.
const CACHE_KB: i32 = 64_000;

/// Raised with every change of [`SCHEMA`].
pub(super) const VERSION: u32 = 1;

/// The indexes are partial: an item without a second place costs them nothing.
/// The table has row ids: items are too long for a `WITHOUT ROWID` one, which
/// took half as much processor time again for a commit.
const SCHEMA: &str = "
CREATE TABLE items (
    partition TEXT NOT NULL,
    sort TEXT NOT NULL,
    index_partition TEXT,
    index_sort TEXT,
    discard_after INTEGER,
    body TEXT NOT NULL,
    PRIMARY KEY (partition, sort)
) STRICT;
CREATE INDEX items_by_index ON items (index_partition, index_sort)
    WHERE index_partition IS NOT NULL;
CREATE INDEX items_by_discard_after ON items (discard_after)
    WHERE discard_after IS NOT NULL;
PRAGMA user_version = 1;
";

/// A data folder.
#[derive(Debug)]
pub(super) struct Folder {
    database: PathBuf,
}

impl Folder {
    /// How long one process waits while another writes: the command line may be
    /// used while the service runs.
    pub(super) const PATIENCE: Duration = Duration::from_secs(10);

    /// Where the database of a folder stands.
    pub(super) fn database(folder: &Path) -> PathBuf {
        folder.join(DATABASE)
    }

    /// Opens the folder; makes it and an empty database if they are not there.
    pub(super) fn open(folder: &Path) -> Result<Self, Unavailable> {
        let failed = |error: io::Error| Unavailable(format!("data folder `{}`: {error}", folder.display()));
        directory().create(folder).map_err(failed)?;
        let database = Self::database(folder);
        // SQLite gives its other files the mode of this one.
        file().open(&database).map_err(failed)?;
        Ok(Self { database })
    }

    pub(super) fn connect_to_write(&self) -> Result<Connection, Unavailable> {
        let mut connection = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let mode: String =
            connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
        if mode != "wal" {
            return Err(Unavailable(format!("`{}` cannot have a write-ahead log", self.database.display())));
        }
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
        // Negative: not pages but kilobytes.
        connection.pragma_update(None, "cache_size", -CACHE_KB)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        match transaction.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))? {
            0 => transaction.execute_batch(SCHEMA)?,
            VERSION => {}
            newer => {
                return Err(Unavailable(format!(
                    "`{}` has version {newer}, this program knows up to {VERSION}; use a newer one",
                    self.database.display()
                )));
            }
        }
        transaction.commit()?;
        Ok(connection)
    }

    pub(super) fn connect_to_read(&self) -> Result<Connection, Unavailable> {
        self.connect(OpenFlags::SQLITE_OPEN_READ_ONLY)
    }

    fn connect(&self, mode: OpenFlags) -> Result<Connection, Unavailable> {
        // INVARIANT: no connection is used by two threads at once.
        let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.database, flags)
            .map_err(|error| Unavailable(format!("`{}`: {error}", self.database.display())))?;
        connection.busy_timeout(Self::PATIENCE)?;
        Ok(connection)
    }
}

/// Makes folders for their owner alone.
pub(super) fn directory() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Opens files to read and write, or makes them for their owner alone.
pub(super) fn file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_folder_and_its_files_are_the_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("data");
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let connection = Folder::open(&path).unwrap().connect_to_write().unwrap();
        connection
            .execute_batch("INSERT INTO items (partition, sort, body) VALUES ('p', 's', '{}')")
            .unwrap();
        assert_eq!(mode(&path), 0o700);
        let files: Vec<_> = path.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files.len(), 3, "{files:?}");
        assert!(files.iter().all(|file| mode(file) == 0o600));
    }

    #[test]
    fn a_folder_of_a_newer_version_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap();
        folder.connect_to_write().unwrap().execute_batch("PRAGMA user_version = 2").unwrap();
        let error = folder.connect_to_write().unwrap_err();
        assert!(error.0.contains("version 2"), "{error}");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let place = tempfile::NamedTempFile::new().unwrap();
        let error = Folder::open(&place.path().join("data")).unwrap_err();
        assert!(error.0.contains(place.path().to_str().unwrap()), "{error}");
    }

    #[test]
    fn every_commit_waits_for_the_disk() {
        let place = tempfile::tempdir().unwrap();
        let connection = Folder::open(place.path()).unwrap().connect_to_write().unwrap();
        let setting = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(setting("synchronous"), 2);
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }
}
