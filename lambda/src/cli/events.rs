//! `licentia events`.

use std::io::Write;

use clap::{Args, Subcommand};
use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;

use super::command::account_id;
use super::{CommandError, DeadLettersCommand};
use crate::context::Service;
use crate::events::{
    Destination, DestinationId, DetailType, EventBusArn, NotATarget, Target, TopicArn, WebhookUrl,
};
use crate::identity::DirectoryError;

/// Where the events of accounts go, and what could not be sent.
#[derive(Clone, Debug, Subcommand)]
pub enum EventsCommand {
    /// Send an account's events somewhere from now on.
    Add {
        /// The account.
        #[arg(long, value_parser = account_id)]
        account: AccountId,
        /// Where to.
        #[command(flatten)]
        target: TargetArgument,
        /// Send events of this kind only, for example "License Change"; may be
        /// given several times.
        #[arg(long, value_name = "KIND", value_parser = detail_type)]
        detail_type: Vec<DetailType>,
        /// What the events name as their source; `aws.license-manager`, and
        /// `licentia.license-manager` for an event bus, if not given.
        #[arg(long)]
        source: Option<String>,
    },
    /// List the destinations, of one account or all.
    List {
        /// The account.
        #[arg(long, value_parser = account_id)]
        account: Option<AccountId>,
    },
    /// Send nothing there any more; what waits for it is dropped.
    Remove {
        /// The destination.
        #[arg(value_parser = destination_id)]
        id: DestinationId,
    },
    /// Hold back what is to go there; `resume` sends it.
    Pause {
        /// The destination.
        #[arg(value_parser = destination_id)]
        id: DestinationId,
    },
    /// Send again, first what was held back.
    Resume {
        /// The destination.
        #[arg(value_parser = destination_id)]
        id: DestinationId,
    },
    /// What could not be sent.
    #[command(subcommand)]
    DeadLetters(DeadLettersCommand),
}

/// Where events are to go.
#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false)]
pub struct TargetArgument {
    /// An event bus of Amazon EventBridge.
    #[arg(long, value_name = "ARN", value_parser = event_bus)]
    event_bus: Option<Target>,
    /// A topic of Amazon SNS.
    #[arg(long, value_name = "ARN", value_parser = topic)]
    topic: Option<Target>,
    /// A URL, for signed requests.
    #[arg(long, value_name = "URL", value_parser = webhook)]
    webhook: Option<Target>,
}

impl EventsCommand {
    /// Does it, and tells what was done and what comes next.
    ///
    /// # Errors
    /// [`CommandError`].
    pub async fn run(
        self,
        service: &Service,
        now: Timestamp,
        out: &mut (impl Write + Send),
    ) -> Result<(), CommandError> {
        let destinations = &service.events.destinations;
        let text = match self {
            Self::Add { account, target, detail_type, source } => {
                let target = target.event_bus.or(target.topic).or(target.webhook);
                let target = target.ok_or_else(|| CommandError::new("say where the events are to go"))?;
                if service.directory.account(&account).await.map_err(CommandError::new)?.is_none() {
                    return Err(CommandError::new(DirectoryError::UnknownAccount));
                }
                let added = destinations.add(account, target, detail_type, source, now).await;
                let (Destination { id, source, .. }, secret) = added.map_err(CommandError::new)?;
                let next = match secret {
                    Some(secret) => format!(
                        "secret = {}\n\
                         next: give the secret to the receiver, which verifies each webhook with it; it \
                         cannot be shown again\n",
                        secret.text().expose()
                    ),
                    None => format!(
                        "next: let the service send there, and receivers match the source `{source}`\n"
                    ),
                };
                format!("destination {id} made\n{next}")
            }
            Self::List { account } => {
                let all = destinations.list().await.map_err(CommandError::new)?;
                let of = |account: AccountId| move |to: &&Destination| to.account == account;
                match account {
                    Some(account) => all.iter().filter(of(account)).map(line).collect(),
                    None => all.iter().map(line).collect(),
                }
            }
            Self::Remove { id } => {
                destinations.remove(&id).await.map_err(CommandError::new)?;
                format!("{id} is removed\n")
            }
            Self::Pause { id } => {
                destinations.pause(&id, "by its operator").await.map_err(CommandError::new)?;
                format!("{id} is paused\nnext: licentia events resume {id}, within 30 days\n")
            }
            Self::Resume { id } => {
                destinations.resume(&id).await.map_err(CommandError::new)?;
                format!("{id} is resumed\n")
            }
            Self::DeadLetters(command) => return command.run(service, now, out).await,
        };
        out.write_all(text.as_bytes()).map_err(CommandError::new)
    }
}

fn line(to: &Destination) -> String {
    let state = match &to.paused {
        None => "active".to_owned(),
        Some(why) => format!("paused ({why})"),
    };
    let kinds: Vec<&str> = to.detail_types.iter().map(|kind| kind.as_str()).collect();
    let kinds = if kinds.is_empty() { "everything".to_owned() } else { kinds.join(", ") };
    let Destination { id, account, target, source, created, .. } = to;
    format!("{id}  {account}  {created}  {state}  {target}  {kinds}  as {source}\n")
}

fn event_bus(text: &str) -> Result<Target, NotATarget> {
    EventBusArn::parse(text).map(Target::EventBus)
}

fn topic(text: &str) -> Result<Target, NotATarget> {
    TopicArn::parse(text).map(Target::Topic)
}

fn webhook(text: &str) -> Result<Target, NotATarget> {
    WebhookUrl::parse(text).map(Target::Webhook)
}

fn detail_type(text: &str) -> Result<DetailType, String> {
    let known: Vec<String> = DetailType::ALL.iter().map(|known| format!("\"{known}\"")).collect();
    DetailType::parse(text).ok_or_else(|| format!("not one of {}", known.join(", ")))
}

/// Reads the name of a destination.
pub(super) fn destination_id(text: &str) -> Result<DestinationId, String> {
    DestinationId::parse(text).map_err(|error| error.to_string())
}
