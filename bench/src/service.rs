//! The release binary as a server, on either store.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, ensure};
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use licentia::store::{DynamoDb, Store};
use licentia_tests::dynamodb_local::DynamoDbLocal;
use licentia_tests::signed::REGION;
use tempfile::TempDir;
use uuid::Uuid;

use crate::fake_kms;

/// How to start the binary, on which store.
pub(crate) struct Launch {
    binary: PathBuf,
    folder: TempDir,
    environment: Vec<(&'static str, String)>,
}

/// A running server; it ends with this value.
pub(crate) struct Service {
    process: Child,
    /// Kept open for what the server prints later.
    output: BufReader<ChildStdout>,
    /// `127.0.0.1:` and the port.
    pub(crate) address: String,
}

impl Launch {
    /// On SQLite in a new folder.
    pub(crate) fn on_sqlite(binary: &Path) -> anyhow::Result<Self> {
        Ok(Self { binary: binary.to_owned(), folder: TempDir::new()?, environment: vec![] })
    }

    /// On a new table, whose name comes too.
    pub(crate) async fn on_dynamodb(binary: &Path, local: &DynamoDbLocal) -> anyhow::Result<(Self, String)> {
        let table = Uuid::new_v4().to_string();
        let environment = vec![
            ("AWS_ENDPOINT_URL_DYNAMODB", local.endpoint()),
            ("AWS_ENDPOINT_URL_KMS", fake_kms::serve().await?),
            ("AWS_ACCESS_KEY_ID", "local".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
            ("LICENTIA_MASTER_KEY", "alias/bench".to_owned()),
            ("LICENTIA_TABLE", table.clone()),
        ];
        let launch = Self { binary: binary.to_owned(), folder: TempDir::new()?, environment };
        let made = launch.command().arg("create-table").status()?;
        ensure!(made.success(), "the table was not made: {made}");
        Ok((launch, table))
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The binary in the environment of its store, and in no other.
    pub(crate) fn command(&self) -> Command {
        self.command_of(&self.binary)
    }

    /// Another binary in the same environment.
    pub(crate) fn command_of(&self, binary: &Path) -> Command {
        let mut command = Command::new(binary);
        command
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env("AWS_REGION", REGION)
            .env("LICENTIA_DATA", self.folder())
            .stdin(Stdio::null());
        command
    }

    /// Starts the server, its log in the folder.
    pub(crate) fn serve(&self) -> anyhow::Result<Service> {
        let mut command = self.command();
        command.args(["serve", "--listen=127.0.0.1:0", "--credentials"]).arg(self.credentials_file());
        Service::start(command.stderr(File::create(self.folder().join("log"))?))
    }

    /// The vendor's, once the server has started.
    pub(crate) fn credentials(&self) -> anyhow::Result<Credentials> {
        let text = fs::read_to_string(self.credentials_file())?;
        let (_, vendor) = text.split_once("[vendor]").context("the credentials have no profile `vendor`")?;
        let value = |name: &str| {
            let line = vendor.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_prefix('='));
            line.map(str::trim).with_context(|| format!("the profile `vendor` has no `{name}`"))
        };
        let (id, secret) = (value("aws_access_key_id")?, value("aws_secret_access_key")?);
        Ok(Credentials::new(id, secret, None, None, "bench"))
    }

    fn credentials_file(&self) -> PathBuf {
        self.folder().join("credentials")
    }
}

impl Service {
    pub(crate) fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Starts a server that tells its URL in the first line that it prints.
    pub(crate) fn start(command: &mut Command) -> anyhow::Result<Self> {
        let mut process = command.stdout(Stdio::piped()).spawn()?;
        let output = process.stdout.take().context("no output")?;
        let mut service = Self { process, output: BufReader::new(output), address: String::new() };
        let mut line = String::new();
        // The accounts that it made come first.
        while service.output.read_line(&mut line)? > 0 {
            if let Some((_, url)) = line.split_once("http://") {
                service.address = url.split_whitespace().next().unwrap_or_default().to_owned();
                return Ok(service);
            }
            line.clear();
        }
        anyhow::bail!("the server did not start: {:?}", service.process.wait()?)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It has nothing to lose.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A store on a new table.
pub(crate) async fn dynamodb_store(local: &DynamoDbLocal) -> anyhow::Result<Arc<dyn Store>> {
    let client = Client::from_conf(local.config().build());
    let store = DynamoDb::new(&client, Uuid::new_v4().to_string());
    store.create_table().await.map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(Arc::new(store))
}
