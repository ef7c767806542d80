//! The one key under which the store keeps its secrets, from a local file or
//! from AWS KMS.

mod carried;
mod seal;
mod source;

pub use carried::{Carried, Standing};
pub use seal::{MasterKey, Purpose, Unsealable};
pub use source::{MasterKeyError, Source};
