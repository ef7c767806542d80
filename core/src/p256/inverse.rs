//! Inversion modulo a prime, by the division steps of Bernstein and Yang,
//! "Fast constant-time gcd computation and modular inversion" (2019), section
//! 11; in variable time, a run of steps at once, as `secp256k1_modinv32_var`
//! of libsecp256k1 (doc/safegcd_implementation.md) does it, with limbs of 29
//! bits instead of 30.

use super::limbs::{self, BITS, Limbs, MASK, Modulus};

/// What 29 division steps make of f and g: (u f + v g, q f + r g) / 2^29.
///
/// INVARIANT: |u| + |v| and |q| + |r| are at most 2^29.
struct Steps {
    u: i32,
    v: i32,
    q: i32,
    r: i32,
}

/// `modulus.scale` / `number`, between −2 and 1 times the modulus; 0 for 0.
pub(super) fn inverse(number: &Limbs, modulus: &Modulus) -> Limbs {
    // INVARIANT: f = d · number and g = e · number, times scale, modulo the
    // modulus; d and e lie between −2 and 1 times the modulus.
    let (mut f, mut g) = (modulus.limbs, modulus.reduce(number));
    let (mut d, mut e) = ([0; 9], modulus.scale);
    let mut eta = -1;
    while g != [0; 9] {
        let steps = Steps::take(&mut eta, f[0], g[0]);
        steps.apply(&mut f, &mut g);
        steps.apply_modulo(&mut d, &mut e, modulus);
    }
    // The greatest common divisor is 1, f is 1 or −1.
    if f[8] < 0 { limbs::sub(&[0; 9], &d) } else { d }
}

impl Steps {
    /// The next 29 steps, which the lowest limbs of f and g decide. `eta` is
    /// −δ.
    fn take(eta: &mut i32, f: i32, g: i32) -> Self {
        let (mut f, mut g) = (f as u32, g as u32);
        let (mut u, mut v, mut q, mut r) = (1_i32, 0_i32, 0_i32, 1_i32);
        let mut left = BITS as u32;
        loop {
            // Halvings, as many as there are zeros.
            let zeros = (g | (u32::MAX << left)).trailing_zeros();
            g >>= zeros;
            u <<= zeros;
            v <<= zeros;
            *eta -= zeros as i32;
            left -= zeros;
            if left == 0 {
                return Self { u, v, q, r };
            }
            if *eta < 0 {
                *eta = -*eta;
                (f, g) = (g, f.wrapping_neg());
                (u, q) = (q, -u);
                (v, r) = (r, -v);
            }
            // Up to six additions of f to g, until the next exchange: the
            // multiple that clears the bits. f (f² − 2) is −1 / f modulo 64.
            let limit = left.min(*eta as u32 + 1).min(6);
            let negated_inverse = f.wrapping_mul(f.wrapping_mul(f).wrapping_sub(2));
            let times = g.wrapping_mul(negated_inverse) & ((1 << limit) - 1);
            g = g.wrapping_add(f.wrapping_mul(times));
            q += u * times as i32;
            r += v * times as i32;
        }
    }

    /// f and g after the steps.
    fn apply(&self, f: &mut Limbs, g: &mut Limbs) {
        self.apply_plus(f, g, &[0; 9], 0, 0);
    }

    /// d and e after the steps: multiples of the modulus make both divisible.
    fn apply_modulo(&self, d: &mut Limbs, e: &mut Limbs, modulus: &Modulus) {
        // What brings a negative d or e up, so that the bounds hold.
        let (d_sign, e_sign) = (d[8] >> 31, e[8] >> 31);
        let below = |d_factor: i32, e_factor: i32| {
            let times = (d_factor & d_sign) + (e_factor & e_sign);
            let lowest = d_factor.wrapping_mul(d[0]).wrapping_add(e_factor.wrapping_mul(e[0]));
            times - (modulus.inverse.wrapping_mul(lowest).wrapping_add(times) & MASK)
        };
        let (d_times, e_times) = (below(self.u, self.v), below(self.q, self.r));
        self.apply_plus(d, e, &modulus.limbs, d_times, e_times);
    }

    /// (u a + v b + times · modulus) / 2^29 and the same of q and r.
    ///
    /// INVARIANT: the numbers divided are multiples of 2^29; the products of
    /// one limb stay below 2^60.
    fn apply_plus(&self, a: &mut Limbs, b: &mut Limbs, modulus: &Limbs, a_times: i32, b_times: i32) {
        let (u, v) = (i64::from(self.u), i64::from(self.v));
        let (q, r) = (i64::from(self.q), i64::from(self.r));
        let (a_times, b_times) = (i64::from(a_times), i64::from(b_times));
        let (mut a_carry, mut b_carry) = (0, 0);
        for i in 0..9 {
            let (a_limb, b_limb, limb) = (i64::from(a[i]), i64::from(b[i]), i64::from(modulus[i]));
            a_carry += u * a_limb + v * b_limb + a_times * limb;
            b_carry += q * a_limb + r * b_limb + b_times * limb;
            if i > 0 {
                a[i - 1] = a_carry as i32 & MASK;
                b[i - 1] = b_carry as i32 & MASK;
            }
            a_carry >>= BITS;
            b_carry >>= BITS;
        }
        a[8] = a_carry as i32;
        b[8] = b_carry as i32;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::field::P;
    use super::super::oracle::{self, divided, edges, limbs, modulo, numbers, value};
    use super::super::scalar::N;
    use super::*;

    /// Between −2 and 1 times the modulus, and right modulo it.
    fn check(number: &num_bigint::BigInt) {
        for (modulus, prime) in [(P, oracle::p()), (N, oracle::n())] {
            let inverse = value(&inverse(&limbs(number), &modulus));
            assert!(inverse > -2 * &prime && inverse < 2 * &prime, "{number}: {inverse}");
            let expected = if modulo(number, &prime) == 0.into() {
                0.into()
            } else {
                divided(&value(&modulus.scale), number, &prime)
            };
            assert_eq!(modulo(&inverse, &prime), expected, "{number}");
        }
    }

    #[test]
    fn numbers_at_the_edges_are_inverted() {
        edges().iter().for_each(check);
    }

    proptest! {
        #![proptest_config(oracle::rounds())]

        #[test]
        fn any_number_is_inverted(number in numbers()) {
            check(&number);
        }

        #[test]
        fn steps_divide_and_keep_their_bounds(f in any::<i32>(), g in any::<i32>(), eta in -600..600) {
            let (f, g) = ((f | 1) & MASK, g & MASK);
            let mut after = eta;
            let Steps { u, v, q, r } = Steps::take(&mut after, f, g);
            let bound = 1_i64 << BITS;
            let [u, v, q, r] = [u, v, q, r].map(i64::from);
            prop_assert!(u.abs() + v.abs() <= bound && q.abs() + r.abs() <= bound);
            let (f, g) = (i128::from(f), i128::from(g));
            prop_assert_eq!((i128::from(u) * f + i128::from(v) * g) & i128::from(MASK), 0);
            prop_assert_eq!((i128::from(q) * f + i128::from(r) * g) & i128::from(MASK), 0);
            prop_assert_eq!((u * r - v * q).abs(), bound);
        }
    }
}
