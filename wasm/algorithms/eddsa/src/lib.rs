//! The WebAssembly side of `@licentia/verifier/eddsa`.

#![cfg_attr(target_arch = "wasm32", no_std)]

#[path = "../../border.rs"]
mod border;

pub use border::{accepts, is_key};
use licentia_core::token::{EDDSA, Scheme};

/// By the number that `js/algorithms` calls each by.
const SCHEMES: &[&dyn Scheme] = &[EDDSA];
