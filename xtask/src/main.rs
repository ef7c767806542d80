//! Licentia's own tasks: `cargo xtask <task>`, one file each.

mod bench;
mod build;
mod docs;
mod npm;
mod process;
mod serve;
mod stamp;
mod test;
mod tool;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use crate::workspace::Workspace;

/// Builds, serves, tests and measures Licentia.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Measures everything that is shipped beside its peers.
    Bench(bench::Arguments),
    /// Builds what is shipped: the npm package, the console, the binary.
    Build,
    /// Generates the API reference of the npm package and of the Rust crate.
    Docs,
    /// Builds everything and serves it on this machine.
    Serve(serve::Arguments),
    /// Runs every check and test, or the steps named.
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
        Task::Bench(arguments) => bench::run(&workspace, arguments),
        Task::Build => build::run(&workspace),
        Task::Docs => docs::run(&workspace),
        Task::Serve(arguments) => serve::run(&workspace, arguments),
        Task::Test(arguments) => test::run(&workspace, arguments),
    }
}
