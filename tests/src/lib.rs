//! What tests and measurements of Licentia share.

pub mod dynamodb_local;
mod metered;
pub mod moto;
pub mod tools;

pub use metered::{Meter, Metered};
