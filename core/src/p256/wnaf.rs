//! u1 G + u2 Q with small tables: interleaved, the digits of both scalars in
//! non-adjacent form of width 5 (Hankerson, Menezes, Vanstone, "Guide to
//! Elliptic Curve Cryptography", 2004, algorithms 3.35 and 3.51).

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::point::{Affine, Jacobian, to_affine};
use super::scalar::Scalar;

/// The bits a digit that is not 0 stands for.
const WIDTH: usize = 5;
/// The odd multiples a digit may take: 1, 3, … 15.
const MULTIPLES: usize = 1 << (WIDTH - 2);
/// One more than the bits of n, for the carry.
const DIGITS: usize = 257;

/// The digits of the lower half.
const HALF: usize = 128;

/// 1, 3, … 15 times P and times 2^128 P: two short scalars are multiplied with
/// half of the doublings that one long scalar takes.
#[derive(Clone)]
pub(super) struct OddMultiples(Box<[Affine]>);

impl OddMultiples {
    pub(super) fn of(point: &Affine) -> Self {
        let power = (0..HALF).fold(Jacobian::from(point), |power, _| power.double());
        let powers = to_affine(&[power]);
        Self::of_halves(&[*point, powers[0]])
    }

    pub(super) fn of_base() -> Self {
        Self::of_halves(&[Affine::BASE, Affine::BASE_TIMES_2_128])
    }

    fn of_halves(points: &[Affine; 2]) -> Self {
        let mut odd = Vec::with_capacity(points.len() * MULTIPLES);
        for point in points {
            let mut multiples = [Jacobian::INFINITY; 2 * MULTIPLES];
            for i in 1..2 * MULTIPLES {
                multiples[i] =
                    if i % 2 == 0 { multiples[i / 2].double() } else { multiples[i - 1].plus(point) };
            }
            odd.extend(multiples.iter().skip(1).step_by(2));
        }
        Self(to_affine(&odd).into_boxed_slice())
    }

    /// P.
    pub(super) fn point(&self) -> &Affine {
        &self.0[0]
    }
}

/// u1 P + u2 Q, given the odd multiples of P and Q.
pub(super) fn sum(scalars: [&Scalar; 2], multiples: [&OddMultiples; 2]) -> Jacobian {
    let digits = scalars.map(digits);
    let mut sum = Jacobian::INFINITY;
    for i in (0..=HALF).rev() {
        sum = sum.double();
        for (digits, OddMultiples(multiples)) in digits.iter().zip(multiples) {
            let (low, high) = digits.split_at(HALF);
            for (digits, multiples) in [low, high].into_iter().zip(multiples.chunks(MULTIPLES)) {
                // The higher half has one digit more.
                let digit = digits.get(i).copied().unwrap_or_default();
                if digit != 0 {
                    let multiple = &multiples[usize::from(digit.unsigned_abs() / 2)];
                    sum = sum.plus(&if digit < 0 { multiple.negated() } else { *multiple });
                }
            }
        }
    }
    sum
}

/// The digits, the lowest first: 0 or odd, from −15 to 15; the four after one
/// that is not 0 are 0.
fn digits(scalar: &Scalar) -> [i8; DIGITS] {
    let mut digits = [0; DIGITS];
    let words = scalar.words();
    let (mut at, mut carry) = (0, 0);
    while at < DIGITS {
        let above = words.get(at / 32 + 1).map_or(0, |word| u64::from(*word) << 32);
        let bits = ((above | u64::from(words[at / 32])) >> (at % 32)) as i32;
        if bits & 1 == carry {
            at += 1;
        } else {
            let digit = (bits & ((1 << WIDTH) - 1)) + carry;
            carry = digit >> (WIDTH - 1);
            digits[at] = (digit - (carry << WIDTH)) as i8;
            at += WIDTH;
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

    fn check_digits(scalar: &Scalar) {
        let digits = digits(scalar);
        let sum = digits.iter().rev().fold(BigInt::from(0), |sum, digit| (sum << 1_usize) + digit);
        assert_eq!(sum, value(&scalar.0));
        assert!(digits.iter().all(|digit| *digit == 0 || (digit % 2 != 0 && digit.abs() < 16)));
        for (i, _) in digits.iter().enumerate().filter(|(_, digit)| **digit != 0) {
            assert!(digits.iter().skip(i + 1).take(WIDTH - 1).all(|digit| *digit == 0));
        }
    }

    #[test]
    fn digits_of_scalars_at_the_edges_make_the_scalar() {
        edges().iter().for_each(|edge| check_digits(&scalar(edge)));
    }

    fn check_multiples(multiples: &OddMultiples, number: &BigInt) {
        assert_eq!(multiples.0.len(), 2 * MULTIPLES);
        for (half, multiples) in multiples.0.chunks(MULTIPLES).enumerate() {
            for (i, ours) in multiples.iter().enumerate() {
                let factor = BigInt::from(2 * i + 1) << (half * HALF);
                assert!(is_same(&Jacobian::from(ours), &their_multiple(&(number * factor))));
            }
        }
    }

    #[test]
    fn odd_multiples_of_the_base_point_are_those_of_p256() {
        check_multiples(&OddMultiples::of_base(), &1.into());
    }

    proptest! {
        #![proptest_config(rounds())]

        #[test]
        fn digits_make_the_scalar(number in numbers()) {
            check_digits(&scalar(&number));
        }

        #[test]
        fn odd_multiples_are_those_of_p256(number in numbers()) {
            prop_assume!(modulo(&number, &n()) != 0.into());
            let multiples = OddMultiples::of(&affine(&their_multiple(&number)));
            check_multiples(&multiples, &number);
        }
    }
}
