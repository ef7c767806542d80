//! What cargo checks.

use std::path::Path;

use crate::build::{console, verifier};
use crate::process;
use crate::workspace::Workspace;

/// A browser's target and that of a microcontroller without an operating
/// system.
const NO_STD_TARGETS: [&str; 2] = ["wasm32-unknown-unknown", "thumbv7em-none-eabihf"];

/// The code is laid out as rustfmt does.
pub(super) fn format(workspace: &Workspace) -> anyhow::Result<()> {
    process::run(workspace.cargo().args(["fmt", "--all", "--check"]))?;
    for alone in ["fuzz", "firmware"] {
        let manifest = format!("--manifest-path={alone}/Cargo.toml");
        process::run(workspace.cargo().args(["fmt", "--check", &manifest]))?;
    }
    Ok(())
}

/// Clippy finds nothing, whatever features are chosen.
pub(super) fn lint(workspace: &Workspace) -> anyhow::Result<()> {
    workspace.require_target("wasm32-unknown-unknown")?;
    // The feature `console` takes the built console in.
    verifier::build(workspace)?;
    console::build(workspace)?;
    for chosen in [
        &["--workspace", "--all-targets"][..],
        &["--workspace", "--all-targets", "--all-features"],
        &["--package=licentia-core"],
        &["--package=licentia-core", "--features=sign"],
        &["--package=licentia-core", "--features=p256-crate", "--all-targets"],
        &["--package=licentia-wasm", "--target=wasm32-unknown-unknown"],
    ] {
        process::run(workspace.cargo().arg("clippy").args(chosen).args(["--", "--deny=warnings"]))?;
    }
    Ok(())
}

/// The core needs no operating system.
pub(super) fn no_std(workspace: &Workspace) -> anyhow::Result<()> {
    for target in NO_STD_TARGETS {
        workspace.require_target(target)?;
        for features in ["", "sign", "compact", "p256-crate"] {
            process::run(workspace.cargo().args(["build", "--package=licentia-core"]).args([
                "--target",
                target,
                "--features",
                features,
            ]))?;
        }
    }
    Ok(())
}

/// Unit tests, the tests of both stores, and the examples of the
/// documentation; the arithmetic of microcontrollers too, and that of the crate
/// `p256`.
pub(super) fn test(workspace: &Workspace) -> anyhow::Result<()> {
    for chosen in [
        &["--workspace"][..],
        &["--package=licentia-core", "--features=compact", "--lib", "p256"],
        &["--package=licentia-core", "--features=p256-crate", "--lib", "--test=token", "--test=p256"],
    ] {
        process::run(workspace.cargo().arg("test").args(chosen))?;
    }
    Ok(())
}

/// Tokens by chance and what the core makes of each, in this file, for whoever
/// else judges tokens.
pub(super) fn write_tokens(workspace: &Workspace, file: &Path) -> anyhow::Result<()> {
    process::run(
        workspace
            .cargo()
            .args(["test", "--package=licentia-core", "--test=token", "twins"])
            .env("LICENTIA_CASES", file),
    )
}
