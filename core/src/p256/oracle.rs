//! What the tests of this module compare with: whole numbers of any size, the
//! group of the crate `p256`, and the numbers at the edges.

extern crate std;

use alloc::vec::Vec;

use ::p256::elliptic_curve::PrimeField;
use ::p256::elliptic_curve::point::AffineCoordinates;
use ::p256::{AffinePoint, ProjectivePoint, Scalar as Theirs};
use num_bigint::{BigInt, Sign};
use proptest::prelude::*;

use super::limbs::{BITS, Limbs};
use super::point::{Affine, Jacobian};
use super::scalar::Scalar;

/// How often a property is tried: the variable `LICENTIA_ROUNDS`, else a few
/// hundred times.
pub(super) fn rounds() -> ProptestConfig {
    let rounds = std::env::var("LICENTIA_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    ProptestConfig::with_cases(rounds.unwrap_or(400))
}

pub(super) fn hex(digits: &str) -> BigInt {
    BigInt::parse_bytes(digits.as_bytes(), 16).unwrap()
}

pub(super) fn p() -> BigInt {
    hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")
}

pub(super) fn n() -> BigInt {
    hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
}

/// The factor of Montgomery form.
pub(super) fn r() -> BigInt {
    BigInt::from(1) << 261
}

/// Σ limb · 2^(29 i).
pub(super) fn value(limbs: &Limbs) -> BigInt {
    limbs.iter().rev().fold(BigInt::from(0), |value, limb| (value << BITS) + limb)
}

/// The remainder, not negative.
pub(super) fn modulo(number: &BigInt, modulus: &BigInt) -> BigInt {
    ((number % modulus) + modulus) % modulus
}

/// `number` / `divisor` modulo a prime.
pub(super) fn divided(number: &BigInt, divisor: &BigInt, modulus: &BigInt) -> BigInt {
    modulo(&(number * divisor.modinv(modulus).unwrap()), modulus)
}

/// A number from 0 to 2^261 − 1 as limbs from 0 to 2^29 − 1.
pub(super) fn limbs(number: &BigInt) -> Limbs {
    core::array::from_fn(|i| {
        let limb: BigInt = (number >> (BITS * i)) % (BigInt::from(1) << BITS);
        limb.try_into().unwrap()
    })
}

/// A number from 0 to 2^256 − 1 as big-endian bytes.
pub(super) fn bytes(number: &BigInt) -> [u8; 32] {
    let (_, short) = number.to_bytes_be();
    let mut bytes = [0; 32];
    bytes[32 - short.len()..].copy_from_slice(&short);
    bytes
}

pub(super) fn number(bytes: &[u8; 32]) -> BigInt {
    BigInt::from_bytes_be(Sign::Plus, bytes)
}

/// Numbers of at most 256 bits at the edges of this arithmetic.
pub(super) fn edges() -> Vec<BigInt> {
    let power = |bits: usize| BigInt::from(1) << bits;
    let mut edges: Vec<BigInt> = Vec::new();
    for middle in [power(1), p(), n(), p() - n(), (p() + 1) / 2, (n() + 1) / 2, p() / 3, n() / 3] {
        edges.extend((-2..=2).map(|away| &middle + away));
    }
    // The ends of limbs and of the parts of a scalar.
    for bits in (BITS..256).step_by(BITS).chain((32..256).step_by(32)).chain([255]) {
        edges.extend((-1..=1).map(|away| power(bits) + away));
    }
    edges.extend((1..=9).map(|away| power(256) - away));
    edges.retain(|edge| edge.sign() != Sign::Minus && edge.bits() <= 256);
    edges
}

/// Numbers of at most 256 bits: at the edges, with long runs of equal bits, or
/// any.
pub(super) fn numbers() -> impl Strategy<Value = BigInt> {
    let runs = prop::collection::vec((any::<bool>(), 1..80_usize), 8).prop_map(|runs| {
        let one = BigInt::from(1);
        let number = runs.iter().fold(BigInt::from(0), |number, (is_set, length)| {
            (number << length) + if *is_set { (&one << length) - &one } else { BigInt::from(0) }
        });
        number % (one << 256)
    });
    prop_oneof![prop::sample::select(edges()), runs, any::<[u8; 32]>().prop_map(|bytes| number(&bytes)),]
}

/// Limbs at their bounds or within them: up to `bound` but for the last, which
/// the numbers' bounds keep below 2^27.
pub(super) fn limbs_up_to(bound: i32) -> impl Strategy<Value = Limbs> {
    prop::array::uniform9((0..8_u8, -1.0..=1.0_f64)).prop_map(move |picks| {
        core::array::from_fn(|i| {
            let bound = if i == 8 { bound.min(1 << 27) } else { bound };
            match picks[i] {
                (0, _) => -bound,
                (1, _) => bound,
                (2, _) => 0,
                (3, _) => 1,
                (_, share) => (f64::from(bound) * share) as i32,
            }
        })
    })
}

/// Whether the limbs are as those of a product.
pub(super) fn are_balanced(limbs: &Limbs) -> bool {
    let half = 1 << (BITS - 1);
    limbs.iter().take(8).all(|limb| (-half..half).contains(limb)) && limbs[8].abs() <= half
}

/// A number as a scalar, modulo n.
pub(super) fn scalar(number: &BigInt) -> Scalar {
    Scalar(limbs(&modulo(number, &n())))
}

/// The same for the crate `p256`.
pub(super) fn their_scalar(number: &BigInt) -> Theirs {
    Option::from(Theirs::from_repr(bytes(&modulo(number, &n())).into())).unwrap()
}

/// A multiple of the base point.
pub(super) fn their_multiple(number: &BigInt) -> ProjectivePoint {
    ProjectivePoint::GENERATOR * their_scalar(number)
}

/// Their point as ours, which is not infinity.
pub(super) fn affine(theirs: &ProjectivePoint) -> Affine {
    let (x, y) = coordinates(theirs);
    Affine::from_coordinates(&x, &y).unwrap()
}

pub(super) fn coordinates(theirs: &ProjectivePoint) -> ([u8; 32], [u8; 32]) {
    let point = theirs.to_affine();
    (point.x().into(), point.y().into())
}

/// Whether our point is theirs.
pub(super) fn is_same(ours: &Jacobian, theirs: &ProjectivePoint) -> bool {
    if ours.is_infinity() {
        return theirs.to_affine() == AffinePoint::IDENTITY;
    }
    if theirs.to_affine() == AffinePoint::IDENTITY {
        return false;
    }
    let (x, y) = coordinates(theirs);
    let z = modulo(&value(&ours.z.0), &p());
    let z = divided(&z, &r(), &p());
    let plain = |field: &super::field::Field, power: u32| {
        let number = divided(&value(&field.0), &r(), &p());
        divided(&number, &z.pow(power), &p())
    };
    plain(&ours.x, 2) == number(&x) && plain(&ours.y, 3) == number(&y)
}
