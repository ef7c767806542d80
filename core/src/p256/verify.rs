//! Verification of a signature (SEC 1 section 4.1.4).

use core::fmt;

use super::comb::{self, Comb};
use super::field::{Field, P};
use super::limbs::{self, checked_sub};
use super::point::{Affine, Jacobian};
use super::scalar::{N, Scalar};
use super::wnaf::{self, OddMultiples};

/// A public key.
#[derive(Clone)]
pub(crate) struct Key {
    multiples: OddMultiples,
    comb: Option<Comb>,
}

/// The base point, the same for all keys: its tables, the large one as soon as
/// a key is prepared.
#[derive(Clone)]
pub(crate) struct Base {
    multiples: OddMultiples,
    comb: Option<Comb>,
}

impl Key {
    /// The point with these coordinates, big-endian, if the curve has it.
    pub(crate) fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Option<Self> {
        let point = Affine::from_coordinates(x, y)?;
        Some(Self { multiples: OddMultiples::of(&point), comb: None })
    }

    /// Makes the large tables.
    pub(crate) fn prepare(&mut self, base: &mut Base) {
        base.comb.get_or_insert_with(|| Comb::of(base.multiples.point()));
        self.comb.get_or_insert_with(|| Comb::of(self.multiples.point()));
    }

    /// Whether r and s, big-endian, both from 1 to n − 1, sign the digest.
    pub(crate) fn accepts(&self, base: &Base, digest: &[u8; 32], r: &[u8; 32], s: &[u8; 32]) -> bool {
        let (Some(r), Some(s)) = (Scalar::read(r), Scalar::read(s)) else { return false };
        let [u1, u2] = s.divide([&limbs::from_bytes(digest), &r.0]);
        is_x_modulo_n(&self.sum(base, &u1, &u2), &r)
    }

    /// u1 G + u2 Q.
    fn sum(&self, base: &Base, u1: &Scalar, u2: &Scalar) -> Jacobian {
        match (&base.comb, &self.comb) {
            (Some(base), Some(comb)) => comb::sum([u1, u2], [base, comb]),
            _ => wnaf::sum([u1, u2], [&base.multiples, &self.multiples]),
        }
    }
}

impl Default for Base {
    fn default() -> Self {
        Self { multiples: OddMultiples::of(&Affine::BASE), comb: None }
    }
}

/// Whether `r` is the x-coordinate of the point, modulo n: as that is below p,
/// it is r or, where this is below p, r + n. Without inverting z: x z² is
/// compared.
fn is_x_modulo_n(point: &Jacobian, r: &Scalar) -> bool {
    if point.has_x(&Field::from_limbs(&r.0)) {
        return true;
    }
    let wrapped = limbs::carried(&limbs::add(&r.0, &N.limbs));
    checked_sub(&wrapped, &P.limbs).is_none() && point.has_x(&Field::from_limbs(&wrapped))
}

impl fmt::Debug for Key {
    /// Without the tables.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("is_prepared", &self.comb.is_some()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Base {
    /// Without the tables.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Base").field("is_prepared", &self.comb.is_some()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
