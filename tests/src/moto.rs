//! moto's server: AWS KMS for one machine, which signs and wraps for real, AWS
//! Organizations, and EventBridge and SNS, which deliver.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::sync::OnceLock;

use aws_credential_types::Credentials;
use aws_sdk_kms::Client;
use aws_sdk_kms::config::{Config, Region};
use aws_sdk_organizations::config::Builder as OrganizationsConfig;

use crate::server::Server;
use crate::tools;

/// A running server; it ends with the process that started it, however that
/// ends.
#[derive(Debug)]
pub struct Moto(Server);

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
        let programs = tools::python_programs()?;
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/moto_server.py");
        let python = programs.join("python3");
        let options = ["-H", "127.0.0.1", "-p"].map(OsStr::new);
        Server::start(&programs, [python.as_os_str(), program.as_os_str()].into_iter().chain(options))
            .map(Self)
    }

    /// Its URL.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.0.endpoint()
    }

    /// A client of its KMS; the credentials are made up.
    #[must_use]
    pub fn kms(&self) -> Client {
        let config = Config::builder()
            .behavior_version_latest()
            .endpoint_url(self.endpoint())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("moto", "moto", None, None, "moto"));
        Client::from_conf(config.build())
    }

    /// How to reach its AWS Organizations, as [`Moto::ACCOUNT`] unless the
    /// request says otherwise in the header `x-moto-account-id`.
    #[must_use]
    pub fn organizations(&self) -> OrganizationsConfig {
        OrganizationsConfig::new()
            .behavior_version_latest()
            .endpoint_url(self.endpoint())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("moto", "moto", None, None, "moto"))
    }
}
