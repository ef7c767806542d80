//! Arithmetic modulo p = 2^256 − 2^224 + 2^192 + 2^96 − 1 (SEC 2 section
//! 2.4.2).

#[cfg(feature = "compact")]
mod looped;

use core::num::Wrapping;

use super::inverse;
use super::limbs::{self, BITS, Limbs, MASK, Modulus};

/// p; its inverse modulo 2^29 is −1. A number in Montgomery form is inverted
/// into one by R².
pub(super) const P: Modulus = Modulus {
    limbs: [0x1fff_ffff, 0x1fff_ffff, 0x1fff_ffff, 0x1ff, 0, 0, 0x4_0000, 0x1fe0_0000, 0xff_ffff],
    inverse: MASK,
    scale: R_SQUARED,
};

const R_SQUARED: Limbs =
    [0xc00, 0, 0x1fff_0000, 0x1fdf_ffff, 0x1fbf_ffff, 0x1fff_ffff, 0x1fff_ffff, 0x1fff_fffe, 0x13];

/// A number modulo p, times R = 2^261 (Montgomery form).
///
/// INVARIANT: what [`Field::mul`] and its like make has limbs from −2^28 to
/// 2^28 − 1, its last from −2^26 to 5 · 2^24, for it lies between −4 p and 5 p:
/// a product less a coordinate comes closest, at 4.5 p, where the coordinate
/// lies between −3.46 p and 2.25 p as doubling and adding keep them.
/// Sums and differences of few such are multiplied as they are: one limb of
/// the left times one of the right may reach 14 · 2^56 and no more, so that a
/// column of nine products and the reduction stays within 64 bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field(pub(super) Limbs);

/// A limb or column with room for a sum of products; never wraps around, see
/// [`Field`].
type Wide = Wrapping<i64>;

impl Field {
    pub(super) const ZERO: Self = Self([0; 9]);
    /// 1, that is R modulo p.
    pub(super) const ONE: Self =
        Self::constant(0x0000_001f_ffff_ffdf_ffff_ffff_ffff_ffff, 0xffff_ffe0_0000_0000_0000_0000_0000_0020);

    /// The number whose Montgomery form has these halves.
    pub(super) const fn constant(high: u128, low: u128) -> Self {
        let mut limbs = [0; 9];
        let mut carry = 0;
        let mut i = 0;
        while i < 9 {
            let bits = match BITS * i {
                at @ 128.. => high >> (at - 128),
                at @ 100.. => low >> at | high << (128 - at),
                at => low >> at,
            };
            let limb = (bits as i32 & MASK) + carry;
            carry = (limb + (1 << (BITS - 1))) >> BITS;
            limbs[i] = limb - (carry << BITS);
            i += 1;
        }
        Self(limbs)
    }

    /// The number, given from 0 to p − 1.
    pub(super) fn from_limbs(limbs: &Limbs) -> Self {
        Self(*limbs).mul(&Self(R_SQUARED))
    }

    pub(super) fn mul(&self, other: &Self) -> Self {
        self.mul_minus(other, &Self::ZERO)
    }

    pub(super) fn square(&self) -> Self {
        self.square_minus(&Self::ZERO)
    }

    /// `self` · `other` − `less`.
    #[cfg(not(feature = "compact"))]
    #[inline(never)]
    pub(super) fn mul_minus(&self, other: &Self, less: &Self) -> Self {
        self.check(other);
        let [a0, a1, a2, a3, a4, a5, a6, a7, a8] = self.wide();
        let [b0, b1, b2, b3, b4, b5, b6, b7, b8] = other.wide();
        let columns = [
            a0 * b0,
            a0 * b1 + a1 * b0,
            a0 * b2 + a1 * b1 + a2 * b0,
            a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0,
            a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0,
            a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0,
            a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0,
            a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0,
            a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0,
            a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1,
            a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2,
            a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3,
            a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4,
            a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5,
            a6 * b8 + a7 * b7 + a8 * b6,
            a7 * b8 + a8 * b7,
            a8 * b8,
        ];
        reduce(columns, less)
    }

    /// `self`² − `less`.
    #[cfg(not(feature = "compact"))]
    #[inline(never)]
    pub(super) fn square_minus(&self, less: &Self) -> Self {
        self.check(self);
        let [a0, a1, a2, a3, a4, a5, a6, a7, a8] = self.wide();
        let [d1, d2, d3, d4, d5, d6, d7, d8] =
            [a1 + a1, a2 + a2, a3 + a3, a4 + a4, a5 + a5, a6 + a6, a7 + a7, a8 + a8];
        let columns = [
            a0 * a0,
            a0 * d1,
            a0 * d2 + a1 * a1,
            a0 * d3 + a1 * d2,
            a0 * d4 + a1 * d3 + a2 * a2,
            a0 * d5 + a1 * d4 + a2 * d3,
            a0 * d6 + a1 * d5 + a2 * d4 + a3 * a3,
            a0 * d7 + a1 * d6 + a2 * d5 + a3 * d4,
            a0 * d8 + a1 * d7 + a2 * d6 + a3 * d5 + a4 * a4,
            a1 * d8 + a2 * d7 + a3 * d6 + a4 * d5,
            a2 * d8 + a3 * d7 + a4 * d6 + a5 * a5,
            a3 * d8 + a4 * d7 + a5 * d6,
            a4 * d8 + a5 * d7 + a6 * a6,
            a5 * d8 + a6 * d7,
            a6 * d8 + a7 * a7,
            a7 * d8,
            a8 * a8,
        ];
        reduce(columns, less)
    }

    #[cfg_attr(any(target_arch = "wasm32", feature = "compact"), inline(never))]
    #[cfg_attr(not(any(target_arch = "wasm32", feature = "compact")), inline(always))]
    pub(super) fn plus(&self, other: &Self) -> Self {
        Self(limbs::add(&self.0, &other.0))
    }

    #[cfg_attr(any(target_arch = "wasm32", feature = "compact"), inline(never))]
    #[cfg_attr(not(any(target_arch = "wasm32", feature = "compact")), inline(always))]
    pub(super) fn minus(&self, other: &Self) -> Self {
        Self(limbs::sub(&self.0, &other.0))
    }

    #[cfg_attr(any(target_arch = "wasm32", feature = "compact"), inline(never))]
    #[cfg_attr(not(any(target_arch = "wasm32", feature = "compact")), inline(always))]
    pub(super) fn times(&self, small: i32) -> Self {
        let [a0, a1, a2, a3, a4, a5, a6, a7, a8] = self.0;
        Self([
            a0 * small,
            a1 * small,
            a2 * small,
            a3 * small,
            a4 * small,
            a5 * small,
            a6 * small,
            a7 * small,
            a8 * small,
        ])
    }

    /// Whether it is 0, given between −4 p and 5 p.
    #[cfg_attr(any(target_arch = "wasm32", feature = "compact"), inline(never))]
    #[cfg_attr(not(any(target_arch = "wasm32", feature = "compact")), inline(always))]
    pub(super) fn is_zero(&self) -> bool {
        // p is −1 modulo 2^29, so that the lowest limb of a small multiple is
        // small, as few others are.
        ((self.0[0] + 5) & MASK) < 10 && self.is_exactly_zero()
    }

    #[inline(never)]
    fn is_exactly_zero(&self) -> bool {
        P.reduce(&self.0) == [0; 9]
    }

    /// 1 / `self`; 0 for 0.
    pub(super) fn inverse(&self) -> Self {
        Self(inverse::inverse(&self.0, &P))
    }

    #[cfg(not(feature = "compact"))]
    #[inline(always)]
    fn wide(&self) -> [Wide; 9] {
        let wide = |limb| Wrapping(i64::from(limb));
        let [a0, a1, a2, a3, a4, a5, a6, a7, a8] = self.0;
        [wide(a0), wide(a1), wide(a2), wide(a3), wide(a4), wide(a5), wide(a6), wide(a7), wide(a8)]
    }

    /// The invariant.
    #[inline(always)]
    fn check(&self, other: &Self) {
        let largest =
            |field: &Self| field.0.iter().map(|limb| limb.unsigned_abs()).max().map_or(0, u64::from);
        debug_assert!(largest(self) * largest(other) <= 14 << 56, "{self:x?} {other:x?}");
    }
}

/// The columns divided by R modulo p (Montgomery reduction), less `less`.
///
/// With k the lowest limb of what is left, k p is added: since p is −1 modulo
/// 2^96 this takes −k away and adds k at bits 96, 192 and 256 and −k at bit
/// 224, that is 9, 18, 24 and 21 bits into limbs 3, 6, 8 and 7 above it.
#[cfg(not(feature = "compact"))]
#[inline(always)]
fn reduce(columns: [Wide; 17], less: &Field) -> Field {
    let mask = Wrapping(i64::from(MASK));
    let [t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15, t16] = columns;
    let k0 = t0 & mask;
    let t1 = t1 + (t0 >> BITS);
    let k1 = t1 & mask;
    let t2 = t2 + (t1 >> BITS);
    let k2 = t2 & mask;
    let t3 = t3 + (t2 >> BITS) + (k0 << 9);
    let k3 = t3 & mask;
    let t4 = t4 + (t3 >> BITS) + (k1 << 9);
    let k4 = t4 & mask;
    let t5 = t5 + (t4 >> BITS) + (k2 << 9);
    let k5 = t5 & mask;
    let t6 = t6 + (t5 >> BITS) + (k3 << 9) + (k0 << 18);
    let k6 = t6 & mask;
    let t7 = t7 + (t6 >> BITS) + (k4 << 9) + (k1 << 18) - (k0 << 21);
    let k7 = t7 & mask;
    let t8 = t8 + (t7 >> BITS) + (k5 << 9) + (k2 << 18) - (k1 << 21) + (k0 << 24);
    let k8 = t8 & mask;
    let t9 = t9 + (k6 << 9) + (k3 << 18) - (k2 << 21) + (k1 << 24);
    let t10 = t10 + (k7 << 9) + (k4 << 18) - (k3 << 21) + (k2 << 24);
    let t11 = t11 + (k8 << 9) + (k5 << 18) - (k4 << 21) + (k3 << 24);
    let t12 = t12 + (k6 << 18) - (k5 << 21) + (k4 << 24);
    let t13 = t13 + (k7 << 18) - (k6 << 21) + (k5 << 24);
    let t14 = t14 + (k8 << 18) - (k7 << 21) + (k6 << 24);
    let t15 = t15 - (k8 << 21) + (k7 << 24);
    let t16 = t16 + (k8 << 24);
    // Limbs nearest to 0, the last takes what is left.
    let [l0, l1, l2, l3, l4, l5, l6, l7, l8] = less.wide();
    let (limb0, carry) = nearest(t9 - l0, t8 >> BITS);
    let (limb1, carry) = nearest(t10 - l1, carry);
    let (limb2, carry) = nearest(t11 - l2, carry);
    let (limb3, carry) = nearest(t12 - l3, carry);
    let (limb4, carry) = nearest(t13 - l4, carry);
    let (limb5, carry) = nearest(t14 - l5, carry);
    let (limb6, carry) = nearest(t15 - l6, carry);
    let (limb7, carry) = nearest(t16 - l7, carry);
    Field([limb0, limb1, limb2, limb3, limb4, limb5, limb6, limb7, (carry - l8).0 as i32])
}

/// A column and what is carried to it, as the nearest limb to 0 and what is
/// carried on.
#[inline(always)]
fn nearest(column: Wide, carry: Wide) -> (i32, Wide) {
    let half = Wrapping(1 << (BITS - 1));
    let sum = column + half + carry;
    (((sum & Wrapping(i64::from(MASK))) - half).0 as i32, sum >> BITS)
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use proptest::prelude::*;

    use super::super::oracle::{self, divided, limbs, limbs_up_to, modulo, numbers, p, r, value};
    use super::*;

    /// The number a field holds.
    fn plain(field: &Field) -> BigInt {
        divided(&value(&field.0), &r(), &p())
    }

    fn field(number: &BigInt) -> Field {
        Field::from_limbs(&limbs(&modulo(number, &p())))
    }

    /// What every product keeps, whatever its factors within their bounds.
    fn check_limbs(field: &Field) {
        assert!(oracle::are_balanced(&field.0), "{field:?}");
    }

    #[test]
    fn the_constants_are_in_montgomery_form() {
        assert_eq!(value(&R_SQUARED), r().pow(2) % p());
        assert_eq!(plain(&Field::ONE), 1.into());
        check_limbs(&Field::ONE);
        assert_eq!(plain(&Field::ZERO), 0.into());
    }

    #[test]
    fn multiples_of_p_are_zero_and_their_neighbours_are_not() {
        for times in -4..=5 {
            for away in -9..=9 {
                let number: BigInt = p() * times + away + (p() << 4_usize);
                let spread = limbs::sub(&limbs(&number), &limbs(&(p() << 4_usize)));
                for limbs in [spread, limbs::carried(&spread)] {
                    assert_eq!(Field(limbs).is_zero(), away == 0, "{times} p + {away}");
                }
            }
        }
    }

    #[test]
    fn a_low_limb_near_0_alone_is_not_zero() {
        for low in -5..=5 {
            for at in 1..9 {
                let mut limbs = [0; 9];
                limbs[0] = low;
                limbs[at] = 1;
                assert!(!Field(limbs).is_zero(), "{limbs:?}");
            }
        }
    }

    #[test]
    fn columns_do_not_overflow_where_all_limbs_are_at_their_bounds() {
        let greatest = 1 << 28;
        for (left, right) in [(2, 7), (-2, 7), (-7, -2), (6, 2), (3, 4), (-3, 4)] {
            let [left, right] = [left, right].map(|times| {
                let mut limbs = [greatest * times; 9];
                limbs[8] = (1 << 26) * times;
                Field(limbs)
            });
            let less = Field([
                -i32::MAX,
                -i32::MAX,
                -i32::MAX,
                -i32::MAX,
                -i32::MAX,
                -i32::MAX,
                -i32::MAX,
                -i32::MAX,
                0,
            ]);
            let product = left.mul_minus(&right, &less);
            check_limbs(&product);
            let expected = divided(&(value(&left.0) * value(&right.0)), &r(), &p()) - value(&less.0);
            assert_eq!(modulo(&value(&product.0), &p()), modulo(&expected, &p()));
        }
    }

    proptest! {
        #![proptest_config(oracle::rounds())]

        #[test]
        fn products_are_right_up_to_the_bounds(
            (left, right) in prop_oneof![
                (limbs_up_to(1 << 28), limbs_up_to(i32::MAX)),
                (limbs_up_to(1 << 30), limbs_up_to(3 << 28)),
                (limbs_up_to(3 << 29), limbs_up_to(1 << 29)),
            ],
            less in limbs_up_to(i32::MAX),
        ) {
            let expected = |left: &Limbs, right: &Limbs| {
                let product = divided(&(value(left) * value(right)), &r(), &p());
                modulo(&(product - value(&less)), &p())
            };
            let product = Field(left).mul_minus(&Field(right), &Field(less));
            check_limbs(&product);
            prop_assert_eq!(modulo(&value(&product.0), &p()), expected(&left, &right));
            // Within p of a · b / R − less.
            let distance: BigInt = value(&product.0) + value(&less) - value(&left) * value(&right) / r();
            prop_assert!(distance >= BigInt::from(-1) && distance <= p() + 1);
        }

        #[test]
        fn squares_are_products(limbs in limbs_up_to(3 << 28), less in limbs_up_to(i32::MAX)) {
            let (field, less) = (Field(limbs), Field(less));
            prop_assert_eq!(field.square_minus(&less).0, field.mul_minus(&field, &less).0);
        }

        #[test]
        fn the_field_is_that_of_p(a in numbers(), b in numbers()) {
            let (x, y) = (field(&a), field(&b));
            let is = |field: &Field, number: BigInt| plain(field) == modulo(&number, &p());
            prop_assert!(is(&x, a.clone()));
            prop_assert!(is(&x.mul(&y), &a * &b));
            prop_assert!(is(&x.square(), &a * &a));
            prop_assert!(is(&x.plus(&y), &a + &b));
            prop_assert!(is(&x.minus(&y), &a - &b));
            prop_assert!(is(&x.times(3), 3 * &a));
            prop_assert_eq!(x.minus(&y).is_zero(), modulo(&(&a - &b), &p()) == 0.into());
            prop_assert!(x.minus(&x).is_zero());
            let inverse = x.inverse();
            prop_assert!(is(&inverse.mul(&x), u8::from(!x.is_zero()).into()));
        }
    }
}
