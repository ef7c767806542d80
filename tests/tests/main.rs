//! Tests that need more than one crate: real stores, real clients.

mod kms;
mod service;
mod store;
