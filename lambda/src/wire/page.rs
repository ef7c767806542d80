//! Tokens of paged answers: opaque, and of use only to the caller and for the
//! filters they were made for.

use serde::Serialize;

use super::Violations;
use crate::context::Context;
use crate::error::Error;
use crate::master_key::{MasterKey, Purpose};
use crate::store::Key;

/// The most items of a page, and how many where the request does not say.
const MOST: i64 = 100;
const USUAL: usize = 50;
/// The most bytes of a page, as JSON.
const MOST_BYTES: usize = 4_000_000;

/// Which listing a token belongs to.
pub struct Listing<'a> {
    master_key: &'a MasterKey,
    /// The caller, the operation and everything that decides what is listed.
    place: Key,
}

impl<'a> Listing<'a> {
    /// The listing of this operation for this caller; `selection` holds
    /// everything that decides what is listed.
    #[must_use]
    pub fn new(cx: &'a Context, operation: &str, selection: &str) -> Self {
        let place = Key::new(cx.caller.scope(), format!("{operation} {selection}"));
        Self { master_key: &cx.service.master_key, place }
    }

    /// The token that goes on after this place.
    ///
    /// # Errors
    /// [`Error`] if the system has no randomness.
    pub fn token(&self, after: &str) -> Result<String, Error> {
        Ok(self.master_key.seal(Purpose::PageToken, &self.place, after.as_bytes())?)
    }

    /// The place after which a token goes on.
    ///
    /// # Errors
    /// [`Error`] if it was made for another listing, or not here.
    pub fn after(&self, token: &str) -> Result<String, Error> {
        let opened = self.master_key.open(Purpose::PageToken, &self.place, token).ok();
        opened.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()).ok_or_else(|| {
            Error::invalid(
                "NextToken is not one of this listing: send the token of the answer before, with the same filters, \
                 or none to begin anew",
            )
        })
    }
}

/// How much a page weighs: AWS Lambda answers with at most 6 MB.
#[derive(Debug, Default)]
pub struct Weight(usize);

impl Weight {
    /// Adds an item; whether the page can still hold it. It can hold any one.
    pub fn has_room_for(&mut self, item: &impl Serialize) -> bool {
        let bytes = serde_json::to_vec(item).map_or(usize::MAX, |json| json.len());
        let is_first = self.0 == 0;
        self.0 = self.0.saturating_add(bytes);
        is_first || self.0 <= MOST_BYTES
    }
}

/// How many items a page holds.
pub fn size(violations: &mut Violations, max_results: Option<i64>) -> usize {
    let ranged = violations.ranged("maxResults", max_results, 1, MOST);
    ranged.and_then(|size| usize::try_from(size).ok()).unwrap_or(USUAL)
}
