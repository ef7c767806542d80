//! `cargo xtask serve`: the service with its console, built and running.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use clap::Args;

use crate::workspace::Workspace;
use crate::{build, process};

/// How to serve.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The data folder; `licentia-data` in the workspace if none is named.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// The address to listen on; port 0 takes any free port.
    #[arg(long, default_value = "127.0.0.1:9000", value_name = "HOST:PORT")]
    listen: SocketAddr,
}

/// How this machine reaches the service, so that licenses can be revoked; a
/// port that is not known yet has no name.
fn public_url(listen: SocketAddr) -> Vec<String> {
    match listen.port() {
        0 => vec![],
        _ => vec!["--public-url".into(), format!("http://{listen}")],
    }
}

/// Builds everything and becomes the service, so that signals reach it.
///
/// # Errors
/// Where a build fails or the service does not start.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    build::run(workspace)?;
    // Not in `target/`: `cargo clean` must not take licenses with it.
    let data = arguments.data.clone().unwrap_or_else(|| workspace.path("licentia-data"));
    process::become_program(
        Command::new(build::service::binary(workspace))
            .arg("serve")
            .arg("--data")
            .arg(data)
            .arg("--listen")
            .arg(arguments.listen.to_string())
            .args(public_url(arguments.listen)),
    )
}
