//! The example firmware, on a microcontroller that QEMU plays.

use std::fs;
use std::process::Command;

use anyhow::{Context, ensure};

use crate::process;
use crate::workspace::Workspace;

const TARGET: &str = "thumbv7em-none-eabihf";
/// The most flash that verifying may take.
const MOST_BYTES: u32 = 24 * 1024;
/// Far more than it needs: what faults would hang for ever.
const SECONDS: &str = "60";

const ANSWERS: &str = "\
license: arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60
5 seats: yes
6 seats: no
edition: yes
changed: SIGNATURE_INVALID
";

/// Builds the firmware, which links only within the flash that its `memory.x`
/// grants, runs it within the heap and stack granted there, and compares what
/// it shows. What verifying takes is what the program without it does not.
pub(super) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    workspace.require_target(TARGET)?;
    let folder = workspace.path("firmware");
    let text = |name: &str| fs::read_to_string(folder.join(name)).with_context(|| format!("no `{name}`"));
    let (readme, program) = (text("README.md")?, text("src/bin/verify.rs")?);
    let shown = readme.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next());
    ensure!(
        shown.is_some_and(|lines| program.contains(lines)),
        "the README shows what `verify.rs` does not hold"
    );

    let target = workspace.target("firmware");
    let cargo = |command: &mut Command| {
        command.current_dir(&folder).env("CARGO_TARGET_DIR", &target);
    };
    let mut clippy = workspace.cargo();
    cargo(clippy.args(["clippy", "--release", "--locked", "--", "--deny=warnings"]));
    process::run(&mut clippy)?;
    let mut build = workspace.cargo();
    cargo(build.args(["build", "--release", "--locked"]));
    process::run(&mut build)?;

    let size = |name: &str| {
        let program = target.join(TARGET).join("release").join(name);
        flash(&process::output(Command::new("size").arg("-A").arg(program))?)
    };
    let (whole, idle) = (size("verify")?, size("idle")?);
    let verifying = whole.saturating_sub(idle);
    println!("flash: {whole} bytes, {verifying} of them to verify");
    ensure!(verifying <= MOST_BYTES, "verifying takes more than {MOST_BYTES} bytes of flash");

    let mut machine = Command::new("timeout");
    cargo(machine.args([SECONDS, "cargo", "run", "--quiet", "--release", "--locked"]));
    let answers = process::output(&mut machine)?;
    print!("{answers}");
    ensure!(answers == ANSWERS, "the firmware should have shown\n{ANSWERS}");
    Ok(())
}

/// The bytes of all that lies in flash, from what `size -A` writes.
fn flash(sections: &str) -> anyhow::Result<u32> {
    let mut bytes = 0;
    for section in [".vector_table", ".text", ".rodata", ".data"] {
        let size = sections.lines().find_map(|line| {
            let mut words = line.split_whitespace();
            (words.next() == Some(section)).then(|| words.next())?
        });
        let size = size.with_context(|| format!("`size` tells of no section `{section}`"))?;
        bytes +=
            size.parse::<u32>().with_context(|| format!("`size` tells of {size} bytes of `{section}`"))?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flash_holds_code_constants_and_initial_values() {
        let sections =
            "section size addr\n.vector_table 1024 0\n.text 30 1024\n.rodata 4 9\n.data 2 5\n.bss 4100 7\n";
        assert_eq!(flash(sections).unwrap(), 1060);
        assert!(flash(".text 30 1024\n").is_err());
    }
}
