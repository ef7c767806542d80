//! What goes over the wire, and how it is checked.

pub mod json11;
mod object;
pub mod page;
mod parameters;
pub mod query;
mod violations;

pub use object::Object;
pub use parameters::Parameters;
pub use violations::Violations;
