//! JSON (RFC 8259) of known shapes: a strict reader that hands over members
//! one by one, and a writer of objects. A tree of values would be the larger
//! half of the verifier and would let hostile input decide how much memory it
//! takes.

mod read;
mod write;

pub(super) use read::{Fault, Reader};
pub(super) use write::ObjectWriter;
