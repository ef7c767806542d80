//! moto's server: AWS KMS for one machine, which signs and wraps for real.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use aws_credential_types::Credentials;
use aws_sdk_kms::Client;
use aws_sdk_kms::config::{Config, Region};

use crate::tools;

const PATIENCE: Duration = Duration::from_secs(60);

/// A running server; it ends with the process that started it, however that
/// ends.
#[derive(Debug)]
pub struct Moto {
    address: SocketAddr,
    process: Child,
}

impl Moto {
    /// The account all its keys belong to.
    pub const ACCOUNT: &str = "123456789012";

    /// The one of this process, started when it is first asked for.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    #[expect(clippy::panic, reason = "the report of every test that needs it")]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Moto> = OnceLock::new();
        SHARED.get_or_init(|| Self::start().unwrap_or_else(|error| panic!("moto: {error}")))
    }

    /// Starts another one.
    ///
    /// # Errors
    /// If it cannot be installed or does not answer within a minute.
    pub fn start() -> io::Result<Self> {
        let python = tools::python_programs()?.join("python3");
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/moto_server.py");
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        // Its standard input closes when this process is gone, killed or not.
        let process = Command::new("sh")
            .args(["-c", r#""$@" & cat >/dev/null; kill -9 $!"#, "sh"])
            .args([python, program])
            .args(["-H", "127.0.0.1", "-p", &address.port().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let moto = Self { address, process };
        moto.wait()?;
        Ok(moto)
    }

    /// A client of its KMS; the credentials are made up.
    #[must_use]
    pub fn kms(&self) -> Client {
        let config = Config::builder()
            .behavior_version_latest()
            .endpoint_url(format!("http://{}", self.address))
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("moto", "moto", None, None, "moto"));
        Client::from_conf(config.build())
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

impl Drop for Moto {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It has nothing to lose.
        drop(self.process.wait());
    }
}
