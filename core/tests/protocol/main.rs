//! The checkout protocol (`core/src/pool/protocol.md`) in small worlds, every
//! course of them: processes that crash between any two calls of the store,
//! writes that arrive late, twice or never, answers that get lost, and a clock
//! that moves past an expiry and a renewal.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic in a test is its report")]

mod action;
mod process;
mod property;
mod shards;
mod state;
mod store;
mod world;

use stateright::{Checker, Model};

use crate::world::{Ask, World};

/// Goes through every state of a world. More goes wrong in it with
/// `LICENTIA_FAULTS`, which takes longer and more memory: 3 about ten times as
/// much as 2.
fn explore(world: World) {
    let asked = std::env::var("LICENTIA_FAULTS").ok().map(|number| number.parse().unwrap());
    let world = World { faults: asked.unwrap_or(world.faults), ..world };
    let checker = world.checker().threads(2).spawn_bfs().join();
    println!("{} states", checker.unique_state_count());
    checker.assert_properties();
}

#[test]
fn two_requests_for_the_last_seat() {
    explore(World { requests: vec![Ask::seat(0), Ask::seat(1)], ..World::default() });
}

#[test]
fn three_requests_for_the_last_seat() {
    let requests = (0..3).map(Ask::seat).collect();
    explore(World { requests, faults: 0, ..World::default() });
}

#[test]
fn a_request_and_its_retry_at_once() {
    explore(World { requests: vec![Ask::seat(0), Ask::seat(0)], ..World::default() });
}

#[test]
fn a_seat_that_expires_while_another_is_wanted() {
    let requests = vec![Ask::seat(0), Ask::seat(1)];
    explore(World { requests, clock_moves: true, faults: 1, ..World::default() });
}

#[test]
fn a_seat_that_is_spent_until_a_renewal() {
    let requests = vec![Ask::seat(0).perpetual(), Ask::seat(1)];
    explore(World { requests, clock_moves: true, faults: 1, ..World::default() });
}

#[test]
fn a_seat_that_is_spent_by_a_late_write_while_another_renews() {
    let requests = vec![Ask::seat(0).perpetual(), Ask::seat(1)];
    explore(World { requests, clock_moves: true, faults: 0, ..World::with_seats(2) });
}

#[test]
fn a_reset_while_a_seat_is_taken() {
    let requests = vec![Ask::seat(0), Ask::seat(1)];
    explore(World { requests, resets: true, faults: 1, ..World::default() });
}
