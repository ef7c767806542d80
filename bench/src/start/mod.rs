//! From process start to the first answer, as a server and as a Lambda
//! function, beside the least service that reads from DynamoDB.

mod lambda;

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use aws_credential_types::Credentials;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use licentia_tests::dynamodb_local::DynamoDbLocal;
use serde_json::json;

use self::lambda::Emulator;
use crate::load::Connection;
use crate::service::{Launch, Service};
use crate::table::{Table, Unit};
use crate::timing::median;

const PEER: &str = "empty";
/// The same one, when it asks DynamoDB for as much as the service does.
const LIKE: &str = "empty, same requests to DynamoDB";
/// Starts before those that are measured. DynamoDB Local compiles what it does
/// often, so that a request takes it a fifth of what it took at first.
const WARM_UP: usize = 100;

pub(crate) async fn measure(
    table: &mut Table,
    binary: &Path,
    empty: &Path,
    quick: bool,
) -> anyhow::Result<()> {
    let turns = if quick { 3 } else { 21 };
    let local = DynamoDbLocal::start()?;
    let (dynamodb, _) = Launch::on_dynamodb(binary, &local).await?;
    let sqlite = Launch::on_sqlite(binary)?;
    // Makes the accounts, which only the first start of all does.
    drop((dynamodb.serve()?, sqlite.serve()?));
    let mut emulator = Emulator::start().await?;

    for _ in 0..if quick { 0 } else { WARM_UP } {
        emulator.first_answer(dynamodb.command(), &dynamodb.credentials()?).await?;
        emulator.first_answer(dynamodb.command_of(empty), &dynamodb.credentials()?).await?;
        emulator.first_answer(like(&dynamodb, empty), &dynamodb.credentials()?).await?;
    }
    let mut seconds: [Vec<f64>; 9] = Default::default();
    for _ in 0..turns {
        let turn = [
            health(|| sqlite.serve()).await?,
            answer(|| sqlite.serve(), &sqlite.credentials()?).await?,
            health(|| dynamodb.serve()).await?,
            answer(|| dynamodb.serve(), &dynamodb.credentials()?).await?,
            emulator.first_answer(dynamodb.command(), &dynamodb.credentials()?).await?,
            health(|| Service::start(&mut dynamodb.command_of(empty))).await?,
            answer(|| Service::start(&mut dynamodb.command_of(empty)), &dynamodb.credentials()?).await?,
            emulator.first_answer(dynamodb.command_of(empty), &dynamodb.credentials()?).await?,
            emulator.first_answer(like(&dynamodb, empty), &dynamodb.credentials()?).await?,
        ];
        for (all, one) in seconds.iter_mut().zip(turn) {
            all.push(one * 1e3);
        }
    }
    let [
        sqlite_health,
        sqlite_answer,
        health,
        answer,
        lambda,
        empty_health,
        empty_answer,
        empty_lambda,
        like_lambda,
    ] = seconds.map(median);
    let mut row = |name: &str, ours, peer, theirs| table.row(name, ours, peer, theirs, Unit::Milliseconds);
    row("server on SQLite: health", sqlite_health, PEER, empty_health);
    row("server on SQLite: signed answer", sqlite_answer, PEER, empty_answer);
    row("server on DynamoDB Local: health", health, PEER, empty_health);
    row("server on DynamoDB Local: signed answer", answer, PEER, empty_answer);
    row("Lambda on DynamoDB Local: signed answer", lambda, PEER, empty_lambda);
    row("Lambda on DynamoDB Local: signed answer", lambda, LIKE, like_lambda);

    let mut row = |name: &str, ours: usize, theirs: usize| {
        let bytes = |length| anyhow::Ok(f64::from(u32::try_from(length)?));
        table.row(name, bytes(ours)?, PEER, bytes(theirs)?, Unit::Bytes);
        anyhow::Ok(())
    };
    let (ours, theirs) = (fs::read(binary)?, fs::read(empty)?);
    row("binary", ours.len(), theirs.len())?;
    row("binary, deflated (level 9), as in a deployment package", deflated(&ours)?, deflated(&theirs)?)?;
    Ok(())
}

/// The empty one, to ask DynamoDB for as much as the service does.
fn like(launch: &Launch, empty: &Path) -> Command {
    let mut command = launch.command_of(empty);
    command.env("LICENTIA_BENCH_REQUESTS", "all");
    command
}

/// How many bytes it takes in a ZIP file, without the file's header.
fn deflated(bytes: &[u8]) -> io::Result<usize> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

/// Until the server says that it is well, in seconds.
async fn health(start: impl FnOnce() -> anyhow::Result<Service>) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let service = start()?;
    Connection::open(&service.address).await?.get("/health").await?;
    Ok(begun.elapsed().as_secs_f64())
}

/// Until the server answers a signed request, in seconds.
async fn answer(
    start: impl FnOnce() -> anyhow::Result<Service>,
    credentials: &Credentials,
) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let service = start()?;
    let mut connection = Connection::open(&service.address).await?;
    connection.call(credentials, "ListLicenses", &json!({})).await?;
    Ok(begun.elapsed().as_secs_f64())
}
