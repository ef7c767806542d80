//! `cargo xtask docs`: the API reference, from the types and from the crate.

use std::process::Command;

use crate::workspace::Workspace;
use crate::{npm, process, tool};

/// Generates both references. Whatever is exported without a word about it, or
/// links to nothing, is an error.
///
/// # Errors
/// What is not documented, as the generators tell it.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    tool::require([&tool::NODE])?;
    let package = workspace.path("wasm");
    npm::install(&package)?;
    process::run(Command::new("node").current_dir(&package).arg("node_modules/typedoc/bin/typedoc"))?;
    process::run(
        workspace
            .cargo()
            .args(["doc", "--package=licentia-core", "--no-deps", "--all-features"])
            .env("RUSTDOCFLAGS", "--deny=warnings"),
    )?;
    println!("{}", workspace.path("target/npm/docs/index.html").display());
    println!("{}", workspace.target("doc/licentia_core/index.html").display());
    Ok(())
}
