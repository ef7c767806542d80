//! `licentia access-keys`.

use std::io::Write;

use clap::Subcommand;
use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;

use super::CommandError;
use super::command::account_id;
use crate::identity::{AccessKeyId, Directory, UserName};

/// Make, list, deactivate and delete access keys.
#[derive(Clone, Debug, Subcommand)]
pub enum AccessKeysCommand {
    /// Make an access key. Its secret is shown this once.
    Create {
        /// The account it acts for.
        #[arg(long, value_parser = account_id)]
        account: AccountId,
        /// The user whose key it is.
        #[arg(long, default_value = "admin")]
        user: UserName,
    },
    /// List the access keys of an account.
    List {
        /// The account.
        #[arg(long, value_parser = account_id)]
        account: AccountId,
    },
    /// Refuse from now on what the key signs; `activate` takes it back.
    Deactivate {
        /// The access key's id.
        id: AccessKeyId,
    },
    /// Accept again what the key signs.
    Activate {
        /// The access key's id.
        id: AccessKeyId,
    },
    /// Remove a key for good.
    Delete {
        /// The access key's id.
        id: AccessKeyId,
    },
}

impl AccessKeysCommand {
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
        let text = match self {
            Self::Create { account, user } => {
                let new =
                    directory.create_access_key(&account, user, now).await.map_err(CommandError::new)?;
                format!(
                    "aws_access_key_id = {}\naws_secret_access_key = {}\n\
                     next: put these two lines under a profile in ~/.aws/credentials; \
                     the secret cannot be shown again\n",
                    new.key.id,
                    new.secret.expose()
                )
            }
            Self::List { account } => {
                let keys = directory.access_keys(&account).await.map_err(CommandError::new)?;
                keys.iter()
                    .map(|key| {
                        let state = if key.is_active { "active  " } else { "inactive" };
                        format!("{}  {state}  {}  {}\n", key.id, key.created, key.user)
                    })
                    .collect()
            }
            Self::Deactivate { id } => {
                directory.set_access_key_active(&id, false).await.map_err(CommandError::new)?;
                format!("{id} is inactive\nnext: licentia access-keys delete {id}, or activate {id}\n")
            }
            Self::Activate { id } => {
                directory.set_access_key_active(&id, true).await.map_err(CommandError::new)?;
                format!("{id} is active\n")
            }
            Self::Delete { id } => {
                directory.delete_access_key(&id).await.map_err(CommandError::new)?;
                format!("{id} is deleted\n")
            }
        };
        out.write_all(text.as_bytes()).map_err(CommandError::new)
    }
}
