//! `licentia doctor`.

use std::io::Write;

use clap::Args;

use super::CommandError;
use super::progress::ProgressLines;
use crate::doctor::{Pauses, Report, examine};
use crate::place::{Place, aws_config};

/// Count anew what every license's checkouts hold, and tell where its pool says
/// something else.
///
/// It may be served meanwhile.
#[derive(Args, Clone, Debug)]
pub struct DoctorCommand {
    /// Make those pools say what was counted.
    #[arg(long)]
    repair: bool,
}

impl DoctorCommand {
    /// Does it, and tells what was found and what comes next.
    ///
    /// # Errors
    /// [`CommandError`]; also where something is left to be done.
    pub async fn run(
        self,
        place: &Place,
        region: &str,
        out: &mut (impl Write + Send),
    ) -> Result<(), CommandError> {
        place.require().map_err(CommandError::new)?;
        let opened = place.open(&aws_config(region).await).map_err(CommandError::new)?;
        let mut lines = ProgressLines::default();
        let told = &mut |progress| lines.tell(progress);
        let report = examine(&**opened.store(), self.repair, Pauses::default(), told).await;
        let report = report.map_err(CommandError::new)?;
        let Report { licenses, checkouts, drifted, restless, unreadable } = &report;
        let mut text: String = drifted.iter().map(ToString::to_string).collect();
        for arn in restless {
            text.push_str(&format!("{arn}: changed whenever it was looked at\n"));
        }
        for (arn, why) in unreadable {
            text.push_str(&format!("{arn}: cannot be read: {why}\n"));
        }
        let left = drifted.iter().filter(|drift| !drift.is_repaired).count();
        text.push_str(&format!(
            "{licenses} licenses with {checkouts} running checkouts: {} sound, {} drifted, {} repaired\n",
            licenses - (drifted.len() + restless.len() + unreadable.len()) as u64,
            drifted.len(),
            drifted.len() - left,
        ));
        out.write_all(text.as_bytes()).map_err(CommandError::new)?;
        match (left, restless.len(), self.repair) {
            _ if !unreadable.is_empty() => Err(CommandError::new(
                "what cannot be read is not served: restore from a backup what stays so",
            )),
            (0, 0, _) => Ok(()),
            (1.., _, false) => Err(CommandError::new("to repair what drifted: licentia doctor --repair")),
            _ => Err(CommandError::new(
                "some changed meanwhile, or too much stands in a part of a split pool, which the next \
                     version of the license merges: look again when less is asked of the service",
            )),
        }
    }
}
