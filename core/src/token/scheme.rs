//! What verifies algorithms besides ES256.

use core::fmt;

use super::Algorithm;
#[cfg(any(feature = "eddsa", feature = "ml-dsa", feature = "rsa"))]
use super::schemes;

/// A signature algorithm that is not ES256: what judges its keys and
/// signatures. The crate's own are [`SCHEMES`]; a host that can do the
/// arithmetic itself brings others to
/// [`KeySet::parse_with`](super::KeySet::parse_with).
pub trait Scheme: Send + Sync {
    /// The algorithm.
    fn algorithm(&self) -> Algorithm;

    /// Whether these bytes are a public key of it, in the form of
    /// [`PublicKey::as_bytes`](super::PublicKey::as_bytes).
    fn is_key(&self, key: &[u8]) -> bool;

    /// Whether `signature` is this key's signature of `message`. Whatever is
    /// no key or no signature is not accepted.
    fn accepts(&self, key: &[u8], message: &[u8], signature: &[u8]) -> bool;
}

/// PS384, with the feature `rsa`.
#[cfg(feature = "rsa")]
pub const PS384: &dyn Scheme = &schemes::Ps384;
/// PS256, with the feature `rsa`.
#[cfg(feature = "rsa")]
pub const PS256: &dyn Scheme = &schemes::Ps256;
/// EdDSA with Ed25519, with the feature `eddsa`.
#[cfg(feature = "eddsa")]
pub const EDDSA: &dyn Scheme = &schemes::EdDsa;
/// ML-DSA-44, with the feature `ml-dsa`.
#[cfg(feature = "ml-dsa")]
pub const ML_DSA_44: &dyn Scheme = &schemes::MlDsa44;
/// ML-DSA-44-ES256, with the feature `ml-dsa`.
#[cfg(feature = "ml-dsa")]
pub const ML_DSA_44_ES256: &dyn Scheme = &schemes::MlDsa44Es256;

/// The schemes that are built in.
pub const SCHEMES: &[&dyn Scheme] = &[
    #[cfg(feature = "rsa")]
    PS384,
    #[cfg(feature = "rsa")]
    PS256,
    #[cfg(feature = "eddsa")]
    EDDSA,
    #[cfg(feature = "ml-dsa")]
    ML_DSA_44,
    #[cfg(feature = "ml-dsa")]
    ML_DSA_44_ES256,
];

impl fmt::Debug for dyn Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.algorithm().name())
    }
}
