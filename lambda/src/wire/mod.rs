//! What goes over the wire, and how it is checked.

pub mod json11;
pub mod page;
pub mod query;
mod violations;

pub use violations::Violations;
