//! The WebAssembly side of `@licentia/verifier/seats`: who gets a seat, decided
//! by the core. Apart from the verifier, so that who needs no seats loads none.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod answer;
mod border;
mod request;

pub use border::{check_in, check_out, keep, usage};
