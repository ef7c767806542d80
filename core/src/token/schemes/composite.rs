//! ML-DSA-44-ES256: ML-DSA-44 and ECDSA with P-256, of which both must be
//! right. The construction is that of Composite ML-DSA
//! (draft-ietf-lamps-pq-composite-sigs-19, `id-MLDSA44-ECDSA-P256-SHA256`), its
//! use in a JWS that of draft-ietf-jose-pq-composite-sigs (the working group's
//! text of 8 October 2026; until then that draft had other encodings).

use alloc::vec::Vec;

use sha2::{Digest, Sha256};

use super::super::es256::{Es256Base, Es256Key};
use super::super::{Algorithm, Scheme, der};
use super::ml_dsa;

const PREFIX: &[u8] = b"CompositeAlgorithmSignatures2025";
/// Binds either half to this algorithm; it is ML-DSA's context, too.
pub(in super::super) const LABEL: &[u8] = b"COMPSIG-MLDSA44-ECDSA-P256-SHA256";
/// The length of ML-DSA-44's half of a signature, in bytes (FIPS 204 table 2).
const ML_DSA_SIGNATURE_BYTES: usize = 2420;

/// ML-DSA-44 with ES256. A key is ML-DSA's, then the uncompressed point; a
/// signature is ML-DSA's, then ECDSA's in DER.
pub(in super::super) struct MlDsa44Es256;

impl Scheme for MlDsa44Es256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::MlDsa44Es256
    }

    fn is_key(&self, key: &[u8]) -> bool {
        separate(key).is_some()
    }

    fn accepts(&self, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        let Some((ml_dsa_key, point)) = separate(key) else { return false };
        let Some((ml_dsa, ecdsa)) = signature.split_at_checked(ML_DSA_SIGNATURE_BYTES) else { return false };
        let message = representative(message);
        fixed_length(ecdsa).is_some_and(|ecdsa| point.accepts(&Es256Base::default(), &message, &ecdsa))
            && ml_dsa::accepts(ml_dsa_key, &message, LABEL, ml_dsa)
    }
}

/// What both halves sign (draft-ietf-lamps-pq-composite-sigs-19 section 2.2);
/// the application's context is empty.
pub(in super::super) fn representative(message: &[u8]) -> Vec<u8> {
    [PREFIX, LABEL, &[0], &Sha256::digest(message)].concat()
}

fn separate(key: &[u8]) -> Option<(&[u8], Es256Key)> {
    let (ml_dsa_key, point) = key.split_at_checked(ml_dsa::KEY_BYTES)?;
    Some((ml_dsa_key, Es256Key::from_point(point)?))
}

/// r and s, 32 bytes each, of an `Ecdsa-Sig-Value` in DER.
fn fixed_length(signature: &[u8]) -> Option<[u8; 64]> {
    let (r, s) = der::two_positive(signature)?;
    let mut fixed = [0; 64];
    for (half, number) in fixed.chunks_exact_mut(32).zip([r, s]) {
        half.get_mut(32_usize.checked_sub(number.len())?..)?.copy_from_slice(number);
    }
    Some(fixed)
}
