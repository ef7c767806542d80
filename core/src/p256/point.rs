//! The group of the curve y² = x³ − 3 x + b over the integers modulo p.

use alloc::vec::Vec;

use super::field::{Field, P};

/// b, in Montgomery form.
const B: Field = Field([
    0x1897_bbfb,
    0x1cdf_6229,
    0x184_86c4,
    0x173_2821,
    0x1dad_59e0,
    0xabf_7212,
    0x1a06_d110,
    0x1772_1d20,
    0x86_00c3,
]);

/// A point other than infinity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Affine {
    pub(super) x: Field,
    pub(super) y: Field,
}

/// The point (x / z², y / z³), or infinity.
///
/// INVARIANT: z is 0 modulo p only for infinity, and then all limbs are 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jacobian {
    pub(super) x: Field,
    pub(super) y: Field,
    pub(super) z: Field,
}

impl Affine {
    /// The base point G (SEC 2 section 2.4.2), in Montgomery form.
    pub(super) const BASE: Self = Self {
        x: Field([
            0x1522_8783,
            0x730_d418,
            0xdb0_0bcf,
            0x57f_11fb,
            0xa20_eb75,
            0x12b7_7622,
            0x330_fdb9,
            0x1af4_dd57,
            0x12_0bee,
        ]),
        y: Field([
            0x12aa_c150,
            0x1253_57ce,
            0xf22_e6ef,
            0xe39_0e86,
            0x64b_1695,
            0x88d_d21f,
            0x2a9_7443,
            0x296_2176,
            0xae_3fe3,
        ]),
    };

    /// The point with these coordinates, big-endian, if the curve has it.
    pub(super) fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Option<Self> {
        let x = Field::from_limbs(&P.read(x)?);
        let y = Field::from_limbs(&P.read(y)?);
        let right = x.mul_minus(&x.square(), &x.times(3)).plus(&B);
        y.square().minus(&right).is_zero().then_some(Self { x, y })
    }

    pub(super) fn negated(&self) -> Self {
        Self { x: self.x, y: Field::ZERO.minus(&self.y) }
    }
}

impl From<&Affine> for Jacobian {
    fn from(point: &Affine) -> Self {
        Self { x: point.x, y: point.y, z: Field::ONE }
    }
}

impl Jacobian {
    pub(super) const INFINITY: Self = Self { x: Field::ONE, y: Field::ONE, z: Field::ZERO };

    pub(super) fn is_infinity(&self) -> bool {
        self.z.0 == [0; 9]
    }

    /// Twice the point: `dbl-2001-b` of the Explicit-Formulas Database, with
    /// 4 β and 4 γ² in one piece. Infinity stays what it is: 2 Y Z is then
    /// Y² − Y² − 0.
    #[inline(never)]
    pub(super) fn double(&self) -> Self {
        let Self { x, y, z } = self;
        let delta = z.square();
        let gamma = y.square();
        let beta_4 = x.mul(&gamma.times(4));
        let alpha = x.minus(&delta).times(3).mul(&x.plus(&delta));
        let gamma_squared_4 = gamma.times(2).square();
        let x3 = alpha.square_minus(&beta_4.times(2));
        Self {
            x: x3,
            y: alpha.mul_minus(&beta_4.minus(&x3), &gamma_squared_4.times(2)),
            z: y.plus(z).square_minus(&gamma.plus(&delta)),
        }
    }

    /// The sum with any point: `madd-2004-hmv` of the Explicit-Formulas
    /// Database, whose exceptions are told apart.
    #[inline(never)]
    pub(super) fn plus(&self, point: &Affine) -> Self {
        if self.is_infinity() {
            return Self::from(point);
        }
        let Self { x, y, z } = self;
        let z_squared = z.square();
        let h = point.x.mul_minus(&z_squared, x);
        let r = point.y.mul_minus(&z.mul(&z_squared), y);
        if h.is_zero() {
            // The same x: the same point or its opposite.
            return if r.is_zero() { self.double() } else { Self::INFINITY };
        }
        let h_squared = h.square();
        let h_cubed = h.mul(&h_squared);
        let v = x.mul(&h_squared);
        let x3 = r.square_minus(&h_cubed.plus(&v).plus(&v));
        Self { x: x3, y: r.mul_minus(&v.minus(&x3), &y.mul(&h_cubed)), z: z.mul(&h) }
    }

    /// Whether x / z² is `x`.
    pub(super) fn has_x(&self, x: &Field) -> bool {
        !self.is_infinity() && x.mul(&self.z.square()).minus(&self.x).is_zero()
    }
}

/// The same points, none of which may be infinity: by Montgomery's trick, one
/// inversion for all.
pub(super) fn to_affine(points: &[Jacobian]) -> Vec<Affine> {
    let mut product = Field::ONE;
    let before: Vec<Field> = points
        .iter()
        .map(|point| {
            let before = product;
            product = product.mul(&point.z);
            before
        })
        .collect();
    let mut inverse = product.inverse();
    let mut affine: Vec<Affine> = points
        .iter()
        .zip(&before)
        .rev()
        .map(|(point, before)| {
            let z_inverse = inverse.mul(before);
            inverse = inverse.mul(&point.z);
            let squared = z_inverse.square();
            Affine { x: point.x.mul(&squared), y: point.y.mul(&squared.mul(&z_inverse)) }
        })
        .collect();
    affine.reverse();
    affine
}
