//! The WebAssembly side of `@licentia/verifier/ml-dsa-44`.

#![cfg_attr(target_arch = "wasm32", no_std)]

#[path = "../../border.rs"]
mod border;

pub use border::{accepts, is_key};
use licentia_core::token::{ML_DSA_44, Scheme};

/// By the number that `js/algorithms` calls each by.
const SCHEMES: &[&dyn Scheme] = &[ML_DSA_44];
