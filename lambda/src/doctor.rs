//! Holds every license's pool against its checkouts: what is consumed, counted
//! anew.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use licentia_core::arn::LicenseArn;
use licentia_core::checkout::Checkout;
use licentia_core::pool::{Amounts, Pool};
use licentia_core::quantity::Quantity;
use licentia_core::time::Timestamp;
use serde_json::json;

use crate::progress::{Progress, Told};
use crate::records::{self, CheckoutPlace, CheckoutRecord, Head};
use crate::store::{Change, CommitError, Edit, Guard, Item, Key, Path, Store, Unavailable, Whole, Write};

/// Records read at once.
const PAGE: usize = 100;
/// How often a pool is looked at that changes meanwhile, or does not fit: an
/// index may lag behind.
const LOOKS: usize = 5;
/// How long an index lags behind, usually far less.
const PAUSE: Duration = Duration::from_millis(500);

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many licenses were looked at, and checkouts of them that hold
    /// something.
    pub licenses: u64,
    /// The same of checkouts.
    pub checkouts: u64,
    /// The pools that do not hold what they should.
    pub drifted: Vec<Drift>,
    /// Licenses that changed whenever they were looked at.
    pub restless: Vec<LicenseArn>,
}

/// A pool that does not hold what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// Of this license.
    pub license: LicenseArn,
    /// What the pool says is consumed, and what it should, of each entitlement
    /// of which they differ.
    pub entitlements: Vec<(String, Quantity, Quantity)>,
    /// Whether the pool now says what it should.
    pub is_repaired: bool,
}

/// What one license came to.
enum Finding {
    Sound { checkouts: u64 },
    Drifted(Pool, Amounts),
    Restless,
}

/// Looks at every license, and repairs the pools that drifted if it is asked
/// to.
///
/// # Errors
/// [`Unavailable`] if the store did not answer.
pub async fn examine(store: &dyn Whole, is_to_repair: bool, told: Told<'_>) -> Result<Report, Unavailable> {
    let mut report = Report::default();
    let mut after: Option<Key> = None;
    loop {
        let page = store.scan(after.as_ref(), PAGE).await?;
        for item in &page.items {
            let Some(head) = head(item)? else { continue };
            examine_one(store, &head, is_to_repair, &mut report).await?;
            told(Progress { step: "licenses looked at", done: report.licenses, of: None });
        }
        after = page.items.last().map(|item| item.key.clone());
        if !page.more {
            return Ok(report);
        }
    }
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

async fn examine_one(
    store: &dyn Store,
    head: &Head,
    is_to_repair: bool,
    report: &mut Report,
) -> Result<(), Unavailable> {
    let arn = &head.license.license_arn;
    report.licenses += 1;
    let mut finding = look(store, arn).await?;
    for _ in 1..LOOKS {
        if let Finding::Sound { .. } = finding {
            break;
        }
        tokio::time::sleep(PAUSE).await;
        finding = look(store, arn).await?;
    }
    match finding {
        Finding::Sound { checkouts } => report.checkouts += checkouts,
        Finding::Restless => report.restless.push(arn.clone()),
        Finding::Drifted(pool, counted) => {
            let is_repaired = is_to_repair && repair(store, arn, &pool, &counted).await?;
            let names: BTreeSet<&String> = pool.used.keys().chain(counted.keys()).collect();
            let of = |name: &String| {
                let counted = counted.get(name).copied().unwrap_or_default();
                (name.clone(), pool.used(name), counted)
            };
            let entitlements =
                names.into_iter().map(of).filter(|(_, said, counted)| said != counted).collect();
            report.drifted.push(Drift { license: arn.clone(), entitlements, is_repaired });
        }
    }
    Ok(())
}

/// Counts what a license's checkouts hold, between two looks at its pool.
async fn look(store: &dyn Store, arn: &LicenseArn) -> Result<Finding, Unavailable> {
    let Some(pool) = pool(store, arn).await? else { return Ok(Finding::Sound { checkouts: 0 }) };
    let mut counted = pool.spent.clone();
    let mut checkouts = 0;
    let mut attempts = BTreeSet::new();
    let mut query = records::expiring(arn, None, Timestamp::MIN, Timestamp::MAX, PAGE);
    loop {
        let page = store.query(&query).await?;
        for checkout in running(store, &page.items).await? {
            checkouts += 1;
            if checkout.license_version >= pool.counted_from {
                checkout.held().for_each(|(name, quantity)| add(&mut counted, name, quantity));
            }
            attempts.extend(checkout.attempt.filter(|attempt| pool.reservations.contains_key(attempt)));
        }
        query.after = page.items.last().and_then(|item| item.index.as_ref()).map(|key| key.sort.clone());
        if !page.more {
            break;
        }
    }
    // What is spent for good stands with what is spent.
    let pending = pool
        .reservations
        .iter()
        .filter(|(attempt, reservation)| reservation.spent_since.is_none() && !attempts.contains(*attempt));
    for (name, &quantity) in pending.flat_map(|(_, reservation)| &reservation.taken) {
        add(&mut counted, name, quantity);
    }
    let names: BTreeSet<&String> = pool.used.keys().chain(counted.keys()).collect();
    let fits = names.iter().all(|name| counted.get(*name).copied().unwrap_or_default() == pool.used(name));
    Ok(match self::pool(store, arn).await? {
        Some(present) if present == pool && fits => Finding::Sound { checkouts },
        Some(present) if present == pool => Finding::Drifted(pool, counted),
        _ => Finding::Restless,
    })
}

async fn pool(store: &dyn Store, arn: &LicenseArn) -> Result<Option<Pool>, Unavailable> {
    let item = store.get(&[records::pool_key(arn)]).await?.pop().flatten();
    item.map(|item| item.read()).transpose()
}

/// The checkouts that an index lists, as they are now, without those that have
/// ended.
async fn running(store: &dyn Store, listed: &[Item]) -> Result<Vec<Checkout>, Unavailable> {
    let keys: Vec<Key> = listed.iter().map(|item| item.key.clone()).collect();
    let items = if keys.is_empty() { vec![] } else { store.get(&keys).await? };
    let mut running = Vec::new();
    for item in &items {
        if let CheckoutPlace::Taken(record) = CheckoutPlace::read(item.as_ref())? {
            let CheckoutRecord { checkout, .. } = *record;
            running.extend(checkout.ended.is_none().then_some(checkout));
        }
    }
    Ok(running)
}

fn add(amounts: &mut Amounts, name: &str, quantity: Quantity) {
    let amount = amounts.entry(name.to_owned()).or_default();
    *amount = amount.plus(quantity).unwrap_or(Quantity::MAX);
}

/// Makes the pool say what was counted, if it is as it was; whether it was.
async fn repair(
    store: &dyn Store,
    arn: &LicenseArn,
    pool: &Pool,
    counted: &Amounts,
) -> Result<bool, Unavailable> {
    let as_seen = |member, value| Guard::Equals(Path::member(member), value);
    let guards = vec![
        as_seen("counted_from", json!(pool.counted_from)),
        as_seen("used", json!(pool.used)),
        as_seen("spent", json!(pool.spent)),
        as_seen("reservations", json!(pool.reservations)),
    ];
    let edits = vec![Edit::Set(Path::member("used"), json!(counted))];
    match store.commit(&Change(vec![Write::Update(records::pool_key(arn), guards, edits)])).await {
        Ok(()) => Ok(true),
        Err(CommitError::Refused { .. } | CommitError::Busy) => Ok(false),
        Err(CommitError::Unavailable(why) | CommitError::Unknown(why)) => Err(why),
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { license, entitlements, is_repaired } = self;
        for (name, said, counted) in entitlements {
            let what = if *is_repaired { "repaired" } else { "drifted" };
            writeln!(f, "{license}: {name}: the pool said {said}, its checkouts hold {counted}: {what}")?;
        }
        Ok(())
    }
}
