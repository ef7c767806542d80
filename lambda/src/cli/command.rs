//! The commands and what they share.

use std::io::stdout;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use axum::middleware::from_fn;
use clap::{Args, Parser, Subcommand};
use licentia_core::arn::AccountId;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::serve::Serve;
use super::{
    AccessKeysCommand, AccountsCommand, AuditCommand, BackupCommand, CommandError, DoctorCommand,
    EventsCommand, KeysCommand, MoveCommand, OperationsCommand, OrganizationsCommand, RestoreCommand,
    RolesCommand,
};
use crate::admission::Limits;
use crate::audit::{self, ReadWriteType};
use crate::clock::{Clock, SystemClock};
use crate::context::Service;
use crate::http::router;
use crate::organization::{OrganizationSource, Own};
use crate::place::Place;
use crate::service::{self, Settings};
use crate::status::PublicUrl;
use crate::telemetry::{self, Emf, trace};

/// A license service that speaks the AWS License Manager API.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What AWS Lambda starts: it knows no commands, so that none are set up.
#[derive(Debug, Parser)]
struct Function {
    #[command(flatten)]
    options: Options,
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
    #[arg(long, global = true, env = "LICENTIA_TABLE", value_name = "NAME")]
    table: Option<String>,
    /// The KMS key that protects the secrets in the table.
    #[arg(long, global = true, env = "LICENTIA_MASTER_KEY", value_name = "KMS KEY")]
    master_key: Option<String>,
    /// The Region to answer for.
    #[arg(long, global = true, env = "AWS_REGION", default_value = "us-east-1")]
    region: String,
    /// Which calls leave a record.
    #[arg(long, global = true, env = "LICENTIA_AUDIT", default_value = "all", value_name = "WHICH")]
    audit: ReadWriteType,
    /// Days that records of calls are kept.
    #[arg(
        long,
        global = true,
        env = "LICENTIA_AUDIT_DAYS",
        default_value_t = audit::Settings::USUAL_DAYS,
        value_parser = clap::value_parser!(u32).range(1..=3653),
        value_name = "DAYS"
    )]
    audit_days: u32,
    /// Where it is said which accounts belong together.
    #[arg(
        long,
        global = true,
        env = "LICENTIA_ORGANIZATIONS",
        value_enum,
        default_value_t,
        value_name = "DIRECTORY"
    )]
    organizations: OrganizationSource,
    /// The URL that clients reach the service by: signed licenses name it, to
    /// tell where their status is found.
    #[arg(long, global = true, env = "LICENTIA_PUBLIC_URL", value_name = "URL")]
    public_url: Option<PublicUrl>,
    /// Calls that one account may make in a second, at this process; absent, as
    /// many as it likes.
    #[arg(long, global = true, env = "LICENTIA_ACCOUNT_RATE", value_name = "CALLS")]
    account_rate: Option<NonZeroU32>,
    /// Calls a second that may name one license.
    #[arg(long, global = true, env = "LICENTIA_LICENSE_RATE", value_name = "CALLS")]
    license_rate: Option<NonZeroU32>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(Serve),
    #[command(subcommand)]
    Accounts(AccountsCommand),
    #[command(subcommand)]
    AccessKeys(AccessKeysCommand),
    #[command(subcommand)]
    Roles(RolesCommand),
    #[command(subcommand)]
    Keys(KeysCommand),
    #[command(subcommand)]
    Events(EventsCommand),
    #[command(subcommand)]
    Audit(AuditCommand),
    #[command(subcommand)]
    Organizations(OrganizationsCommand),
    Operations(OperationsCommand),
    Backup(BackupCommand),
    Restore(RestoreCommand),
    Move(MoveCommand),
    Doctor(DoctorCommand),
    /// Make the DynamoDB table, if it is not there yet.
    CreateTable,
}

/// Runs what the command line, or AWS Lambda, asks for.
#[must_use]
pub fn main() -> ExitCode {
    // AWS Lambda sends one call after the other, and more threads would only be
    // started, and woken, before the first one's answer.
    let mut runtime = match is_function() {
        true => tokio::runtime::Builder::new_current_thread(),
        false => tokio::runtime::Builder::new_multi_thread(),
    };
    let Ok(runtime) = runtime.enable_all().build() else {
        eprintln!("licentia: this machine gives no threads");
        return ExitCode::FAILURE;
    };
    let ended = match trace::Settings::read(|name| std::env::var(name).ok()) {
        Ok(traces) => runtime.block_on(begin(traces)),
        Err(error) => Err(CommandError::new(error)),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("licentia: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether AWS Lambda started this process.
fn is_function() -> bool {
    std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some()
}

/// What is served logs and traces; a command only answers.
async fn begin(traces: Option<trace::Settings>) -> Result<(), CommandError> {
    if is_function() {
        log_as_json(traces);
        return answer_invocations(Function::parse().options).await;
    }
    let cli = Cli::parse();
    if matches!(cli.command, Some(Command::Serve(_))) {
        log_as_json(traces);
    }
    run(cli).await
}

async fn answer_invocations(options: Options) -> Result<(), CommandError> {
    Emf::begin();
    let service = options.open().await?;
    let router = router(service).layer(from_fn(telemetry::flushed));
    lambda_http::run(router).await.map_err(CommandError::new)
}

async fn run(Cli { options, command }: Cli) -> Result<(), CommandError> {
    let Some(command) = command else {
        return Err(CommandError::new(
            "say what to do, for example `licentia serve`; --help shows the commands",
        ));
    };
    let now = SystemClock
        .now()
        .map_err(|error| CommandError::new(format_args!("this machine's clock is {error}; set it first")))?;
    let service = options.open();
    match command {
        Command::Serve(serve) => serve.run(service.await?, options.folder(), now).await,
        Command::Accounts(command) => command.run(&service.await?.directory, now, &mut stdout()).await,
        Command::AccessKeys(command) => command.run(&service.await?.directory, now, &mut stdout()).await,
        Command::Roles(command) => command.run(&service.await?.directory, now, &mut stdout()).await,
        Command::Keys(command) => {
            let service = service.await?;
            command.run(&service.directory, &service.signer, now, &mut stdout()).await
        }
        Command::Events(command) => command.run(&*service.await?, now, &mut stdout()).await,
        Command::Audit(command) => command.run(&*service.await?, now, &mut stdout()).await,
        Command::Organizations(command) => {
            if options.organizations == OrganizationSource::Aws {
                return Err(CommandError::new(
                    "organizations are kept by AWS Organizations: change them there, or leave out --organizations aws",
                ));
            }
            let service = service.await?;
            let own = Own::new(Arc::clone(&service.store));
            command.run(&own, &service.directory, now, &mut stdout()).await
        }
        Command::Operations(command) => command.run(&mut stdout()),
        Command::Backup(command) => command.run(options.own_folder()?, now, &mut stdout()),
        Command::Restore(command) => command.run(options.own_folder()?, &mut stdout()).await,
        Command::Move(command) => command.run(&options.place()?, &options.region, &mut stdout()).await,
        Command::Doctor(command) => command.run(&options.place()?, &options.region, &mut stdout()).await,
        Command::CreateTable => {
            let table =
                options.table.as_ref().ok_or_else(|| CommandError::new("name the table with --table"))?;
            service::create_table(table, &options.region).await.map_err(CommandError::new)
        }
    }
}

impl Options {
    fn place(&self) -> Result<Place, CommandError> {
        match (&self.table, &self.master_key) {
            (None, _) => Ok(Place::Folder(self.data.clone())),
            (Some(table), Some(master_key)) => {
                Ok(Place::Aws { table: table.clone(), master_key: master_key.clone() })
            }
            (Some(_), None) => Err(CommandError::new(
                "name the KMS key that protects the secrets in the table with --master-key",
            )),
        }
    }

    /// The data folder, if the data is in one.
    fn folder(&self) -> Option<&Path> {
        self.table.is_none().then_some(self.data.as_path())
    }

    /// The data folder, for what a table does not need.
    fn own_folder(&self) -> Result<&Path, CommandError> {
        self.folder().ok_or_else(|| {
            CommandError::new(
                "backups are of data folders: DynamoDB backs up a table by itself (point-in-time recovery), and \
                 `licentia move --to-data` takes it to a folder",
            )
        })
    }

    async fn open(&self) -> Result<Arc<Service>, CommandError> {
        let settings = Settings {
            organizations: self.organizations,
            audit: audit::Settings { read_write_type: self.audit, retention_days: self.audit_days },
            public_url: self.public_url.clone(),
            limits: Limits { account: self.account_rate, license: self.license_rate },
        };
        service::open(&self.place()?, &self.region, settings).await.map_err(CommandError::new)
    }
}

/// One JSON object a line, to standard error; `RUST_LOG` chooses what, by
/// module. Traces go where they are asked for.
fn log_as_json(traces: Option<trace::Settings>) {
    let chosen = std::env::var("RUST_LOG").ok().and_then(|text| text.parse::<Targets>().ok());
    let usual = || Targets::new().with_default(LevelFilter::INFO).with_target("aws", LevelFilter::WARN);
    let log = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_writer(std::io::stderr)
        // They would go to standard error too, and panic if that is closed.
        .log_internal_errors(false)
        .with_filter(chosen.unwrap_or_else(usual));
    let traces = traces.map(|settings| {
        let (spans, exporter) = trace::Exporter::new(settings);
        tokio::spawn(exporter.run());
        spans.with_filter(Targets::new().with_target(trace::TARGET, LevelFilter::TRACE))
    });
    tracing_subscriber::registry().with(log).with(traces).init();
}

/// Reads an account's number.
pub(super) fn account_id(text: &str) -> Result<AccountId, String> {
    AccountId::parse(text).map_err(|error| error.to_string())
}
