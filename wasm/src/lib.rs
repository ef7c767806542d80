//! The WebAssembly side of the npm package `@licentia/verifier`: texts in, a
//! text out, one crossing each. `js/` makes it the package's own interface.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod algorithms;
mod answer;
mod border;
mod keys;
mod options;

pub use border::{forget, read_keys, read_status_list, verify};
