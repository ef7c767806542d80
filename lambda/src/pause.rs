//! Pauses before something is tried again.

use std::time::Duration;

/// Waits: half as long as this to quite as long, by chance, so that those that
/// failed together do not come back together.
pub async fn pause(longest: Duration) {
    let half = longest / 2;
    tokio::time::sleep(half + by_chance(half)).await;
}

/// Some time up to this one, which is meant where there is no chance to be had.
#[must_use]
pub fn by_chance(longest: Duration) -> Duration {
    let chance = getrandom::u32().unwrap_or(u32::MAX);
    longest.mul_f64(f64::from(chance) / f64::from(u32::MAX))
}
