//! Making room: what returns to the pool without anybody returning it.

use licentia_core::checkout::{Checkout, Decision};
use licentia_core::pool::Pool;

use crate::allow::Allowed;
use crate::context::{Context, Setback};
use crate::licenses::{Stored, load_all, reclaim, settle};

/// Nobody has to sweep: one checkout in 16, as the digits of its token fall,
/// takes along up to 50 that ran out, so that they never pile up, and up to 16
/// reservations that nobody forgot.
pub(super) async fn sweep(cx: &Context, allowed: &Allowed<Stored>, checkout: &Checkout, decision: &Decision) {
    if checkout.token.ends_with('0') {
        let (service, stored) = (&*cx.service, allowed.get());
        let now = cx.time();
        let _ = settle(service, stored, stored.pool.stale(now), now).await;
        let after = decision.edit.applied_to(&stored.pool);
        let _ = reclaim(service, stored, &after, cx.now).await;
    }
}

/// Makes room for what is exhausted: returns what expired checkouts hold (E-9).
/// Answers whether there were any.
///
/// # Errors
/// [`Setback::Changed`] if there is more room than when the pool was loaded:
/// somebody else made it.
pub(super) async fn make_room(
    cx: &Context,
    allowed: &Allowed<Stored>,
    exhausted: &[String],
) -> Result<bool, Setback> {
    let (service, stored) = (&*cx.service, allowed.get());
    let Stored { pool, .. } = stored;
    if settle(service, stored, pool.holding(exhausted), cx.time()).await?.returned > 0
        || reclaim(service, stored, pool, cx.now).await? > 0
    {
        return Ok(true);
    }
    let present = load_all(service, std::slice::from_ref(stored.arn()), cx.now).await?.pop();
    let is_as_full = present.is_some_and(|present| {
        let same = |pool: &Pool| (pool.revision, pool.renewed_at);
        same(&present.pool) == same(pool)
            && exhausted.iter().all(|name| present.pool.used(name) >= pool.used(name))
            && present.pool.holding(exhausted).all(|(attempt, _)| pool.reservations.contains_key(attempt))
    });
    if is_as_full { Ok(false) } else { Err(Setback::Changed) }
}
