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
        within(token, expected.limit())?;
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Refusal::TokenMalformed { part: Part::Token });
        };
        within(header, MAX_HEADER_BYTES)?;
        let signing_input = token.get(..header.len() + 1 + payload.len()).unwrap_or_default();
        let [header, payload, signature] =
            decoded(header, payload, signature).map_err(|part| Refusal::TokenMalformed { part })?;
        let header = Header::parse(&header, expected)?;
        Ok(Self { signing_input, header, payload, signature })
    }
}

/// The bytes of the three parts, or which of them is damaged.
fn decoded(header: &str, payload: &str, signature: &str) -> Result<[Vec<u8>; 3], Part> {
    let decode = |text, part| base64url::decode(text).ok_or(part);
    Ok([decode(header, Part::Header)?, decode(payload, Part::Payload)?, decode(signature, Part::Signature)?])
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
