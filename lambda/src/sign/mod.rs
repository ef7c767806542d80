//! Who signs: the keys of each account, kept here or in AWS KMS.

mod error;
mod key;
mod keys;
mod kms;
mod local;
mod signed;
mod signer;

pub use error::{SignError, Unfitness};
pub use key::{Origin, SigningKeyInfo};
pub use signed::{KeptSignature, Signed};
pub use signer::Signer;
