//! From a text to a status list (draft-ietf-oauth-status-list-21 sections 5.1
//! and 8.3).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Bits, MAX_STATUSES_BYTES, Status, StatusRefusal, Statuses};
use crate::json::{Fault, Reader};
use crate::time::Timestamp;
use crate::token::jws::{Jws, Type};
use crate::token::verify::{check_bound, check_signature};
use crate::token::{KeySet, Refusal, base64url};

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
        let claims = signed(text, keys)?.map_err(malformed)?;
        read(&claims, inflate).map_err(malformed)
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

/// The claims of a list that one of the keys signed, as JSON text, for hosts
/// that go on with it themselves; nothing if they are no object of unique
/// members.
///
/// # Errors
/// [`Refusal`] as of a license, up to the signature and the issuer that the key
/// is bound to.
pub fn signed_claims(text: &str, keys: &KeySet) -> Result<Option<String>, Refusal> {
    signed(text, keys).map(Result::ok)
}

/// A key that is bound to an issuer signs lists of that issuer alone.
fn signed(text: &str, keys: &KeySet) -> Result<Result<String, Fault>, Refusal> {
    let jws = Jws::parse(text, Type::StatusList)?;
    let key = check_signature(&jws, keys)?;
    let Ok(claims) = String::from_utf8(jws.payload) else { return Ok(Err(Fault::Syntax)) };
    let mut issuer = None;
    let mut reader = Reader::new(&claims);
    let found = reader.object(&mut |reader, name| match name {
        "iss" => match reader.string() {
            // Of another type it is no issuer; whoever reads on refuses it.
            Err(Fault::Unexpected) => reader.skip(),
            text => text.map(|text| issuer = Some(text)),
        },
        _ => reader.skip(),
    });
    if let Err(fault) = found.and_then(|()| reader.end()) {
        return Ok(Err(fault));
    }
    check_bound(key, keys, issuer.as_deref())?;
    Ok(Ok(claims))
}

/// What inflates ZLIB data (RFC 1950) to at most so many bytes, or finds it
/// damaged or too long.
pub type Inflate<'i> = &'i dyn Fn(&[u8], usize) -> Option<Vec<u8>>;

#[derive(Default)]
struct Members<'a> {
    uri: Option<String>,
    issuer: Option<String>,
    issued_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    seconds_to_live: Option<u32>,
    bits: Option<Bits>,
    compressed: Option<Cow<'a, str>>,
}

fn read(text: &str, inflate: Inflate<'_>) -> Result<StatusList, Fault> {
    let mut found = Members::default();
    let mut reader = Reader::new(text);
    reader.object(&mut |reader, name| found.member(reader, name))?;
    reader.end()?;
    let bits = found.bits.ok_or(Fault::Member("status_list"))?;
    let compressed = found.compressed.ok_or(Fault::Member("status_list"))?;
    let bytes = base64url::decode(&compressed)
        .and_then(|bytes| inflate(&bytes, MAX_STATUSES_BYTES))
        .filter(|bytes| bytes.len() <= MAX_STATUSES_BYTES)
        .ok_or(Fault::Member("lst"))?;
    Ok(StatusList {
        uri: found.uri.ok_or(Fault::Member("sub"))?,
        issuer: found.issuer,
        issued_at: found.issued_at.ok_or(Fault::Member("iat"))?,
        expires_at: found.expires_at,
        seconds_to_live: found.seconds_to_live,
        statuses: Statuses::from_bytes(bits, bytes),
    })
}

impl<'a> Members<'a> {
    fn member(&mut self, reader: &mut Reader<'a>, name: &str) -> Result<(), Fault> {
        match name {
            "sub" => reader.string().map(|text| self.uri = Some(text.into_owned())).map_err(named("sub")),
            "iss" => reader.string().map(|text| self.issuer = Some(text.into_owned())).map_err(named("iss")),
            "iat" => time(reader).map(|time| self.issued_at = Some(time)).map_err(named("iat")),
            "exp" => time(reader).map(|time| self.expires_at = Some(time)).map_err(named("exp")),
            "ttl" => positive(reader).map(|ttl| self.seconds_to_live = Some(ttl)).map_err(named("ttl")),
            "status_list" => self.list(reader),
            _ => reader.skip(),
        }
    }

    /// Section 4.2. An address of further lists, if there is one, is passed
    /// over.
    fn list(&mut self, reader: &mut Reader<'a>) -> Result<(), Fault> {
        let read = reader.object(&mut |reader, name| match name {
            "bits" => {
                let bits = reader.integer().ok().and_then(Bits::from_count);
                self.bits = Some(bits.ok_or(Fault::Member("bits"))?);
                Ok(())
            }
            "lst" => reader.string().map(|text| self.compressed = Some(text)).map_err(named("lst")),
            _ => reader.skip(),
        });
        read.map_err(named("status_list"))
    }
}

fn time(reader: &mut Reader<'_>) -> Result<Timestamp, Fault> {
    Timestamp::from_unix(reader.integer()?).map_err(|_| Fault::Unexpected)
}

/// Beyond what 32 bits hold, a century or more, all lives are as long.
fn positive(reader: &mut Reader<'_>) -> Result<u32, Fault> {
    match reader.integer()? {
        0 => Err(Fault::Unexpected),
        number => Ok(u32::try_from(number).unwrap_or(u32::MAX)),
    }
}

/// Says which member is not what was expected.
fn named(name: &'static str) -> impl Fn(Fault) -> Fault {
    move |fault| if fault == Fault::Unexpected { Fault::Member(name) } else { fault }
}
