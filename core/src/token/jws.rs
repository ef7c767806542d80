//! Compact JWS (RFC 7515 section 7.1), taken apart and judged as far as that
//! goes without a key.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::status::MAX_STATUS_LIST_BYTES;
use super::{MAX_HEADER_BYTES, MAX_TOKEN_BYTES, Reason, Refusal, base64url};
use crate::json::{Fault, Value};

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
    pub(super) signing_input: &'a [u8],
    /// The header's `alg`.
    pub(super) algorithm: Cow<'a, str>,
    /// The header's `kid`.
    pub(super) key_id: Option<Cow<'a, str>>,
    pub(super) payload: &'a [u8],
    pub(super) signature: &'a [u8],
}

impl<'a> Jws<'a> {
    /// Takes a token of this type apart. Its parts are decoded into `buffer`.
    pub(super) fn parse(token: &'a [u8], expected: Type, buffer: &'a mut Vec<u8>) -> Result<Self, Refusal> {
        within(token, expected.limit())?;
        let (header, rest) = cut(token).ok_or_else(|| malformed("token"))?;
        let (payload, signature) = cut(rest).ok_or_else(|| malformed("token"))?;
        if cut(signature).is_some() {
            return Err(malformed("token"));
        }
        within(header, MAX_HEADER_BYTES)?;
        // At once and no more, for devices that have little memory.
        buffer.reserve_exact(token.len() / 4 * 3);
        let mut decode = |text, name| {
            base64url::decode_into(text, buffer).map(|()| buffer.len()).ok_or_else(|| malformed(name))
        };
        let header_end = decode(header, "header")?;
        let payload_end = decode(payload, "payload")?;
        decode(signature, "signature")?;
        let buffer: &'a [u8] = buffer;
        let (rest, decoded_signature) = buffer.split_at_checked(payload_end).unwrap_or_default();
        let (decoded_header, decoded_payload) = rest.split_at_checked(header_end).unwrap_or_default();
        let Header { algorithm, key_id, is_critical } =
            read_header(decoded_header, expected).map_err(|_| malformed("header"))?;
        if is_critical {
            return Err(Refusal::new(Reason::CriticalHeader));
        }
        Ok(Self {
            signing_input: token.get(..header.len() + 1 + payload.len()).unwrap_or_default(),
            algorithm,
            key_id,
            payload: decoded_payload,
            signature: decoded_signature,
        })
    }
}

/// What stands before the first period and what after it.
fn cut(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (before, rest) = text.split_at_checked(text.iter().position(|byte| *byte == b'.')?)?;
    Some((before, rest.get(1..)?))
}

/// What of a header counts once it is known to be of the type expected.
struct Header<'a> {
    algorithm: Cow<'a, str>,
    key_id: Option<Cow<'a, str>>,
    /// Whether there is `crit`.
    is_critical: bool,
}

fn read_header(header: &[u8], expected: Type) -> Result<Header<'_>, Fault> {
    let header = Value::parse_bytes(header)?.object()?;
    let [algorithm, key_id, typ, critical] = header.pick(["alg", "kid", "typ", "crit"]);
    if !expected.is(typ.map(Value::string).transpose()?.as_deref()) {
        return Err(Fault::Unexpected);
    }
    let algorithm = algorithm.ok_or(Fault::Unexpected)?.string()?;
    let key_id = key_id.map(Value::string).transpose()?;
    Ok(Header { algorithm, key_id, is_critical: critical.is_some() })
}

fn malformed(part: &str) -> Refusal {
    Refusal::new(Reason::TokenMalformed).with(part)
}

fn within(text: &[u8], limit: usize) -> Result<(), Refusal> {
    let bytes = text.len();
    if bytes <= limit {
        return Ok(());
    }
    Err(Refusal::new(Reason::TokenTooLarge).with(bytes).with(limit))
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
