//! Reading, by the task that asks: the row is there before a thread that it
//! were handed to has woken up.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::block_in_place;

use super::folder::Folder;
use super::row;
use crate::store::{Item, Key, Page, Query, Unavailable};

/// A query of more items is given time: other tasks do not wait for it.
const AT_ONCE: usize = 100;

/// As many connections as tasks read at the same time, opened when they do.
#[derive(Debug)]
pub(super) struct Readers {
    folder: Folder,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(folder: Folder) -> Self {
        Self { folder, idle: Mutex::default() }
    }

    pub(super) fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        self.read(|connection| keys.iter().map(|key| row::load(connection, key)).collect())
    }

    pub(super) fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        self.page(query.limit, |connection| row::query(connection, query))
    }

    pub(super) fn scan(&self, after: Option<&Key>, limit: usize) -> Result<Page, Unavailable> {
        self.page(limit, |connection| row::scan(connection, after, limit))
    }

    fn page(
        &self,
        limit: usize,
        read: impl FnOnce(&Connection) -> rusqlite::Result<Page>,
    ) -> Result<Page, Unavailable> {
        let read = || self.read(read);
        let others_run_elsewhere = || {
            Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread)
        };
        if limit > AT_ONCE && others_run_elsewhere() { block_in_place(read) } else { read() }
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Unavailable> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.folder.connect_to_read()?,
        };
        let found = read(&connection);
        self.idle().push(connection);
        Ok(found?)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
