//! Where a token's status stands (draft-ietf-oauth-status-list-21 section 6.2).

use alloc::string::String;

#[cfg(feature = "sign")]
use crate::json::ObjectWriter;
use crate::json::{Fault, Value};

/// The largest index: past it a reader whose numbers are doubles tells no two
/// apart (RFC 8259 section 6), and no list is nearly so long.
const MAX_INDEX: u64 = (1 << 53) - 1;

/// A place in a status list, the claim `status` of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReference {
    /// The token's place, counted from 0: `idx`.
    pub index: u64,
    /// Where the list is to be had, and the name it has itself: `uri`.
    pub uri: String,
}

impl StatusReference {
    /// Reads the claim. Members of other mechanisms (section 6.1) are passed
    /// over; without `status_list` there is nothing that could be looked up.
    pub(crate) fn read(claim: Value<'_>) -> Result<Option<Self>, Fault> {
        let Some(list) = claim.object()?.get("status_list") else { return Ok(None) };
        let [Some(index), Some(uri)] = list.object()?.pick(["idx", "uri"]) else {
            return Err(Fault::Unexpected);
        };
        let (index, uri) = (index.integer()?, uri.string()?.into_owned());
        if index <= MAX_INDEX { Ok(Some(Self { index, uri })) } else { Err(Fault::Unexpected) }
    }

    /// Writes the claim.
    #[cfg(feature = "sign")]
    pub(crate) fn to_json(&self, json: &mut String) {
        let mut mechanisms = ObjectWriter::new(json);
        let mut list = ObjectWriter::new(mechanisms.member("status_list"));
        list.integer("idx", self.index);
        list.string("uri", &self.uri);
        list.finish();
        mechanisms.finish();
    }
}
