//! Looking after licenses nobody asks for: what expired returns, and what
//! became of reservations is found out, a few licenses at a time.

use std::sync::Arc;
use std::time::Duration;

use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::reclaim::reclaim;
use super::settle::settle;
use super::shards::merge_if_cool;
use super::stored::{Near, Stored, load_all, load_one};
use crate::context::{Service, Setback};
use crate::error::Error;
use crate::records::{self, Head};
use crate::store::{Change, Guard, Item, Key, Unavailable, Write};

/// How often there is a turn.
const EVERY: Duration = Duration::from_secs(10);
/// Licenses looked at in one turn.
const A_TURN: usize = 100;
/// Changes that reclaim of one license in one turn: what is left over then is
/// for the next.
const MOST_CHANGES: usize = 20;

/// What a turn came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tidied {
    /// Licenses that were looked at.
    pub licenses: usize,
    /// Expired checkouts whose quantities returned.
    pub reclaimed: usize,
    /// Reservations without a record whose quantities returned.
    pub returned: usize,
}

/// Where the next turn goes on: licenses of this account, those after this
/// place.
#[derive(Debug, Serialize, Deserialize)]
struct Reached {
    account: AccountId,
    after: String,
}

/// Tidies up as long as it is polled.
pub async fn look_after(service: Arc<Service>) {
    let mut turn = tokio::time::interval(EVERY);
    turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        let Ok(now) = service.clock.now() else { continue };
        match tidy(&service, now).await {
            Ok(Tidied { reclaimed: 0, returned: 0, .. }) => {}
            Ok(tidied) => tracing::info!(?tidied, "tidied up"),
            Err(error) => tracing::warn!(?error, "licenses are not looked after"),
        }
    }
}

/// Looks after the next licenses of this Region, in the order of their accounts
/// and ids; after the last, the first come again. Where it has come to stands
/// in the store, so that several processes share the work.
///
/// # Errors
/// [`Error`] if the store did not answer.
pub async fn tidy(service: &Service, now: Timestamp) -> Result<Tidied, Error> {
    let item = service.store.get(&[place()]).await?.pop().flatten();
    let mut reached: Option<Reached> = item.as_ref().map(Item::read).transpose()?;
    let mut tidied = Tidied::default();
    for account in service.directory.accounts().await? {
        let after = match &reached {
            Some(reached) if account.id < reached.account => continue,
            Some(reached) if account.id == reached.account => Some(reached.after.clone()),
            _ => None,
        };
        let mut query = records::heads(&account.id, A_TURN - tidied.licenses);
        query.after = after;
        let page = service.store.query(&query).await?;
        let heads: Vec<Head> = page.items.iter().map(Item::read).collect::<Result<_, Unavailable>>()?;
        tidied.licenses += heads.len();
        tidy_these(service, heads, now, &mut tidied).await;
        reached = None;
        if let Some(last) = page.items.last()
            && (page.more || tidied.licenses == A_TURN)
        {
            reached = Some(Reached { account: account.id, after: last.key.sort.clone() });
            break;
        }
    }
    let write = match (&reached, item) {
        (Some(reached), _) => Write::Put(Item::new(place(), reached)?, vec![]),
        (None, Some(_)) => Write::Delete(place(), vec![Guard::Present]),
        (None, None) => return Ok(tidied),
    };
    // Where it is not noted, these are looked at once more.
    let _ = service.store.commit(&Change(vec![write])).await;
    Ok(tidied)
}

/// Those that hold something, and that change in this Region (H-1). What a
/// deleted one held is over (L-25).
async fn tidy_these(service: &Service, heads: Vec<Head>, now: Timestamp, tidied: &mut Tidied) {
    let is_due = |head: &Head| head.deleted_at.is_none() && head.license.home_region == service.region;
    let arns: Vec<_> = heads.into_iter().filter(is_due).map(|head| head.license.license_arn).collect();
    for stored in load_what_can_be(service, &arns, now).await {
        if stored.pool.shards.is_empty() && stored.pool.used.values().all(|used| used.is_zero()) {
            continue;
        }
        match tidy_one(service, &stored, now, tidied).await {
            // Somebody is at it; what is left is for the next turn.
            Ok(()) | Err(Setback::Changed | Setback::Busy | Setback::Unknown) => {}
            Err(Setback::Fatal(error)) => skipped(stored.arn(), &error),
        }
    }
}

/// All at once, or those that can be read one by one.
async fn load_what_can_be(service: &Service, arns: &[LicenseArn], now: Timestamp) -> Vec<Stored> {
    if let Ok(all) = load_all(service, arns, Near::Own, now).await {
        return all;
    }
    let mut found = Vec::new();
    for arn in arns {
        match load_one(service, arn, Near::Own, now).await {
            Ok(stored) => found.extend(stored),
            Err(error) => skipped(arn, &error),
        }
    }
    found
}

/// The others have their turn all the same.
fn skipped(license: &LicenseArn, error: &Error) {
    tracing::warn!(%license, ?error, "a license is not looked after");
}

async fn tidy_one(
    service: &Service,
    stored: &Stored,
    now: Timestamp,
    tidied: &mut Tidied,
) -> Result<(), Setback> {
    for number in std::iter::once(None).chain(stored.pool.shards.keys().copied().map(Some)) {
        tidy_pool(service, stored.arn(), Near::Shard(number), now, tidied).await?;
    }
    if stored.pool.shards.is_empty() { Ok(()) } else { merge_if_cool(service, stored, now).await }
}

async fn tidy_pool(
    service: &Service,
    arn: &LicenseArn,
    near: Near,
    now: Timestamp,
    tidied: &mut Tidied,
) -> Result<(), Setback> {
    for turn in 0..MOST_CHANGES {
        let Some(stored) = load_one(service, arn, near, now).await? else { break };
        let pool = stored.at_hand();
        if turn == 0 {
            tidied.returned += settle(service, &stored, pool.stale(now), now).await?.returned;
        }
        match reclaim(service, &stored, pool, now).await? {
            0 => break,
            reclaimed => tidied.reclaimed += reclaimed,
        }
    }
    Ok(())
}

fn place() -> Key {
    Key::new("UPKEEP", "LICENSES")
}
