//! `cargo xtask bench`: Licentia beside its peers, measured in one run.

use std::env;
use std::process::Command;
use std::thread::available_parallelism;

use clap::{Args, ValueEnum};

use crate::build::{self, service, verifier};
use crate::tool::{self, Tool};
use crate::workspace::Workspace;
use crate::{npm, process};

const NEEDED: [&Tool; 3] = [&tool::NODE, &tool::JAVA, &tool::CHROMIUM];

/// What to measure.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The sections to measure; all of them when none is named.
    sections: Vec<Section>,
    /// Short runs: enough to see that everything works, not for figures.
    #[arg(long)]
    quick: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    /// The verifier as a Rust library, beside ring and AWS-LC.
    Native,
    /// The npm package in Node, beside WebCrypto, jose and noble.
    Node,
    /// The npm package in Chromium, beside the same.
    Chromium,
    /// The bytes an app downloads.
    Size,
    /// Store requests and write units of the operations on checkouts.
    Costs,
    /// Checkouts of one license on a database with slow partitions, simulated.
    Shards,
    /// Process start to first answer, and the binaries' sizes.
    Start,
    /// Checkouts over HTTP on SQLite, beside bare commits.
    Sqlite,
    /// The server's memory while a million checkouts live.
    Memory,
    /// Checkouts over HTTP on DynamoDB Local, beside bare transactions.
    Dynamodb,
}

/// Builds what is shipped and the measurements, and runs those.
///
/// # Errors
/// Where a tool is missing, or a build or a measurement fails.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    tool::require(NEEDED)?;
    build::run(workspace)?;
    // One after the other: together, the features of one would be in the other.
    for package in ["licentia-bench", "licentia-bench-empty"] {
        process::run(workspace.cargo().args(["build", "--release", "--package", package]))?;
    }
    let scripts = workspace.path("bench/js");
    npm::install(&scripts)?;
    process::run(
        npm::npm(&scripts).args(["install", "--no-save", "--silent"]).arg(verifier::tarball(workspace)),
    )?;

    let sections = match arguments.sections.as_slice() {
        [] => Section::value_variants(),
        named => named,
    };
    print_machine();
    let program = |name| workspace.target(&format!("release/{name}{}", std::env::consts::EXE_SUFFIX));
    let mut bench = Command::new(program("licentia-bench"));
    bench.arg("--service").arg(service::binary(workspace));
    bench.arg("--empty").arg(program("licentia-bench-empty"));
    bench.arg("--js").arg(&scripts);
    if arguments.quick {
        bench.arg("--quick");
    }
    bench.args(
        sections.iter().filter_map(Section::to_possible_value).map(|value| value.get_name().to_owned()),
    );
    process::run(&mut bench)
}

/// What the figures depend on, beside the code.
fn print_machine() {
    let field = |file: &str, name: &str| {
        let text = std::fs::read_to_string(file).ok()?;
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let unknown = || "unknown".to_owned();
    println!("processor  {}", field("/proc/cpuinfo", "model name").unwrap_or_else(unknown));
    println!("cores      {}", available_parallelism().map_or_else(|_| unknown(), |cores| cores.to_string()));
    println!("memory     {}", field("/proc/meminfo", "MemTotal").unwrap_or_else(unknown));
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_else(|_| unknown());
    println!("load       {} (others disturb what follows)", load.trim());
    let chromium = env::var_os("CHROMIUM").unwrap_or_else(|| "/usr/bin/chromium".into());
    for (name, program) in [("rustc", "rustc".into()), ("node", "node".into()), ("chromium", chromium)] {
        let version = process::output(Command::new(program).arg("--version")).unwrap_or_else(|_| unknown());
        println!("{name:10} {}", version.trim());
    }
}
