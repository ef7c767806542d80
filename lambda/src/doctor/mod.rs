//! Holds every license's pool against its checkouts: what is consumed, counted
//! anew.

mod examine;
mod look;
mod report;

pub use self::examine::{Pauses, examine};
pub use self::report::{Drift, Report};
