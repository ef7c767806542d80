//! Licentia's own tasks: `cargo xtask <task>`, one file each.

mod build;
mod npm;
mod run;
mod test;
mod workspace;

use clap::Parser;

/// Builds, serves, tests and measures Licentia.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Build what is shipped.
    Build(build::Arguments),
    /// Run the tests.
    Test(test::Arguments),
}

fn main() -> anyhow::Result<()> {
    let workspace = workspace::Workspace::open()?;
    match Task::parse() {
        Task::Build(arguments) => build::run(&workspace, &arguments),
        Task::Test(arguments) => test::run(&workspace, &arguments),
    }
}
