//! Booking a checkout: what it takes from the pool, and its record.
//!
//! Where the store charges for transactions these are two writes, the pool
//! first. Between them a [`Reservation`] in the pool names the attempt, and so
//! does the record. Whatever becomes of the process that made it,
//! [`settle`](crate::licenses) finds out from the record: it is there, and the
//! reservation goes; or it is not, then the attempt is given up in its place,
//! and what it took returns.

use licentia_core::checkout::{Checkout, Decision};
use licentia_core::pool::{Edit, Reservation};

use super::signing::as_answered;
use super::stored::{check_same_request, sized};
use crate::admission::Overloaded;
use crate::allow::Allowed;
use crate::context::{Context, Setback};
use crate::error::Error;
use crate::events::{ConsumptionState, Event};
use crate::licenses::{Stored, cancel};
use crate::records::{self, CheckoutPlace, CheckoutRecord};
use crate::sign::Signed;
use crate::store::{Change, CommitError, Guard, Write};
use crate::telemetry::metrics::Overload;

/// Seconds after which nothing is booked any more for a request: most clients
/// have hung up by then.
const MOST_AGE_SECONDS: u32 = 30;
/// How often one write is asked for again while nobody knows whether it was
/// applied, or the store is busy.
const ASKED_AGAIN: usize = 3;

/// Books a decision, and answers the checkout that stands: another one where
/// an earlier try of the same request was faster.
pub(super) async fn book(
    cx: &Context,
    allowed: &Allowed<Stored>,
    mut checkout: Checkout,
    signed: Option<Signed>,
    decision: &Decision,
) -> Result<Checkout, Setback> {
    check_age(cx)?;
    let is_apart = cx.service.store.charges_for_transactions()
        && !decision.edit.is_empty()
        && decision.edit.rows.len() <= records::ROWS_APART;
    // Long enough for one pool, in which it is at most some seconds.
    checkout.attempt = match is_apart {
        true => Some(format!("{:016x}", getrandom::u64().map_err(Error::internal)?)),
        false => None,
    };
    let (token, signature) = signed.map(|signed| (signed.token, signed.kept)).unzip();
    checkout.signed_token = token;
    let record = CheckoutRecord { checkout, request: cx.fingerprint(), signature };
    let Some(attempt) = record.checkout.attempt.clone() else {
        return together(cx, allowed, record, decision).await;
    };
    let Checkout { token, kind, .. } = &record.checkout;
    let reservation = Reservation::of(decision, allowed.get().at_hand(), token, *kind, cx.time());
    reserve(cx, allowed, &attempt, reservation, &decision.edit).await?;
    confirm(cx, allowed, &attempt, record).await
}

/// Whether somebody still waits for the answer, and what was decided when the
/// request came is worth booking: a checkout that was over before it was made
/// would count until its reservation is settled. No checkout lasts less than a
/// minute.
pub(super) fn check_age(cx: &Context) -> Result<(), Setback> {
    let is_old = cx.now.plus_seconds(MOST_AGE_SECONDS) <= cx.time();
    let overloaded =
        if is_old { Err(Overloaded::new(Overload::Deadline)) } else { cx.origin.check_deadline() };
    overloaded.map_err(|overloaded| Setback::Fatal(overloaded.into()))
}

/// In one change.
async fn together(
    cx: &Context,
    allowed: &Allowed<Stored>,
    record: CheckoutRecord,
    decision: &Decision,
) -> Result<Checkout, Setback> {
    let mut guard = Guard::Absent;
    loop {
        let mut writes = vec![put(&record, guard)?];
        writes.extend(allowed.get().write(&decision.edit));
        match cx.apply_telling(allowed, Change(writes), &[taken(cx, &record)]).await {
            Ok(()) => return Ok(record.checkout),
            Err(CommitError::Refused { write: 0, present }) => match CheckoutPlace::read(present.as_deref())?
            {
                CheckoutPlace::Taken(there) => return earlier(cx, allowed, *there).await,
                // Of attempts that were given up this is none.
                CheckoutPlace::Free(given_up) => guard = given_up.unchanged(),
            },
            Err(error) => return Err(error.into()),
        }
    }
}

/// The first write: takes from the pool, under the name of the attempt. It is
/// sent once: one that arrives after its reservation was forgotten would take
/// again, and nobody would return it.
async fn reserve(
    cx: &Context,
    allowed: &Allowed<Stored>,
    attempt: &str,
    reservation: Reservation,
    edit: &Edit,
) -> Result<(), Setback> {
    let stored = allowed.get();
    let arn = stored.arn();
    let confirm = cx.service.recent.take_confirmed(arn, stored.number());
    let edit = Edit { reserve: [(attempt.to_owned(), reservation)].into(), confirm, ..edit.clone() };
    let done = cx.apply(allowed, &stored.change(&edit)).await;
    if done.is_err() {
        // They are forgotten with another write.
        edit.confirm.iter().for_each(|attempt| cx.service.recent.confirm(arn, stored.number(), attempt));
    }
    if let Err(CommitError::Unknown(_)) = done {
        // One that arrives later still is settled when it is stale.
        let _ = cancel(&cx.service, allowed.get(), attempt, cx.now).await;
    }
    Ok(done?)
}

/// The second write: the record. From then on the checkout is taken.
async fn confirm(
    cx: &Context,
    allowed: &Allowed<Stored>,
    attempt: &str,
    record: CheckoutRecord,
) -> Result<Checkout, Setback> {
    let arn = record.checkout.license_arn.clone();
    let mut guard = Guard::Absent;
    loop {
        let change = Change(vec![put(&record, guard)?]);
        match asked(cx, allowed, &change, &[taken(cx, &record)]).await {
            Ok(()) => {
                cx.service.recent.confirm(&arn, record.checkout.shard, attempt);
                return Ok(record.checkout);
            }
            Err(CommitError::Refused { write: 0, present }) => match CheckoutPlace::read(present.as_deref())?
            {
                // A write whose answer was lost.
                CheckoutPlace::Taken(there) if there.checkout.attempt.as_deref() == Some(attempt) => {
                    cx.service.recent.confirm(&arn, record.checkout.shard, attempt);
                    return Ok(record.checkout);
                }
                CheckoutPlace::Taken(there) => {
                    // It is settled when it is stale, if not now.
                    let _ = cancel(&cx.service, allowed.get(), attempt, cx.now).await;
                    return earlier(cx, allowed, *there).await;
                }
                CheckoutPlace::Free(given_up) if given_up.has(attempt) => return Err(Setback::Changed),
                CheckoutPlace::Free(given_up) => guard = given_up.unchanged(),
            },
            Err(error @ (CommitError::Unavailable(_) | CommitError::Busy | CommitError::Refused { .. })) => {
                let _ = cancel(&cx.service, allowed.get(), attempt, cx.now).await;
                return Err(error.into());
            }
            // Perhaps it is there: whoever looks later finds out.
            Err(error @ CommitError::Unknown(_)) => return Err(error.into()),
        }
    }
}

/// Writes a record, which recognises itself and so can be written again.
async fn asked(
    cx: &Context,
    allowed: &Allowed<Stored>,
    change: &Change,
    events: &[Event],
) -> Result<(), CommitError> {
    let mut unknown = None;
    for _ in 0..ASKED_AGAIN {
        match cx.apply_telling(allowed, change.clone(), events).await {
            Err(CommitError::Unknown(why)) => unknown = Some(CommitError::Unknown(why)),
            Err(CommitError::Busy) => {}
            // Says nothing of a write whose answer was lost.
            Err(CommitError::Unavailable(_)) if unknown.is_some() => {}
            done => return done,
        }
    }
    Err(unknown.unwrap_or(CommitError::Busy))
}

fn put(record: &CheckoutRecord, guard: Guard) -> Result<Write, Error> {
    Ok(Write::Put(sized(records::checkout_item(record)?)?, vec![guard]))
}

fn taken(cx: &Context, record: &CheckoutRecord) -> Event {
    Event::consumption(&record.checkout, ConsumptionState::CheckedOut, cx.now)
}

/// The checkout that an earlier try of the same request made.
async fn earlier(
    cx: &Context,
    allowed: &Allowed<Stored>,
    record: CheckoutRecord,
) -> Result<Checkout, Setback> {
    check_same_request(cx, &record.request)?;
    Ok(as_answered(cx, record, Some(&allowed.get().head.license)).await?)
}
