//! u1 G + u2 Q with small tables: interleaved, the digits of both scalars in
//! non-adjacent form of width 5 (Hankerson, Menezes, Vanstone, "Guide to Elliptic Curve
//! Cryptography", algorithms 3.35 and 3.51).

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

/// 1, 3, … 15 times a point.
#[derive(Clone)]
pub(super) struct OddMultiples(Box<[Affine]>);

impl OddMultiples {
    pub(super) fn of(point: &Affine) -> Self {
        let mut multiples = [Jacobian::INFINITY; 2 * MULTIPLES];
        for i in 1..2 * MULTIPLES {
            multiples[i] = if i % 2 == 0 { multiples[i / 2].double() } else { multiples[i - 1].plus(point) };
        }
        let odd: Vec<Jacobian> = multiples.into_iter().skip(1).step_by(2).collect();
        Self(to_affine(&odd).into_boxed_slice())
    }

    pub(super) fn point(&self) -> &Affine {
        &self.0[0]
    }
}

/// u1 P + u2 Q, given the odd multiples of P and Q.
pub(super) fn sum(scalars: [&Scalar; 2], multiples: [&OddMultiples; 2]) -> Jacobian {
    let digits = scalars.map(digits);
    let mut sum = Jacobian::INFINITY;
    for i in (0..DIGITS).rev() {
        sum = sum.double();
        for (digits, OddMultiples(multiples)) in digits.iter().zip(multiples) {
            let digit = digits[i];
            if digit != 0 {
                let multiple = &multiples[usize::from(digit.unsigned_abs() / 2)];
                sum = sum.plus(&if digit < 0 { multiple.negated() } else { *multiple });
            }
        }
    }
    sum
}

/// The digits, the lowest first: 0 or odd, from −15 to 15; the four after one
/// that is not 0 are 0.
fn digits(scalar: &Scalar) -> [i8; DIGITS] {
    let mut digits = [0; DIGITS];
    let (mut at, mut carry) = (0, 0);
    while at < DIGITS {
        if scalar.bits(at, 1) == carry {
            at += 1;
        } else {
            let digit = scalar.bits(at, WIDTH) + carry;
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
            prop_assert_eq!(multiples.0.len(), MULTIPLES);
            for (i, ours) in multiples.0.iter().enumerate() {
                let theirs = their_multiple(&(&number * (2 * i + 1)));
                prop_assert!(is_same(&Jacobian::from(ours), &theirs));
            }
        }
    }
}
