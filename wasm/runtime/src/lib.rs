//! What every WebAssembly module of the npm package has.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod border;
#[cfg(target_arch = "wasm32")]
mod host;

pub use border::{answer, given, input, kept, output};
