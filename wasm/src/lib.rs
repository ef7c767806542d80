//! The WebAssembly side of the npm package `@licentia/verifier`: texts in, a
//! verdict out, one crossing each. `js/` makes it the package's own interface.

mod answer;
mod keys;

pub use keys::{Keys, text_limit};
