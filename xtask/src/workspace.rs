//! Where things are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::process;

/// The checked-out workspace and the folder cargo builds it into.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// The workspace that `cargo xtask` is run in; built into
    /// `CARGO_TARGET_DIR`, or `target/` where that is not set.
    ///
    /// # Errors
    /// Where cargo did not start this program, or `CARGO_TARGET_DIR` is
    /// relative and the current folder is gone.
    pub(crate) fn open() -> anyhow::Result<Self> {
        // Asked now, not when compiled: worktrees may share a target folder.
        let package = env::var_os("CARGO_MANIFEST_DIR").context("start this as `cargo xtask`")?;
        let root =
            Path::new(&package).parent().context("xtask lies in a folder of the workspace")?.to_owned();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => std::path::absolute(folder).context("the current folder is gone")?,
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The root of the workspace.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the root of the workspace.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// A path below the folder that cargo builds into.
    pub(crate) fn target(&self, below: &str) -> PathBuf {
        self.target.join(below)
    }

    /// The folders that cargo unpacks the sources of registries into.
    ///
    /// # Errors
    /// Where cargo's home has no such folder.
    pub(crate) fn registries() -> anyhow::Result<Vec<PathBuf>> {
        let home = env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
        let sources = home.context("neither `CARGO_HOME` nor a home folder is set")?.join("registry/src");
        let entries =
            fs::read_dir(&sources).with_context(|| format!("`{}` cannot be read", sources.display()))?;
        entries.map(|entry| Ok(entry?.path())).collect()
    }

    /// The cargo that runs this program, in this workspace.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.root);
        cargo
    }

    /// Has rustup install the standard library for a target, unless it is
    /// there: not every rustup does so by itself.
    ///
    /// # Errors
    /// Where it is not there and rustup cannot install it.
    pub(crate) fn require_target(&self, target: &str) -> anyhow::Result<()> {
        let mut rustc = Command::new("rustc");
        rustc.current_dir(&self.root).args(["--print=target-libdir", "--target", target]);
        if Path::new(process::output(&mut rustc)?.trim()).is_dir() {
            return Ok(());
        }
        let mut rustup = Command::new("rustup");
        process::run(rustup.current_dir(&self.root).args(["target", "add", target]))
    }
}
