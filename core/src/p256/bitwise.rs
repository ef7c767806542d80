//! u1 P + u2 Q bit by bit, without tables: the least code (Hankerson, Menezes,
//! Vanstone, "Guide to Elliptic Curve Cryptography", 2004, algorithm 3.27, both
//! sums at once).

use super::point::{Affine, Jacobian};
use super::scalar::Scalar;

/// The bits of n.
const BITS: usize = 256;

/// A point alone.
#[derive(Clone, Debug)]
pub(super) struct Tables(Affine);

impl Tables {
    pub(super) const fn of(point: &Affine) -> Self {
        Self(*point)
    }

    pub(super) const fn of_base() -> Self {
        Self::of(&Affine::BASE)
    }

    /// There are none to make.
    pub(super) const fn prepare(&mut self) {}
}

/// u1 P + u2 Q.
pub(super) fn sum(scalars: [&Scalar; 2], points: [&Tables; 2]) -> Jacobian {
    let words = scalars.map(Scalar::words);
    let mut sum = Jacobian::INFINITY;
    for at in (0..BITS).rev() {
        sum = sum.double();
        for (words, Tables(point)) in words.iter().zip(points) {
            if words[at / 32] >> (at % 32) & 1 == 1 {
                sum = sum.plus(point);
            }
        }
    }
    sum
}
