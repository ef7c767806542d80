//! From a text to a status list (draft-ietf-oauth-status-list-21 sections 5.1
//! and 8.3).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Bits, MAX_STATUSES_BYTES, Status, StatusRefusal, Statuses};
use crate::json::{Fault, Object, Value};
use crate::time::Timestamp;

use crate::token::jws::Type;
use crate::token::payload::numeric_date;
use crate::token::verify::genuine;
use crate::token::{KeySet, Reason, base64url};

/// A verified status list: only [`verify`](Self::verify) makes one. Whether it
/// is of age is asked when a license is judged by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusList {
    pub(super) uri: String,
    pub(super) issuer: Option<String>,
    pub(super) issued_at: Timestamp,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) seconds_to_live: Option<u32>,
    statuses: Statuses,
}

impl StatusList {
    /// Reads a list that one of the keys signed. `inflate` is handed ZLIB data
    /// (RFC 1950) and the most bytes that may come of it; the feature `status`
    /// has one.
    ///
    /// A license token is never taken for a list, nor a list for a license:
    /// `typ` tells them apart. A key that is bound to an issuer signs no list of
    /// another, or of none.
    ///
    /// # Errors
    /// [`StatusRefusal::Token`] and [`StatusRefusal::ListMalformed`].
    pub fn verify(text: &str, keys: &KeySet, inflate: Inflate<'_>) -> Result<Self, StatusRefusal> {
        let malformed = |fault| StatusRefusal::ListMalformed {
            claim: match fault {
                Fault::Member(claim) => Some(claim),
                Fault::Syntax | Fault::Duplicate | Fault::Unexpected => None,
            },
        };
        let mut buffer = Vec::new();
        match genuine(text.as_bytes(), Type::StatusList, &mut buffer, keys) {
            Ok(list) => read(list.claims, inflate).map_err(malformed),
            Err(refusal) if refusal.reason() == Reason::ClaimsMalformed => Err(malformed(Fault::Syntax)),
            Err(refusal) => Err(StatusRefusal::Token(refusal)),
        }
    }

    /// What it says of the token at this index; nothing if it is not that long.
    #[must_use]
    pub fn status(&self, index: u64) -> Option<Status> {
        self.statuses.get(index)
    }

    /// Where it is to be had, which tokens name it by: `sub`.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// When it was made: `iat`.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// From when on it must not be relied on: `exp`.
    #[must_use]
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// After how many seconds a newer one should be fetched: `ttl`.
    #[must_use]
    pub const fn seconds_to_live(&self) -> Option<u32> {
        self.seconds_to_live
    }
}

/// What inflates ZLIB data (RFC 1950) to at most so many bytes, or finds it
/// damaged or too long.
pub type Inflate<'i> = &'i dyn Fn(&[u8], usize) -> Option<Vec<u8>>;

fn read(members: Object<'_>, inflate: Inflate<'_>) -> Result<StatusList, Fault> {
    const NO_LIST: Fault = Fault::Member("status_list");
    let list = members.read("status_list", Value::object)?.ok_or(NO_LIST)?;
    // Section 4.2. An address of further lists, if there is one, is passed
    // over.
    let bits = Bits::from_count(list.integer("bits")?.ok_or(NO_LIST)?).ok_or(Fault::Member("bits"))?;
    let compressed = list.string("lst")?.ok_or(NO_LIST)?;
    let bytes = base64url::decode(&compressed)
        .and_then(|bytes| inflate(&bytes, MAX_STATUSES_BYTES))
        .filter(|bytes| bytes.len() <= MAX_STATUSES_BYTES)
        .ok_or(Fault::Member("lst"))?;
    Ok(StatusList {
        uri: members.string("sub")?.ok_or(Fault::Member("sub"))?.into_owned(),
        issuer: members.string("iss")?.map(Cow::into_owned),
        issued_at: members.read("iat", numeric_date)?.ok_or(Fault::Member("iat"))?,
        expires_at: members.read("exp", numeric_date)?,
        seconds_to_live: members.read("ttl", positive)?,
        statuses: Statuses::from_bytes(bits, bytes),
    })
}

/// Beyond what 32 bits hold, a century or more, all lives are as long.
fn positive(value: Value<'_>) -> Result<u32, Fault> {
    match value.integer()? {
        0 => Err(Fault::Unexpected),
        number => Ok(u32::try_from(number).unwrap_or(u32::MAX)),
    }
}
