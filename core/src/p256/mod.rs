//! Verifying ECDSA signatures over P-256.
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "arithmetic on limbs of bounded size in arrays of fixed length"
)]
#![cfg_attr(all(feature = "compact", not(test)), expect(dead_code, reason = "what only makes tables"))]

#[cfg(feature = "compact")]
mod bitwise;
#[cfg(not(feature = "compact"))]
mod comb;
mod field;
mod inverse;
mod limbs;
#[cfg(test)]
mod oracle;
mod point;
mod scalar;
#[cfg(not(feature = "compact"))]
mod tables;
mod verify;
#[cfg(not(feature = "compact"))]
mod wnaf;

#[cfg(feature = "compact")]
use bitwise as tables;

pub(crate) use verify::{Base, Key};
