//! `cargo xtask build`: what is shipped.

use clap::{Args, ValueEnum};

use crate::npm;
use crate::workspace::Workspace;

/// What to build.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The parts to build; all of them when none is named.
    parts: Vec<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The npm package `@licentia/verifier`, packed into `target/npm/`.
    Npm,
}

/// Builds the named parts in the order they need each other.
///
/// # Errors
/// The first build that fails.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    let wanted = |part| arguments.parts.is_empty() || arguments.parts.contains(&part);
    if wanted(Part::Npm) {
        let package = npm::build(workspace)?;
        println!("{}", package.display());
    }
    Ok(())
}
