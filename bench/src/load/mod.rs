//! Checkouts under load. Each takes one seat of licenses that never run out,
//! for an hour, under a client token of its own, and none is checked in. The
//! clients run on the same cores, so what they can do before the clock starts,
//! signing, they do then.

mod client;
mod dynamodb;
mod memory;
mod run;
mod sqlite;
mod wire;

pub(crate) use client::Connection;
pub(crate) use dynamodb::on_dynamodb;
pub(crate) use memory::memory;
pub(crate) use sqlite::on_sqlite;
