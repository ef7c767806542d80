//! The service over HTTP: the same router under AWS Lambda, on a listener, and
//! in tests.

mod api;
mod console;
mod cors;
mod events;
mod exchange;
mod origin;
mod public;
mod recorded;
mod router;

pub use router::router;
