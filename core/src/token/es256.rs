//! The engine of ES256 (RFC 7518 section 3.4): everything P-256 that verifying
//! needs, behind plain bytes.

use p256::AffinePoint;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::elliptic_curve::point::AffineCoordinates;

/// A point of the curve, ready to verify.
#[derive(Clone, Debug)]
pub(super) struct Es256Verifier(VerifyingKey);

impl Es256Verifier {
    /// The point with these coordinates, big-endian, if the curve has it.
    pub(super) fn from_coordinates(x: [u8; 32], y: [u8; 32]) -> Option<Self> {
        let point = AffinePoint::from_coordinates(&x.into(), &y.into()).into_option()?;
        VerifyingKey::from_affine(point).ok().map(Self)
    }

    /// Whether `signature` is r and s, 32 bytes each, both from 1 to n − 1,
    /// and signs `message`. Of the two values of s that sign alike both are
    /// accepted, as RFC 7518 asks for no smaller one.
    pub(super) fn accepts(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
    }
}
