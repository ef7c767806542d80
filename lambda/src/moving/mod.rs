//! Moving everything from one place to another: a folder to a table, a table
//! to a folder.
//!
//! The other place is told first that a master key comes to it, and gets the
//! key last: until then nobody can serve from it. The place that is left is
//! frozen before anything is read, and stays so. In between all records are
//! copied, and read back. Whatever a move that was interrupted has done, the
//! same move again finds it and goes on.

mod carry;
mod error;
mod run;

pub use error::MoveError;
pub use run::{Moved, cancel, run};
