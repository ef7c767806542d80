//! What each implementation says.

use aws_lc_rs::signature as aws_lc;
use licentia_core::time::Timestamp;
use licentia_core::token::{Expectations, KeySet, PublicKey, Reason, attach, verify};
use p256::Scalar;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::elliptic_curve::PrimeField;

use crate::case::Case;
use crate::random::Random;
use crate::scalars::bytes;

/// n (SEC 2 section 2.4.2), and p.
const EDGES: [&str; 2] = [
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
];

#[derive(Default)]
pub(crate) struct Verdicts {
    pub(crate) compared: u64,
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
}

/// A key as each implementation has it.
struct Verifiers {
    any: KeySet,
    prepared: KeySet,
    p256: VerifyingKey,
    point: [u8; 65],
}

impl Verdicts {
    /// The case, and variations of it under the same key.
    pub(crate) fn compare(&mut self, case: &Case, random: &mut Random) {
        let verifiers = Verifiers::new(case);
        let input = case.signing_input();
        let mut signature = [case.r, case.s];
        let accepted = self.judge(&verifiers, &input, &signature);
        assert_eq!(accepted, case.is_good, "{input} {signature:02x?}");

        // −s signs alike.
        signature[1] = negated(&case.s);
        assert_eq!(self.judge(&verifiers, &input, &signature), case.is_good);
        signature[1] = case.s;
        for _ in 0..2 {
            let mut changed = signature;
            changed[random.index(2)][random.index(32)] ^= 1 << random.below(8);
            self.judge(&verifiers, &input, &changed);
        }
        let mut changed = signature;
        changed[random.index(2)] = edge(random);
        self.judge(&verifiers, &input, &changed);
        self.judge(&verifiers, &format!("{input}0000"), &signature);
        self.judge(&verifiers, &input, &signature);
    }

    fn judge(&mut self, verifiers: &Verifiers, input: &str, signature: &[[u8; 32]; 2]) -> bool {
        let bytes = signature.as_flattened();
        let accepted = verifiers.p256_accepts(input, signature);
        let evidence = || format!("{input} {bytes:02x?} {:02x?}", verifiers.point);
        assert_eq!(verifiers.ring_accepts(input, bytes), accepted, "ring, {}", evidence());
        assert_eq!(verifiers.aws_lc_accepts(input, bytes), accepted, "AWS-LC, {}", evidence());
        assert_eq!(we_accept(&verifiers.any, input, bytes), accepted, "any key, {}", evidence());
        assert_eq!(we_accept(&verifiers.prepared, input, bytes), accepted, "prepared, {}", evidence());
        self.compared += 1;
        *if accepted { &mut self.accepted } else { &mut self.refused } += 1;
        accepted
    }
}

impl Verifiers {
    fn new(case: &Case) -> Self {
        let mut point = [4; 65];
        point[1..33].copy_from_slice(&case.x);
        point[33..].copy_from_slice(&case.y);
        let any = KeySet::new(vec![PublicKey::from_coordinates(case.x, case.y).unwrap()]).unwrap();
        let mut prepared = any.clone();
        prepared.prepare_all();
        Self { any, prepared, p256: VerifyingKey::from_sec1_bytes(&point).unwrap(), point }
    }

    fn p256_accepts(&self, input: &str, [r, s]: &[[u8; 32]; 2]) -> bool {
        Signature::from_scalars(*r, *s)
            .is_ok_and(|signature| self.p256.verify(input.as_bytes(), &signature).is_ok())
    }

    fn ring_accepts(&self, input: &str, signature: &[u8]) -> bool {
        ring::signature::UnparsedPublicKey::new(&ring::signature::ECDSA_P256_SHA256_FIXED, &self.point)
            .verify(input.as_bytes(), signature)
            .is_ok()
    }

    fn aws_lc_accepts(&self, input: &str, signature: &[u8]) -> bool {
        aws_lc::UnparsedPublicKey::new(&aws_lc::ECDSA_P256_SHA256_FIXED, &self.point)
            .verify(input.as_bytes(), signature)
            .is_ok()
    }
}

/// Whether the signature was found to be good; the payload is no license.
fn we_accept(keys: &KeySet, input: &str, signature: &[u8]) -> bool {
    let judged = verify(&attach(input, signature), keys, Timestamp::MIN, &Expectations::default());
    match judged.map_err(|refusal| refusal.reason()) {
        Err(Reason::SignatureInvalid) => false,
        Err(Reason::ClaimsMalformed) => true,
        other => panic!("{other:?}"),
    }
}

/// n − s, of s below n.
fn negated(s: &[u8; 32]) -> [u8; 32] {
    let s: Option<Scalar> = Scalar::from_repr((*s).into()).into();
    (-s.unwrap()).to_bytes().into()
}

/// 0, 1, or a number near n, p or 2^256, or any.
fn edge(random: &mut Random) -> [u8; 32] {
    let mut edge = match random.index(6) {
        0 => [0; 32],
        1 => [0xff; 32],
        2 => bytes(random),
        which => number(EDGES[which % 2]),
    };
    edge[31] = edge[31].wrapping_add(bytes(random)[0] % 4).wrapping_sub(bytes(random)[0] % 4);
    edge
}

fn number(hex: &str) -> [u8; 32] {
    core::array::from_fn(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
}
