//! Verifying ECDSA signatures over P-256 (FIPS 186-5, SEC 1 and 2), nothing
//! else.
//!
//! Everything here is public: the key, the text and its signature. So the time
//! may depend on them, and does: branches and table look-ups follow the scalars.
//! **Nothing secret may be computed with this module.** Signing stays with the
//! crate `p256`, whose time does not depend on the secret.
//!
//! # How a signature is verified
//! [`verify`] reads r and s, computes u1 = digest / s and u2 = r / s modulo n
//! and asks whether the point u1 G + u2 Q has the x-coordinate r modulo n (SEC 1
//! section 4.1.4). The point stays in Jacobian coordinates: instead of inverting
//! z, r z² is compared with x, and (r + n) z² where r + n is below p.
//!
//! The sum is computed in one of two ways, the first with small or large tables:
//!
//! | Module | For | Doublings, additions | Tables of a point |
//! |---|---|---|---|
//! | `wnaf` | any key | 257, about 86 | 8 points, with the key |
//! | `wnaf` | a prepared key | 17, about 64 | 512 points |
//! | `bitwise` | the feature `compact` | 256, about 256 | none |
//!
//! # Numbers
//! [`limbs`]: nine limbs of 29 bits, in 32 bits with a sign. A product of two
//! limbs has 58 bits, so that a column of nine products is added up in 64 bits
//! without carrying, and the multiplication is one that WebAssembly and
//! microcontrollers have. The sign makes a difference a limb-wise subtraction
//! that needs no multiple of p added.
//!
//! [`field`]: modulo p in Montgomery form with R = 2^261. As p is −1 modulo
//! 2^96, the multiple of p that clears a limb is that limb itself: the reduction
//! shifts and adds. Sums and differences are not reduced; what may be multiplied
//! unreduced is the invariant of [`field::Field`], which debug builds check at
//! every product. That the coordinates of points stay within it is computed in
//! the tests of [`point`].
//!
//! [`scalar`]: modulo n, for the two quotients alone. [`inverse`] inverts modulo
//! either prime.
//!
//! # Points
//! [`point`] has one doubling and one addition, of a Jacobian and an affine
//! point, by formulas of the Explicit-Formulas Database
//! (hyperelliptic.org/EFD, short Weierstrass curves, a4 = −3, Jacobian
//! coordinates). The addition tells equal points, opposite points and infinity
//! apart, so that no input meets a formula outside of its domain.
//!
//! # What it is held to
//! The tests of each module compare it with integers of any size or with the
//! crate `p256`; `tests/p256` compares whole verifications with `p256`, `ring`
//! and AWS-LC; the fuzz target `es256` searches for a difference; all vectors of
//! Wycheproof are judged rightly, by any and by prepared keys.
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
mod field;
mod inverse;
mod limbs;
#[cfg(test)]
mod oracle;
mod point;
mod scalar;
mod verify;
#[cfg(not(feature = "compact"))]
mod wnaf;

pub(crate) use verify::{Base, Key};
