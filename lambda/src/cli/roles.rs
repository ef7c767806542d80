//! `licentia roles`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use licentia_core::arn::AccountId;
use licentia_core::policy::TrustPolicy;
use licentia_core::time::Timestamp;

use super::command::account_id;
use super::{CommandError, policies};
use crate::identity::{Directory, DirectoryError, MAX_SESSION_SECONDS, Role, RoleName, own_tokens};

/// Make, list and delete the roles that customers without an account act in.
#[derive(Clone, Debug, Subcommand)]
pub enum RolesCommand {
    /// Make a role.
    Create {
        /// The account it acts for.
        #[arg(long, value_parser = account_id)]
        account: AccountId,
        /// Its name.
        #[arg(long)]
        name: RoleName,
        /// What it may do, a preset or a file; may be repeated. Without any, it
        /// may do nothing.
        #[arg(long = "policy", value_name = "PRESET OR FILE")]
        policies: Vec<String>,
        /// Who may take it on; unless given, the tokens that the account made.
        #[arg(long, value_name = "FILE")]
        trust_policy: Option<PathBuf>,
    },
    /// List the roles of an account.
    List {
        /// The account.
        #[arg(long, value_parser = account_id)]
        account: AccountId,
    },
    /// Show a role, who may take it on, and its policies.
    Show {
        /// The account.
        #[arg(long, value_parser = account_id)]
        account: AccountId,
        /// The role's name.
        name: RoleName,
    },
    /// Remove a role. The consumption role comes back as it was at first.
    Delete {
        /// The account.
        #[arg(long, value_parser = account_id)]
        account: AccountId,
        /// The role's name.
        name: RoleName,
    },
}

impl RolesCommand {
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
        let (Self::Create { account, .. }
        | Self::List { account }
        | Self::Show { account, .. }
        | Self::Delete { account, .. }) = &self;
        if directory.account(account).await.map_err(CommandError::new)?.is_none() {
            return Err(CommandError::new(DirectoryError::UnknownAccount));
        }
        let text = match self {
            Self::Create { account, name, policies, trust_policy } => {
                let policies = policies::read_all(&policies)?;
                let trust = match trust_policy {
                    Some(file) => read_trust(&file)?,
                    None => own_tokens(&account).map_err(CommandError::new)?,
                };
                let role = directory.create_role(&account, name, trust, policies, now).await;
                let arn = role.map_err(CommandError::new)?.arn();
                format!("{arn} is made\nnext: name it in --role-arns of `aws license-manager create-token`\n")
            }
            Self::List { account } => {
                let roles = directory.roles(&account).await.map_err(CommandError::new)?;
                roles
                    .iter()
                    .map(|role| format!("{}{}\n", role.arn(), policies::names(&role.policies)))
                    .collect()
            }
            Self::Show { account, name } => {
                let role = directory.role(&account, name.as_str()).await.map_err(CommandError::new)?;
                show(&role.ok_or_else(|| CommandError::new(DirectoryError::UnknownRole))?)
            }
            Self::Delete { account, name } => {
                directory.delete_role(&account, &name).await.map_err(CommandError::new)?;
                format!("{name} is deleted\n")
            }
        };
        out.write_all(text.as_bytes()).map_err(CommandError::new)
    }
}

fn read_trust(file: &Path) -> Result<TrustPolicy, CommandError> {
    let at = |error: &dyn std::fmt::Display| CommandError::new(format_args!("`{}`: {error}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| at(&error))?;
    TrustPolicy::parse(&text).map_err(|fault| at(&fault))
}

fn show(role: &Role) -> String {
    let made = match role.created {
        Some(created) => format!("made {created}"),
        None => "every account has it".to_owned(),
    };
    let policies = match role.policies.as_slice() {
        [] => "no policies: it may do nothing\n".to_owned(),
        policies => policies::show(policies),
    };
    format!(
        "role {}, sessions of at most {MAX_SESSION_SECONDS} seconds\n{made}\ntrust policy:\n{}\n{policies}",
        role.arn(),
        role.trust.as_str().trim_end()
    )
}
