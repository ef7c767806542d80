//! The status lists that revoke signed licenses
//! (draft-ietf-oauth-status-list-21).
//!
//! There is a list for what a license's owner took of it, and one for what was
//! taken under each grant: so a license or grant that stops being usable is one
//! status for all its tokens, found on reading, and only what was checked in
//! early is kept one by one. Nothing is published that could drift from what it
//! tells of.

mod indexes;
mod lists;
mod public_url;
mod publish;
mod subject;

pub use lists::{Published, StatusLists};
pub use public_url::{NotAPublicUrl, PublicUrl};
pub use subject::{Address, Subject};
