//! `licentia operations`.

use std::io::Write;

use clap::Args;

use super::CommandError;
use crate::operation::{Row, is_read_only};
use crate::operations::{cloudtrail, license_manager};

/// List the operations that are served: whether each reads or changes, signed
/// or not, and the errors that it answers besides those common to all.
#[derive(Args, Clone, Copy, Debug)]
pub struct OperationsCommand;

impl OperationsCommand {
    /// Lists them, each as identity policies name it.
    ///
    /// # Errors
    /// [`CommandError`] if it cannot be written.
    pub fn run(self, out: &mut impl Write) -> Result<(), CommandError> {
        let services =
            [("license-manager", license_manager::OPERATIONS), ("cloudtrail", cloudtrail::OPERATIONS)];
        let lines = services.iter().flat_map(|(name, rows)| rows.iter().map(|row| line(name, row)));
        let text: String = lines.collect();
        out.write_all(text.as_bytes()).map_err(CommandError::new)
    }
}

fn line(service: &str, row: &Row) -> String {
    let kind = if is_read_only(row.name) { "reads  " } else { "changes" };
    let signed = if row.unsigned.is_some() { "unsigned" } else { "signed  " };
    let errors: Vec<&str> = row.errors.iter().map(|error| error.name()).collect();
    let line = format!("{service}:{}  {kind}  {signed}  {}", row.name, errors.join(","));
    format!("{}\n", line.trim_end())
}
