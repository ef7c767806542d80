//! Compact JWS (RFC 7515 section 7.1), taken apart and judged as far as that
//! goes without a key.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::status::MAX_STATUS_LIST_BYTES;
use super::{MAX_HEADER_BYTES, MAX_TOKEN_BYTES, Part, Refusal, base64url};
use crate::json::Reader;

/// What a token is, as its header's `typ` says (RFC 7515 section 4.1.9): one
/// can never stand in for the other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    /// A license, as `JWT` or without a type.
    License,
    /// A status list.
    StatusList,
}

/// A token whose form is right; nothing in it is to be trusted.
pub(super) struct Jws<'a> {
    /// What was signed: header and payload as they stand in the token.
    pub(super) signing_input: &'a str,
    pub(super) header: Header,
    pub(super) payload: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

/// The members of a header that are looked at.
pub(super) struct Header {
    pub(super) algorithm: String,
    pub(super) key_id: Option<String>,
}

impl<'a> Jws<'a> {
    /// Takes a token of this type apart.
    pub(super) fn parse(token: &'a str, expected: Type) -> Result<Self, Refusal> {
        let malformed = |part| Refusal::TokenMalformed { part };
        within(token, expected.limit())?;
        let (signing_input, signature) = token.rsplit_once('.').ok_or(malformed(Part::Token))?;
        let (header, payload) = signing_input.split_once('.').ok_or(malformed(Part::Token))?;
        if payload.contains('.') {
            return Err(malformed(Part::Token));
        }
        within(header, MAX_HEADER_BYTES)?;
        let header = base64url::decode(header).ok_or(malformed(Part::Header))?;
        let payload = base64url::decode(payload).ok_or(malformed(Part::Payload))?;
        let signature = base64url::decode(signature).ok_or(malformed(Part::Signature))?;
        let header = Header::parse(&header, expected)?;
        Ok(Self { signing_input, header, payload, signature })
    }
}

const fn within(text: &str, limit: usize) -> Result<(), Refusal> {
    let bytes = text.len();
    if bytes <= limit { Ok(()) } else { Err(Refusal::TokenTooLarge { bytes, limit }) }
}

impl Type {
    /// The longest text, in bytes.
    const fn limit(self) -> usize {
        match self {
            Self::License => MAX_TOKEN_BYTES,
            Self::StatusList => MAX_STATUS_LIST_BYTES,
        }
    }

    /// Whether a header with this `typ`, or without one, is of this type.
    fn is(self, typ: Option<&str>) -> bool {
        match self {
            Self::License => typ.is_none_or(|typ| typ.eq_ignore_ascii_case("JWT")),
            Self::StatusList => typ.is_some_and(|typ| typ.eq_ignore_ascii_case("statuslist+jwt")),
        }
    }
}

impl Header {
    fn parse(bytes: &[u8], expected: Type) -> Result<Self, Refusal> {
        let malformed = Refusal::TokenMalformed { part: Part::Header };
        let Ok(text) = core::str::from_utf8(bytes) else { return Err(malformed) };
        let (mut algorithm, mut key_id, mut typ, mut is_critical) = (None, None, None, false);
        let mut reader = Reader::new(text);
        let read = reader.object(&mut |reader, name| {
            match name {
                "alg" => algorithm = Some(reader.string()?.to_string()),
                "kid" => key_id = Some(reader.string()?.to_string()),
                "typ" => typ = Some(reader.string()?),
                "crit" => {
                    is_critical = true;
                    reader.skip()?;
                }
                _ => reader.skip()?,
            }
            Ok(())
        });
        if read.and_then(|()| reader.end()).is_err() || !expected.is(typ.as_deref()) {
            return Err(malformed);
        }
        if is_critical {
            return Err(Refusal::CriticalHeader);
        }
        Ok(Self { algorithm: algorithm.ok_or(malformed)?, key_id })
    }
}
