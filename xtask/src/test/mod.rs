//! `cargo xtask test`: every check there is, in steps.

mod clients;
mod firmware;
mod running;
mod rust;
mod steps;
mod web;

use std::time::Instant;

use anyhow::Context;
use clap::Args;
use clap::builder::PossibleValuesParser;

use self::steps::{STEPS, Step};
use crate::tool;
use crate::workspace::Workspace;

/// What to test.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The steps to run, in their usual order; all of them when none is named.
    #[arg(value_name = "STEP", value_parser = PossibleValuesParser::new(STEPS.iter().map(Step::value)))]
    steps: Vec<String>,
}

/// Runs the named steps up to the first that fails.
///
/// # Errors
/// The failure, with the command that repeats the step.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    let named =
        |step: &&Step| arguments.steps.is_empty() || arguments.steps.iter().any(|name| name == step.name);
    let steps: Vec<&Step> = STEPS.iter().filter(named).collect();
    tool::require(steps.iter().flat_map(|step| step.needs).copied())?;
    let started = Instant::now();
    let mut report = String::new();
    for step in steps {
        println!("\n=== {}: {}", step.name, step.about);
        let began = Instant::now();
        (step.run)(workspace)
            .with_context(|| format!("step {0} failed; repeat it with `cargo xtask test {0}`", step.name))?;
        let seconds = began.elapsed().as_secs_f64();
        println!("=== {}: passed in {seconds:.1} s", step.name);
        report += &format!("  {:<10} {seconds:>7.1} s\n", step.name);
    }
    println!("\nEvery step passed:\n{report}  {:<10} {:>7.1} s", "together", started.elapsed().as_secs_f64());
    Ok(())
}
