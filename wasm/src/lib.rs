//! The WebAssembly side of the npm package `@licentia/verifier`: the arithmetic
//! of ES256, which is what JavaScript is slow at. `js/` takes tokens apart and
//! judges what they say.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod border;

pub use border::{accepts, add_key, forget, thumbprint};
