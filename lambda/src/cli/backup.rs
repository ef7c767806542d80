//! `licentia backup` and `licentia restore`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use licentia_core::time::Timestamp;

use super::CommandError;
use super::progress::ProgressLines;
use crate::master_key::{Carried, Source};
use crate::place::Place;
use crate::store::Sqlite;

/// Copy the data folder's database into a file, while it is served too.
#[derive(Args, Clone, Debug)]
pub struct BackupCommand {
    /// The file to make.
    file: PathBuf,
}

/// Fill an empty data folder from a backup.
#[derive(Args, Clone, Debug)]
pub struct RestoreCommand {
    /// The file that `licentia backup` made.
    file: PathBuf,
    /// The copy of the folder's `master.key`; not needed if that is in the
    /// folder.
    #[arg(long, value_name = "FILE")]
    master_key_file: Option<PathBuf>,
}

impl BackupCommand {
    /// Does it, and tells what was done and what comes next.
    ///
    /// # Errors
    /// [`CommandError`].
    pub fn run(self, folder: &Path, now: Timestamp, out: &mut impl Write) -> Result<(), CommandError> {
        let mut lines = ProgressLines::default();
        let tally = Sqlite::back_up(folder, &self.file, now, &mut |progress| lines.tell(progress))
            .map_err(CommandError::new)?;
        let (file, key) = (self.file.display(), Place::key_file(folder));
        write!(
            out,
            "`{file}` is made: {tally}\nits secrets open with `{}` only, which is not in it: keep a copy of that \
             apart\n",
            key.display()
        )
        .map_err(CommandError::new)
    }
}

impl RestoreCommand {
    /// Does it, and tells what was done and what comes next.
    ///
    /// # Errors
    /// [`CommandError`]; then the folder has no database still.
    pub async fn run(self, folder: &Path, out: &mut (impl Write + Send)) -> Result<(), CommandError> {
        let mut lines = ProgressLines::default();
        let restored = Sqlite::restore(&self.file, folder, &mut |progress| lines.tell(progress))
            .map_err(CommandError::new)?;
        let key_file = Place::key_file(folder);
        if let Some(item) = restored.get(&Carried::place()).map_err(CommandError::new)? {
            let source = self.master_key_file.as_deref().unwrap_or(&key_file);
            let key = Carried::of(&item, Source::File(source)).await.map_err(CommandError::new)?;
            key.entrust(Source::File(&key_file)).await.map_err(CommandError::new)?;
        }
        let tally = restored.settle().map_err(CommandError::new)?;
        let folder = folder.display();
        write!(out, "`{folder}` holds {tally}\nnext: licentia serve --data {folder}\n")
            .map_err(CommandError::new)
    }
}
