//! `licentia move`.

use std::io::Write;
use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::CommandError;
use super::progress::ProgressLines;
use crate::clock::SystemClock;
use crate::moving::{self, Moved};
use crate::place::{Place, aws_config};
use crate::service;

/// Move everything from the place that --data or --table names to another.
///
/// Nothing is written to the place that is left from then on. Interrupted, the
/// same command goes on.
#[derive(Args, Clone, Debug)]
#[command(group = ArgGroup::new("what").required(true))]
pub struct MoveCommand {
    /// The DynamoDB table to move to; made if it is not there.
    #[arg(long, group = "what", requires = "to_master_key", value_name = "NAME")]
    to_table: Option<String>,
    /// The KMS key that is to protect the secrets in that table.
    #[arg(long, requires = "to_table", value_name = "KMS KEY")]
    to_master_key: Option<String>,
    /// The data folder to move to.
    #[arg(long, group = "what", value_name = "FOLDER")]
    to_data: Option<PathBuf>,
    /// Use the place that was left again, or was to be.
    #[arg(long, group = "what")]
    cancel: bool,
}

impl MoveCommand {
    /// Does it, and tells what was done and what comes next.
    ///
    /// # Errors
    /// [`CommandError`].
    pub async fn run(
        self,
        from: &Place,
        region: &str,
        out: &mut (impl Write + Send),
    ) -> Result<(), CommandError> {
        from.require().map_err(CommandError::new)?;
        let config = aws_config(region).await;
        let source = from.open(&config).map_err(CommandError::new)?;
        let to = match (self.to_table, self.to_master_key, self.to_data) {
            (Some(table), Some(master_key), _) => Place::Aws { table, master_key },
            (_, _, Some(folder)) => Place::Folder(folder),
            _ => {
                let mark = moving::cancel(&source).await.map_err(CommandError::new)?;
                return write!(
                    out,
                    "{source} can be used again\nnever serve {} beside it: remove what is there\n",
                    mark.to
                )
                .map_err(CommandError::new);
            }
        };
        if let Place::Aws { table, .. } = &to {
            service::create_table(table, region).await.map_err(CommandError::new)?;
        }
        let target = to.open(&config).map_err(CommandError::new)?;
        let mut lines = ProgressLines::default();
        let moved = moving::run(&source, &target, &SystemClock, &mut |progress| lines.tell(progress))
            .await
            .map_err(CommandError::new)?;
        let what = match moved {
            Moved::Records { sent, arrived } => {
                let kinds: String =
                    arrived.kinds().map(|(kind, records)| format!("  {records:>9}  {kind}\n")).collect();
                format!("{source}: {sent}\n{target}: {arrived}\n{kinds}{source} is moved to {target}\n")
            }
            Moved::Before => format!("{source} was moved to {target} before\n"),
        };
        let options = match to {
            Place::Folder(folder) => format!("--data {}", folder.display()),
            Place::Aws { table, master_key } => format!("--table {table} --master-key {master_key}"),
        };
        writeln!(out, "{what}next: licentia serve {options}").map_err(CommandError::new)
    }
}
