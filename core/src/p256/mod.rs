//! Verifying ECDSA signatures over P-256.
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "arithmetic on limbs of bounded size in arrays of fixed length"
)]

mod comb;
mod field;
mod inverse;
mod limbs;
#[cfg(test)]
mod oracle;
mod point;
mod scalar;
mod verify;
mod wnaf;

pub(crate) use verify::{Base, Key};
