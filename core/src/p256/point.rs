//! The group of the curve y² = x³ − 3 x + b over the integers modulo p.

use alloc::vec::Vec;

use super::field::{Field, P};

/// b, in Montgomery form.
const B: Field =
    Field::constant(0x8600_c3bb_90e9_0681_b444_157e_e425_dad5, 0x9e00_b994_1086_121b_139b_ec45_3897_bbfb);

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
        x: Field::constant(
            0x120b_eed7_a6ea_b8cc_3f6e_656e_ec44_a20e,
            0xb752_bf88_fdb6_c02f_3ce6_1a83_1522_8783,
        ),
        y: Field::constant(
            0xae3f_e314_b10b_b0aa_5d10_d11b_a43e_64b1,
            0x6957_1c87_433c_8b9b_be4a_6af9_d2aa_c150,
        ),
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

    /// Pushes 1, 3, 5, … times the point, so many, none of which may be infinity.
    ///
    /// Without inverting z, as with coordinates of one z (Meloni, "New point
    /// addition formulae for ECC applications", 2007): where x and y stand for
    /// x z'² and y z'³, with z' the z of twice the point, that has z = 1 and is
    /// added as it is. The sums' own z times z' is their z. There, on another
    /// curve of the same group, adding holds as it does not use the curve's a.
    ///
    /// INVARIANT: no sum is a doubling, which does: 2 and an odd number that is
    /// small differ modulo n, whatever their signs.
    pub(super) fn push_odd_multiples(&self, to: &mut Vec<Self>, count: usize) {
        let twice = self.double();
        let step = Affine { x: twice.x, y: twice.y };
        // z' is 2 y z.
        let scale = self.y.times(2);
        let squared = scale.square();
        let mut sum = Self { x: self.x.mul(&squared), y: self.y.mul(&scale.mul(&squared)), z: Field::ONE };
        for i in 0..count {
            if i > 0 {
                sum = sum.plus(&step);
            }
            to.push(Self { z: sum.z.mul(&twice.z), ..sum });
        }
    }

    /// Whether x / z² is `x`.
    pub(super) fn has_x(&self, x: &Field) -> bool {
        !self.is_infinity() && x.mul(&self.z.square()).minus(&self.x).is_zero()
    }
}

/// The same points, none of which may be infinity: by Montgomery's trick, one
/// inversion for all.
#[inline(never)]
pub(super) fn to_affine(points: &[Jacobian]) -> Vec<Affine> {
    // In the place of each point, the product of z of those before it.
    let mut affine = Vec::with_capacity(points.len());
    let mut product = Field::ONE;
    for point in points {
        affine.push(Affine { x: product, y: product });
        product = product.mul(&point.z);
    }
    let mut inverse = product.inverse();
    for (point, place) in points.iter().zip(&mut affine).rev() {
        let z_inverse = inverse.mul(&place.x);
        inverse = inverse.mul(&point.z);
        let squared = z_inverse.square();
        *place = Affine { x: point.x.mul(&squared), y: point.y.mul(&squared.mul(&z_inverse)) };
    }
    affine
}

#[cfg(test)]
mod tests {
    use ::p256::ProjectivePoint;
    use ::p256::elliptic_curve::Group;
    use num_bigint::BigInt;
    use proptest::prelude::*;

    use super::super::oracle::{
        self, affine, bytes, coordinates, edges, is_same, limbs, modulo, n, number, numbers, p,
        their_multiple,
    };
    use super::*;

    /// The same point with another z.
    fn scaled(point: &Affine, z: &BigInt) -> Jacobian {
        let z = Field::from_limbs(&limbs(&modulo(z, &p())));
        let squared = z.square();
        Jacobian { x: point.x.mul(&squared), y: point.y.mul(&squared.mul(&z)), z }
    }

    fn is_none(x: &BigInt, y: &BigInt) -> bool {
        Affine::from_coordinates(&bytes(x), &bytes(y)).is_none()
    }

    #[test]
    fn the_constants_are_the_base_point_and_the_curve() {
        assert!(is_same(&Jacobian::from(&Affine::BASE), &ProjectivePoint::GENERATOR));
        for coordinate in [&Affine::BASE.x, &Affine::BASE.y, &B] {
            assert!(oracle::are_balanced(&coordinate.0));
        }
    }

    #[test]
    fn a_point_off_the_curve_is_refused() {
        let (x, y) = coordinates(&ProjectivePoint::GENERATOR);
        let (x, y) = (number(&x), number(&y));
        assert!(!is_none(&x, &y) && !is_none(&x, &(p() - &y)));
        for away in [1, 2, 1 << 29] {
            assert!(is_none(&x, &(&y + away)) && is_none(&(&x + away), &y));
        }
        assert!(is_none(&y, &x));
        // On a twist: −y² = x³ − 3 x + b.
        assert!(is_none(&(p() - &x), &y));
    }

    #[test]
    fn coordinates_not_below_p_are_refused() {
        // x = 0 is on the curve, with y² = b; so is p, were it read.
        let b = oracle::hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
        let y = b.modpow(&((p() + 1_u32) / 4), &p());
        assert!(!is_none(&0.into(), &y));
        assert!(is_none(&p(), &y));
        // A small y and its x, found by trying.
        let (x, y) = (1_u32..)
            .find_map(|x| {
                let right: BigInt = BigInt::from(x).pow(3) - 3 * x + &b;
                let y = right.modpow(&((p() + 1_u32) / 4), &p());
                (modulo(&(&y * &y - right), &p()) == 0.into()).then_some((BigInt::from(x), y))
            })
            .unwrap();
        assert!(!is_none(&x, &y));
        assert!(is_none(&(p() + x), &y));
        let greatest: BigInt = (BigInt::from(1) << 256_usize) - 1;
        assert!(is_none(&greatest, &greatest));
    }

    #[test]
    fn zero_zero_stands_for_no_point() {
        assert!(is_none(&0.into(), &0.into()));
        assert!(is_none(&p(), &p()));
    }

    #[test]
    fn infinity_is_neutral_and_its_own_double() {
        let infinity = Jacobian::INFINITY;
        assert!(infinity.is_infinity() && infinity.double().is_infinity());
        let mut doubled = infinity;
        for _ in 0..300 {
            doubled = doubled.double();
            assert!(doubled.is_infinity());
        }
        assert!(is_same(&doubled.plus(&Affine::BASE), &ProjectivePoint::GENERATOR));
        assert!(!infinity.has_x(&Field::ZERO) && !infinity.has_x(&Field::ONE));
    }

    /// Intervals of numbers, in multiples of p.
    #[derive(Clone, Copy)]
    struct Interval(f64, f64);

    impl Interval {
        /// Montgomery multiplication divides by R, more than 31.9 p, and adds
        /// less than p.
        fn mul(self, other: Self) -> Self {
            let products = [self.0 * other.0, self.0 * other.1, self.1 * other.0, self.1 * other.1];
            let (low, high) = products.iter().fold((0.0, 0.0), |(low, high): (f64, f64), product| {
                (low.min(product / 31.9), high.max(product / 31.9))
            });
            Self(low, high + 1.0)
        }

        fn square(self) -> Self {
            Self(0.0, self.0.abs().max(self.1.abs()).powi(2) / 31.9 + 1.0)
        }

        fn plus(self, other: Self) -> Self {
            Self(self.0 + other.0, self.1 + other.1)
        }

        fn minus(self, other: Self) -> Self {
            Self(self.0 - other.1, self.1 - other.0)
        }

        fn times(self, small: f64) -> Self {
            Self(self.0 * small, self.1 * small)
        }

        fn or(self, other: Self) -> Self {
            Self(self.0.min(other.0), self.1.max(other.1))
        }

        fn is_within(self, low: f64, high: f64) -> bool {
            self.0 > low && self.1 < high
        }
    }

    #[test]
    fn coordinates_stay_between_4_times_minus_p_and_p() {
        // The formulas once more, from intervals to intervals, until those no
        // longer grow.
        let (any, own) = (Interval(-1.1, 1.1), Interval(0.0, 1.0));
        let (mut x, mut y, mut z) = (any, any, any);
        for _ in 0..100 {
            let (delta, gamma) = (z.square(), y.square());
            let beta_4 = x.mul(gamma.times(4.0));
            let alpha = x.minus(delta).times(3.0).mul(x.plus(delta));
            let double_x = alpha.square().minus(beta_4.times(2.0));
            let double_y = alpha.mul(beta_4.minus(double_x)).minus(gamma.times(2.0).square().times(2.0));
            let double_z = y.plus(z).square().minus(gamma.plus(delta));

            // The first of the odd multiples, to which the double is added.
            let scale = y.times(2.0);
            let (odd_x, odd_y) = (x.mul(scale.square()), y.mul(scale.mul(scale.square())));
            let other = any.or(double_x).or(double_y);

            let h = other.mul(z.square()).minus(x);
            let r = other.mul(z.mul(z.square())).minus(y);
            assert!(h.is_within(-4.0, 5.0) && r.is_within(-4.0, 5.0));
            assert!(any.mul(z.square()).minus(x).is_within(-4.0, 5.0), "has_x");
            let h_squared = h.square();
            let (h_cubed, v) = (h.mul(h_squared), x.mul(h_squared));
            let sum_x = r.square().minus(h_cubed.plus(v.times(2.0)));
            let sum_y = r.mul(v.minus(sum_x)).minus(y.mul(h_cubed));
            let sum_z = z.mul(h);

            x = x.or(double_x).or(odd_x).or(sum_x);
            y = y.or(double_y).or(odd_y).or(sum_y);
            z = z.or(double_z).or(z.mul(double_z)).or(sum_z);
        }
        assert!([x, y, z].iter().all(|coordinate| coordinate.is_within(-4.0, 4.0)));
        // Those of affine points, read, computed or negated.
        let inverse = Interval(-2.0, 2.0).mul(any);
        for coordinate in [own.mul(own), x.mul(inverse.square()), y.mul(inverse.mul(inverse.square()))] {
            assert!(coordinate.or(Interval(0.0, 0.0).minus(coordinate)).is_within(-1.3, 1.3));
        }
    }

    proptest! {
        #![proptest_config(oracle::rounds())]

        #[test]
        fn doubling_and_adding_are_those_of_p256(
            a in numbers(), b in numbers(), z in numbers(),
        ) {
            prop_assume!([&a, &b].iter().all(|number| modulo(number, &n()) != 0.into()));
            prop_assume!(modulo(&z, &p()) != 0.into());
            let (their_a, their_b) = (their_multiple(&a), their_multiple(&b));
            let (our_a, our_b) = (scaled(&affine(&their_a), &z), affine(&their_b));
            prop_assert!(is_same(&our_a, &their_a));
            prop_assert!(is_same(&our_a.double(), &their_a.double()));
            prop_assert!(is_same(&our_a.plus(&our_b), &(their_a + their_b)));
            prop_assert!(is_same(&our_a.plus(&our_b.negated()), &(their_a - their_b)));
            // Results as operands.
            let (ours, theirs) = (our_a.plus(&our_b).double().double(), (their_a + their_b).double().double());
            prop_assert!(is_same(&ours, &theirs));
            prop_assert!(is_same(&ours.plus(&our_b), &(theirs + their_b)));
        }

        #[test]
        fn equal_points_are_doubled_and_opposite_ones_are_infinity(a in numbers(), z in numbers()) {
            prop_assume!(modulo(&a, &n()) != 0.into() && modulo(&z, &p()) != 0.into());
            let theirs = their_multiple(&a);
            let point = affine(&theirs);
            let ours = scaled(&point, &z);
            prop_assert!(is_same(&ours.plus(&point), &theirs.double()));
            prop_assert!(ours.plus(&point.negated()).is_infinity());
            prop_assert!(is_same(&ours.double().plus(&point.negated()), &theirs));
            prop_assert!(ours.plus(&point.negated()).double().plus(&point).plus(&point.negated()).is_infinity());
        }

        #[test]
        fn points_are_read_and_made_affine(a in numbers(), z in numbers()) {
            prop_assume!(modulo(&a, &n()) != 0.into() && modulo(&z, &p()) != 0.into());
            let theirs = [&a, &(&a + 1), &(2 * &a)].map(|number| modulo(number, &n()));
            let theirs: Vec<_> = theirs.iter().filter(|number| **number != 0.into()).map(their_multiple).collect();
            let ours: Vec<_> = theirs.iter().map(|point| scaled(&affine(point), &z)).collect();
            let again = to_affine(&ours);
            prop_assert_eq!(again.len(), theirs.len());
            for ((ours, affine), theirs) in ours.iter().zip(&again).zip(&theirs) {
                prop_assert!(is_same(&Jacobian::from(affine), theirs));
                let x = number(&coordinates(theirs).0);
                prop_assert!(ours.has_x(&Field::from_limbs(&limbs(&x))));
                prop_assert!(!ours.has_x(&Field::from_limbs(&limbs(&modulo(&(x + 1), &p())))));
            }
        }

        #[test]
        fn few_coordinates_are_a_point(x in numbers(), y in numbers()) {
            let b = oracle::hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
            let is_point = x < p() && y < p() && modulo(&(&y * &y - x.pow(3) + 3 * &x - b), &p()) == 0.into();
            prop_assert_eq!(is_none(&x, &y), !is_point);
        }
    }

    #[test]
    fn multiples_at_the_edges_are_those_of_p256() {
        for edge in edges().iter().filter(|edge| modulo(edge, &n()) != 0.into()) {
            let theirs = their_multiple(edge);
            assert!(is_same(&Jacobian::from(&affine(&theirs)), &theirs));
        }
    }
}
