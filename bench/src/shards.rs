//! One license that many want at once, on a database of which each partition
//! takes 1,000 write units a second, as DynamoDB's do: simulated, in a time of
//! its own. Beside what one pool could sell.

use licentia_tests::heat::{Heat, Second, Sold, sell_out};

use crate::table::{Table, Unit};

/// Write units a second that a partition of DynamoDB takes.
const LIMIT: u32 = 1000;
const PEER: &str = "one item, 1 KB a write";

pub(crate) fn measure(table: &mut Table, quick: bool) -> anyhow::Result<()> {
    let seats = if quick { 20_000 } else { 150_000 };
    let Sold { seconds, seats: sold, used } = sell_out(Heat { limit: LIMIT, processes: 256, seats });
    anyhow::ensure!((sold, used) == (seats, seats), "{sold} seats of {seats} sold, {used} taken");
    let figure = |second: &Second| u32::try_from(second.checkouts).map(f64::from);
    let mut shown = 0;
    for (second, number) in seconds.iter().zip(1..) {
        if second.shards > shown {
            shown = second.shards;
            let name = format!("second {number}, {shown} shards by its end");
            table.row(name, figure(second)?, PEER, f64::from(LIMIT), Unit::PerSecond);
        }
    }
    if let Some(fastest) = seconds.iter().max_by_key(|second| second.checkouts) {
        let name = format!("the fastest second, {} shards", fastest.shards);
        table.row(name, figure(fastest)?, PEER, f64::from(LIMIT), Unit::PerSecond);
    }
    let took = f64::from(u32::try_from(seconds.len())?);
    let all = f64::from(u32::try_from(seats)?);
    let name = format!("all {seats} seats, in {took} s, exact to the last");
    table.row(name, all / took, PEER, f64::from(LIMIT), Unit::PerSecond);
    Ok(())
}
