//! Licentia's own tasks: `cargo xtask <task>`, one file each.

mod build;
mod npm;
mod process;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use crate::workspace::Workspace;

/// Builds, serves, tests and measures Licentia.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Build what is shipped.
    Build(build::Arguments),
    /// Run the tests.
    Test(test::Arguments),
}

fn main() -> ExitCode {
    match run(&Task::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> anyhow::Result<()> {
    let workspace = Workspace::open()?;
    match task {
        Task::Build(arguments) => build::run(&workspace, arguments),
        Task::Test(arguments) => test::run(&workspace, arguments),
    }
}
