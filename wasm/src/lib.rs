//! The WebAssembly side of the npm package `@licentia/verifier`: texts in, a
//! text out, one crossing each. `js/` makes it the package's own interface.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod algorithms;
mod answer;
mod border;
mod clock;
mod keys;
mod node;
mod options;
#[cfg(target_arch = "wasm32")]
mod runtime;

pub use border::{clock, forget, input, node_id, output, read_keys, read_status_list, verify};
