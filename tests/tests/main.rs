//! Tests that need more than one crate: real stores, real clients.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a panic is what a test reports with"
)]

mod audit;
mod kms;
mod organization;
mod service;
mod store;
