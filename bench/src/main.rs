//! Measures Licentia beside its peers, each pair in the same run. Prints
//! tables; asserts nothing.

mod costs;
mod fake_kms;
mod javascript;
mod load;
mod native;
mod service;
mod shards;
mod start;
mod table;
mod timing;

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::table::Table;

/// Measures Licentia beside its peers.
#[derive(Parser)]
struct Arguments {
    /// What to measure.
    #[arg(required = true)]
    sections: Vec<Section>,
    /// Short runs: enough to see that everything works.
    #[arg(long)]
    quick: bool,
    /// The service's release binary.
    #[arg(long)]
    service: PathBuf,
    /// The release binary of the least service.
    #[arg(long)]
    empty: PathBuf,
    /// The folder of the JavaScript measurements, installed.
    #[arg(long)]
    js: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Section {
    Native,
    Node,
    Chromium,
    Size,
    Costs,
    Shards,
    Start,
    Sqlite,
    Memory,
    Dynamodb,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let (quick, service) = (arguments.quick, arguments.service.as_path());
    for section in &arguments.sections {
        let mut table = Table::default();
        match section {
            Section::Native => native::measure(&mut table, quick)?,
            Section::Node => javascript::measure(&mut table, &arguments.js, "node.js", quick)?,
            Section::Chromium => javascript::measure(&mut table, &arguments.js, "chromium.js", quick)?,
            Section::Size => javascript::measure(&mut table, &arguments.js, "size.js", quick)?,
            Section::Costs => costs::measure(&mut table).await?,
            // It has a runtime of its own.
            Section::Shards => tokio::task::block_in_place(|| shards::measure(&mut table, quick))?,
            Section::Start => start::measure(&mut table, service, &arguments.empty, quick).await?,
            Section::Sqlite => load::on_sqlite(&mut table, service, quick).await?,
            Section::Memory => load::memory(&mut table, service, quick).await?,
            Section::Dynamodb => load::on_dynamodb(&mut table, service, quick).await?,
        }
        table.print(section.title());
    }
    Ok(())
}

impl Section {
    const fn title(self) -> &'static str {
        match self {
            Self::Native => "Verifying a token, native",
            Self::Node => "Verifying a token in Node",
            Self::Chromium => "Verifying a token in Chromium",
            Self::Size => "What an app downloads to verify",
            Self::Costs => "What an operation asks of the store",
            Self::Shards => {
                "Checkouts of one license, 1,000 write units a second for each partition (simulated)"
            }
            Self::Start => "From process start to the first answer; binaries",
            Self::Sqlite => {
                "Signed checkouts over HTTP on SQLite, durable, beside bare grouped commits of the same rows"
            }
            Self::Memory => "The server's memory while checkouts of one license live, on SQLite",
            Self::Dynamodb => {
                "Signed checkouts over HTTP on DynamoDB Local, in memory, beside bare transactions of the same items"
            }
        }
    }
}
