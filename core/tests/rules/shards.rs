//! A pool in parts: split, lent from and merged at random, against the sum of
//! what happened.

use std::collections::BTreeMap;
use std::mem::swap;

use licentia_core::checkout::{Checkout, Ended, Kind, Wanted};
use licentia_core::entitlement::Unit;
use licentia_core::pool::{Amounts, Edit, Pool, Reservation};
use licentia_core::time::Timestamp;
use proptest::prelude::*;

use super::history::sum;
use super::{World, quantity};

/// Enough for eight shards.
const SEATS: u64 = 2_500;

#[derive(Clone, Debug)]
enum Step {
    Split,
    Lend(u64),
    /// By a clock so many minutes behind.
    Merge(u64, u64),
    Take(u64, Kind, u64),
    /// The record is never written.
    Cancel(usize),
    CheckIn(usize),
    Reclaim(u64),
    Wait(u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let kind = prop_oneof![5 => Just(Kind::Provisional), 2 => Just(Kind::Perpetual), 1 => Just(Kind::Borrow)];
    let lag = prop_oneof![3 => Just(0), 1 => 0..20_000_u64];
    let step = prop_oneof![
        2 => Just(Step::Split),
        3 => (0..8_u64).prop_map(Step::Lend),
        2 => (0..8_u64, lag).prop_map(|(lane, lag)| Step::Merge(lane, lag)),
        10 => (0..8_u64, kind, 1..40_u64).prop_map(|(lane, kind, units)| Step::Take(lane, kind, units)),
        2 => (0..40_usize).prop_map(Step::Cancel),
        3 => (0..40_usize).prop_map(Step::CheckIn),
        2 => (0..8_u64).prop_map(Step::Reclaim),
        3 => (0..20_000_u32).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..80)
}

/// A license's own pool, and its shards.
struct Parts {
    own: World,
    shards: BTreeMap<u64, Pool>,
}

impl Parts {
    fn of(returnable: bool) -> Self {
        Self { own: World::seats(SEATS, false, returnable), shards: BTreeMap::new() }
    }

    /// With this shard in the place of the license's own pool, unless it is
    /// merged.
    fn at<T>(&mut self, shard: Option<u64>, step: impl FnOnce(&mut World) -> T) -> T {
        match shard.and_then(|number| self.shards.get_mut(&number)) {
            None => step(&mut self.own),
            Some(pool) => {
                swap(pool, &mut self.own.pool);
                let done = step(&mut self.own);
                swap(pool, &mut self.own.pool);
                done
            }
        }
    }

    /// Where what was taken from a shard returns to.
    fn near(&self, checkout: &Checkout) -> Option<u64> {
        checkout.shard.filter(|number| self.shards.contains_key(number))
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Split => self.split(),
            Step::Lend(lane) => self.lend(lane),
            Step::Merge(lane, lag) => {
                let before = Timestamp::from_unix(self.own.now.unix() - 60 * lag).unwrap();
                self.own.pool.shard_for(lane).into_iter().for_each(|number| self.merge(number, before));
            }
            Step::Take(lane, kind, units) => self.take(lane, kind, units),
            Step::Cancel(index) if index < self.own.checkouts.len() => self.cancel(index),
            Step::CheckIn(index) if index < self.own.checkouts.len() => {
                let shard = self.near(&self.own.checkouts[index]);
                drop(self.at(shard, |world| world.check_in(index)));
            }
            Step::Cancel(_) | Step::CheckIn(_) => {}
            Step::Reclaim(lane) => self.reclaim(self.own.pool.shard_for(lane)),
            Step::Wait(minutes) => self.own.wait(minutes),
        }
    }

    fn split(&mut self) {
        let World { pool, license, now, .. } = &self.own;
        let Some(split) = pool.splitting(license, *now) else { return };
        self.own.apply(&split.edit);
        self.shards.extend(split.shards);
    }

    fn lend(&mut self, lane: u64) {
        let World { pool, license, now, .. } = &self.own;
        let Some(number) = pool.shard_for(lane) else { return };
        let wanted = [("Seats".into(), quantity(1))].into();
        let Some(loan) = pool.lending(number, &self.shards[&number], license, &wanted, *now) else {
            return;
        };
        self.own.apply(&loan.edit);
        self.at(Some(number), |world| world.apply(&loan.shard));
    }

    fn merge(&mut self, number: u64, now: Timestamp) {
        self.at(Some(number), |world| world.apply(&world.pool.shutting()));
        let World { pool, license, .. } = &self.own;
        let edit = pool.merging(number, &self.shards[&number], license, now).unwrap();
        self.own.apply(&edit);
        self.shards.remove(&number);
        assert_eq!(self.own.pool.merging(number, &self.own.pool, &self.own.license, now), None);
    }

    fn take(&mut self, lane: u64, kind: Kind, units: u64) {
        let shard = self.own.pool.shard_for(lane);
        let wanted = [Wanted { name: "Seats".into(), unit: Unit::Count, quantity: quantity(units) }];
        let attempt = self.own.checkouts.len().to_string();
        self.at(shard, |world| {
            let Ok(mut decision) = world.decide(kind, &wanted) else { return };
            let reservation = Reservation::of(&decision, &world.pool, &attempt, kind, world.now);
            decision.edit.reserve = [(attempt.clone(), reservation)].into();
            let index = world.book(decision, kind);
            world.checkouts[index].shard = shard;
            world.checkouts[index].attempt = Some(attempt);
        });
    }

    fn cancel(&mut self, index: usize) {
        let shard = self.near(&self.own.checkouts[index]);
        self.at(shard, |world| {
            // It has ended, or came to nothing before.
            let Some(edit) = world.pool.cancelling(&index.to_string()) else { return };
            world.apply(&edit);
            world.checkouts[index].ended = Some(Ended::CheckedIn);
        });
    }

    /// What expired of one part.
    fn reclaim(&mut self, shard: Option<u64>) {
        let is_of = |checkout: &&Checkout| self.near(checkout) == shard;
        let expired: Vec<Checkout> = self.own.checkouts.iter().filter(is_of).cloned().collect();
        self.at(shard, |world| world.apply(&world.pool.reclaiming(&world.license, &expired, world.now)));
        let (shards, now) = (&self.shards, self.own.now);
        for checkout in &mut self.own.checkouts {
            let is_of = checkout.shard.filter(|number| shards.contains_key(number)) == shard;
            if is_of && checkout.ended.is_none() && checkout.expires_at().is_some_and(|at| at <= now) {
                checkout.ended = Some(Ended::Expired);
            }
        }
    }

    fn whole(&self) -> Pool {
        let shards = self.shards.iter().map(|(&number, shard)| (number, shard));
        self.own.pool.whole(shards, &self.own.license, self.own.now)
    }

    fn used(&self) -> u64 {
        let (whole, World { license, checkouts, now, .. }) = (self.whole(), &self.own);
        whole.reclaiming(license, checkouts, *now).applied_to(&whole).used("Seats").units()
    }
}

impl World {
    fn apply(&mut self, edit: &Edit) {
        assert!(edit.fits(&self.pool));
        self.pool = edit.applied_to(&self.pool);
    }
}

/// Nothing there counts as 0.
fn without_zeros(pool: &Pool) -> Pool {
    let without =
        |amounts: &Amounts| amounts.clone().into_iter().filter(|(_, units)| !units.is_zero()).collect();
    Pool { used: without(&pool.used), spent: without(&pool.spent), ..pool.clone() }
}

proptest! {
    #[test]
    fn e_7_the_parts_of_a_pool_equal_the_sum_of_the_history(steps in steps(), returnable: bool) {
        let mut parts = Parts::of(returnable);
        for step in steps {
            parts.step(step);
            prop_assert_eq!(parts.used(), sum(&parts.own, returnable));
            // E-8
            prop_assert!(parts.own.pool.used("Seats").units() <= SEATS);
            prop_assert_eq!(
                parts.own.pool.shards.iter().map(|(number, share)| (number, Some(share))).collect::<Vec<_>>(),
                parts.shards.iter().map(|(number, shard)| (number, shard.share.as_ref())).collect::<Vec<_>>()
            );
            for shard in parts.shards.values() {
                let seats = &parts.own.license.terms.entitlements[0];
                prop_assert!(shard.used("Seats") <= shard.limit(seats, quantity(0)));
            }
        }
    }

    #[test]
    fn the_whole_of_a_pool_is_what_merging_in_any_order_makes_of_it(
        steps in steps(),
        order in Just((0..64_u64).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let mut parts = Parts::of(true);
        steps.into_iter().for_each(|step| parts.step(step));
        let (whole, now) = (without_zeros(&parts.whole()), parts.own.now);
        let sum = parts.used();
        for number in order.into_iter().chain(64..) {
            if parts.shards.is_empty() {
                break;
            }
            if parts.shards.contains_key(&number) {
                parts.merge(number, now);
                prop_assert_eq!(parts.used(), sum);
            }
        }
        prop_assert_eq!(without_zeros(&parts.own.pool), whole);
    }

    /// E-13: a renewal may come before the merge, in both parts or in one, or
    /// with it.
    #[test]
    fn merging_carries_the_renewal_of_both_parts(steps in steps(), weeks in 0..9_u64) {
        let mut parts = Parts::of(true);
        steps.into_iter().for_each(|step| parts.step(step));
        let World { license, now, pool: own, .. } = parts.own;
        let later = Timestamp::from_unix(now.unix() + weeks * 7 * 86_400).unwrap();
        let renewed = |pool: &Pool| pool.renewal(&license, later).applied_to(pool);
        for (number, shard) in &parts.shards {
            let merged = |own: &Pool, shard: &Pool, now| {
                without_zeros(&own.merging(*number, shard, &license, now).unwrap().applied_to(own))
            };
            let expected = merged(&renewed(&own), &renewed(shard), later);
            prop_assert_eq!(&merged(&own, shard, later), &expected);
            prop_assert_eq!(&merged(&renewed(&own), shard, now), &expected);
            prop_assert_eq!(&merged(&own, &renewed(shard), now), &expected);
        }
    }
}
