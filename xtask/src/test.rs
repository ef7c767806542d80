//! `cargo xtask test`: every suite there is.

use std::path::Path;
use std::process::Command;

use clap::{Args, ValueEnum};

use crate::workspace::Workspace;
use crate::{npm, process};

/// What to test.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The suites to run; all of them when none is named.
    suites: Vec<Suite>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Suite {
    /// The packed npm package in Node and in Chromium.
    Npm,
}

/// Runs the named suites.
///
/// # Errors
/// The first suite that fails.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    let wanted = |suite| arguments.suites.is_empty() || arguments.suites.contains(&suite);
    if wanted(Suite::Npm) {
        npm_suite(workspace, &npm::build(workspace)?)?;
    }
    Ok(())
}

/// Installs the packed package, as a user would, and runs Node's own tests.
fn npm_suite(workspace: &Workspace, package: &Path) -> anyhow::Result<()> {
    let suite = workspace.path("tests/node");
    npm::install(&suite)?;
    process::run(npm::npm(&suite).args(["install", "--no-save"]).arg(package))?;
    process::run(Command::new("node").current_dir(&suite).arg("--test"))
}
