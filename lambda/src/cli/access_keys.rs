//! `licentia access-keys`.

use std::io::Write;

use clap::Subcommand;
use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;

use super::command::account_id;
use super::{CommandError, policies};
use crate::identity::{AccessKey, AccessKeyId, Directory, DirectoryError, PolicyName, UserName};

/// Make, list, restrict, deactivate and delete access keys.
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
        /// What it may do, a preset or a file; may be repeated. Without any, it
        /// may do everything in its account.
        #[arg(long = "policy", value_name = "PRESET OR FILE")]
        policies: Vec<String>,
    },
    /// List the access keys of an account.
    List {
        /// The account.
        #[arg(long, value_parser = account_id)]
        account: AccountId,
    },
    /// Show an access key and its policies, not its secret.
    Show {
        /// The access key's id.
        id: AccessKeyId,
    },
    /// Let the key do no more than its policies allow, this one among them. A
    /// policy of the same name is replaced. Servers of a table go by it within 5
    /// seconds, others at once.
    AttachPolicy {
        /// The access key's id.
        id: AccessKeyId,
        /// What it may do.
        #[arg(long, value_name = "PRESET OR FILE")]
        policy: String,
    },
    /// Take a policy from the key; its last one stays.
    DetachPolicy {
        /// The access key's id.
        id: AccessKeyId,
        /// The policy's name: the preset's, or the file's without `.json`.
        #[arg(long)]
        policy: PolicyName,
    },
    /// Refuse what the key signs; `activate` takes it back. Servers of a table
    /// do so within 5 seconds, others at once.
    Deactivate {
        /// The access key's id.
        id: AccessKeyId,
    },
    /// Accept again what the key signs.
    Activate {
        /// The access key's id.
        id: AccessKeyId,
    },
    /// Remove a key for good. Servers of a table refuse what it signs within 5
    /// seconds, others at once.
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
        let on_servers = match directory.changes_count_within() {
            0 => String::new(),
            seconds => format!("; all servers go by it within {seconds} seconds"),
        };
        let text = match self {
            Self::Create { account, user, policies } => {
                let policies = policies::read_all(&policies)?;
                let new = directory.create_access_key_with(&account, user, policies, now).await;
                let new = new.map_err(CommandError::new)?;
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
                        let policies = policies::names(&key.policies);
                        format!("{}  {state}  {}  {}{policies}\n", key.id, key.created, key.user)
                    })
                    .collect()
            }
            Self::Show { id } => {
                let key = directory.access_key(&id).await.map_err(CommandError::new)?;
                show(&key.ok_or_else(|| CommandError::new(DirectoryError::UnknownAccessKey))?)
            }
            Self::AttachPolicy { id, policy } => {
                let policy = policies::read(&policy)?;
                let name = policy.name().clone();
                directory.attach_policy(&id, policy).await.map_err(CommandError::new)?;
                format!("{name} is attached to {id}{on_servers}\nnext: licentia access-keys show {id}\n")
            }
            Self::DetachPolicy { id, policy } => {
                directory.detach_policy(&id, &policy).await.map_err(CommandError::new)?;
                format!("{policy} is detached from {id}{on_servers}\n")
            }
            Self::Deactivate { id } => {
                directory.set_access_key_active(&id, false).await.map_err(CommandError::new)?;
                format!(
                    "{id} is inactive{on_servers}\n\
                     next: licentia access-keys delete {id}, or activate {id}\n"
                )
            }
            Self::Activate { id } => {
                directory.set_access_key_active(&id, true).await.map_err(CommandError::new)?;
                format!("{id} is active\n")
            }
            Self::Delete { id } => {
                directory.delete_access_key(&id).await.map_err(CommandError::new)?;
                format!("{id} is deleted{on_servers}\n")
            }
        };
        out.write_all(text.as_bytes()).map_err(CommandError::new)
    }
}

fn show(key: &AccessKey) -> String {
    let AccessKey { id, account, user, created, is_active, policies } = key;
    let state = if *is_active { "active" } else { "inactive" };
    let policies = match policies.as_slice() {
        [] => "no policies: it may do everything in its account\n".to_owned(),
        policies => policies::show(policies),
    };
    format!("access key {id}, {state}\naccount {account}, user {user}\nmade {created}\n{policies}")
}
