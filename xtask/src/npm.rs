//! npm and its folders.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use crate::process;

/// `npm` in this folder.
pub(crate) fn npm(folder: &Path) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(folder).args(["--no-audit", "--no-fund", "--no-update-notifier"]);
    npm
}

/// Runs a script of the folder's `package.json`.
///
/// # Errors
/// Where the script fails.
pub(crate) fn script(folder: &Path, name: &str) -> anyhow::Result<()> {
    process::run(npm(folder).args(["run", name]))
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
