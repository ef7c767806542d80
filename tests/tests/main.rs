//! Tests that need more than one crate: real stores, real clients.

mod service;
mod store;
