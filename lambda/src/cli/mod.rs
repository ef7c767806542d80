//! The command line.

mod serve;
mod welcome;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use self::serve::Serve;
use crate::http::router;
use crate::service::{self, Place, StartError};

/// A license service that speaks the AWS License Manager API.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Where the data is; the same for every command.
#[derive(Args, Debug)]
struct Options {
    /// The folder of the embedded store.
    #[arg(
        long,
        global = true,
        env = "LICENTIA_DATA",
        default_value = "licentia-data",
        value_name = "FOLDER"
    )]
    data: PathBuf,
    /// A DynamoDB table to use instead of the folder.
    #[arg(long, global = true, env = "LICENTIA_TABLE", value_name = "NAME", requires = "master_key")]
    table: Option<String>,
    /// The KMS key that protects the secrets in the table.
    #[arg(long, global = true, env = "LICENTIA_MASTER_KEY", value_name = "KMS KEY")]
    master_key: Option<String>,
    /// The Region to answer for.
    #[arg(long, global = true, env = "AWS_REGION", default_value = "us-east-1")]
    region: String,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the API and the console on this machine.
    Serve(Serve),
}

/// Runs what the command line, or AWS Lambda, asks for.
#[must_use]
pub fn main() -> ExitCode {
    let on_lambda = std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some();
    let cli = Cli::parse();
    let Ok(runtime) = tokio::runtime::Builder::new_multi_thread().enable_all().build() else {
        eprintln!("licentia: this machine gives no threads");
        return ExitCode::FAILURE;
    };
    if on_lambda || matches!(cli.command, Some(Command::Serve(_))) {
        log_as_json();
    }
    match runtime.block_on(run(cli, on_lambda)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("licentia: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli, on_lambda: bool) -> Result<(), StartError> {
    let Cli { options, command } = cli;
    let place = options.place();
    if on_lambda {
        let service = service::open(&place, &options.region).await?;
        return lambda_http::run(router(service)).await.map_err(|error| StartError(error.to_string()));
    }
    let service = || service::open(&place, &options.region);
    match command {
        None => {
            Err(StartError("say what to do, for example `licentia serve`; --help shows the commands".into()))
        }
        Some(Command::Serve(serve)) => serve.run(service().await?, place.folder()).await,
    }
}

impl Options {
    fn place(&self) -> Place {
        match (&self.table, &self.master_key) {
            (Some(table), Some(master_key)) => {
                Place::Aws { table: table.clone(), master_key: master_key.clone() }
            }
            _ => Place::Folder(self.data.clone()),
        }
    }
}

/// One JSON object a line, to standard error; `RUST_LOG` chooses what.
fn log_as_json() {
    let filter =
        tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info,aws=warn".into());
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
