//! Threads that read, one a core.

use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::folder::Folder;
use super::queue::{Reply, Thread, stopped};
use super::row;
use crate::store::{Item, Key, Page, Query, Unavailable};

/// Reads that wait for a thread; a caller waits for a place among them.
const WAITING: usize = 256;

enum Read {
    Get(Vec<Key>, Reply<Result<Vec<Option<Item>>, Unavailable>>),
    Query(Query, Reply<Result<Page, Unavailable>>),
    Scan(Option<Key>, usize, Reply<Result<Page, Unavailable>>),
}

type Waiting = Arc<Mutex<mpsc::Receiver<Read>>>;

/// The threads.
#[derive(Debug)]
pub(super) struct Readers {
    // INVARIANT: dropped before the threads, which end when it is gone.
    queue: mpsc::Sender<Read>,
    _threads: Vec<Thread>,
}

impl Readers {
    pub(super) fn start(folder: &Folder) -> Result<Self, Unavailable> {
        let (queue, waiting) = mpsc::channel(WAITING);
        let waiting: Waiting = Arc::new(Mutex::new(waiting));
        let threads = (0..available_parallelism().map_or(1, NonZero::get))
            .map(|_| {
                let connection = folder.connect_to_read()?;
                let waiting = Arc::clone(&waiting);
                Thread::start("store-read", move || while serve_one(&connection, &waiting).is_some() {})
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { queue, _threads: threads })
    }

    pub(super) async fn get(&self, keys: Vec<Key>) -> Result<Vec<Option<Item>>, Unavailable> {
        self.ask(|reply| Read::Get(keys, reply)).await
    }

    pub(super) async fn query(&self, query: Query) -> Result<Page, Unavailable> {
        self.ask(|reply| Read::Query(query, reply)).await
    }

    pub(super) async fn scan(&self, after: Option<Key>, limit: usize) -> Result<Page, Unavailable> {
        self.ask(|reply| Read::Scan(after, limit, reply)).await
    }

    async fn ask<T>(
        &self,
        read: impl FnOnce(Reply<Result<T, Unavailable>>) -> Read,
    ) -> Result<T, Unavailable> {
        let (reply, answer) = oneshot::channel();
        self.queue.send(read(reply)).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

/// Waits for a read and answers it; nothing once there can be none.
fn serve_one(connection: &Connection, waiting: &Waiting) -> Option<()> {
    // Only one thread waits on the queue, the others on the lock.
    let read = waiting.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()?;
    // A caller that no longer waits needs no answer.
    match read {
        Read::Get(keys, reply) => drop(reply.send(get(connection, &keys))),
        Read::Query(query, reply) => {
            drop(reply.send(row::query(connection, &query).map_err(Unavailable::from)))
        }
        Read::Scan(after, limit, reply) => {
            drop(reply.send(row::scan(connection, after.as_ref(), limit).map_err(Unavailable::from)))
        }
    }
    Some(())
}

fn get(connection: &Connection, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
    keys.iter().map(|key| Ok(row::load(connection, key)?)).collect()
}
