//! What verifies algorithms besides ES256.

use core::fmt;

use super::Algorithm;
#[cfg(any(feature = "eddsa", feature = "ml-dsa", feature = "rsa"))]
use super::schemes;

/// A signature algorithm that is not ES256: what judges its keys and
/// signatures. The crate's own are [`SCHEMES`]; a host that can do the
/// arithmetic itself brings others to
/// [`KeySet::parse_with`](super::KeySet::from_json_with).
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

/// The schemes that are built in, by the features `rsa`, `eddsa` and `ml-dsa`.
pub const SCHEMES: &[&dyn Scheme] = &[
    #[cfg(feature = "rsa")]
    &schemes::Ps256,
    #[cfg(feature = "rsa")]
    &schemes::Ps384,
    #[cfg(feature = "eddsa")]
    &schemes::EdDsa,
    #[cfg(feature = "ml-dsa")]
    &schemes::MlDsa44,
    #[cfg(feature = "ml-dsa")]
    &schemes::MlDsa44Es256,
];

impl fmt::Debug for dyn Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.algorithm().name())
    }
}
