//! JSON (RFC 8259): a strict reader and a writer of objects and arrays.
//!
//! A text is judged as a whole, then its values stay texts until they are asked
//! for: a tree of them would be the larger half of the verifier. Only policies,
//! whose shape varies and whose size is capped, are read into one.

mod read;
mod tree;
mod value;
mod write;

pub use read::Fault;
pub(crate) use read::Reader;
pub(crate) use tree::Node;
pub use value::{Object, Value};
pub use write::{ArrayWriter, ObjectWriter};
