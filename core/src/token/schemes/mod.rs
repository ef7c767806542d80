//! The algorithms besides ES256, each behind its feature.

#[cfg(feature = "ml-dsa")]
mod composite;
#[cfg(feature = "eddsa")]
mod ed25519;
#[cfg(feature = "ml-dsa")]
mod ml_dsa;
#[cfg(feature = "rsa")]
mod pss;

#[cfg(feature = "ml-dsa")]
pub(super) use composite::MlDsa44Es256;
#[cfg(all(feature = "ml-dsa", feature = "sign"))]
pub(super) use composite::{LABEL, representative};
#[cfg(feature = "eddsa")]
pub(super) use ed25519::EdDsa;
#[cfg(feature = "ml-dsa")]
pub(super) use ml_dsa::MlDsa44;
#[cfg(feature = "rsa")]
pub(super) use pss::{Ps256, Ps384};
