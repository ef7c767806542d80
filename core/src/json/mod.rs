//! JSON (RFC 8259): a strict reader that hands over members one by one, for
//! texts of known shapes, and a writer of objects and arrays. A tree of values
//! would be the larger half of the verifier and would let hostile input decide
//! how much memory it takes; only policies, whose size is capped, are read into
//! one.

mod read;
mod tree;
mod write;

pub use read::{Fault, Reader};
pub(crate) use tree::Node;
pub use write::{ArrayWriter, ObjectWriter};
