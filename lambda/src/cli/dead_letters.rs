//! `licentia events dead-letters`.

use std::io::Write;

use clap::{Args, Subcommand};
use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;

use super::CommandError;
use super::command::account_id;
use super::events::destination_id;
use crate::context::Service;
use crate::events::{DeadLetter, Delivery, DestinationId};

/// What could not be sent.
#[derive(Clone, Debug, Subcommand)]
pub enum DeadLettersCommand {
    /// List what could not be sent, and why.
    List(Selection),
    /// Send it again, as if it were new.
    Replay(Choice),
    /// Forget it.
    Discard(Choice),
}

/// Of whom.
#[derive(Args, Clone, Debug)]
pub struct Selection {
    /// The account.
    #[arg(long, value_parser = account_id)]
    account: AccountId,
    /// One of its destinations; all if not given.
    #[arg(long, value_parser = destination_id)]
    destination: Option<DestinationId>,
}

/// Which of them.
#[derive(Args, Clone, Debug)]
pub struct Choice {
    /// Of whom.
    #[command(flatten)]
    selection: Selection,
    /// The ids of the events.
    #[arg(required_unless_present = "all", value_name = "EVENT")]
    events: Vec<String>,
    /// All that `list` lists.
    #[arg(long, conflicts_with = "events")]
    all: bool,
}

impl DeadLettersCommand {
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
        let dead_letters = &service.events.dead_letters;
        let text = match self {
            Self::List(selection) => selection.letters(service).await?.iter().map(line).collect(),
            Self::Replay(choice) => {
                let letters = choice.letters(service).await?;
                for letter in &letters {
                    dead_letters.replay(letter, now).await.map_err(CommandError::new)?;
                }
                format!("{} to be sent again\n", letters.len())
            }
            Self::Discard(choice) => {
                let letters = choice.letters(service).await?;
                for letter in &letters {
                    dead_letters.discard(letter).await.map_err(CommandError::new)?;
                }
                format!("{} discarded\n", letters.len())
            }
        };
        out.write_all(text.as_bytes()).map_err(CommandError::new)
    }
}

impl Selection {
    async fn letters(&self, service: &Service) -> Result<Vec<DeadLetter>, CommandError> {
        let dead_letters = &service.events.dead_letters;
        dead_letters.list(&self.account, self.destination.as_ref()).await.map_err(CommandError::new)
    }
}

impl Choice {
    async fn letters(&self, service: &Service) -> Result<Vec<DeadLetter>, CommandError> {
        let mut letters = self.selection.letters(service).await?;
        if self.all {
            return Ok(letters);
        }
        for event in &self.events {
            if !letters.iter().any(|letter| letter.delivery.envelope.id == *event) {
                return Err(CommandError::new(format_args!(
                    "there is no dead letter `{event}`; `licentia events dead-letters list` shows which there \
                     are"
                )));
            }
        }
        letters.retain(|letter| self.events.contains(&letter.delivery.envelope.id));
        Ok(letters)
    }
}

fn line(letter: &DeadLetter) -> String {
    let DeadLetter { delivery, died } = letter;
    let Delivery { destination, envelope, attempts, last_failure, .. } = delivery;
    let (id, kind) = (&envelope.id, envelope.detail_type);
    let why = last_failure.as_deref().unwrap_or_default();
    format!("{id}  {destination}  {kind}  {died}  {attempts} attempts  {why}\n")
}
