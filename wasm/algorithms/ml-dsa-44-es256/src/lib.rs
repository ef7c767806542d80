//! The WebAssembly side of `@licentia/verifier/ml-dsa-44-es256`.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

#[path = "../../border.rs"]
mod border;
#[cfg(target_arch = "wasm32")]
#[path = "../../../src/runtime.rs"]
mod runtime;

pub use border::{accepts, input, is_key};
use licentia_core::token::{ML_DSA_44_ES256, Scheme};

/// By the number that `js/algorithms` calls each by.
const SCHEMES: &[&dyn Scheme] = &[ML_DSA_44_ES256];
