//! u1 G + u2 Q with tables of odd multiples: interleaved, the digits of both
//! scalars in non-adjacent form (Hankerson, Menezes, Vanstone, "Guide to
//! Elliptic Curve Cryptography", 2004, algorithms 3.35 and 3.51), each scalar
//! cut into parts that share their doublings.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;

use super::point::{Affine, Jacobian, to_affine};
use super::scalar::Scalar;

/// One more than the bits of n, for the carry.
const DIGITS: usize = 257;

/// How many multiples of a point there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    /// Into how many parts of equal length a scalar is cut.
    parts: usize,
    /// The bits of a part.
    bits: usize,
    /// The bits a digit that is not 0 stands for.
    width: usize,
}

/// 8 points, which cost less than they save within one verification.
const SMALL: Size = Size { parts: 1, bits: 256, width: 5 };
/// 512 points.
const LARGE: Size = Size { parts: 16, bits: 16, width: 7 };

impl Size {
    /// The odd multiples a digit may take: 1, 3, … 15 of four bits and a sign.
    const fn multiples(self) -> usize {
        1 << (self.width - 2)
    }
}

/// With P the point, for each part from the lowest: the odd multiples of P
/// times 2 to the part's lowest bit.
#[derive(Clone)]
pub(super) struct Tables {
    size: Size,
    multiples: Vec<Affine>,
}

impl Tables {
    pub(super) fn of(point: &Affine) -> Self {
        Self::with_size(point, SMALL)
    }

    pub(super) fn of_base() -> Self {
        Self::of(&Affine::BASE)
    }

    /// Makes them large.
    pub(super) fn prepare(&mut self) {
        if self.size != LARGE {
            *self = Self::with_size(&self.multiples[0], LARGE);
        }
    }

    fn with_size(point: &Affine, size: Size) -> Self {
        let mut odd = Vec::with_capacity(size.parts * size.multiples());
        let mut power = Jacobian::from(point);
        for part in 0..size.parts {
            for _ in 0..if part > 0 { size.bits } else { 0 } {
                power = power.double();
            }
            power.push_odd_multiples(&mut odd, size.multiples());
        }
        Self { size, multiples: to_affine(&odd) }
    }
}

impl fmt::Debug for Tables {
    /// Without what they hold.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tables").field("size", &self.size).finish_non_exhaustive()
    }
}

/// u1 P + u2 Q, given the tables of P and Q.
pub(super) fn sum([u1, u2]: [&Scalar; 2], [p, q]: [&Tables; 2]) -> Jacobian {
    let terms = [(digits(u1, p.size.width), p), (digits(u2, q.size.width), q)];
    let mut sum = Jacobian::INFINITY;
    for i in (0..=p.size.bits.max(q.size.bits)).rev() {
        sum = sum.double();
        for (digits, Tables { size, multiples }) in &terms {
            // The highest part has one digit more.
            let parts = match i.cmp(&size.bits) {
                Ordering::Less => 0..size.parts,
                Ordering::Equal => size.parts - 1..size.parts,
                Ordering::Greater => continue,
            };
            for part in parts {
                let digit = digits[part * size.bits + i];
                if digit != 0 {
                    let multiple =
                        &multiples[part * size.multiples() + usize::from(digit.unsigned_abs() / 2)];
                    sum = if digit < 0 { sum.plus(&multiple.negated()) } else { sum.plus(multiple) };
                }
            }
        }
    }
    sum
}

/// The digits, the lowest first: 0, or odd and of less bits than `width`; those
/// after one that is not 0 are 0, `width` less one.
fn digits(scalar: &Scalar, width: usize) -> [i8; DIGITS] {
    let mut digits = [0; DIGITS];
    let words = scalar.words();
    let (mut at, mut carry) = (0, 0);
    while at < DIGITS {
        let above = words.get(at / 32 + 1).map_or(0, |word| u64::from(*word) << 32);
        let bits = ((above | u64::from(words[at / 32])) >> (at % 32)) as i32;
        if bits & 1 == carry {
            at += 1;
        } else {
            let digit = (bits & ((1 << width) - 1)) + carry;
            carry = digit >> (width - 1);
            digits[at] = (digit - (carry << width)) as i8;
            at += width;
        }
    }
    digits
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use proptest::prelude::*;

    use super::super::oracle::{
        affine, edges, is_same, modulo, n, numbers, rounds, scalar, their_multiple, value,
    };
    use super::*;

    fn check_digits(scalar: &Scalar, width: usize) {
        let digits = digits(scalar, width);
        let sum = digits.iter().rev().fold(BigInt::from(0), |sum, digit| (sum << 1_usize) + digit);
        assert_eq!(sum, value(&scalar.0));
        assert!(
            digits
                .iter()
                .all(|digit| *digit == 0 || (digit % 2 != 0 && digit.unsigned_abs() < 1 << (width - 1)))
        );
        for (i, _) in digits.iter().enumerate().filter(|(_, digit)| **digit != 0) {
            assert!(digits.iter().skip(i + 1).take(width - 1).all(|digit| *digit == 0));
        }
    }

    #[test]
    fn digits_of_scalars_at_the_edges_make_the_scalar() {
        for width in [SMALL.width, LARGE.width] {
            edges().iter().for_each(|edge| check_digits(&scalar(edge), width));
        }
    }

    fn check_multiples(tables: &Tables, number: &BigInt) {
        let Tables { size, multiples } = tables;
        assert_eq!(multiples.len(), size.parts * size.multiples());
        for (part, multiples) in multiples.chunks(size.multiples()).enumerate() {
            for (i, ours) in multiples.iter().enumerate() {
                let factor = BigInt::from(2 * i + 1) << (part * size.bits);
                assert!(is_same(&Jacobian::from(ours), &their_multiple(&(number * factor))));
            }
        }
    }

    #[test]
    fn odd_multiples_of_the_base_point_are_those_of_p256() {
        let mut base = Tables::of_base();
        check_multiples(&base, &1.into());
        base.prepare();
        check_multiples(&base, &1.into());
    }

    #[test]
    fn odd_multiples_of_points_whose_multiples_meet_are_those_of_p256() {
        for number in [n() - 1, BigInt::from(1) << 16, (n() + 1) / 2, n() / 3, n() / 5] {
            for size in [SMALL, LARGE] {
                check_multiples(&Tables::with_size(&affine(&their_multiple(&number)), size), &number);
            }
        }
    }

    proptest! {
        #![proptest_config(rounds())]

        #[test]
        fn digits_make_the_scalar(number in numbers()) {
            for width in [SMALL.width, LARGE.width] {
                check_digits(&scalar(&number), width);
            }
        }

        #[test]
        fn odd_multiples_are_those_of_p256(number in numbers()) {
            prop_assume!(modulo(&number, &n()) != 0.into());
            check_multiples(&Tables::of(&affine(&their_multiple(&number))), &number);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: rounds().cases.div_ceil(100), ..rounds() })]

        #[test]
        fn large_tables_are_those_of_p256_and_add_up(number in numbers(), a in numbers(), b in numbers()) {
            prop_assume!(modulo(&number, &n()) != 0.into());
            let point = affine(&their_multiple(&number));
            let (small, large) = (Tables::of(&point), Tables::with_size(&point, LARGE));
            check_multiples(&large, &number);
            let theirs = their_multiple(&(number * (&a + &b)));
            for tables in [[&small, &small], [&small, &large], [&large, &small], [&large, &large]] {
                prop_assert!(is_same(&sum([&scalar(&a), &scalar(&b)], tables), &theirs));
            }
        }
    }
}
