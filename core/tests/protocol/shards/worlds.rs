//! Worlds with shards.

use licentia_core::renewal::RenewType;

use super::{SEATS, SHARE, Sharding};
use crate::explore;
use crate::world::{Ask, World};

#[test]
fn a_request_in_a_shard_while_it_is_merged() {
    explore(World { requests: vec![Ask::share(0)], faults: 2, ..World::split(1, 0) });
}

#[test]
fn two_requests_in_two_shards_while_they_are_merged() {
    let requests = vec![Ask::share(0), Ask::share(1).in_lane(1)];
    explore(World { requests, tries: 0, faults: 0, ..World::split(2, 0) });
}

#[test]
fn the_last_seats_wanted_by_a_request_that_needs_both_shards() {
    let requests = vec![Ask::two_shares(0), Ask::share(1)];
    explore(World { requests, faults: 1, ..World::split(2, 0) });
}

#[test]
fn two_requests_in_two_shards_of_which_one_can_be_lent_more() {
    let requests = vec![Ask::two_shares(0), Ask::two_shares(1).in_lane(1)];
    let world = World::split(2, 4 * SHARE);
    let sharding = Sharding { lends: true, ..world.sharding };
    explore(World { requests, tries: 0, faults: 0, sharding, ..world });
}

#[test]
fn a_shard_that_is_lent_more_while_it_is_merged() {
    let world = World::split(1, 2 * SHARE);
    let sharding = Sharding { lends: true, ..world.sharding };
    explore(World { requests: vec![Ask::two_shares(0)], faults: 2, sharding, ..world });
}

#[test]
fn a_shard_that_is_lent_what_another_takes() {
    let world = World::split(1, 2 * SHARE);
    let sharding = Sharding { lends: true, ..world.sharding };
    let requests = vec![Ask::two_shares(0), Ask::unaware(1, 2 * SHARE)];
    explore(World { requests, tries: 0, faults: 0, sharding, ..world });
}

#[test]
fn a_request_in_one_shard_and_its_retry_in_another() {
    let requests = vec![Ask::share(0), Ask::share(0).in_lane(1)];
    explore(World { requests, tries: 0, faults: 0, ..World::split(2, 0) });
}

#[test]
fn a_share_that_expires_by_a_renewal() {
    explore(World { requests: vec![Ask::share(0)], clock_moves: true, faults: 1, ..World::split(1, 0) });
}

#[test]
fn a_share_that_expires_and_does_not_come_back() {
    let mut world = World::split(1, 0);
    world.license.terms.entitlements[0].allow_check_in = Some(false);
    world.license.terms.consumption_configuration.renew_type = Some(RenewType::None);
    explore(World { requests: vec![Ask::share(0)], clock_moves: true, faults: 1, ..world });
}

#[test]
fn a_share_that_is_spent_until_a_renewal() {
    let requests = vec![Ask::share(0).perpetual()];
    explore(World { requests, clock_moves: true, faults: 1, ..World::split(1, 0) });
}

#[test]
fn a_share_that_is_spent_while_another_is_wanted() {
    let requests = vec![Ask::share(0).perpetual(), Ask::share(1)];
    explore(World { requests, tries: 0, clock_moves: true, faults: 0, ..World::split(1, 0) });
}

#[test]
fn a_reset_after_a_merge() {
    explore(World { requests: vec![Ask::share(0)], resets: true, faults: 2, ..World::split(1, 0) });
}

#[test]
fn a_pool_that_is_split_while_it_is_taken_from() {
    let sharding = Sharding { splits: true, merges: true, ..Sharding::default() };
    let requests = vec![Ask::share(0)];
    explore(World { requests, resets: true, faults: 1, sharding, ..World::with_seats(SEATS + SHARE) });
}

#[test]
fn a_pool_that_is_split_while_all_of_it_is_taken() {
    let sharding = Sharding { splits: true, merges: true, ..Sharding::default() };
    let requests = vec![Ask::share(0), Ask::unaware(1, SEATS)];
    explore(World { requests, tries: 0, faults: 0, sharding, ..World::with_seats(SEATS) });
}
