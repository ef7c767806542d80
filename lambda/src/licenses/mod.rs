//! Licenses and their pools: how they are read, and what returns to a pool
//! without anybody returning it. Who asked, and what it may, is decided before.

mod reclaim;
mod settle;
mod stored;
mod upkeep;

pub(crate) use reclaim::{counting, reclaim};
pub(crate) use settle::{cancel, settle};
pub(crate) use stored::{Stored, load_all, load_along};
pub use upkeep::{Tidied, look_after, tidy};
