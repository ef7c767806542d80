//! One look at a license: its checkouts, counted between two looks at its pool.

use std::collections::{BTreeSet, HashSet};

use licentia_core::arn::LicenseArn;
use licentia_core::checkout::{Checkout, Kind};
use licentia_core::pool::{Amounts, Pool};
use licentia_core::quantity::Quantity;
use licentia_core::time::Timestamp;

use crate::records::{self, CheckoutPlace, CheckoutRecord};
use crate::store::{Item, Key, Store, Unavailable};

/// Records read at once.
const PAGE: usize = 100;

/// What one license came to.
pub(super) enum Finding {
    Sound { checkouts: u64 },
    Drifted(Drifted),
    Restless,
}

/// A pool, and what was counted while it stayed as it is.
pub(super) struct Drifted {
    pub(super) pool: Pool,
    pub(super) counted: Amounts,
}

impl Drifted {
    /// What the pool says is consumed, and what was counted, of each
    /// entitlement of which they differ.
    pub(super) fn entitlements(&self) -> Vec<(String, Quantity, Quantity)> {
        let names: BTreeSet<&String> = self.pool.used.keys().chain(self.counted.keys()).collect();
        let of = |name: &String| {
            let counted = self.counted.get(name).copied().unwrap_or_default();
            (name.clone(), self.pool.used(name), counted)
        };
        names.into_iter().map(of).filter(|(_, said, counted)| said != counted).collect()
    }

    /// Whether less was counted of an entitlement than the pool says.
    pub(super) fn would_lower(&self) -> bool {
        self.entitlements().iter().any(|(_, said, counted)| counted < said)
    }

    /// Whether the pools differ by the same from what was counted, however
    /// much is consumed by now.
    pub(super) fn is_as_much_as(&self, other: &Self) -> bool {
        let differences = |drifted: &Self| -> Vec<(String, i128)> {
            let by =
                |said: Quantity, counted: Quantity| i128::from(said.units()) - i128::from(counted.units());
            let all = drifted.entitlements().into_iter();
            all.map(|(name, said, counted)| (name, by(said, counted))).collect()
        };
        differences(self) == differences(other)
    }
}

/// Counts what a license's checkouts hold, between two looks at its pool.
///
/// A checkout that is extended meanwhile moves in the index, and one whose page
/// was read may be listed again. Both times it is where the index has it, so
/// that no comparison of places tells; nor does their order, for where the time
/// to live became shorter, an extension leads back. So the tokens of checkouts
/// that can be extended are remembered while one license is looked at: 16 bytes
/// each, a million of them in less than 40 MB.
pub(super) async fn look(store: &dyn Store, arn: &LicenseArn) -> Result<Finding, Unavailable> {
    let Some(pool) = pool(store, arn).await? else { return Ok(Finding::Sound { checkouts: 0 }) };
    let mut counted = pool.spent.clone();
    let mut checkouts = 0;
    let mut attempts = BTreeSet::new();
    let mut seen = HashSet::new();
    let mut query = records::expiring(arn, Timestamp::MIN, Timestamp::MAX, PAGE);
    loop {
        let page = store.query(&query).await?;
        for checkout in running(store, &page.items).await? {
            if checkout.kind == Kind::Provisional && !seen.insert(number(&checkout.token)?) {
                continue;
            }
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
    if self::pool(store, arn).await?.as_ref() != Some(&pool) {
        return Ok(Finding::Restless);
    }
    let drifted = Drifted { pool, counted };
    Ok(match drifted.entitlements().is_empty() {
        true => Finding::Sound { checkouts },
        false => Finding::Drifted(drifted),
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

/// The number that a consumption token writes (C-4), which takes less room.
fn number(token: &str) -> Result<u128, Unavailable> {
    u128::from_str_radix(token, 16)
        .map_err(|error| Unavailable(format!("`{token}`: no consumption token: {error}")))
}

fn add(amounts: &mut Amounts, name: &str, quantity: Quantity) {
    let amount = amounts.entry(name.to_owned()).or_default();
    *amount = amount.plus(quantity).unwrap_or(Quantity::MAX);
}
