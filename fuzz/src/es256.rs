//! The arithmetic of P-256 beside that of the crate `p256`.

use licentia_core::time::Timestamp;
use licentia_core::token::{Expectations, KeySet, PublicKey, Reason, attach, verify};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::elliptic_curve::ops::Reduce;
use p256::elliptic_curve::point::AffineCoordinates;
use p256::{AffinePoint, FieldBytes, ProjectivePoint, Scalar};
use sha2::{Digest, Sha256};

/// The input as a key, a text and a signature: any key, or any prepared key,
/// judges as the crate `p256` does. The first byte says how far they belong
/// together; numbers follow, each a length and its bytes; the rest is signed.
pub fn es256(data: &[u8]) {
    let Some((kind, mut data)) = data.split_first() else { return };
    let [a, b, c] = [number(&mut data), number(&mut data), number(&mut data)];
    let input = attach("eyJhbGciOiJFUzI1NiJ9", data);
    let digest = Sha256::digest(&input);
    let e = <Scalar as Reduce<FieldBytes>>::reduce(&digest);
    let [secret, nonce, free] = [a, b, c].map(|bytes| <Scalar as Reduce<FieldBytes>>::reduce(&bytes.into()));

    let r = <Scalar as Reduce<FieldBytes>>::reduce(&(ProjectivePoint::GENERATOR * nonce).to_affine().x());
    let over_r = r.invert().unwrap_or(Scalar::ZERO);
    let over_nonce = nonce.invert().unwrap_or(Scalar::ZERO);
    let (secret, r, s) = match kind % 8 {
        // A key by its coordinates, all else by chance.
        0 => return compare(&input, a, b, [c, c]),
        // Everything by chance.
        1 => (secret, b, c),
        // Signed.
        2 => (secret, bytes(&r), bytes(&((e + r * secret) * over_nonce))),
        // Signed, with s chosen.
        3 => ((free * nonce - e) * over_r, bytes(&r), c),
        // u1 G = u2 Q, signed.
        4 => (e * over_r, bytes(&r), bytes(&((e + e) * over_nonce))),
        // u1 G = −u2 Q: the sum is infinity.
        5 => (-e * over_r, bytes(&r), c),
        // u1 is chosen, signed.
        6 => {
            let s = e * free.invert().unwrap_or(Scalar::ZERO);
            ((nonce * s - e) * over_r, bytes(&r), bytes(&s))
        }
        // u2 is chosen, signed.
        _ => {
            let s = r * free.invert().unwrap_or(Scalar::ZERO);
            ((nonce * s - e) * over_r, bytes(&r), bytes(&s))
        }
    };
    let key = (ProjectivePoint::GENERATOR * secret).to_affine();
    let mut signature = [r, s];
    compare(&input, key.x().into(), key.y().into(), signature);
    // Nearly that.
    if let Some(byte) = signature.as_flattened_mut().get_mut(usize::from(kind >> 2)) {
        *byte ^= 1 << (kind % 8);
        compare(&input, key.x().into(), key.y().into(), signature);
    }
}

fn compare(input: &str, x: [u8; 32], y: [u8; 32], signature: [[u8; 32]; 2]) {
    let point = Option::<AffinePoint>::from(AffinePoint::from_coordinates(&x.into(), &y.into()));
    let theirs = point.and_then(|point| VerifyingKey::from_affine(point).ok());
    let ours = PublicKey::from_coordinates(x, y).ok();
    assert_eq!(ours.is_some(), theirs.is_some());
    let (Some(ours), Some(theirs)) = (ours, theirs) else { return };
    let [r, s] = signature;
    let digest = Sha256::digest(input);
    let expected = Signature::from_scalars(r, s)
        .is_ok_and(|signature| theirs.verify_prehash(&digest, &signature).is_ok());

    let token = attach(input, signature.as_flattened());
    let mut keys = KeySet::new(vec![ours]).expect("one key");
    assert_eq!(accepts(&keys, &token), expected);
    keys.prepare_all();
    assert_eq!(accepts(&keys, &token), expected);
}

/// Whether the signature was found to be good; the payload is no license.
fn accepts(keys: &KeySet, token: &str) -> bool {
    let judged = verify(token, keys, Timestamp::MIN, &Expectations::default());
    match judged.map_err(|refusal| refusal.reason()) {
        Err(Reason::SignatureInvalid) => false,
        Err(Reason::ClaimsMalformed) => true,
        other => panic!("{other:?}"),
    }
}

fn bytes(scalar: &Scalar) -> [u8; 32] {
    scalar.to_bytes().into()
}

/// A length of up to 32 and that many bytes, big-endian.
fn number(data: &mut &[u8]) -> [u8; 32] {
    let (length, rest) =
        data.split_first().map_or((0, *data), |(length, rest)| (usize::from(*length % 33), rest));
    let (bytes, rest) = rest.split_at(length.min(rest.len()));
    *data = rest;
    let mut number = [0; 32];
    for (to, from) in number.iter_mut().rev().zip(bytes.iter().rev()) {
        *to = *from;
    }
    number
}
