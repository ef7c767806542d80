//! Secret keys for algorithms besides ES256.

#[cfg(feature = "ml-dsa")]
mod composite;
#[cfg(feature = "eddsa")]
mod ed25519;
#[cfg(feature = "ml-dsa")]
mod ml_dsa;

#[cfg(feature = "ml-dsa")]
pub use composite::MlDsa44Es256SigningKey;
#[cfg(feature = "eddsa")]
pub use ed25519::EdDsaSigningKey;
#[cfg(feature = "ml-dsa")]
pub use ml_dsa::MlDsa44SigningKey;
