//! The service: one binary, the console in it.

use std::path::PathBuf;

use crate::process;
use crate::workspace::Workspace;

/// The release binary.
pub(crate) fn binary(workspace: &Workspace) -> PathBuf {
    workspace.target(&format!("release/licentia{}", std::env::consts::EXE_SUFFIX))
}

/// Builds the release binary, with the console that was built last.
///
/// # Errors
/// Where the build fails.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    process::run(workspace.cargo().args(["build", "--release", "--package=licentia", "--features=console"]))
}
