//! Verification of a signature (SEC 1 section 4.1.4).

#[cfg(feature = "compact")]
use super::bitwise::{Tables, sum};
use super::field::{Field, P};
use super::limbs::{self, checked_sub};
use super::point::{Affine, Jacobian};
use super::scalar::{N, Scalar};
#[cfg(not(feature = "compact"))]
use super::wnaf::{Tables, sum};

/// A public key.
#[derive(Clone, Debug)]
pub(crate) struct Key(Tables);

/// The base point, the same for all keys.
#[derive(Clone, Debug)]
pub(crate) struct Base(Tables);

impl Key {
    /// The point with these coordinates, big-endian, if the curve has it.
    pub(crate) fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Option<Self> {
        Affine::from_coordinates(x, y).map(|point| Self(Tables::of(&point)))
    }

    /// Makes the large tables.
    pub(crate) fn prepare(&mut self, base: &mut Base) {
        base.0.prepare();
        self.0.prepare();
    }

    /// Whether r and s, big-endian, both from 1 to n − 1, sign the digest.
    pub(crate) fn accepts(&self, base: &Base, digest: &[u8; 32], r: &[u8; 32], s: &[u8; 32]) -> bool {
        let (Some(r), Some(s)) = (Scalar::read(r), Scalar::read(s)) else { return false };
        let [u1, u2] = s.divide(&limbs::from_bytes(digest), &r.0);
        is_x_modulo_n(&sum([&u1, &u2], [&base.0, &self.0]), &r)
    }
}

impl Default for Base {
    fn default() -> Self {
        Self(Tables::of_base())
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

#[cfg(test)]
mod tests;
