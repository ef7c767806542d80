//! `cargo xtask build`: what is shipped.

pub(crate) mod console;
pub(crate) mod service;
pub(crate) mod verifier;

use crate::tool;
use crate::workspace::Workspace;

/// Builds the npm package, the console with it, and the binary with the
/// console in it; what did not change is not built again.
///
/// # Errors
/// The first build that fails.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    tool::require([&tool::NODE])?;
    verifier::build(workspace)?;
    console::build(workspace)?;
    service::build(workspace)?;
    println!("{}", verifier::tarball(workspace).display());
    println!("{}", service::binary(workspace).display());
    Ok(())
}
