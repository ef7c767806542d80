//! Every license, one after the other, and what is done about a pool that
//! drifted.

use std::time::Duration;

use licentia_core::arn::LicenseArn;
use licentia_core::quantity::Quantity;
use serde_json::json;

use super::look::{Drifted, Finding, look};
use super::{Drift, Report};
use crate::progress::{Progress, Told};
use crate::records::{self, Head};
use crate::store::{Change, CommitError, Edit, Guard, Item, Key, Path, Store, Unavailable, Whole, Write};

/// Licenses read at once.
const PAGE: usize = 100;
/// How often a pool is looked at that changes meanwhile, or does not fit: an
/// index may lag behind.
const LOOKS: usize = 5;
/// How often more a drift must be found, as much each time, before a pool says
/// less for it.
const ROUNDS_BEFORE_LOWERING: usize = 3;

/// How long to wait before a license is looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pauses {
    /// After a look that found its pool changing, or not as it should be.
    pub between_looks: Duration,
    /// Each time before a pool that says too much is looked at anew.
    pub before_lowering: Duration,
}

impl Default for Pauses {
    /// DynamoDB's index usually lags behind by far less than a second. Where it
    /// falls behind for longer, half a minute in three rounds lets it catch up,
    /// or show another drift.
    fn default() -> Self {
        Self { between_looks: Duration::from_millis(500), before_lowering: Duration::from_secs(10) }
    }
}

/// Looks at every license, and repairs the pools that drifted if it is asked
/// to.
///
/// A pool that says too little is raised at once: all that was counted is
/// there. One that says too much is lowered after longer: what an index does
/// not list yet looks as if nothing held it, and would be sold again.
///
/// # Errors
/// [`Unavailable`] if the store did not answer.
pub async fn examine(
    store: &dyn Whole,
    is_to_repair: bool,
    pauses: Pauses,
    told: Told<'_>,
) -> Result<Report, Unavailable> {
    let mut report = Report::default();
    let mut too_high = Vec::new();
    let mut after: Option<Key> = None;
    loop {
        let page = store.scan(after.as_ref(), PAGE).await?;
        for item in &page.items {
            let Some(head) = head(item)? else { continue };
            let arn = head.license.license_arn;
            report.licenses += 1;
            match look_again(store, &arn, pauses).await {
                Ok(Finding::Drifted(drifted)) if is_to_repair && drifted.would_lower() => {
                    too_high.push((arn, *drifted));
                }
                Ok(finding) => conclude(store, arn, finding, is_to_repair, &mut report).await?,
                Err(why) => report.unreadable.push((arn, why.to_string())),
            }
            told(Progress { step: "licenses looked at", done: report.licenses, of: None });
        }
        after = page.items.last().map(|item| item.key.clone());
        if !page.more {
            break;
        }
    }
    lower(store, too_high, pauses, &mut report, told).await?;
    Ok(report)
}

/// A license that is there, if the item is one: what a deleted one held is
/// over (L-25).
fn head(item: &Item) -> Result<Option<Head>, Unavailable> {
    if !item.key.sort.starts_with("L#") || !item.body.contains_key("license") {
        return Ok(None);
    }
    let head: Head = item.read()?;
    let is_there = records::head_key(&head.license.license_arn) == item.key && head.deleted_at.is_none();
    Ok(is_there.then_some(head))
}

/// Looks until a pool fits, some times at most. A drift is one if it was found
/// twice in a row: what was returned and taken again during one look leaves the
/// pool as it was.
async fn look_again(store: &dyn Store, arn: &LicenseArn, pauses: Pauses) -> Result<Finding, Unavailable> {
    let mut before = None;
    for look_number in 0..LOOKS {
        if look_number > 0 {
            tokio::time::sleep(pauses.between_looks).await;
        }
        match look(store, arn).await? {
            sound @ Finding::Sound { .. } => return Ok(sound),
            Finding::Restless => before = None,
            Finding::Drifted(drifted) => {
                let is_same = before.as_ref().is_some_and(|before| drifted.is_as_much_as(before));
                if is_same && look_number + 1 == LOOKS {
                    return Ok(Finding::Drifted(drifted));
                }
                before = Some(*drifted);
            }
        }
    }
    Ok(Finding::Restless)
}

/// Repairs the pools that say as much too much in every round; the pauses are
/// of all of them together.
async fn lower(
    store: &dyn Store,
    mut too_high: Vec<(LicenseArn, Drifted)>,
    pauses: Pauses,
    report: &mut Report,
    told: Told<'_>,
) -> Result<(), Unavailable> {
    for round in 1..=ROUNDS_BEFORE_LOWERING {
        if too_high.is_empty() {
            break;
        }
        let of = u64::try_from(too_high.len()).ok();
        told(Progress { step: "looking again before a pool says less", done: 0, of });
        tokio::time::sleep(pauses.before_lowering).await;
        for (arn, before) in std::mem::take(&mut too_high) {
            match look_again(store, &arn, pauses).await? {
                Finding::Drifted(drifted) if !drifted.is_as_much_as(&before) => report.restless.push(arn),
                Finding::Drifted(drifted) if round < ROUNDS_BEFORE_LOWERING => too_high.push((arn, *drifted)),
                finding => conclude(store, arn, finding, true, report).await?,
            }
        }
    }
    Ok(())
}

async fn conclude(
    store: &dyn Store,
    license: LicenseArn,
    finding: Finding,
    is_to_repair: bool,
    report: &mut Report,
) -> Result<(), Unavailable> {
    match finding {
        Finding::Sound { checkouts } => report.checkouts += checkouts,
        Finding::Restless => report.restless.push(license),
        Finding::Drifted(drifted) => {
            let is_repaired = is_to_repair && repair(store, &license, &drifted).await?;
            report.drifted.push(Drift { license, entitlements: drifted.entitlements(), is_repaired });
        }
    }
    Ok(())
}

/// Makes the license's own pool say as much more or less as was counted, if it
/// is as it was, and says that much; whether it does.
async fn repair(store: &dyn Store, arn: &LicenseArn, drifted: &Drifted) -> Result<bool, Unavailable> {
    let pool = &drifted.pools.own;
    let as_seen = |member, value| Guard::Equals(Path::member(member), value);
    let guards = vec![
        as_seen("counted_from", json!(pool.counted_from)),
        as_seen("used", json!(pool.used)),
        as_seen("spent", json!(pool.spent)),
        as_seen("reservations", json!(pool.reservations)),
        as_seen("shards", json!(pool.shards)),
    ];
    let by = |said: Quantity, counted: Quantity| counted.units().cast_signed() - said.units().cast_signed();
    let mut edits = Vec::new();
    for (name, said, counted) in drifted.entitlements() {
        let by = by(said, counted);
        // Too much stands in a shard.
        if pool.used(&name).units().checked_add_signed(by).is_none() {
            return Ok(false);
        }
        edits.push(Edit::Add(Path::entry("used", &name), by));
    }
    match store.commit(&Change(vec![Write::Update(records::pool_key(arn), guards, edits)])).await {
        Ok(()) => Ok(true),
        Err(CommitError::Refused { .. } | CommitError::Busy) => Ok(false),
        Err(CommitError::Unavailable(why) | CommitError::Unknown(why)) => Err(why),
    }
}
