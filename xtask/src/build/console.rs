//! The web console, which the binary carries.

use crate::workspace::Workspace;
use crate::{npm, stamp};

use super::verifier;

/// Builds the console into `web-demo/dist`, with the verifier that was built
/// last.
///
/// # Errors
/// Where npm or the build fails.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    let source = workspace.path("web-demo");
    let from = [source.clone(), verifier::package(workspace)];
    let page = source.join("dist/index.html");
    stamp::make(&page, &from, &workspace.path("target/npm/console.stamp"), || {
        npm::install(&source)?;
        npm::script(&source, "build")
    })
}
