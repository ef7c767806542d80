//! What Node's and Chromium's test runners check.

use std::process::Command;

use super::running::Running;
use super::rust;
use crate::build::{self, console, service, verifier};
use crate::workspace::Workspace;
use crate::{npm, process};

/// The packed package, installed as a user installs it.
pub(super) fn verifier(workspace: &Workspace) -> anyhow::Result<()> {
    verifier::build(workspace)?;
    let suite = workspace.path("tests/node");
    npm::install(&suite)?;
    process::run(npm::npm(&suite).args(["install", "--no-save"]).arg(verifier::tarball(workspace)))?;
    let tokens = workspace.target("tokens.jsonl");
    rust::write_tokens(workspace, &tokens)?;
    process::run(
        Command::new("node")
            .current_dir(&suite)
            .args(["--test", "--test-reporter=spec"])
            .env("LICENTIA_CASES", tokens),
    )
}

/// The console's own checks.
pub(super) fn console(workspace: &Workspace) -> anyhow::Result<()> {
    verifier::build(workspace)?;
    let source = workspace.path("web-demo");
    npm::install(&source)?;
    npm::script(&source, "check")?;
    npm::script(&source, "test")
}

/// The built console in a browser, without the service.
pub(super) fn page(workspace: &Workspace) -> anyhow::Result<()> {
    verifier::build(workspace)?;
    console::build(workspace)?;
    browser_test(workspace, "page.test.js", None)
}

/// The console that the service serves, in a browser.
pub(super) fn live(workspace: &Workspace) -> anyhow::Result<()> {
    build::run(workspace)?;
    let service = Running::start(workspace)?;
    browser_test(workspace, "service.test.js", service.environment()?)
}

/// The lease keeper of the packed package, against services that it starts
/// itself, in Node and in a browser.
pub(super) fn keeper(workspace: &Workspace) -> anyhow::Result<()> {
    build::run(workspace)?;
    let suite = workspace.path("tests/keeper");
    npm::install(&suite)?;
    process::run(npm::npm(&suite).args(["install", "--no-save"]).arg(verifier::tarball(workspace)))?;
    process::run(
        Command::new("node")
            .current_dir(&suite)
            .args(["--test", "--test-reporter=spec"])
            .env("LICENTIA_BINARY", service::binary(workspace)),
    )
}

fn browser_test(
    workspace: &Workspace,
    file: &str,
    environment: impl IntoIterator<Item = (&'static str, String)>,
) -> anyhow::Result<()> {
    let suite = workspace.path("tests/browser");
    npm::install(&suite)?;
    process::run(
        Command::new("node")
            .current_dir(&suite)
            .args(["--test", "--test-reporter=spec", file])
            .envs(environment),
    )
}
