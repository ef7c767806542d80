//! The WebAssembly side of `@licentia/verifier/ps384` and `/ps256`.

#![cfg_attr(target_arch = "wasm32", no_std)]

#[path = "../../border.rs"]
mod border;

pub use border::{accepts, is_key};
use licentia_core::token::{PS256, PS384, Scheme};

/// By the number that `js/algorithms` calls each by.
const SCHEMES: &[&dyn Scheme] = &[PS384, PS256];
