//! Other programs.

use std::io::{self, ErrorKind};
use std::process::Command;

use anyhow::{Context, bail};

/// Runs a program to its end; what it prints passes through.
///
/// # Errors
/// Where the program is missing, or ends with anything but success.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().or_else(|error| not_started(command, error))?;
    if !status.success() {
        bail!("{} failed: {status}", describe(command));
    }
    Ok(())
}

/// Runs a program to its end and returns what it wrote to standard output.
///
/// # Errors
/// As [`run`], or where the output is not UTF-8.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .or_else(|error| not_started(command, error))?;
    if !output.status.success() {
        bail!("{} failed: {}", describe(command), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("{} wrote no UTF-8", describe(command)))
}

/// Becomes the program, so that signals go to it alone and its end is this
/// one's.
///
/// # Errors
/// Where the program cannot be started.
#[cfg(unix)]
pub(crate) fn become_program(command: &mut Command) -> anyhow::Result<()> {
    let error = std::os::unix::process::CommandExt::exec(command);
    not_started(command, error)
}

/// Runs the program to its end: there is no becoming it on this system.
///
/// # Errors
/// As [`run`].
#[cfg(not(unix))]
pub(crate) fn become_program(command: &mut Command) -> anyhow::Result<()> {
    run(command)
}

fn not_started<T>(command: &Command, error: io::Error) -> anyhow::Result<T> {
    let program = command.get_program().to_string_lossy();
    let hint = if error.kind() == ErrorKind::NotFound { "; is it installed and on the PATH?" } else { "" };
    Err(error).with_context(|| format!("`{program}` cannot be started{hint}"))
}

/// The command line, and the folder it ran in.
fn describe(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect();
    let folder = command.get_current_dir().map(|folder| format!(" (in {})", folder.display()));
    format!("`{}`{}", words.join(" "), folder.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("licentia-no-such-program")).unwrap_err();
        assert!(error.to_string().contains("`licentia-no-such-program` cannot be started"), "{error}");
    }

    #[test]
    fn a_failure_names_the_command_and_its_status() {
        let error = output(Command::new("cargo").arg("--no-such-flag")).unwrap_err();
        assert!(error.to_string().starts_with("`cargo --no-such-flag` failed: exit status"), "{error}");
    }

    #[test]
    fn output_is_what_the_program_wrote() {
        assert!(output(Command::new("cargo").arg("--version")).unwrap().starts_with("cargo "));
    }
}
