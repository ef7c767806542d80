//! u1 G + u2 Q with large tables: combs (Lim and Lee, "More flexible
//! exponentiation with precomputation", 1994) of eight teeth, all digits 1 or
//! −1 (Hamburg, "Fast and compact elliptic-curve cryptography", 2012, section
//! 3.3), so that every column has one entry of a table to add or subtract.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::point::{Affine, Jacobian, to_affine};
use super::scalar::Scalar;

/// The teeth of a comb.
const TEETH: usize = 8;
/// From one tooth to the next, in bits.
const COLUMNS: usize = 256 / TEETH;
/// The last tooth has a sign of its own.
const ENTRIES: usize = 1 << (TEETH - 1);

/// With P the point and d from 0 to 127: entry d is 2^224 P plus or minus
/// 2^(32 t) P, for t from 0 to 6, plus where bit t of d is 1.
#[derive(Clone)]
pub(super) struct Comb(Box<[Affine]>);

impl Comb {
    pub(super) fn of(point: &Affine) -> Self {
        // 2^(32 t) P and twice that, for each t.
        let mut powers = Vec::with_capacity(2 * TEETH);
        let mut power = Jacobian::from(point);
        for _ in 0..TEETH {
            powers.push(power);
            power = power.double();
            powers.push(power);
            for _ in 1..COLUMNS {
                power = power.double();
            }
        }
        let powers = to_affine(&powers);
        let mut entries = Vec::with_capacity(ENTRIES);
        let mut first = Jacobian::from(&powers[2 * TEETH - 2]);
        for tooth in 0..TEETH - 1 {
            first = first.plus(&powers[2 * tooth].negated());
        }
        entries.push(first);
        for tooth in 0..TEETH - 1 {
            for i in 0..entries.len() {
                entries.push(entries[i].plus(&powers[2 * tooth + 1]));
            }
        }
        Self(to_affine(&entries).into_boxed_slice())
    }

    /// What a column of an odd scalar k adds to k times the point.
    ///
    /// k = Σ ±2^i for i from 0 to 255: plus where bit i + 1 of k is 1, and for
    /// the last. `halved` has these bits, a word for each tooth.
    fn entry(&self, halved: &[u32; TEETH], column: usize) -> Affine {
        let teeth = halved.iter().rev().fold(0, |teeth, word| teeth << 1 | (word >> column & 1) as usize);
        // The last tooth's bit stands above the others'.
        let others = ENTRIES - 1;
        if teeth & ENTRIES == 0 { self.0[!teeth & others].negated() } else { self.0[teeth & others] }
    }
}

/// The bits of an odd scalar but for the lowest, and one more above them.
fn halved(scalar: &Scalar) -> [u32; TEETH] {
    let words = scalar.words();
    let mut above = 1;
    let mut halved = [0; TEETH];
    for (halved, word) in halved.iter_mut().zip(words).rev() {
        *halved = word >> 1 | above << 31;
        above = word;
    }
    halved
}

/// u1 P + u2 Q, given the combs of P and Q.
pub(super) fn sum(scalars: [&Scalar; 2], combs: [&Comb; 2]) -> Jacobian {
    // k P = −(n − k) P, and of k and n − k one is odd.
    let scalars = scalars.map(|scalar| {
        if scalar.is_odd() { (halved(scalar), false) } else { (halved(&scalar.negated()), true) }
    });
    let mut sum = Jacobian::INFINITY;
    for column in (0..COLUMNS).rev() {
        sum = sum.double();
        for ((halved, is_negated), comb) in scalars.iter().zip(combs) {
            let entry = comb.entry(halved, column);
            sum = sum.plus(&if *is_negated { entry.negated() } else { entry });
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use proptest::prelude::*;

    use super::super::oracle::{affine, is_same, modulo, n, numbers, rounds, scalar, their_multiple};
    use super::*;

    fn check_entries(number: &BigInt) {
        let comb = Comb::of(&affine(&their_multiple(number)));
        assert_eq!(comb.0.len(), ENTRIES);
        for (d, ours) in comb.0.iter().enumerate() {
            let factor = (0..TEETH).fold(BigInt::from(0), |factor, tooth| {
                let power = BigInt::from(1) << (tooth * COLUMNS);
                if tooth == TEETH - 1 || d >> tooth & 1 == 1 { factor + power } else { factor - power }
            });
            assert!(is_same(&Jacobian::from(ours), &their_multiple(&(factor * number))), "entry {d}");
        }
    }

    #[test]
    fn entries_are_sums_of_the_teeth() {
        // Where a tooth of one comb is another's, and of points of small
        // multiples, sums of teeth collide.
        for number in [BigInt::from(1), n() - 1, BigInt::from(1) << 32, (n() + 1) / 2, n() / 5] {
            check_entries(&number);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: rounds().cases.div_ceil(100), ..rounds() })]

        #[test]
        fn columns_add_up_to_the_scalar(number in numbers(), factor in numbers()) {
            prop_assume!(modulo(&number, &n()) != 0.into());
            check_entries(&number);
            let (comb, scalar) = (Comb::of(&affine(&their_multiple(&number))), scalar(&factor));
            let odd = if scalar.is_odd() { scalar } else { scalar.negated() };
            let ours = (0..COLUMNS).rev().fold(Jacobian::INFINITY, |sum, column| {
                sum.double().plus(&comb.entry(&halved(&odd), column))
            });
            let theirs = their_multiple(&(number * if scalar == odd { factor } else { -factor }));
            prop_assert!(is_same(&ours, &theirs));
        }
    }
}
