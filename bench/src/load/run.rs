//! Runs of many clients, ours and the peer's by turns.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::task::JoinSet;

use super::client::Ours;
use crate::table::{Table, Unit};
use crate::timing::median;

const CLIENTS: [usize; 3] = [1, 8, 32];
/// The second is how many a side has.
pub(super) const LICENSES: [usize; 2] = [1, 1000];
/// The first part of a turn, which does not count.
const WARM_UP: Duration = Duration::from_millis(300);
/// Checkouts a millisecond that all clients of a side prepare for; those beyond
/// they prepare as they go.
const PREPARED: u128 = 15;

/// Ours or the peer's: something that takes checkouts.
pub(super) trait Side {
    type Client: Client;

    /// A client, prepared to take from these licenses first, in this order.
    fn client(&self, licenses: &[usize]) -> impl Future<Output = anyhow::Result<Self::Client>>;

    /// The process that does the work, the database's own left out.
    fn process_id(&self) -> u32;
}

/// One of many at work.
pub(super) trait Client: Send + 'static {
    /// Takes one seat of this license; when it returns, that is durable.
    fn check_out(&mut self, license: usize) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// How often and how long each side runs.
struct Effort {
    turns: usize,
    turn: Duration,
}

/// What one turn of all clients came to.
struct Turn {
    per_second: f64,
    median_micros: f64,
    p99_micros: f64,
    processor_micros: f64,
}

/// What one client came to.
struct Work {
    /// In the warm-up, too.
    checkouts: u32,
    /// In seconds, after the warm-up.
    latencies: Vec<f64>,
}

/// Measures every number of clients on one license and on many.
pub(super) async fn compare(
    table: &mut Table,
    ours: &Ours,
    (name, peer): (&str, &impl Side),
    quick: bool,
) -> anyhow::Result<()> {
    let effort = match quick {
        true => Effort { turns: 1, turn: Duration::from_millis(500) },
        false => Effort { turns: 5, turn: Duration::from_secs(2) },
    };
    for licenses in LICENSES {
        for clients in CLIENTS {
            let (mut our_turns, mut their_turns) = (Vec::new(), Vec::new());
            for _ in 0..effort.turns {
                our_turns.push(turn(ours, licenses, clients, effort.turn).await?);
                their_turns.push(turn(peer, licenses, clients, effort.turn).await?);
            }
            let mut row = |what: &str, value: fn(&Turn) -> f64, unit| {
                let middle = |turns: &[Turn]| median(turns.iter().map(value).collect());
                let measured = format!("{clients:>2} on {licenses:>4}: {what}");
                table.row(measured, middle(&our_turns), name, middle(&their_turns), unit);
            };
            row("checkouts", |turn| turn.per_second, Unit::PerSecond);
            row("median", |turn| turn.median_micros, Unit::Microseconds);
            row("p99", |turn| turn.p99_micros, Unit::Microseconds);
            row("processor time", |turn| turn.processor_micros, Unit::Microseconds);
        }
    }
    Ok(())
}

async fn turn(side: &impl Side, licenses: usize, clients: usize, length: Duration) -> anyhow::Result<Turn> {
    let mut ready = Vec::new();
    let prepared = usize::try_from((WARM_UP + length).as_millis() * PREPARED)? / clients;
    for number in 0..clients {
        let licenses = (number..).step_by(clients).map(move |number| number % licenses);
        let first: Vec<usize> = licenses.clone().take(prepared).collect();
        ready.push((side.client(&first).await?, licenses));
    }
    let mut running = JoinSet::new();
    let before = processor_seconds(side.process_id())?;
    for (client, licenses) in ready {
        running.spawn(work(client, licenses, length));
    }
    let (mut checkouts, mut latencies) = (0, Vec::new());
    while let Some(client) = running.join_next().await {
        let client = client??;
        checkouts += client.checkouts;
        latencies.extend(client.latencies);
    }
    let processor = processor_seconds(side.process_id())? - before;
    latencies.sort_unstable_by(f64::total_cmp);
    let at = |part: usize| latencies.get(latencies.len() * part / 100).copied().unwrap_or_default();
    let count = u32::try_from(latencies.len())?;
    Ok(Turn {
        per_second: f64::from(count) / length.as_secs_f64(),
        median_micros: at(50) * 1e6,
        p99_micros: at(99) * 1e6,
        processor_micros: processor / f64::from(checkouts) * 1e6,
    })
}

/// One client's checkouts.
async fn work(
    mut client: impl Client,
    licenses: impl Iterator<Item = usize>,
    length: Duration,
) -> anyhow::Result<Work> {
    let begun = Instant::now();
    let mut work = Work { checkouts: 0, latencies: Vec::new() };
    for license in licenses {
        let asked = Instant::now();
        client.check_out(license).await?;
        work.checkouts += 1;
        let since = begun.elapsed();
        if since > WARM_UP + length {
            break;
        }
        if since > WARM_UP {
            work.latencies.push(asked.elapsed().as_secs_f64());
        }
    }
    Ok(work)
}

/// What a process has used of all processors, by Linux's account.
fn processor_seconds(process_id: u32) -> anyhow::Result<f64> {
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = fs::read_to_string(format!("/proc/{process_id}/stat"))?;
    // The name, in parentheses, may hold spaces; 11 fields after it are the
    // ticks in user mode, then those in the kernel.
    let (_, fields) = stat.rsplit_once(')').context("a name")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
    Ok(ticks.sum::<Result<f64, _>>()? / TICKS_A_SECOND)
}
