//! Whole numbers of up to 261 bits, and what both moduli need of them.

/// The bits of a limb.
pub(super) const BITS: usize = 29;
/// A limb's bits, all set.
pub(super) const MASK: i32 = (1 << BITS) - 1;

/// The number Σ `limb[i]` · 2^(29 i). Limbs are signed, so that a difference
/// is made limb by limb.
pub(super) type Limbs = [i32; 9];

/// A prime of 256 bits, and what dividing by it takes.
pub(super) struct Modulus {
    /// The prime.
    pub(super) limbs: Limbs,
    /// Its inverse modulo 2^29.
    pub(super) inverse: i32,
    /// What [`inverse`](super::inverse::inverse) multiplies by.
    pub(super) scale: Limbs,
}

/// Big-endian bytes as a number.
pub(super) fn from_bytes(bytes: &[u8; 32]) -> Limbs {
    let mut limbs = [0; 9];
    for (place, byte) in bytes.iter().rev().enumerate() {
        let (at, shift) = (place * 8 / BITS, place * 8 % BITS);
        let bits = i64::from(*byte) << shift;
        limbs[at] |= bits as i32 & MASK;
        if let Some(next) = limbs.get_mut(at + 1) {
            *next |= (bits >> BITS) as i32;
        }
    }
    limbs
}

/// The same number, its limbs from 0 to 2^29 − 1 except for the last, which
/// has the sign.
pub(super) fn carried(limbs: &Limbs) -> Limbs {
    let mut carry = 0;
    let mut carried = *limbs;
    for limb in &mut carried {
        carry = (carry >> BITS) + i64::from(*limb);
        *limb = carry as i32 & MASK;
    }
    carried[8] = carry as i32;
    carried
}

/// `left` − `right` where that is not negative.
pub(super) fn checked_sub(left: &Limbs, right: &Limbs) -> Option<Limbs> {
    let difference = carried(&sub(left, right));
    (difference[8] >= 0).then_some(difference)
}

// Sums are written out, for a loop would stay one where code is compiled for
// size; WebAssembly, which is downloaded, and what is compact hold them once.

/// The sum, limb by limb.
#[cfg_attr(any(target_arch = "wasm32", feature = "compact"), inline(never))]
#[cfg_attr(not(any(target_arch = "wasm32", feature = "compact")), inline(always))]
pub(super) fn add(left: &Limbs, right: &Limbs) -> Limbs {
    let [a0, a1, a2, a3, a4, a5, a6, a7, a8] = *left;
    let [b0, b1, b2, b3, b4, b5, b6, b7, b8] = *right;
    [a0 + b0, a1 + b1, a2 + b2, a3 + b3, a4 + b4, a5 + b5, a6 + b6, a7 + b7, a8 + b8]
}

/// The difference, limb by limb.
#[cfg_attr(any(target_arch = "wasm32", feature = "compact"), inline(never))]
#[cfg_attr(not(any(target_arch = "wasm32", feature = "compact")), inline(always))]
pub(super) fn sub(left: &Limbs, right: &Limbs) -> Limbs {
    let [a0, a1, a2, a3, a4, a5, a6, a7, a8] = *left;
    let [b0, b1, b2, b3, b4, b5, b6, b7, b8] = *right;
    [a0 - b0, a1 - b1, a2 - b2, a3 - b3, a4 - b4, a5 - b5, a6 - b6, a7 - b7, a8 - b8]
}

impl Modulus {
    /// The number from 0 to the modulus less 1 that differs by a multiple of
    /// the modulus: by a small one, or this takes long.
    pub(super) fn reduce(&self, limbs: &Limbs) -> Limbs {
        let mut reduced = carried(limbs);
        while reduced[8] < 0 {
            reduced = carried(&add(&reduced, &self.limbs));
        }
        while let Some(less) = checked_sub(&reduced, &self.limbs) {
            reduced = less;
        }
        reduced
    }

    /// Big-endian bytes as a number below the modulus.
    pub(super) fn read(&self, bytes: &[u8; 32]) -> Option<Limbs> {
        let limbs = from_bytes(bytes);
        checked_sub(&limbs, &self.limbs).is_none().then_some(limbs)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::field::P;
    use super::super::oracle::{self, bytes, limbs_up_to, modulo, numbers, value};
    use super::super::scalar::N;
    use super::*;

    #[test]
    fn the_moduli_are_those_of_sec_2_with_their_inverses_and_scales() {
        for (modulus, expected, scale) in
            [(P, oracle::p(), oracle::r().pow(2)), (N, oracle::n(), oracle::r())]
        {
            assert_eq!(value(&modulus.limbs), expected);
            let unit = (i64::from(modulus.limbs[0]) * i64::from(modulus.inverse)) & i64::from(MASK);
            assert_eq!(unit, 1);
            assert_eq!(value(&modulus.scale), scale % expected);
        }
    }

    #[test]
    fn numbers_are_read_from_0_to_the_modulus_less_1() {
        for edge in oracle::edges() {
            let read = from_bytes(&bytes(&edge));
            assert_eq!(value(&read), edge);
            assert!(read.iter().all(|limb| (0..=MASK).contains(limb)));
            for (modulus, limit) in [(P, oracle::p()), (N, oracle::n())] {
                assert_eq!(modulus.read(&bytes(&edge)), (edge < limit).then_some(read));
            }
        }
    }

    proptest! {
        #![proptest_config(oracle::rounds())]

        #[test]
        fn bytes_are_read_whole(number in numbers()) {
            prop_assert_eq!(value(&from_bytes(&bytes(&number))), number);
        }

        #[test]
        fn carrying_and_reducing_change_no_value(limbs in limbs_up_to(i32::MAX)) {
            let carried = carried(&limbs);
            prop_assert_eq!(value(&carried), value(&limbs));
            prop_assert!(carried.iter().take(8).all(|limb| (0..=MASK).contains(limb)));
            for (modulus, limit) in [(P, oracle::p()), (N, oracle::n())] {
                prop_assert_eq!(value(&modulus.reduce(&limbs)), modulo(&value(&limbs), &limit));
            }
        }

        #[test]
        fn sums_and_differences_are_right(left in limbs_up_to(1 << 29), right in limbs_up_to(1 << 29)) {
            prop_assert_eq!(value(&add(&left, &right)), value(&left) + value(&right));
            prop_assert_eq!(value(&sub(&left, &right)), value(&left) - value(&right));
            let difference = checked_sub(&left, &right);
            prop_assert_eq!(difference.is_some(), value(&left) >= value(&right));
            if let Some(difference) = difference {
                prop_assert_eq!(value(&difference), value(&left) - value(&right));
            }
        }
    }
}
