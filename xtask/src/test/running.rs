//! The service, running for a test.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, ensure};
use tempfile::TempDir;

use crate::build::service;
use crate::workspace::Workspace;

/// A service with an empty store on a free port; it ends, and its store goes,
/// with this value.
pub(super) struct Running {
    process: Child,
    url: String,
    folder: TempDir,
    /// Kept open, or the service could not greet.
    _output: BufReader<ChildStdout>,
}

impl Running {
    /// Starts the binary that was built last; its log goes to
    /// `target/service.log`.
    ///
    /// # Errors
    /// Where it does not start.
    pub(super) fn start(workspace: &Workspace) -> anyhow::Result<Self> {
        let folder = TempDir::new().context("no folder for the data")?;
        let log = workspace.path("target/service.log");
        let log = File::create(&log).with_context(|| format!("`{}` cannot be written", log.display()))?;
        let mut process = Command::new(service::binary(workspace))
            .env_remove("AWS_LAMBDA_RUNTIME_API")
            .env_remove("LICENTIA_TABLE")
            .args(["serve", "--listen=127.0.0.1:0", "--region=us-east-1", "--data"])
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .context("the service does not start")?;
        let mut output = BufReader::new(process.stdout.take().context("the service has no output")?);
        let mut line = String::new();
        output.read_line(&mut line).context("the service does not greet")?;
        let url =
            line.split_whitespace().find(|word| word.starts_with("http://")).unwrap_or_default().to_owned();
        let running = Self { process, url, folder, _output: output };
        ensure!(!running.url.is_empty(), "the service did not start; see target/service.log");
        Ok(running)
    }

    /// The service's URL and the vendor's access key, as environment
    /// variables.
    ///
    /// # Errors
    /// Where the credentials file cannot be read.
    pub(super) fn environment(&self) -> anyhow::Result<[(&'static str, String); 3]> {
        let file = self.folder.path().join("credentials");
        let text =
            fs::read_to_string(&file).with_context(|| format!("`{}` cannot be read", file.display()))?;
        let (_, vendor) = text.split_once("[vendor]").context("the credentials have no profile `vendor`")?;
        let value = |name: &str| {
            let line = vendor.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim_start_matches([' ', '=']).to_owned())
                .with_context(|| format!("the profile `vendor` has no `{name}`"))
        };
        Ok([
            ("LICENTIA_URL", self.url.clone()),
            ("AWS_ACCESS_KEY_ID", value("aws_access_key_id")?),
            ("AWS_SECRET_ACCESS_KEY", value("aws_secret_access_key")?),
        ])
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has nothing to lose.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
