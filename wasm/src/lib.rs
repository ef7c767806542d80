//! The WebAssembly side of the npm package `@licentia/verifier`: texts in, a
//! text out. `js/` makes it the package's own interface; it reads keys and
//! options, which come as JavaScript's own values, and the core judges tokens.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod algorithms;
mod answer;
mod border;
mod verifier;

pub use border::{add_key, expect, finish_keys, forget, read_status_list, verify};
