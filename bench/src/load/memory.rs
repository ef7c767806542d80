//! What the server needs while many checkouts live, beside itself while few do.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use tokio::task::JoinSet;

use super::client::Ours;
use super::run::{Client, Side};
use crate::service::Launch;
use crate::table::{Table, Unit};
use crate::timing::median;

const FEW: usize = 10_000;
const MANY: usize = 1_000_000;
const MANY_IN_A_QUICK_RUN: usize = 20_000;
/// Checkouts while memory is measured.
const MEASURED: usize = 10_000;
const CLIENTS: usize = 32;
/// Calls whose median counts.
const CALLS: usize = 21;

/// What was needed.
struct Need {
    /// Bytes resident at most.
    peak: f64,
    usage_micros: f64,
}

pub(crate) async fn memory(table: &mut Table, binary: &Path, quick: bool) -> anyhow::Result<()> {
    let launch = Launch::on_sqlite(binary)?;
    let service = launch.serve()?;
    let ours = Ours::prepare(&service, &launch).await?;
    check_out(&ours, FEW).await?;
    let few = need(&ours).await?;
    let many = if quick { MANY_IN_A_QUICK_RUN } else { MANY };
    check_out(&ours, many - FEW - MEASURED).await?;
    let need = need(&ours).await?;
    let peer = format!("{FEW} live");
    let mut row = |what, ours, theirs, unit| {
        table.row(format!("{many} live: {what}"), ours, &peer, theirs, unit);
    };
    row("resident at most", need.peak, few.peak, Unit::Bytes);
    row("GetLicenseUsage", need.usage_micros, few.usage_micros, Unit::Microseconds);
    Ok(())
}

/// Takes so many seats of one license.
async fn check_out(ours: &Ours, checkouts: usize) -> anyhow::Result<()> {
    let mut running = JoinSet::new();
    for _ in 0..CLIENTS {
        let mut client = ours.client(&[]).await?;
        running.spawn(async move {
            for _ in 0..checkouts / CLIENTS {
                client.check_out(0).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(client) = running.join_next().await {
        client??;
    }
    Ok(())
}

async fn need(ours: &Ours) -> anyhow::Result<Need> {
    let process = format!("/proc/{}", ours.process_id());
    // From now on, the peak is counted anew.
    fs::write(format!("{process}/clear_refs"), "5")?;
    check_out(ours, MEASURED).await?;
    let mut usages = Vec::new();
    for _ in 0..CALLS {
        let asked = Instant::now();
        ours.usage(0).await?;
        usages.push(asked.elapsed().as_secs_f64() * 1e6);
    }
    let status = fs::read_to_string(format!("{process}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("a peak")?;
    let kilobytes: f64 = peak.trim_end_matches("kB").trim().parse()?;
    Ok(Need { peak: kilobytes * 1024.0, usage_micros: median(usages) })
}
