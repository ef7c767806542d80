//! What only JavaScript can measure: scripts that print their rows as JSON.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use crate::table::Table;

/// Runs a script of the folder for its rows.
pub(crate) fn measure(table: &mut Table, folder: &Path, script: &str, quick: bool) -> anyhow::Result<()> {
    let mut node = Command::new("node");
    node.current_dir(folder).arg(script).stderr(Stdio::inherit());
    if quick {
        node.arg("--quick");
    }
    let output = node.output().context("`node` cannot be started; install Node.js 20 or newer")?;
    ensure!(output.status.success(), "`{script}` failed: {}", output.status);
    table.extend(serde_json::from_slice(&output.stdout).with_context(|| format!("the rows of `{script}`"))?);
    Ok(())
}
