//! Runs of many clients, ours and the peer's by turns.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::client::Ours;
use crate::table::{Table, Unit};
use crate::timing::median;

const CLIENTS: [usize; 3] = [1, 8, 32];
/// The second is how many a side has.
pub(super) const LICENSES: [usize; 2] = [1, 1000];
/// The first part of a turn, which does not count.
const WARM_UP: Duration = Duration::from_millis(300);

/// Ours or the peer's: something that takes checkouts.
pub(super) trait Side {
    type Client: Client;

    fn client(&self) -> impl Future<Output = anyhow::Result<Self::Client>>;
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
        }
    }
    Ok(())
}

async fn turn(side: &impl Side, licenses: usize, clients: usize, length: Duration) -> anyhow::Result<Turn> {
    let mut running = JoinSet::new();
    for number in 0..clients {
        running.spawn(work(side.client().await?, (number..).step_by(clients), licenses, length));
    }
    let mut latencies = Vec::new();
    while let Some(client) = running.join_next().await {
        latencies.extend(client??);
    }
    latencies.sort_unstable_by(f64::total_cmp);
    let at = |part: usize| latencies.get(latencies.len() * part / 100).copied().unwrap_or_default();
    let count = u32::try_from(latencies.len())?;
    Ok(Turn {
        per_second: f64::from(count) / length.as_secs_f64(),
        median_micros: at(50) * 1e6,
        p99_micros: at(99) * 1e6,
    })
}

/// One client's checkouts, each in seconds.
async fn work(
    mut client: impl Client,
    turns: impl Iterator<Item = usize>,
    licenses: usize,
    length: Duration,
) -> anyhow::Result<Vec<f64>> {
    let begun = Instant::now();
    let mut latencies = Vec::new();
    for number in turns {
        let asked = Instant::now();
        client.check_out(number % licenses).await?;
        let since = begun.elapsed();
        if since > WARM_UP + length {
            break;
        }
        if since > WARM_UP {
            latencies.push(asked.elapsed().as_secs_f64());
        }
    }
    Ok(latencies)
}
