//! Revocation offline: Token Status List (draft-ietf-oauth-status-list-21).
//!
//! A token names a place in a list; its issuer publishes the list, signed and
//! compressed, and whoever verifies tokens keeps a copy. [`StatusList::verify`]
//! is the one way from a text to a list, [`Revocation::judge`] asks lists about
//! a verified license. Inflating is the host's, or the feature `status`'s.

mod judge;
mod list;
#[cfg(feature = "sign")]
mod publish;
mod reference;
mod refusal;
mod statuses;
#[cfg(feature = "status")]
mod zlib;

pub use judge::{Revocation, Standing, WhenStale};
pub use list::{Inflate, StatusList};
#[cfg(feature = "sign")]
pub use publish::StatusListClaims;
pub use reference::StatusReference;
pub use refusal::StatusRefusal;
pub use statuses::{Bits, Status, Statuses};
#[cfg(feature = "status")]
pub use zlib::{deflate, inflate};

/// The longest status list that is looked at, in bytes of its token.
pub const MAX_STATUS_LIST_BYTES: usize = 1024 * 1024;
/// The most bytes that the statuses of a list may take once they are inflated:
/// four million tokens at two bits each. A few compressed bytes can stand for
/// any number of zeros.
pub const MAX_STATUSES_BYTES: usize = 1024 * 1024;
