//! Unmodified clients: the AWS CLI, boto3, the AWS SDK for JavaScript.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;

use crate::build::{self, service};
use crate::workspace::Workspace;
use crate::{npm, process, stamp};

/// The suite starts the service itself, many times and ways.
pub(super) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    build::run(workspace)?;
    let suite = workspace.path("tests/clients");
    npm::install(&suite)?;
    let tools = python_tools(workspace)?;
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(std::iter::once(tools.clone()).chain(env::split_paths(&path)))
        .context("PATH cannot be extended")?;
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=spec"]);
    let mut pytest = Command::new(tools.join("pytest"));
    for runner in [&mut node, &mut pytest] {
        runner.current_dir(&suite).env("LICENTIA_BINARY", service::binary(workspace)).env("PATH", &path);
        process::run(runner)?;
    }
    Ok(())
}

/// The programs of a Python environment with all that the suite pins.
fn python_tools(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let folder = workspace.path("target/test-tools/python");
    let programs = folder.join("bin");
    let wanted = workspace.path("tests/clients/requirements.txt");
    let from = std::slice::from_ref(&wanted);
    fs::create_dir_all(&folder).with_context(|| format!("`{}` cannot be made", folder.display()))?;
    stamp::make(&programs, from, &folder.join("installed.stamp"), || {
        process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        process::run(
            Command::new(programs.join("python"))
                .args(["-m", "pip", "install", "--quiet", "--requirement"])
                .arg(&wanted),
        )
    })?;
    Ok(programs)
}
