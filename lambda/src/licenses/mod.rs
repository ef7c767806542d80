//! Licenses and their pools: how they are read, and what returns to a pool
//! without anybody returning it. Who asked, and what it may, is decided before.

mod reclaim;
mod settle;
mod shards;
mod stored;
mod upkeep;

pub(crate) use reclaim::{counting, reclaim};
pub(crate) use settle::{cancel, is_crowded, note_confirmed, settle, settle_stale};
pub(crate) use shards::{lend, merge, merge_one, split, whole};
pub(crate) use stored::{Near, Places, Shard, Stored, load_all, load_along, load_one};
pub use upkeep::{Tidied, look_after, tidy};
