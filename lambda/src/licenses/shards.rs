//! Splitting the pool of a license that many want at once, and merging it
//! again (see `core`'s `pool::protocol`).

use std::time::Duration;

use licentia_core::arn::LicenseArn;
use licentia_core::pool::{Amounts, Edit, Loan, Pool, Split, Warmth};
use licentia_core::time::Timestamp;

use super::settle::{Settled, confirmed, settle};
use super::stored::{Near, Stored, load_one};
use crate::context::{Service, Setback};
use crate::pause::pause;
use crate::records;
use crate::store::{Change, CommitError, Unavailable};
use crate::telemetry::metrics::{self, Reshaped};

/// How often a shard is tried to be merged while others take and return.
const TRIES: usize = 10;
/// How long a store that is too busy is left alone, at most.
const BUSY: Duration = Duration::from_millis(100);
/// Reservations that are carried along when a shard is merged: one change takes
/// only so many.
const CARRIED: usize = 40;

/// Splits the pool further, if it is as it was loaded and worth it. Answers
/// whether it was split.
///
/// # Errors
/// [`Setback`]; others may have split it.
pub(crate) async fn split(service: &Service, stored: &Stored, now: Timestamp) -> Result<bool, Setback> {
    let Some(Split { edit, shards }) = stored.pool.splitting(&stored.head.license, now) else {
        return Ok(false);
    };
    let mut writes: Vec<_> = stored.write_own(&edit).into_iter().collect();
    for (number, shard) in &shards {
        writes.push(records::put_shard(stored.arn(), *number, shard)?);
    }
    service.store.commit(&Change(writes)).await?;
    service.recent.forget_license(stored.arn());
    metrics::reshaped(Reshaped::Split);
    Ok(true)
}

/// Lends the shard at hand more, so that it has so much of some entitlements.
/// Answers whether there was enough to lend.
///
/// # Errors
/// [`Setback`].
pub(crate) async fn lend(
    service: &Service,
    stored: &Stored,
    wanted: &Amounts,
    now: Timestamp,
) -> Result<bool, Setback> {
    let loan = stored
        .shard
        .as_ref()
        .and_then(|shard| stored.pool.lending(shard.number, &shard.pool, &stored.head.license, wanted, now));
    let Some(Loan { edit, shard }) = loan else { return Ok(false) };
    let writes = stored.write_own(&edit).into_iter().chain(stored.write(&shard)).collect();
    service.store.commit(&Change(writes)).await?;
    metrics::reshaped(Reshaped::Lent);
    Ok(true)
}

/// Merges all shards, and keeps the pool from being split for a while: then the
/// license's own pool knows of all that is taken.
///
/// # Errors
/// [`Setback`]; what is merged by then is.
pub(crate) async fn merge(service: &Service, arn: &LicenseArn, now: Timestamp) -> Result<(), Setback> {
    let Some(stored) = load_one(service, arn, Near::Own, now).await? else { return Ok(()) };
    if let Some(edit) = stored.pool.keeping_whole(now) {
        service.store.commit(&Change(stored.write_own(&edit).into_iter().collect())).await?;
    }
    merge_these(service, &stored, now).await
}

async fn merge_these(service: &Service, stored: &Stored, now: Timestamp) -> Result<(), Setback> {
    for &number in stored.pool.shards.keys() {
        merge_one(service, stored.arn(), number, now).await?;
    }
    Ok(())
}

/// Merges shards that are not worth having any more.
///
/// # Errors
/// [`Setback`].
pub(crate) async fn merge_if_cool(service: &Service, stored: &Stored, now: Timestamp) -> Result<(), Setback> {
    let Some(shards) = shards(service, stored).await? else { return Ok(()) };
    let taken = shards.iter().map(|(_, shard)| shard.taken).sum();
    match stored.pool.warmth(taken, now) {
        Warmth::Unknown => Ok(()),
        Warmth::Hot(watched) => {
            let edit = Edit { watch: Some(watched), ..Edit::default() };
            let writes = stored.write_own(&edit).into_iter().collect();
            Ok(service.store.commit(&Change(writes)).await?)
        }
        Warmth::Cool => merge_these(service, stored, now).await,
    }
}

/// Merges one shard, if it was not yet: first nothing more is taken from it,
/// then it is merged as it is; who returns something in between is waited for.
///
/// # Errors
/// [`Setback`].
pub(crate) async fn merge_one(
    service: &Service,
    arn: &LicenseArn,
    number: u64,
    now: Timestamp,
) -> Result<(), Setback> {
    for _ in 0..TRIES {
        let Some(stored) = load_one(service, arn, Near::Shard(Some(number)), now).await? else {
            return Ok(());
        };
        let Some(shard) = &stored.shard else { return Ok(()) };
        let is_last = shard.pool.is_closed();
        let change = if is_last {
            // Reservations whose records are there have done their part.
            let confirmed = confirmed(service, shard.pool.reservations.values()).await?;
            let mut rest = shard.pool.clone();
            rest.reservations.retain(|attempt, _| !confirmed.contains(attempt));
            if rest.reservations.len() > CARRIED {
                // What became of the old ones is found out first.
                match settle(service, &stored, shard.pool.stale(now), now).await? {
                    Settled { returned: 0, forgotten: 0 } => return Err(Setback::Busy),
                    _ => continue,
                }
            }
            let license = &stored.head.license;
            let Some(edit) = stored.pool.merging(number, &rest, license, now) else { return Ok(()) };
            let mut writes = vec![records::remove_shard(arn, number, &shard.pool)];
            writes.extend(stored.write_own(&edit));
            Change(writes)
        } else {
            stored.change(&shard.pool.shutting())
        };
        match service.store.commit(&change).await {
            Ok(()) if is_last => {
                service.recent.forget_license(arn);
                metrics::reshaped(Reshaped::Merged);
                return Ok(());
            }
            // Whatever came of it is read again.
            Ok(()) | Err(CommitError::Refused { .. } | CommitError::Unknown(_)) => {}
            Err(CommitError::Busy) => pause(BUSY).await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(Setback::Busy)
}

/// The pool of the license as a whole, what its shards hold counted in; `None`
/// if one was merged meanwhile.
///
/// # Errors
/// [`Unavailable`] if the store did not answer.
pub(crate) async fn whole(
    service: &Service,
    stored: &Stored,
    now: Timestamp,
) -> Result<Option<Pool>, Unavailable> {
    let Some(shards) = shards(service, stored).await? else { return Ok(None) };
    let shards = shards.iter().map(|(number, shard)| (*number, shard));
    Ok(Some(stored.pool.whole(shards, &stored.head.license, now)))
}

/// All shards by number; `None` if one was merged meanwhile.
async fn shards(service: &Service, stored: &Stored) -> Result<Option<Vec<(u64, Pool)>>, Unavailable> {
    let numbers: Vec<u64> = stored.pool.shards.keys().copied().collect();
    let keys: Vec<_> = numbers.iter().map(|&number| records::shard_key(stored.arn(), number)).collect();
    let items = if keys.is_empty() { vec![] } else { service.store.get(&keys).await? };
    let mut shards = Vec::new();
    for (number, item) in numbers.into_iter().zip(items) {
        let Some(item) = item else { return Ok(None) };
        shards.push((number, item.read()?));
    }
    Ok(Some(shards))
}
