//! Signed license tokens: compact JWS over the claims of a checkout.
//!
//! [`verify`] is the one way from a text to a [`License`]. Making tokens needs
//! the feature `sign`.

mod algorithm;
mod base64url;
mod claims;
mod clock;
mod der;
pub mod es256;
mod evidence;
mod expectations;
mod hmac;
mod jwk;
mod jws;
mod key;
mod key_error;
mod key_set;
mod node;
#[cfg(feature = "sign")]
mod openid;
mod payload;
mod refusal;
#[cfg(feature = "sign")]
mod rsa;
mod scheme;
#[cfg(any(feature = "eddsa", feature = "ml-dsa", feature = "rsa"))]
mod schemes;
#[cfg(feature = "sign")]
mod sign;
#[cfg(all(feature = "sign", any(feature = "eddsa", feature = "ml-dsa")))]
mod signers;
mod spki;
pub mod status;
mod verify;

pub use algorithm::Algorithm;
pub use claims::{AllowedEntitlement, Claims};
pub use clock::{Clock, ClockError, ClockKey, MIN_CLOCK_SECRET_BYTES};
pub use evidence::{Evidence, Found};
pub use expectations::{ClockTolerance, Expectations};
pub use key::{PublicKey, thumbprint_digest};
pub use key_error::KeyError;
pub use key_set::KeySet;
pub use node::{FingerprintFault, MAX_NODE_COMPONENTS, Matching, Node, NodeFingerprint};
#[cfg(feature = "sign")]
pub use openid::{
    MAX_OPENID_TOKEN_BYTES, OPENID_ISSUER, OpenIdClaims, OpenIdRefusal, Part, TokenUse, check_openid_token,
    is_reserved_property,
};
pub use refusal::{Reason, Refusal};
#[cfg(feature = "sign")]
pub use rsa::RsaPublicKey;
#[cfg(feature = "eddsa")]
pub use scheme::EDDSA;
#[cfg(feature = "ml-dsa")]
pub use scheme::{ML_DSA_44, ML_DSA_44_ES256};
#[cfg(feature = "rsa")]
pub use scheme::{PS256, PS384};
pub use scheme::{SCHEMES, Scheme};
#[cfg(feature = "sign")]
pub use sign::{NotASignature, NotASigningKey, SigningKey, attach, es256_signature_from_der, signing_input};
#[cfg(all(feature = "sign", feature = "eddsa"))]
pub use signers::EdDsaSigningKey;
#[cfg(all(feature = "sign", feature = "ml-dsa"))]
pub use signers::{MlDsa44Es256SigningKey, MlDsa44SigningKey};
pub use verify::{License, verify, verify_with_clock};

/// The longest token that is looked at, in bytes. Tokens of the service stay
/// below one kilobyte unless a checkout carries much metadata.
pub const MAX_TOKEN_BYTES: usize = 64 * 1024;
/// The longest encoded header that is looked at, in bytes: the header is read
/// before the signature is known to be good.
pub const MAX_HEADER_BYTES: usize = 4 * 1024;
/// The longest text of keys that is read, in bytes: room for [`MAX_KEYS`] of
/// the largest kind, ML-DSA-44-ES256, which take 2 KiB each.
pub const MAX_KEY_SET_BYTES: usize = 192 * 1024;
/// The most keys a set may hold: a token without `kid` is tried against each.
pub const MAX_KEYS: usize = 64;
