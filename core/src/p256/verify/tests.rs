//! Whole verifications, with the digest at hand: the edge cases by name.

use alloc::vec::Vec;

use ::p256::ProjectivePoint;
use ::p256::ecdsa::signature::hazmat::PrehashVerifier;
use ::p256::ecdsa::{Signature, VerifyingKey};
use num_bigint::BigInt;
use proptest::prelude::*;

use super::super::oracle::{
    bytes, coordinates, divided, edges, hex, is_same, limbs, modulo, n, number, numbers, p, rounds, scalar,
    their_multiple,
};
use super::*;

/// The secret of a key, or how many times the base point it is.
struct Pair {
    theirs: ProjectivePoint,
    any: Key,
    prepared: Key,
    base: Base,
}

impl Pair {
    fn of(theirs: ProjectivePoint) -> Self {
        let (x, y) = coordinates(&theirs);
        let any = Key::from_coordinates(&x, &y).unwrap();
        let (mut prepared, mut base) = (any.clone(), Base::default());
        prepared.prepare(&mut base);
        Self { theirs, any, prepared, base }
    }

    fn from_secret(secret: &BigInt) -> Self {
        Self::of(their_multiple(secret))
    }

    /// What both ways to verify answer, which must be the same.
    fn accepts(&self, digest: &BigInt, r: &BigInt, s: &BigInt) -> bool {
        let (digest, r, s) = (bytes(digest), bytes(r), bytes(s));
        let any = self.any.accepts(&Base::default(), &digest, &r, &s);
        assert_eq!(self.prepared.accepts(&self.base, &digest, &r, &s), any);
        // With a large table of one point alone.
        assert_eq!(self.any.accepts(&self.base, &digest, &r, &s), any);
        assert_eq!(self.prepared.accepts(&Base::default(), &digest, &r, &s), any);
        any
    }

    /// The same question to the crate `p256`.
    fn p256_accepts(&self, digest: &BigInt, r: &BigInt, s: &BigInt) -> bool {
        let key = VerifyingKey::from_affine(self.theirs.to_affine()).unwrap();
        Signature::from_scalars(bytes(r), bytes(s))
            .is_ok_and(|signature| key.verify_prehash(&bytes(digest), &signature).is_ok())
    }

    /// u1 G + u2 Q, both ways, compared with the crate `p256`.
    fn sum(&self, u1: &BigInt, u2: &BigInt) -> Jacobian {
        let theirs = their_multiple(u1) + self.theirs * super::super::oracle::their_scalar(u2);
        let (u1, u2) = (scalar(u1), scalar(u2));
        let sums = [
            super::sum([&u1, &u2], [&Base::default().0, &self.any.0]),
            super::sum([&u1, &u2], [&self.base.0, &self.prepared.0]),
        ];
        for sum in &sums {
            assert!(is_same(sum, &theirs));
        }
        sums[0]
    }
}

/// The signature of a digest with this secret and nonce.
fn signature(secret: &BigInt, nonce: &BigInt, digest: &BigInt) -> (BigInt, BigInt) {
    let r = modulo(&number(&coordinates(&their_multiple(nonce)).0), &n());
    let s = divided(&(digest + &r * secret), nonce, &n());
    (r, s)
}

fn small(number: u32) -> BigInt {
    BigInt::from(number)
}

#[test]
fn a_sum_of_infinity_is_refused() {
    // u1 G = −u2 Q, that is digest = −r · secret.
    for secret in [small(1), small(2), n() - 1, small(0xabcd), n() / 3] {
        let pair = Pair::from_secret(&secret);
        for r in [small(1), small(5), n() - 1, n() / 7] {
            let digest = modulo(&-(&r * &secret), &n());
            for s in [small(1), small(3), n() - 1] {
                let (u1, u2) = (divided(&digest, &s, &n()), divided(&r, &s, &n()));
                assert!(pair.sum(&u1, &u2).is_infinity());
                assert!(!pair.accepts(&digest, &r, &s));
            }
        }
    }
}

#[test]
fn equal_points_are_added() {
    // u1 G = u2 Q, that is digest = r · secret.
    for nonce in [small(1), small(7), n() - 1, n() / 5] {
        let r = modulo(&number(&coordinates(&their_multiple(&nonce)).0), &n());
        let digest = small(0x1234_5678);
        let secret = divided(&digest, &r, &n());
        let (r, s) = signature(&secret, &nonce, &digest);
        let pair = Pair::from_secret(&secret);
        assert!(pair.accepts(&digest, &r, &s));
        assert!(!pair.accepts(&(digest + 1), &r, &s));
    }
}

#[test]
fn the_base_point_and_its_opposite_are_keys() {
    for secret in [small(1), n() - 1] {
        let pair = Pair::from_secret(&secret);
        for nonce in [small(1), small(2), small(3), n() - 1, n() / 2] {
            let digest = n() / 11;
            let (r, s) = signature(&secret, &nonce, &digest);
            assert!(pair.accepts(&digest, &r, &s));
            assert!(!pair.accepts(&digest, &s, &r));
        }
    }
}

#[test]
fn small_and_special_scalars_are_multiplied_rightly() {
    let scalars: Vec<_> =
        edges().into_iter().step_by(3).chain([0, 1, 2, 3, 15, 16, 17].map(BigInt::from)).collect();
    for key in
        [small(1), n() - 1, small(2), small(15), BigInt::from(1) << 32, BigInt::from(1) << 224, n() / 3]
    {
        let pair = Pair::from_secret(&key);
        for (i, u1) in scalars.iter().enumerate() {
            // Few of the pairs, but all of the scalars on either side.
            for u2 in [u1, &scalars[(i * 7 + 3) % scalars.len()], &(n() - 1), &small(0)] {
                pair.sum(u1, u2);
            }
        }
    }
}

#[test]
fn tables_that_share_points_are_added() {
    // The key's tables hold points of the base point's, and the parts meet.
    for part in 0..16 {
        let pair = Pair::from_secret(&(BigInt::from(1) << (16 * part)));
        for u in [
            small(1),
            small(3),
            n() - 2,
            hex("0101010101010101010101010101010101010101010101010101010101010101"),
        ] {
            pair.sum(&u, &u);
            pair.sum(&u, &(n() - &u));
            let opposite = modulo(&-(&u << (16_usize * part)), &n());
            assert!(pair.sum(&opposite, &u).is_infinity());
        }
    }
}

#[test]
fn a_digest_of_0_modulo_n_is_signed_like_any() {
    // u1 = 0.
    let secret = n() / 9;
    let pair = Pair::from_secret(&secret);
    for digest in [small(0), n()] {
        let (r, s) = signature(&secret, &small(77), &digest);
        assert!(pair.accepts(&digest, &r, &s));
        assert!(!pair.accepts(&(&digest + 1), &r, &s));
    }
}

#[test]
fn a_digest_above_n_is_reduced() {
    let secret = n() / 9;
    let pair = Pair::from_secret(&secret);
    let greatest: BigInt = (BigInt::from(1) << 256_usize) - 1;
    for digest in [n() + 5, p(), greatest] {
        let (r, s) = signature(&secret, &small(78), &digest);
        assert!(pair.accepts(&digest, &r, &s));
        assert!(pair.accepts(&(&digest - n()), &r, &s));
    }
}

/// A point whose x-coordinate is this, if the curve has one.
fn at(x: &BigInt) -> Option<ProjectivePoint> {
    let b = hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
    let right: BigInt = x.pow(3) - 3 * x + b;
    let y = modulo(&right, &p()).modpow(&((p() + 1) / 4), &p());
    let key = VerifyingKey::from_sec1_bytes(&[&[4], &bytes(x)[..], &bytes(&y)[..]].concat()).ok()?;
    Some(ProjectivePoint::from(*key.as_affine()))
}

/// A key under which (r, s) leads to this point.
fn key_leading_to(point: ProjectivePoint, digest: &BigInt, r: &BigInt, s: &BigInt) -> Pair {
    let u1 = divided(digest, s, &n());
    let inverse = divided(s, r, &n());
    Pair::of((point - their_multiple(&u1)) * super::super::oracle::their_scalar(&inverse))
}

#[test]
fn r_wraps_past_n() {
    // x = r + n, below p.
    let (digest, s) = (n() / 13, n() / 17);
    let mut found = 0;
    for r in 1_u32..40 {
        let r = BigInt::from(r);
        let Some(point) = at(&(&r + n())) else { continue };
        let pair = key_leading_to(point, &digest, &r, &s);
        assert!(pair.p256_accepts(&digest, &r, &s));
        assert!(pair.accepts(&digest, &r, &s));
        assert!(!pair.accepts(&digest, &(&r + 1), &s));
        found += 1;
    }
    assert!(found > 9, "{found}");
}

#[test]
fn r_is_not_wrapped_past_p() {
    // r + n = x + p: the same modulo p, and no x-coordinate.
    let (digest, s) = (n() / 13, n() / 17);
    let mut found = 0;
    for x in 0_u32..40 {
        let x = BigInt::from(x);
        let Some(point) = at(&x) else { continue };
        let r = &x + p() - n();
        let pair = key_leading_to(point, &digest, &r, &s);
        assert!(!pair.p256_accepts(&digest, &r, &s));
        assert!(!pair.accepts(&digest, &r, &s));
        found += 1;
    }
    assert!(found > 9, "{found}");
}

#[test]
fn a_high_s_is_accepted() {
    let (secret, digest) = (n() / 19, n() / 23);
    let (r, s) = signature(&secret, &small(99), &digest);
    let pair = Pair::from_secret(&secret);
    assert!(pair.accepts(&digest, &r, &s));
    assert!(pair.accepts(&digest, &r, &(n() - s)));
}

#[test]
fn r_and_s_are_from_1_to_n_less_1() {
    let (secret, digest) = (n() / 19, n() / 23);
    let (r, s) = signature(&secret, &small(100), &digest);
    let pair = Pair::from_secret(&secret);
    let greatest: BigInt = (BigInt::from(1) << 256_usize) - 1;
    for wrong in [small(0), n(), n() + 1, p(), greatest] {
        assert!(!pair.accepts(&digest, &wrong, &s));
        assert!(!pair.accepts(&digest, &r, &wrong));
        assert!(!pair.accepts(&digest, &wrong, &wrong));
    }
    // A value that would be the same modulo n: small enough where r wraps.
    let point = at(&(n() + 5)).or_else(|| at(&(n() + 6))).unwrap();
    let x = number(&coordinates(&point).0);
    let pair = key_leading_to(point, &digest, &(&x - n()), &s);
    assert!(pair.accepts(&digest, &(&x - n()), &s));
    assert!(!pair.accepts(&digest, &x, &s));
}

#[test]
fn a_point_off_the_curve_or_out_of_range_is_no_key() {
    let (x, y) = coordinates(&ProjectivePoint::GENERATOR);
    assert!(Key::from_coordinates(&x, &y).is_some());
    for (x, y) in [(y, x), (x, x), ([0; 32], [0; 32]), (bytes(&p()), bytes(&p())), ([0xff; 32], [0xff; 32])] {
        assert!(Key::from_coordinates(&x, &y).is_none());
    }
}

#[test]
fn x_is_compared_for_any_z() {
    // (x / z², …) with z other than 1 comes from every sum; z = 0 never is.
    let sum = Pair::from_secret(&small(3)).sum(&small(5), &small(7));
    let x = number(&coordinates(&their_multiple(&small(26))).0);
    assert!(is_x_modulo_n(&sum, &Scalar(limbs(&x))));
    assert!(!is_x_modulo_n(&sum, &Scalar(limbs(&(x - 1)))));
    assert!(!is_x_modulo_n(&Jacobian::INFINITY, &Scalar(limbs(&small(1)))));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: rounds().cases.div_ceil(20), ..rounds() })]

    #[test]
    fn p256_agrees_on_any_key_digest_and_signature(
        secret in numbers(), nonce in numbers(), digest in numbers(), other in numbers(),
    ) {
        prop_assume!([&secret, &nonce].iter().all(|number| modulo(number, &n()) != 0.into()));
        let pair = Pair::from_secret(&secret);
        let (r, s) = signature(&secret, &nonce, &digest);
        let is_zero = r == 0.into() || s == 0.into();
        prop_assert_eq!(pair.accepts(&digest, &r, &s), !is_zero);
        for (digest, r, s) in [
            (&digest, &r, &s), (&other, &r, &s), (&digest, &other, &s), (&digest, &r, &other), (&digest, &s, &r),
        ] {
            prop_assert_eq!(pair.accepts(digest, r, s), pair.p256_accepts(digest, r, s));
        }
    }

    #[test]
    fn sums_are_those_of_p256(key in numbers(), u1 in numbers(), u2 in numbers()) {
        prop_assume!(modulo(&key, &n()) != 0.into());
        Pair::from_secret(&key).sum(&u1, &u2);
    }
}
