//! Arithmetic modulo n, the order of the group.

use super::inverse;
use super::limbs::{BITS, Limbs, MASK, Modulus};

/// n (SEC 2 section 2.4.2). A number is inverted into one times R = 2^261,
/// that is in Montgomery form.
pub(super) const N: Modulus = Modulus {
    limbs: [
        0x1c63_2551,
        0x1dce_5617,
        0x5e7_a13c,
        0xdf5_5b4e,
        0x1fff_fbce,
        0x1fff_ffff,
        0x3_ffff,
        0x1fe0_0000,
        0xff_ffff,
    ],
    inverse: 0x11ff_43b1,
    scale: [0x139b_55e0, 0x635_3d03, 0x30b_d862, 0x154_963a, 0x8632, 0, 0x1f80_0000, 0x3ff_ffff, 0],
};

/// A number from 0 to n − 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scalar(pub(super) Limbs);

impl Scalar {
    /// Big-endian bytes, from 1 to n − 1.
    pub(super) fn read(bytes: &[u8; 32]) -> Option<Self> {
        N.read(bytes).filter(|limbs| *limbs != [0; 9]).map(Self)
    }

    /// `one` / `self` and `other` / `self`.
    pub(super) fn divide(&self, one: &Limbs, other: &Limbs) -> [Self; 2] {
        let inverse = inverse::inverse(&self.0, &N);
        [Self(mul(one, &inverse)), Self(mul(other, &inverse))]
    }

    /// The bits, 32 in a word, the lowest first; the last word is 0.
    pub(super) fn words(&self) -> [u32; 9] {
        let mut words = [0; 9];
        for (at, limb) in self.0.iter().enumerate() {
            let (word, shift) = (at * BITS / 32, at * BITS % 32);
            let bits = u64::from(*limb as u32) << shift;
            words[word] |= bits as u32;
            words[(word + 1).min(8)] |= (bits >> 32) as u32;
        }
        words
    }
}

/// a · b / R modulo n (Montgomery multiplication), of numbers below 2^256 and
/// between −2 n and 2 n.
fn mul(a: &Limbs, b: &Limbs) -> Limbs {
    let mut columns = [0_i64; 18];
    for (i, a) in a.iter().enumerate() {
        for (j, b) in b.iter().enumerate() {
            columns[i + j] += i64::from(*a) * i64::from(*b);
        }
    }
    for i in 0..9 {
        let times = i64::from((columns[i] as i32).wrapping_mul(N.inverse) & MASK);
        for (j, limb) in N.limbs.iter().enumerate() {
            columns[i + j] -= times * i64::from(*limb);
        }
        columns[i + 1] += columns[i] >> BITS;
    }
    let (mut product, mut carry) = ([0; 9], 0);
    for (limb, column) in product.iter_mut().zip(&columns[9..]) {
        carry = (carry >> BITS) + column;
        *limb = carry as i32 & MASK;
    }
    product[8] = carry as i32;
    N.reduce(&product)
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use proptest::prelude::*;

    use super::super::limbs::sub;
    use super::super::oracle::{self, bytes, divided, edges, limbs, modulo, n, numbers, r, scalar, value};
    use super::*;

    #[test]
    fn scalars_are_read_from_1_to_n_less_1() {
        for edge in edges() {
            let read = Scalar::read(&bytes(&edge));
            assert_eq!(read.is_some(), edge > 0.into() && edge < n(), "{edge}");
            assert!(read.is_none_or(|read| value(&read.0) == edge));
        }
    }

    proptest! {
        #![proptest_config(oracle::rounds())]

        #[test]
        fn products_are_right(a in numbers(), b in numbers()) {
            let product = value(&mul(&limbs(&a), &limbs(&b)));
            prop_assert_eq!(&product, &divided(&(&a * &b), &r(), &n()));
            // A negative number, as inverses are.
            let negative = sub(&limbs(&b), &limbs(&(BigInt::from(1) << 256_usize)));
            let product = value(&mul(&limbs(&a), &negative));
            prop_assert_eq!(product, divided(&(&a * value(&negative)), &r(), &n()));
        }

        #[test]
        fn quotients_are_right(divisor in numbers(), a in numbers(), b in numbers()) {
            prop_assume!(modulo(&divisor, &n()) != 0.into());
            let quotients = scalar(&divisor).divide(&limbs(&a), &limbs(&b));
            prop_assert_eq!(value(&quotients[0].0), divided(&a, &divisor, &n()));
            prop_assert_eq!(value(&quotients[1].0), divided(&b, &divisor, &n()));
        }

        #[test]
        fn words_are_those_of_the_number(number in numbers()) {
            let words = Scalar(limbs(&number)).words();
            let sum = words.iter().rev().fold(BigInt::from(0), |sum, word| (sum << 32_usize) + word);
            prop_assert_eq!(sum, number);
        }
    }
}
