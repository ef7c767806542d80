//! `licentia organizations accounts`.

use clap::Subcommand;
use licentia_core::arn::AccountId;
use licentia_core::principal::{OrganizationId, OuId};
use licentia_core::time::Timestamp;

use super::super::command::account_id;
use super::{CommandError, check_account};
use crate::identity::Directory;
use crate::organization::own::Own;

/// Let accounts join an organization, move within it, and leave it.
#[derive(Clone, Debug, Subcommand)]
pub enum MembersCommand {
    /// Let an account join an organization.
    Join {
        /// The organization.
        #[arg(long)]
        organization: OrganizationId,
        /// The account.
        #[arg(long, value_parser = account_id)]
        account: AccountId,
        /// The unit it joins; right under the root if not given.
        #[arg(long)]
        unit: Option<OuId>,
    },
    /// Move an account within its organization.
    Move {
        /// The account.
        #[arg(long, value_parser = account_id)]
        account: AccountId,
        /// The unit it moves into; right under the root if not given.
        #[arg(long)]
        unit: Option<OuId>,
    },
    /// Let an account leave its organization.
    Leave {
        /// The account.
        #[arg(long, value_parser = account_id)]
        account: AccountId,
    },
}

impl MembersCommand {
    /// Does it, and says what to print.
    pub(super) async fn run(
        self,
        own: &Own,
        directory: &Directory,
        now: Timestamp,
    ) -> Result<String, CommandError> {
        match self {
            Self::Join { organization, account, unit } => {
                check_account(directory, &account).await?;
                own.join(&organization, &account, unit.as_ref(), now).await.map_err(CommandError::new)?;
                Ok(format!("account {account} is in organization {organization}{}\n", place(unit.as_ref())))
            }
            Self::Move { account, unit } => {
                own.move_to(&account, unit.as_ref()).await.map_err(CommandError::new)?;
                Ok(format!("account {account} is in its organization{}\n", place(unit.as_ref())))
            }
            Self::Leave { account } => {
                own.leave(&account).await.map_err(CommandError::new)?;
                Ok(format!("account {account} is in no organization\n"))
            }
        }
    }
}

fn place(unit: Option<&OuId>) -> String {
    unit.map_or_else(|| ", right under its root".to_owned(), |unit| format!(", in unit {unit}"))
}
