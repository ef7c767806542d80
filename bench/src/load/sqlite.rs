//! SQLite: the service's own rows of a checkout, the license's pool and the
//! record of the call, written by nothing but SQLite.

use std::path::Path;
use std::process;
use std::thread;

use anyhow::Context;
use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::client::Ours;
use super::run::{Client, LICENSES, Side, compare};
use crate::service::Launch;
use crate::table::Table;

const DATABASE: &str = "licentia.sqlite";
const PEER: &str = "rusqlite, grouped";
/// As many as the service groups.
const GROUP: usize = 512;
const WAITING: usize = 4096;
/// As many records as the service writes together.
const RECORDS: usize = 100;

pub(crate) async fn on_sqlite(table: &mut Table, binary: &Path, quick: bool) -> anyhow::Result<()> {
    let launch = Launch::on_sqlite(binary)?;
    let service = launch.serve()?;
    let ours = Ours::prepare(&service, &launch).await?;
    let sample = Sample::read(&launch.folder().join(DATABASE))?;
    let peer = Bare::start(&launch.folder().join("peer.sqlite"), sample)?;
    compare(table, &ours, (PEER, &peer), quick).await
}

/// The service's schema, and what it wrote for one checkout.
struct Sample {
    schema: Vec<String>,
    checkout: String,
    pool: String,
    /// The call's record, as it stands among others.
    record: String,
}

/// A thread that commits what waits, together.
struct Bare(mpsc::Sender<Work>);

struct Work {
    license: usize,
    done: oneshot::Sender<()>,
}

impl Sample {
    fn read(database: &Path) -> anyhow::Result<Self> {
        let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut schema = connection.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")?;
        let schema = schema.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let body = |sort: &str| {
            let sql = "SELECT body FROM items WHERE sort = ?1 LIMIT 1";
            connection.query_row(sql, [sort], |row| row.get(0)).with_context(|| format!("no {sort}"))
        };
        let record = "SELECT json_quote(record.value) FROM items, json_each(items.body, '$.records') AS record \
             WHERE partition LIKE 'AUDIT#%' AND record.value LIKE '%\"CheckoutLicense\"%' LIMIT 1";
        let record = connection.query_row(record, [], |row| row.get(0)).context("no record")?;
        Ok(Self { schema, checkout: body("CHECKOUT")?, pool: body("POOL")?, record })
    }
}

impl Bare {
    fn start(database: &Path, sample: Sample) -> anyhow::Result<Self> {
        let connection = Connection::open(database)?;
        connection.execute_batch("PRAGMA journal_mode = wal; PRAGMA synchronous = full")?;
        connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
        for statement in &sample.schema {
            connection.execute_batch(statement)?;
        }
        let insert = "INSERT INTO items (partition, sort, body) VALUES (?1, 'POOL', ?2)";
        for license in 0..LICENSES.into_iter().max().unwrap_or_default() {
            connection.execute(insert, params![pool(license), sample.pool])?;
        }
        let (queue, waiting) = mpsc::channel(WAITING);
        // It ends with the last client; what it did not write, nobody waits for.
        thread::spawn(move || write(connection, &sample, waiting));
        Ok(Self(queue))
    }
}

fn write(
    mut connection: Connection,
    sample: &Sample,
    mut waiting: mpsc::Receiver<Work>,
) -> rusqlite::Result<()> {
    let (mut group, mut segments) = (Vec::new(), 0_u64);
    while waiting.blocking_recv_many(&mut group, GROUP) > 0 {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for work in &group {
            let token = Uuid::new_v4().simple().to_string();
            let partition = pool(work.license);
            transaction
                .prepare_cached(
                    "INSERT INTO items (partition, sort, index_partition, index_sort, body) \
                     VALUES ('C#' || ?1, 'CHECKOUT', ?2, '001795300000#' || ?1, ?3)",
                )?
                .execute(params![token, partition, sample.checkout])?;
            transaction
                .prepare_cached("UPDATE items SET body = ?2 WHERE partition = ?1 AND sort = 'POOL'")?
                .execute(params![partition, sample.pool])?;
        }
        for records in group.chunks(RECORDS) {
            segments += 1;
            let records = vec![sample.record.as_str(); records.len()].join(",");
            transaction
                .prepare_cached(
                    "INSERT INTO items (partition, sort, discard_after, body) \
                     VALUES ('AUDIT#peer', ?1, 1803000000, ?2)",
                )?
                .execute(params![format!("{segments:020}"), format!("{{\"records\":[{records}]}}")])?;
        }
        transaction.commit()?;
        for work in group.drain(..) {
            // A client that stopped needs no answer.
            let _ = work.done.send(());
        }
    }
    Ok(())
}

fn pool(license: usize) -> String {
    format!("L#l-{license:032}")
}

impl Side for Bare {
    type Client = mpsc::Sender<Work>;

    async fn client(&self, _: &[usize]) -> anyhow::Result<Self::Client> {
        Ok(self.0.clone())
    }

    fn process_id(&self) -> u32 {
        process::id()
    }
}

impl Client for mpsc::Sender<Work> {
    async fn check_out(&mut self, license: usize) -> anyhow::Result<()> {
        let (done, answer) = oneshot::channel();
        self.send(Work { license, done }).await.ok().context("the writer has failed")?;
        answer.await.context("the writer has failed")
    }
}
