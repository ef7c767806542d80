//! The npm package `@licentia/verifier`: Rust to WebAssembly, one crossing of
//! glue, and the thin JavaScript around it, packed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::Context;
use wasm_bindgen_cli_support::Bindgen;

use crate::process;
use crate::workspace::Workspace;

/// Builds and packs the package; returns the tarball.
///
/// # Errors
/// Where a file cannot be written or a tool fails; the message names it.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let source = workspace.path("wasm");
    let glue = workspace.target("npm/glue");
    let package = workspace.target("npm/verifier");

    install(&source)?;
    compile(workspace)?;
    bind(&workspace.target("wasm32-unknown-unknown/wasm/licentia_wasm.wasm"), &glue)?;
    process::run(
        Command::new("node")
            .current_dir(&source)
            .arg("build.mjs")
            .arg(&glue)
            .arg(&package)
            .arg(env!("CARGO_PKG_VERSION")),
    )?;
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        fs::copy(workspace.path(licence), package.join(licence))
            .with_context(|| format!("`{licence}` cannot be copied into the package"))?;
    }

    let tarballs = workspace.target("npm");
    let name =
        process::output(npm(&package).args(["pack", "--silent", "--pack-destination"]).arg(&tarballs))?;
    Ok(tarballs.join(name.trim()))
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
                "--target=wasm32-unknown-unknown",
                "--profile=wasm",
                "--config",
            ])
            .arg(format!("target.wasm32-unknown-unknown.rustflags=[{}]", flags.join(","))),
    )
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

/// `npm` in this folder.
pub(crate) fn npm(folder: &Path) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(folder).args(["--no-audit", "--no-fund", "--no-update-notifier"]);
    npm
}

/// Installs what the folder's lock file names, unless that is there already.
///
/// # Errors
/// Where `npm ci` fails.
pub(crate) fn install(folder: &Path) -> anyhow::Result<()> {
    let written = |name: &str| fs::metadata(folder.join(name)).and_then(|file| file.modified()).ok();
    let installed: Option<SystemTime> = written("node_modules/.package-lock.json");
    if installed.is_some() && installed >= written("package-lock.json") {
        return Ok(());
    }
    process::run(npm(folder).args(["ci", "--ignore-scripts"]))
}
