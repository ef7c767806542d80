//! From process start to the first answer, as a server and as a Lambda
//! function, beside the least service that reads from DynamoDB.

mod lambda;

use std::fs;
use std::path::Path;
use std::time::Instant;

use aws_credential_types::Credentials;
use licentia_tests::dynamodb_local::DynamoDbLocal;
use serde_json::json;

use self::lambda::Emulator;
use crate::load::Connection;
use crate::service::{Launch, Service};
use crate::table::{Table, Unit};
use crate::timing::median;

const PEER: &str = "empty";
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
    }
    let mut seconds: [Vec<f64>; 8] = Default::default();
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
        ];
        for (all, one) in seconds.iter_mut().zip(turn) {
            all.push(one * 1e3);
        }
    }
    let [sqlite_health, sqlite_answer, health, answer, lambda, empty_health, empty_answer, empty_lambda] =
        seconds.map(median);
    let mut row = |name: &str, ours, theirs| table.row(name, ours, PEER, theirs, Unit::Milliseconds);
    row("server on SQLite: health", sqlite_health, empty_health);
    row("server on SQLite: signed answer", sqlite_answer, empty_answer);
    row("server on DynamoDB Local: health", health, empty_health);
    row("server on DynamoDB Local: signed answer", answer, empty_answer);
    row("Lambda on DynamoDB Local: signed answer", lambda, empty_lambda);

    let bytes = |path: &Path| anyhow::Ok(f64::from(u32::try_from(fs::metadata(path)?.len())?));
    table.row("binary", bytes(binary)?, PEER, bytes(empty)?, Unit::Bytes);
    Ok(())
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
