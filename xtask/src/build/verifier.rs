//! The npm package `@licentia/verifier`: Rust to WebAssembly, one crossing of
//! glue, and the thin JavaScript around it, packed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use wasm_bindgen_cli_support::Bindgen;

use crate::workspace::Workspace;
use crate::{npm, process, stamp};

const TARGET: &str = "wasm32-unknown-unknown";
const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// The folder that is packed; the console is built with it.
pub(crate) fn package(workspace: &Workspace) -> PathBuf {
    workspace.path("target/npm/verifier")
}

/// The packed package.
pub(crate) fn tarball(workspace: &Workspace) -> PathBuf {
    workspace.path(concat!("target/npm/licentia-verifier-", env!("CARGO_PKG_VERSION"), ".tgz"))
}

/// Builds and packs the package.
///
/// # Errors
/// Where a file cannot be written or a tool fails; the message names it.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    workspace.require_target(TARGET)?;
    compile(workspace)?;
    let module = workspace.target(&format!("{TARGET}/wasm/licentia_wasm.wasm"));

    let mut from = vec![module.clone(), workspace.path("wasm"), workspace.path("Cargo.lock")];
    from.extend(LICENCES.map(|licence| workspace.path(licence)));
    stamp::make(&tarball(workspace), &from, &workspace.path("target/npm/verifier.stamp"), || {
        lay_out(workspace, &module)?;
        let package = package(workspace);
        process::run(npm::npm(&package).args(["pack", "--silent", "--pack-destination", ".."]))
    })
}

/// Compiles to WebAssembly. Panic locations name files relative to their
/// crate's home: shorter, and the same bytes on every machine.
fn compile(workspace: &Workspace) -> anyhow::Result<()> {
    let remap = |folder: PathBuf| format!("{:?}", format!("--remap-path-prefix={}/=", folder.display()));
    let flags: Vec<_> =
        Workspace::registries()?.into_iter().chain([workspace.root().to_owned()]).map(remap).collect();
    process::run(
        workspace
            .cargo()
            .args([
                "build",
                "--quiet",
                "--package=licentia-wasm",
                "--profile=wasm",
                "--target",
                TARGET,
                "--config",
            ])
            .arg(format!("target.{TARGET}.rustflags=[{}]", flags.join(","))),
    )
}

/// Fills the package's folder.
fn lay_out(workspace: &Workspace, module: &Path) -> anyhow::Result<()> {
    let (source, package, glue) =
        (workspace.path("wasm"), package(workspace), workspace.path("target/npm/glue"));
    npm::install(&source)?;
    bind(module, &glue)?;
    process::run(
        Command::new("node")
            .current_dir(&source)
            .arg("build.mjs")
            .arg(&glue)
            .arg(&package)
            .arg(env!("CARGO_PKG_VERSION")),
    )?;
    for licence in LICENCES {
        fs::copy(workspace.path(licence), package.join(licence))
            .with_context(|| format!("`{licence}` cannot be copied into the package"))?;
    }
    Ok(())
}

/// Writes the module and its glue, both named `licentia_wasm_bg`, the way
/// bundlers take them: plain exports, nothing run on import.
fn bind(module: &Path, folder: &Path) -> anyhow::Result<()> {
    Bindgen::new()
        .input_path(module)
        .bundler(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
        .with_context(|| format!("wasm-bindgen cannot read `{}`", module.display()))
}
