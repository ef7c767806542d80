//! The npm package `@licentia/verifier`: Rust to WebAssembly, and the thin
//! JavaScript around it, packed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use wasm_bindgen_cli_support::Bindgen;

use crate::workspace::Workspace;
use crate::{npm, process, stamp};

const TARGET: &str = "wasm32-unknown-unknown";
/// The crates that become modules, and the modules' names in the package.
const MODULES: [(&str, &str); 8] = [
    ("licentia-wasm", "verifier"),
    ("licentia-wasm-clock", "clock"),
    ("licentia-wasm-node-lock", "node-lock"),
    ("licentia-wasm-seats", "seats"),
    ("licentia-wasm-ps", "ps"),
    ("licentia-wasm-eddsa", "eddsa"),
    ("licentia-wasm-ml-dsa-44", "ml-dsa-44"),
    ("licentia-wasm-ml-dsa-44-es256", "ml-dsa-44-es256"),
];
/// The stack of a module, a part of the memory that it starts with: instead of
/// the linker's 1 MiB, twice what the deepest, ML-DSA-44, takes.
const STACK_BYTES: usize = 256 * 1024;
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
    let mut from =
        ["wasm", "core/src/token/messages.txt", "core/src/token/status/messages.txt", "Cargo.lock"]
            .map(|path| workspace.path(path))
            .to_vec();
    for (package, _) in MODULES {
        compile(workspace, package)?;
        from.push(compiled(workspace, package));
    }
    from.extend(LICENCES.map(|licence| workspace.path(licence)));
    stamp::make(&tarball(workspace), &from, &workspace.path("target/npm/verifier.stamp"), || {
        lay_out(workspace)?;
        let package = package(workspace);
        process::run(npm::npm(&package).args(["pack", "--silent", "--pack-destination", ".."]))
    })
}

/// Where cargo leaves the module of a crate.
fn compiled(workspace: &Workspace, package: &str) -> PathBuf {
    workspace.target(&format!("{TARGET}/wasm/{}.wasm", package.replace('-', "_")))
}

/// Compiles a crate to WebAssembly, by itself: together, the features of one
/// would be compiled into the other. Panic locations name files relative to their
/// crate's home: shorter, and the same bytes on every machine.
fn compile(workspace: &Workspace, package: &str) -> anyhow::Result<()> {
    let remap = |folder: PathBuf| format!("{:?}", format!("--remap-path-prefix={}/=", folder.display()));
    let mut flags: Vec<_> =
        Workspace::registries()?.into_iter().chain([workspace.root().to_owned()]).map(remap).collect();
    flags.push(format!("\"-Clink-arg=-zstack-size={STACK_BYTES}\""));
    process::run(
        workspace
            .cargo()
            .args([
                "build",
                "--quiet",
                "--package",
                package,
                "--profile=wasm",
                "--target",
                TARGET,
                "--config",
            ])
            .arg(format!("target.{TARGET}.rustflags=[{}]", flags.join(","))),
    )
}

/// Fills the package's folder.
fn lay_out(workspace: &Workspace) -> anyhow::Result<()> {
    let (source, folder, modules) =
        (workspace.path("wasm"), package(workspace), workspace.path("target/npm/modules"));
    npm::install(&source)?;
    for (package, name) in MODULES {
        bind(&compiled(workspace, package), name, &modules)?;
    }
    process::run(
        Command::new("node")
            .current_dir(&source)
            .arg("build.mjs")
            .arg(&modules)
            .arg(&folder)
            .arg(env!("CARGO_PKG_VERSION")),
    )?;
    for licence in LICENCES {
        fs::copy(workspace.path(licence), folder.join(licence))
            .with_context(|| format!("`{licence}` cannot be copied into the package"))?;
    }
    Ok(())
}

/// Has wasm-bindgen finish a module, as `<name>_bg.wasm`; its scripts are not
/// used.
fn bind(module: &Path, name: &str, folder: &Path) -> anyhow::Result<()> {
    Bindgen::new()
        .input_path(module)
        .out_name(name)
        .bundler(true)?
        .typescript(false)
        // By their names `build.mjs` knows functions; it leaves none.
        .remove_name_section(false)
        .remove_producers_section(true)
        .generate(folder)
        .with_context(|| format!("wasm-bindgen cannot read `{}`", module.display()))
}
