//! Where a token's status stands (draft-ietf-oauth-status-list-21 section 6.2).

use alloc::string::String;

#[cfg(feature = "sign")]
use crate::json::ObjectWriter;
use crate::json::{Fault, Reader};

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
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        let (mut index, mut uri, mut is_listed) = (None, None, false);
        reader.object(&mut |reader, mechanism| {
            if mechanism != "status_list" {
                return reader.skip();
            }
            is_listed = true;
            reader.object(&mut |reader, member| {
                match member {
                    "idx" => index = Some(reader.integer()?),
                    "uri" => uri = Some(reader.string()?.into_owned()),
                    _ => reader.skip()?,
                }
                Ok(())
            })
        })?;
        match (is_listed, index, uri) {
            (false, ..) => Ok(None),
            (true, Some(index), Some(uri)) => Ok(Some(Self { index, uri })),
            _ => Err(Fault::Unexpected),
        }
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
