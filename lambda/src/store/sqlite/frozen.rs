//! Freezing a folder: the database itself refuses what anybody writes, in any
//! process, and costs nothing while it is not frozen.

use rusqlite::{Connection, Error, Result, ffi};

use super::row::{self, Place};
use crate::store::{Frozen, Item};

const FREEZE: &str = "
CREATE TRIGGER frozen_insert BEFORE INSERT ON items
    BEGIN SELECT RAISE(ABORT, 'frozen: everything here is being moved elsewhere, or was'); END;
CREATE TRIGGER frozen_update BEFORE UPDATE ON items
    BEGIN SELECT RAISE(ABORT, 'frozen: everything here is being moved elsewhere, or was'); END;
CREATE TRIGGER frozen_delete BEFORE DELETE ON items
    BEGIN SELECT RAISE(ABORT, 'frozen: everything here is being moved elsewhere, or was'); END;
";

const THAW: &str = "
DROP TRIGGER IF EXISTS frozen_insert;
DROP TRIGGER IF EXISTS frozen_update;
DROP TRIGGER IF EXISTS frozen_delete;
";

/// INVARIANT: the connection is in a transaction.
pub(super) fn freeze(connection: &Connection, mark: &Item, body: &str) -> Result<()> {
    connection.execute_batch(THAW)?;
    row::store(connection, &Place::of(mark), body)?;
    connection.execute_batch(FREEZE)
}

/// INVARIANT: the connection is in a transaction.
pub(super) fn thaw(connection: &Connection) -> Result<()> {
    connection.execute_batch(THAW)?;
    row::delete(connection, &Frozen::key())
}

/// Whether it failed because the folder is frozen.
pub(super) fn is_frozen(error: &Error) -> bool {
    matches!(error, Error::SqliteFailure(failure, _)
        if failure.extended_code == ffi::SQLITE_CONSTRAINT_TRIGGER)
}
