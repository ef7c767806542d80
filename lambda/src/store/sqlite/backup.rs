//! Copies of a folder's database: files that bring what they should hold.
//!
//! A backup is a SQLite database with the table `items` of the folder, secrets
//! sealed as they are there, and a table `backup` that says how many records
//! there are and what their digest is.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use licentia_core::time::Timestamp;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, Error, ErrorCode, OpenFlags, params};
use tempfile::TempPath;

use super::folder::{Folder, VERSION, directory, file as private};
use super::row;
use crate::private_file;
use crate::progress::{Progress, Told};
use crate::store::{Item, Key, Tally, Unavailable};

/// Raised with every change of [`DESCRIBE`].
const FORMAT: u32 = 1;

const DESCRIBE: &str = "CREATE TABLE backup (
    format INTEGER NOT NULL,
    made TEXT NOT NULL,
    records INTEGER NOT NULL,
    digest TEXT NOT NULL
) STRICT";

/// Pages of 4 KB copied between two words of progress.
const PAGES: i32 = 2500;
/// Records looked at at once.
const RECORDS: usize = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// Why there is no backup, or nothing was restored.
#[derive(Debug)]
pub enum BackupError {
    /// The folder has no database.
    NothingThere(PathBuf),
    /// The file is there already.
    FileExists(PathBuf),
    /// The folder has a database already, or what is left of one.
    InUse(PathBuf),
    /// The file is something else.
    NotABackup(PathBuf),
    /// The file is of a later version of this program.
    Newer(PathBuf),
    /// The file is not what was written; what is wrong with it.
    Damaged(PathBuf, String),
    /// The system does not let the file be read or written.
    File(PathBuf, io::Error),
    /// The database cannot be read, or its copy not be written.
    Database(PathBuf, Error),
}

/// A database on its way into a folder, looked at but not there yet. Dropped,
/// it is gone.
pub struct Restored {
    // INVARIANT: closed before the file is removed or moved.
    copy: Connection,
    part: TempPath,
    database: PathBuf,
    tally: Tally,
}

pub(super) fn back_up(
    folder: &Path,
    file: &Path,
    now: Timestamp,
    told: Told<'_>,
) -> Result<Tally, BackupError> {
    let database = Folder::database(folder);
    if !database.exists() {
        return Err(BackupError::NothingThere(folder.into()));
    }
    if file.exists() {
        return Err(BackupError::FileExists(file.into()));
    }
    let source = open(&database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let part = part(file)?;
    let at_file = |error| BackupError::Database(file.into(), error);
    let mut copy = open(&part, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    copy_pages(&source, &mut copy, told).map_err(at_file)?;
    let tally = look_at(&copy, file, None, told)?;
    copy.execute_batch(DESCRIBE).map_err(at_file)?;
    let records = i64::try_from(tally.items()).unwrap_or(i64::MAX);
    let values = params![FORMAT, now.to_string(), records, tally.digest()];
    copy.execute("INSERT INTO backup VALUES (?1, ?2, ?3, ?4)", values).map_err(at_file)?;
    copy.close().map_err(|(_, error)| at_file(error))?;
    private_file::keep(part, file).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::FileExists(file.into()),
        _ => BackupError::File(file.into(), error),
    })?;
    Ok(tally)
}

pub(super) fn restore(file: &Path, folder: &Path, told: Told<'_>) -> Result<Restored, BackupError> {
    std::fs::File::open(file).map_err(|error| BackupError::File(file.into(), error))?;
    let source = open(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let (records, digest) = description(&source, file)?;
    directory().create(folder).map_err(|error| BackupError::File(folder.into(), error))?;
    let database = Folder::database(folder);
    // A log without its database would be taken for the restored one's.
    if ["", "-wal", "-journal"].iter().any(|end| with_end(&database, end).exists()) {
        return Err(BackupError::InUse(folder.into()));
    }
    let part = part(&database)?;
    let mut copy = open(&part, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    copy_pages(&source, &mut copy, told).map_err(|error| damage(file, error))?;
    let tally = look_at(&copy, file, Some(records), told)?;
    if tally.items() != records || tally.digest() != digest {
        let why = format!("it holds {tally}; it was made with {records} records, digest {digest}");
        return Err(BackupError::Damaged(file.into(), why));
    }
    copy.execute_batch("DROP TABLE backup").map_err(|error| BackupError::Database(folder.into(), error))?;
    Ok(Restored { copy, part, database, tally })
}

impl Restored {
    /// One of the items.
    ///
    /// # Errors
    /// [`Unavailable`] if it cannot be read.
    pub fn get(&self, key: &Key) -> Result<Option<Item>, Unavailable> {
        Ok(row::load(&self.copy, key)?)
    }

    /// Puts the database in its place; says what it holds.
    ///
    /// # Errors
    /// [`BackupError`]; then the folder has no database still.
    pub fn settle(self) -> Result<Tally, BackupError> {
        let Self { copy, part, database, tally } = self;
        copy.close().map_err(|(_, error)| BackupError::Database(database.clone(), error))?;
        private_file::keep(part, &database).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::InUse(database),
            _ => BackupError::File(database, error),
        })?;
        Ok(tally)
    }
}

/// How many records the backup was made with, and their digest.
fn description(backup: &Connection, file: &Path) -> Result<(u64, String), BackupError> {
    let is_backup = backup.table_exists(None, "backup").map_err(|error| damage(file, error))?;
    if !is_backup {
        return Err(BackupError::NotABackup(file.into()));
    }
    let number =
        |sql| backup.query_row(sql, [], |row| row.get::<_, u32>(0)).map_err(|error| damage(file, error));
    if number("SELECT format FROM backup")? > FORMAT || number("PRAGMA user_version")? > VERSION {
        return Err(BackupError::Newer(file.into()));
    }
    backup
        .query_row("SELECT records, digest FROM backup", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(|error| damage(file, error))
}

/// Copies the database as it is at one moment, while others write to it.
fn copy_pages(source: &Connection, copy: &mut Connection, told: Told<'_>) -> rusqlite::Result<()> {
    // While this transaction reads, what others commit stays in the log:
    // otherwise each of their commits would make the copy begin anew.
    let moment = source.unchecked_transaction()?;
    moment.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    let backup = Backup::new(&moment, copy)?;
    loop {
        match backup.step(PAGES)? {
            StepResult::Done => break,
            StepResult::Busy | StepResult::Locked => std::thread::sleep(PAUSE),
            _ => {}
        }
        let progress = backup.progress();
        let [left, all] =
            [progress.remaining, progress.pagecount].map(|pages| u64::try_from(pages).unwrap_or(0));
        told(Progress { step: "pages copied", done: all.saturating_sub(left), of: Some(all) });
    }
    drop(backup);
    // One file by itself, that nothing beside it belongs to.
    copy.query_row("PRAGMA journal_mode = delete", [], |_| Ok(()))
}

/// Reads everything back.
fn look_at(copy: &Connection, file: &Path, of: Option<u64>, told: Told<'_>) -> Result<Tally, BackupError> {
    let verdict: String = copy
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| damage(file, error))?;
    if verdict != "ok" {
        return Err(BackupError::Damaged(file.into(), verdict));
    }
    let (mut tally, mut after) = (Tally::default(), None);
    loop {
        let page = row::scan(copy, after.as_ref(), RECORDS).map_err(|error| damage(file, error))?;
        page.items.iter().for_each(|item| tally.add(item));
        told(Progress { step: "records checked", done: tally.items(), of });
        if !page.more {
            return Ok(tally);
        }
        after = page.items.into_iter().next_back().map(|item| item.key);
    }
}

fn open(path: &Path, mode: OpenFlags) -> Result<Connection, BackupError> {
    let at_path = |error| BackupError::Database(path.into(), error);
    let connection =
        Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(at_path)?;
    connection.busy_timeout(Folder::PATIENCE).map_err(at_path)?;
    Ok(connection)
}

/// The file while it is not whole; what an earlier try left of it is gone.
fn part(file: &Path) -> Result<TempPath, BackupError> {
    let path = with_end(file, ".part");
    let at_path = |error| BackupError::File(path.clone(), error);
    for left in [&path, &with_end(&path, "-journal")] {
        match std::fs::remove_file(left) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at_path(error)),
            _ => {}
        }
    }
    private().open(&path).map_err(at_path)?;
    TempPath::try_from_path(&path).map_err(at_path)
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(end);
    path.into()
}

/// What reading a backup fails with is its fault, unless the disk is full.
fn damage(file: &Path, error: Error) -> BackupError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => BackupError::NotABackup(file.into()),
        Some(ErrorCode::DatabaseCorrupt) | None => BackupError::Damaged(file.into(), error.to_string()),
        Some(_) => BackupError::Database(file.into(), error),
    }
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingThere(folder) => {
                write!(
                    f,
                    "there is no database in folder `{}`; name the data folder with --data",
                    folder.display()
                )
            }
            Self::FileExists(file) => {
                write!(f, "`{}` is there already: name another file, or remove it first", file.display())
            }
            Self::InUse(path) => write!(
                f,
                "`{}` has data already, which nothing overwrites: name an empty folder with --data",
                path.display()
            ),
            Self::NotABackup(file) => {
                write!(f, "`{}` is no backup: name a file that `licentia backup` wrote", file.display())
            }
            Self::Newer(file) => {
                write!(f, "`{}` is a backup of a newer version of this program; use that one", file.display())
            }
            Self::Damaged(file, why) => write!(
                f,
                "`{}` is damaged or was cut short, and cannot be trusted: use another backup ({why})",
                file.display()
            ),
            Self::File(path, error) => write!(f, "`{}`: {error}", path.display()),
            Self::Database(path, error) => write!(f, "`{}`: {error}", path.display()),
        }
    }
}

impl std::error::Error for BackupError {}
