//! A key and a signed text.

use p256::elliptic_curve::ops::Reduce;
use p256::elliptic_curve::point::AffineCoordinates;
use p256::{FieldBytes, ProjectivePoint, Scalar};
use sha2::{Digest, Sha256};

use crate::random::Random;
use crate::scalars::scalar;

pub(crate) struct Case {
    pub(crate) x: [u8; 32],
    pub(crate) y: [u8; 32],
    /// The payload of the token, in base64url.
    pub(crate) payload: String,
    pub(crate) r: [u8; 32],
    pub(crate) s: [u8; 32],
    /// Whether r and s are a signature by how they were made.
    pub(crate) is_good: bool,
}

/// The header of every token, `{"alg":"ES256"}`.
pub(crate) const HEADER: &str = "eyJhbGciOiJFUzI1NiJ9";

impl Case {
    pub(crate) fn signing_input(&self) -> String {
        format!("{HEADER}.{}", self.payload)
    }

    /// With secret d, nonce k, digest e and R = k G: r is the x-coordinate of
    /// R and s = (e + r d) / k, so that u1 = e / s and u2 = r / s. Where d is
    /// free, s can be.
    pub(crate) fn draw(random: &mut Random) -> Self {
        let payload = format!("{:016x}", random.word());
        let digest = Sha256::digest(format!("{HEADER}.{payload}"));
        let e = <Scalar as Reduce<FieldBytes>>::reduce(&digest);
        let k = scalar(random);
        let r = r_of(&k);
        let small = Scalar::from(1 + random.below(33));
        let small = if random.below(2) == 0 { small } else { -small };
        let (d, s, is_good) = match random.below(8) {
            // u1 is small.
            0 => (k * e * inverse(&(small * r)) - e * inverse(&r), e * inverse(&small), true),
            // u2 is small.
            1 => (k * inverse(&small) - e * inverse(&r), r * inverse(&small), true),
            // u1 G = u2 Q.
            2 => (e * inverse(&r), (e + e) * inverse(&k), true),
            // u1 G = −u2 Q, whatever s is.
            3 => (-e * inverse(&r), scalar(random), false),
            // s is chosen.
            4 => {
                let s = scalar(random);
                ((s * k - e) * inverse(&r), s, true)
            }
            _ => {
                let d = scalar(random);
                (d, (e + r * d) * inverse(&k), true)
            }
        };
        let (d, is_good) =
            if d == Scalar::ZERO { (Scalar::ONE, false) } else { (d, is_good && s != Scalar::ZERO) };
        let key = (ProjectivePoint::GENERATOR * d).to_affine();
        Self {
            x: key.x().into(),
            y: key.y().into(),
            payload,
            r: r.to_bytes().into(),
            s: s.to_bytes().into(),
            is_good,
        }
    }
}

fn r_of(k: &Scalar) -> Scalar {
    Scalar::reduce(&(ProjectivePoint::GENERATOR * k).to_affine().x())
}

/// 1 / `scalar`, or 0.
fn inverse(scalar: &Scalar) -> Scalar {
    scalar.invert().unwrap_or(Scalar::ZERO)
}
