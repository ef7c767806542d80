//! The WebAssembly side of the npm package `@licentia/verifier`: texts in, a
//! text out, one crossing each. `js/` makes it the package's own interface.

mod answer;
mod keys;
mod options;

pub use keys::Keys;
