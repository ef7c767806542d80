//! The thread that writes. What waits while one transaction reaches the disk
//! goes into the next one together.

use std::borrow::Cow;

use rusqlite::{Connection, Error, Transaction, TransactionBehavior, ffi};
use tokio::sync::{mpsc, oneshot};

use super::frozen;
use super::queue::{Reply, Thread, stopped};
use super::row::{self, Place};
use crate::store::guard::{self, Failure};
use crate::store::{Change, CommitError, Guard, Item, Key, Unavailable, Write, limits};
use crate::telemetry::metrics;

/// Changes that wait for the writer; the next one is told to come back.
const WAITING: usize = 4096;

/// Changes in one transaction, which bounds how long the first one waits.
const GROUP: usize = 512;

/// How many items it changed.
type Outcome = Result<usize, CommitError>;

enum Task {
    Commit(Vec<Prepared>),
    Discard(u64),
    Fill(Vec<Item>),
    Freeze(Item),
    Thaw,
}

/// A write as the thread takes it: what can be done before is done by who asks,
/// since all wait for the one thread.
enum Prepared {
    Put {
        place: Place,
        body: String,
        guards: Vec<Guard>,
    },
    /// What becomes of the item is known when it is read.
    Other(Write),
}

impl Prepared {
    fn new(write: &Write) -> Result<Self, Unavailable> {
        Ok(match write {
            Write::Put(item, guards) => {
                Self::Put { place: Place::of(item), body: limits::body_of(item)?, guards: guards.clone() }
            }
            Write::Update(..) | Write::Delete(..) => Self::Other(write.clone()),
        })
    }
}

struct Work {
    task: Task,
    reply: Reply<Outcome>,
}

/// The thread.
#[derive(Debug)]
pub(super) struct Writer {
    // INVARIANT: dropped before the thread, which ends when it is gone.
    queue: mpsc::Sender<Work>,
    _thread: Thread,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Result<Self, Unavailable> {
        let (queue, waiting) = mpsc::channel(WAITING);
        let thread = Thread::start("store-write", move || run(connection, waiting))?;
        Ok(Self { queue, _thread: thread })
    }

    pub(super) async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        let writes = change.0.iter().map(Prepared::new).collect::<Result<_, _>>()?;
        self.ask(Task::Commit(writes)).await.map(|_| ())
    }

    pub(super) async fn discard(&self, now: u64) -> Outcome {
        self.ask(Task::Discard(now)).await
    }

    pub(super) async fn fill(&self, items: Vec<Item>) -> Result<(), Unavailable> {
        self.ask_whole(Task::Fill(items)).await
    }

    pub(super) async fn freeze(&self, mark: Item) -> Result<(), Unavailable> {
        self.ask_whole(Task::Freeze(mark)).await
    }

    pub(super) async fn thaw(&self) -> Result<(), Unavailable> {
        self.ask_whole(Task::Thaw).await
    }

    /// For what may be done again if nobody knows.
    async fn ask_whole(&self, task: Task) -> Result<(), Unavailable> {
        self.ask(task).await.map(drop).map_err(|error| Unavailable(error.to_string()))
    }

    async fn ask(&self, task: Task) -> Outcome {
        let (reply, answer) = oneshot::channel();
        let _queued = metrics::queued();
        self.queue.try_send(Work { task, reply }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => CommitError::Busy,
            mpsc::error::TrySendError::Closed(_) => CommitError::Unavailable(stopped()),
        })?;
        answer.await.map_err(|_| CommitError::Unknown(stopped()))?
    }
}

fn run(mut connection: Connection, mut waiting: mpsc::Receiver<Work>) {
    let mut group = Vec::new();
    while waiting.blocking_recv_many(&mut group, GROUP) > 0 {
        let outcomes = write(&mut connection, &group);
        for (work, outcome) in group.drain(..).zip(outcomes) {
            // A caller that no longer waits needs no answer.
            drop(work.reply.send(outcome));
        }
    }
    // The last connection to close empties the write-ahead log.
    if let Err((_, error)) = connection.close() {
        tracing::warn!(%error, "the database was not closed");
    }
}

/// Does the work in one transaction; when it returns, that is on disk.
fn write(connection: &mut Connection, group: &[Work]) -> Vec<Outcome> {
    transact(connection, group).unwrap_or_else(|error| {
        tracing::error!(?error, changes = group.len(), "nothing was written");
        // Refusals too: they may rest on a change that now never was.
        vec![Err(error); group.len()]
    })
}

fn transact(connection: &mut Connection, group: &[Work]) -> Result<Vec<Outcome>, CommitError> {
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(Unavailable::from)?;
    let outcomes = group
        .iter()
        .map(|work| match carry_out(&transaction, &work.task) {
            // The first write of a task was refused: it has left no trace.
            Err(error) if frozen::is_frozen(&error) => Ok(Err(Unavailable::from(error).into())),
            outcome => outcome,
        })
        .collect::<Result<_, Error>>()
        .map_err(Unavailable::from)?;
    transaction.commit().map_err(|error| {
        // Whole in the log, but perhaps not on disk: a crash decides.
        let undecided = matches!(&error, Error::SqliteFailure(failure, _)
            if [ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_DIR_FSYNC].contains(&failure.extended_code));
        let error = Unavailable::from(error);
        if undecided { CommitError::Unknown(error) } else { CommitError::Unavailable(error) }
    })?;
    Ok(outcomes)
}

/// The outer error is the database's.
fn carry_out(transaction: &Transaction<'_>, task: &Task) -> Result<Outcome, Error> {
    let text = |item: &Item| {
        serde_json::to_string(&item.body).map_err(|error| Error::ToSqlConversionFailure(error.into()))
    };
    Ok(match task {
        Task::Commit(change) => return commit(transaction, change),
        Task::Discard(now) => Ok(row::discard(transaction, *now)?),
        Task::Fill(items) => {
            for item in items {
                row::store(transaction, &Place::of(item), &text(item)?)?;
            }
            Ok(items.len())
        }
        Task::Freeze(mark) => {
            frozen::freeze(transaction, mark, &text(mark)?)?;
            Ok(1)
        }
        Task::Thaw => {
            frozen::thaw(transaction)?;
            Ok(1)
        }
    })
}

/// Looks at everything before it writes anything, so that a change that fails
/// leaves no trace. The outer error is the database's.
fn commit(transaction: &Transaction<'_>, writes: &[Prepared]) -> Result<Outcome, Error> {
    let mut rows = Vec::with_capacity(writes.len());
    for (index, write) in writes.iter().enumerate() {
        match Row::after(transaction, write) {
            Ok(row) => rows.push(row),
            Err(Stop::Failed(Failure::Refused(present))) => {
                return Ok(Err(CommitError::Refused { write: index, present }));
            }
            Err(Stop::Failed(Failure::Impossible(why))) => return Ok(Err(why.into())),
            // One unreadable item must not stop the changes of others.
            Err(Stop::Database(error @ Error::FromSqlConversionFailure(..))) => {
                return Ok(Err(Unavailable::from(error).into()));
            }
            Err(Stop::Database(error)) => return Err(error),
        }
    }
    for row in &rows {
        row.write(transaction)?;
    }
    Ok(Ok(rows.len()))
}

enum Stop {
    Failed(Failure),
    Database(Error),
}

/// What is to be done to one row.
enum Row<'a> {
    Store { place: Cow<'a, Place>, body: Cow<'a, str> },
    StoreBody { key: &'a Key, body: String },
    Delete { key: &'a Key },
}

impl<'a> Row<'a> {
    fn after(transaction: &Transaction<'_>, write: &'a Prepared) -> Result<Self, Stop> {
        let load = |key| row::load(transaction, key).map_err(Stop::Database);
        let write = match write {
            Prepared::Put { place, body, guards } => {
                if !guards.is_empty() {
                    guard::check(guards, load(&place.key)?).map_err(Stop::Failed)?;
                }
                return Ok(Row::Store { place: Cow::Borrowed(place), body: Cow::Borrowed(body) });
            }
            Prepared::Other(write) => write,
        };
        let key = write.key();
        let needed = matches!(write, Write::Update(..)) || !write.guards().is_empty();
        let present = if needed { load(key)? } else { None };
        let Some(item) = guard::apply(write, present).map_err(Stop::Failed)? else {
            return Ok(Row::Delete { key });
        };
        let body = limits::body_of(&item).map_err(|why| Stop::Failed(Failure::Impossible(why)))?;
        let in_place = match write {
            Write::Update(_, _, edits) => edits.iter().all(|edit| edit.path().is_some()),
            Write::Put(..) | Write::Delete(..) => false,
        };
        Ok(match in_place {
            true => Row::StoreBody { key, body },
            false => Row::Store { place: Cow::Owned(Place::of(&item)), body: Cow::Owned(body) },
        })
    }

    fn write(&self, transaction: &Transaction<'_>) -> Result<(), Error> {
        match self {
            Self::Store { place, body } => row::store(transaction, place, body),
            Self::StoreBody { key, body } => row::store_body(transaction, key, body),
            Self::Delete { key } => row::delete(transaction, key),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::Path;
    use crate::store::sqlite::folder::Folder;

    fn work(writes: &[Write]) -> Work {
        let writes = writes.iter().map(|write| Prepared::new(write).unwrap()).collect();
        Work { task: Task::Commit(writes), reply: oneshot::channel().0 }
    }

    fn put(sort: &str, bytes: usize, guards: Vec<Guard>) -> Work {
        let item = Item::new(Key::new("p", sort), &json!({ "text": "x".repeat(bytes) })).unwrap();
        work(&[Write::Put(item, guards)])
    }

    fn has(connection: &Connection, sort: &str) -> bool {
        row::load(connection, &Key::new("p", sort)).unwrap().is_some()
    }

    #[test]
    fn one_refused_change_does_not_disturb_the_others_of_its_group() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = Folder::open(folder.path()).unwrap().connect_to_write().unwrap();
        let two = work(&[
            Write::Delete(Key::new("p", "a"), vec![Guard::Present]),
            Write::Delete(Key::new("p", "b"), vec![Guard::Equals(Path::member("n"), json!(1))]),
        ]);
        let group =
            [put("a", 1, vec![]), put("a", 2, vec![Guard::Absent]), two, put("b", 3, vec![Guard::Absent])];
        let outcomes = write(&mut connection, &group);
        assert!(matches!(outcomes[0], Ok(1)));
        assert!(matches!(&outcomes[1], Err(CommitError::Refused { write: 0, present: Some(_) })));
        assert!(matches!(&outcomes[2], Err(CommitError::Refused { write: 1, present: None })));
        assert!(matches!(outcomes[3], Ok(1)));
        assert!(has(&connection, "a") && has(&connection, "b"));
    }

    #[test]
    fn a_full_disk_acknowledges_nothing_and_the_writer_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = Folder::open(folder.path()).unwrap().connect_to_write().unwrap();
        connection.execute_batch("PRAGMA max_page_count = 40").unwrap();
        assert!(matches!(write(&mut connection, &[put("a", 10_000, vec![])])[..], [Ok(1)]));
        let outcomes = write(&mut connection, &[put("b", 10, vec![]), put("c", 300_000, vec![])]);
        assert!(
            outcomes.iter().all(|outcome| matches!(outcome, Err(CommitError::Unavailable(_)))),
            "{outcomes:?}"
        );
        assert!(has(&connection, "a") && !has(&connection, "b") && !has(&connection, "c"));
        assert!(matches!(write(&mut connection, &[put("d", 10, vec![])])[..], [Ok(1)]));
    }

    #[test]
    fn an_unreadable_item_stops_only_its_own_changes() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = Folder::open(folder.path()).unwrap().connect_to_write().unwrap();
        connection
            .execute("INSERT INTO items (partition, sort, body) VALUES ('p', 'a', 'torn')", [])
            .unwrap();
        let outcomes = write(&mut connection, &[put("a", 1, vec![Guard::Present]), put("b", 1, vec![])]);
        assert!(matches!(outcomes[..], [Err(CommitError::Unavailable(_)), Ok(1)]), "{outcomes:?}");
    }

    #[tokio::test]
    async fn a_full_queue_is_busy_and_a_stopped_writer_unavailable() {
        let (queue, waiting) = mpsc::channel(1);
        let writer = Writer { queue, _thread: Thread::start("none", || {}).unwrap() };
        writer.queue.try_send(put("a", 1, vec![])).unwrap();
        assert_eq!(writer.discard(0).await, Err(CommitError::Busy));
        drop(waiting);
        assert_eq!(writer.discard(0).await, Err(CommitError::Unavailable(stopped())));
    }
}
