//! What tests and measurements of Licentia share.

pub mod carriers;
pub mod costs;
pub mod dynamodb_local;
pub mod fault_proxy;
pub mod heat;
mod metered;
pub mod moto;
pub mod receiver;
pub mod requests;
mod server;
pub mod services;
pub mod signed;
pub mod tools;
pub mod wire;

pub use metered::{Meter, Metered};
