//! Making room: what returns to the pool without anybody returning it.

use licentia_core::checkout::{Checkout, Decision};
use licentia_core::pool::{Amounts, Pool};

use super::booking::check_age;
use crate::allow::Allowed;
use crate::context::{Context, Setback, Tries};
use crate::licenses::{Near, Stored, lend, load_one, merge_one, reclaim, settle, split};

/// Nobody has to sweep: one checkout in 16, as the digits of its token fall,
/// takes along up to 50 that ran out, so that they never pile up, and up to 16
/// reservations that nobody forgot.
pub(super) async fn sweep(cx: &Context, allowed: &Allowed<Stored>, checkout: &Checkout, decision: &Decision) {
    if checkout.token.ends_with('0') {
        let (service, stored) = (&*cx.service, allowed.get());
        let now = cx.time();
        let _ = settle(service, stored, stored.at_hand().stale(now), now).await;
        let after = decision.edit.applied_to(stored.at_hand());
        let _ = reclaim(service, stored, &after, cx.now).await;
    }
}

/// Where the store is too busy, this process takes from other shards; told so
/// twice, a request splits the pool.
pub(super) async fn split_if_hot(cx: &Context, allowed: &Allowed<Stored>, setback: &Setback, tries: &Tries) {
    if !matches!(setback, Setback::Busy) {
        return;
    }
    cx.service.recent.change_lanes();
    if tries.busy > 0 && cx.service.store.charges_for_transactions() {
        // If not now, then with another request.
        let _ = split(&cx.service, allowed.get(), cx.now).await;
    }
}

/// Finds out, before a request is refused, what became of other tries of it
/// that reserved something in the pool at hand: the license may have changed
/// since, and their answer is that of this one, too. A version merges all shards
/// before, and their reservations with them.
///
/// # Errors
/// [`Setback::Busy`] while one may still succeed; [`Setback::Changed`] if some
/// came to nothing, and others are to be looked at.
pub(super) async fn settle_other_tries(cx: &Context, stored: &Stored, token: &str) -> Result<(), Setback> {
    let reservations = stored.at_hand().reservations.iter();
    let tries = reservations.filter(|(_, reservation)| reservation.token == token);
    match settle(&cx.service, stored, tries, cx.time()).await.map_err(Setback::aside)?.returned {
        0 => Ok(()),
        _ => Err(Setback::Changed),
    }
}

/// What became of the wish for more room.
pub(super) enum Room {
    /// Something returned, or was lent: the license is to be looked at again.
    Made,
    /// Others may still give back what they reserved.
    Awaited,
    /// There is none.
    None,
}

/// Makes room for what is exhausted: returns what expired checkouts hold (E-9).
/// A shard is lent more, or is merged where there is too little left to lend:
/// only the license's own pool knows of the last ones.
///
/// # Errors
/// [`Setback::Changed`] if there is more room than when the pool was loaded:
/// somebody else made it. Also when whoever asks does so no longer: there may be
/// much to return before it gets its turn.
pub(super) async fn make_room(
    cx: &Context,
    allowed: &Allowed<Stored>,
    exhausted: &Amounts,
) -> Result<Room, Setback> {
    check_age(cx)?;
    make(cx, allowed.get(), exhausted).await.map_err(Setback::aside)
}

async fn make(cx: &Context, stored: &Stored, exhausted: &Amounts) -> Result<Room, Setback> {
    let service = &*cx.service;
    let pool = stored.at_hand();
    if let Some(shard) = &stored.shard {
        let is_done = reclaim(service, stored, pool, cx.now).await? > 0
            || lend(service, stored, exhausted, cx.now).await?;
        if !is_done {
            merge_one(service, stored.arn(), shard.number, cx.time()).await?;
        }
        return Ok(Room::Made);
    }
    let returned = match settle(service, stored, pool.holding(exhausted), cx.time()).await {
        Err(Setback::Busy) => return Ok(Room::Awaited),
        settled => settled?.returned,
    };
    if returned > 0 || reclaim(service, stored, pool, cx.now).await? > 0 {
        return Ok(Room::Made);
    }
    let present = load_one(service, stored.arn(), Near::Own, cx.now).await?;
    let is_as_full = present.is_some_and(|present| {
        let same = |pool: &Pool| (pool.revision, pool.renewed_at, pool.next_shard);
        same(&present.pool) == same(pool)
            && exhausted.keys().all(|name| present.pool.used(name) >= pool.used(name))
            && present.pool.holding(exhausted).all(|(attempt, _)| pool.reservations.contains_key(attempt))
    });
    if is_as_full { Ok(Room::None) } else { Err(Setback::Changed) }
}
