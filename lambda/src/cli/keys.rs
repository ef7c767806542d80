//! `licentia keys`.

use std::io::Write;

use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use licentia_core::token::Algorithm;

use super::CommandError;
use super::command::account_id;
use crate::identity::{Directory, DirectoryError, DisplayName};
use crate::sign::{Origin, Signer};

/// Make and list the keys that sign licenses.
#[derive(Clone, Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a key that licenses can name as their `SignKey`.
    Create {
        /// The account whose licenses it signs.
        #[arg(long, value_parser = account_id)]
        account: AccountId,
        /// What it signs.
        #[arg(long, default_value = "ES256", value_parser = algorithms())]
        algorithm: String,
        /// What people call it.
        #[arg(long)]
        name: DisplayName,
    },
    /// List the keys of an account.
    List {
        /// The account.
        #[arg(long, value_parser = account_id)]
        account: AccountId,
    },
}

fn algorithms() -> PossibleValuesParser {
    PossibleValuesParser::new(Algorithm::ALL.iter().map(|algorithm| algorithm.name()))
}

impl KeysCommand {
    /// Does it, and tells what was done and what comes next.
    ///
    /// # Errors
    /// [`CommandError`].
    pub async fn run(
        self,
        directory: &Directory,
        signer: &Signer,
        now: Timestamp,
        out: &mut (impl Write + Send),
    ) -> Result<(), CommandError> {
        let (Self::Create { account, .. } | Self::List { account }) = &self;
        if directory.account(account).await.map_err(CommandError::new)?.is_none() {
            return Err(CommandError::new(DirectoryError::UnknownAccount));
        }
        let text = match self {
            Self::Create { account, algorithm, name } => {
                let algorithm = Algorithm::ALL.iter().find(|known| known.name() == algorithm);
                let algorithm = *algorithm.ok_or_else(|| CommandError::new("no such algorithm"))?;
                let key = signer.create_key(&account, algorithm, name, now).await.map_err(explain)?;
                format!(
                    "key {} made, signs {}\n\
                     next: name it in a license: --issuer Name=<issuer>,SignKey={}\n",
                    key.id, key.algorithm, key.id
                )
            }
            Self::List { account } => {
                let keys = signer.keys(&account).await.map_err(explain)?;
                keys.iter()
                    .map(|key| {
                        let origin = match &key.origin {
                            Origin::Own => "the account's own",
                            Origin::Named(name) => name.as_str(),
                            Origin::Kms(arn) => arn,
                        };
                        format!("{}  {}  {}  {origin}\n", key.id, key.algorithm, key.created)
                    })
                    .collect()
            }
        };
        out.write_all(text.as_bytes()).map_err(CommandError::new)
    }
}

/// Whoever has the terminal has the log.
fn explain(error: crate::sign::SignError) -> CommandError {
    match error.log_detail() {
        Some(detail) => CommandError::new(format_args!("{error}: {detail}")),
        None => CommandError::new(error),
    }
}
