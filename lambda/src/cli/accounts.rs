//! `licentia accounts`.

use std::io::Write;

use clap::Subcommand;
use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;

use super::CommandError;
use super::command::account_id;
use crate::identity::{Directory, DisplayName};

/// Make and list accounts.
#[derive(Clone, Debug, Subcommand)]
pub enum AccountsCommand {
    /// Make an account.
    Create {
        /// What people call it.
        #[arg(long)]
        name: DisplayName,
        /// Its number of 12 digits; a random one if not given.
        #[arg(long, value_parser = account_id)]
        id: Option<AccountId>,
    },
    /// List all accounts.
    List,
}

impl AccountsCommand {
    /// Does it, and tells what was done and what comes next.
    ///
    /// # Errors
    /// [`CommandError`].
    pub async fn run(
        self,
        directory: &Directory,
        now: Timestamp,
        out: &mut (impl Write + Send),
    ) -> Result<(), CommandError> {
        match self {
            Self::Create { name, id } => {
                let account = directory.create_account(id, name, now).await.map_err(CommandError::new)?;
                writeln!(out, "account {} ({}) made", account.id, account.name).map_err(CommandError::new)?;
                writeln!(out, "next: licentia access-keys create --account {}", account.id)
                    .map_err(CommandError::new)
            }
            Self::List => {
                for account in directory.accounts().await.map_err(CommandError::new)? {
                    writeln!(out, "{}  {}  {}", account.id, account.created, account.name)
                        .map_err(CommandError::new)?;
                }
                Ok(())
            }
        }
    }
}
