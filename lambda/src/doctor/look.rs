//! One look at a license: its checkouts, counted between two looks at its pool.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use licentia_core::arn::LicenseArn;
use licentia_core::checkout::{Checkout, Kind};
use licentia_core::pool::{Amounts, Pool, Reservation};
use licentia_core::quantity::Quantity;
use licentia_core::time::Timestamp;

use crate::records::{self, CheckoutPlace, CheckoutRecord};
use crate::store::{Item, Key, Store, Unavailable};

/// Records read at once.
const PAGE: usize = 100;

/// What one license came to.
pub(super) enum Finding {
    Sound { checkouts: u64 },
    Drifted(Box<Drifted>),
    Restless,
}

/// A license's pools, and what was counted while they stayed as they are.
pub(super) struct Drifted {
    pub(super) pools: Pools,
    pub(super) counted: Amounts,
}

/// The pool of a license, and its shards by number.
#[derive(PartialEq)]
pub(super) struct Pools {
    pub(super) own: Pool,
    shards: Vec<(u64, Pool)>,
}

impl Drifted {
    /// What the pool says is consumed, and what was counted, of each
    /// entitlement of which they differ.
    pub(super) fn entitlements(&self) -> Vec<(String, Quantity, Quantity)> {
        let said = self.pools.used();
        let names: BTreeSet<&String> = said.keys().chain(self.counted.keys()).collect();
        let of = |name: &String| {
            let amount = |amounts: &Amounts| amounts.get(name).copied().unwrap_or_default();
            (name.clone(), amount(&said), amount(&self.counted))
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

impl Pools {
    async fn read(store: &dyn Store, arn: &LicenseArn) -> Result<Option<Self>, Unavailable> {
        let item = store.get(&[records::pool_key(arn)]).await?.pop().flatten();
        let Some(own) = item.map(|item| item.read::<Pool>()).transpose()? else { return Ok(None) };
        let keys: Vec<Key> = own.shards.keys().map(|&number| records::shard_key(arn, number)).collect();
        let items = if keys.is_empty() { vec![] } else { store.get(&keys).await? };
        let mut shards = Vec::new();
        for (&number, item) in own.shards.keys().zip(items) {
            // One that was merged meanwhile shows when all are read again.
            if let Some(item) = item {
                shards.push((number, item.read()?));
            }
        }
        Ok(Some(Self { own, shards }))
    }

    fn all(&self) -> impl Iterator<Item = &Pool> {
        std::iter::once(&self.own).chain(self.shards.iter().map(|(_, shard)| shard))
    }

    /// What they say is consumed: what is lent to a shard is not, unless it was
    /// taken from there.
    fn used(&self) -> Amounts {
        let mut used = Amounts::new();
        for (name, &quantity) in self.all().flat_map(|pool| &pool.used) {
            add(&mut used, name, quantity);
        }
        for (name, &lent) in self.own.shards.values().flatten() {
            let amount = used.entry(name.clone()).or_default();
            *amount = amount.less(lent);
        }
        used
    }

    fn reservations(&self) -> impl Iterator<Item = (&String, &Reservation)> {
        self.all().flat_map(Pool::counting)
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
    let Some(pools) = Pools::read(store, arn).await? else { return Ok(Finding::Sound { checkouts: 0 }) };
    let mut counted = Amounts::new();
    for (name, &quantity) in pools.all().flat_map(|pool| &pool.spent) {
        add(&mut counted, name, quantity);
    }
    // What is spent for good stands with what is spent.
    let reservations = pools.reservations().filter(|(_, reservation)| reservation.spent_since.is_none());
    let mut pending: BTreeMap<&String, &Reservation> = reservations.collect();
    let mut checkouts = 0;
    let mut seen = HashSet::new();
    for place in std::iter::once(None).chain(Pool::places(pools.own.next_shard).map(Some)) {
        let mut query = records::expiring(arn, place, Timestamp::MIN, Timestamp::MAX, PAGE);
        loop {
            let page = store.query(&query).await?;
            for checkout in running(store, &page.items).await? {
                if checkout.kind == Kind::Provisional && !seen.insert(number(&checkout.token)?) {
                    continue;
                }
                checkouts += 1;
                if checkout.license_version >= pools.own.counted_from {
                    checkout.held().for_each(|(name, quantity)| add(&mut counted, name, quantity));
                }
                if let Some(attempt) = &checkout.attempt {
                    pending.remove(attempt);
                }
            }
            query.after = page.items.last().and_then(|item| item.index.as_ref()).map(|key| key.sort.clone());
            if !page.more {
                break;
            }
        }
    }
    for (name, &quantity) in pending.values().flat_map(|reservation| &reservation.taken) {
        add(&mut counted, name, quantity);
    }
    if Pools::read(store, arn).await?.as_ref() != Some(&pools) {
        return Ok(Finding::Restless);
    }
    let drifted = Drifted { pools, counted };
    Ok(match drifted.entitlements().is_empty() {
        true => Finding::Sound { checkouts },
        false => Finding::Drifted(Box::new(drifted)),
    })
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
