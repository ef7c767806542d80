//! Compact JWS (RFC 7515 section 7.1), taken apart and judged as far as that
//! goes without a key.

use alloc::vec::Vec;

use super::finding::{Finding, Piece};
use super::status::MAX_STATUS_LIST_BYTES;
use super::{MAX_HEADER_BYTES, MAX_TOKEN_BYTES, Reason, base64url};
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
    pub(super) algorithm: Value<'a>,
    /// The header's `kid`, a string.
    pub(super) key_id: Option<Value<'a>>,
    pub(super) payload: &'a [u8],
    pub(super) signature: &'a [u8],
}

impl<'a> Jws<'a> {
    /// Takes a token of this type apart. Its parts are decoded into `buffer`.
    pub(super) fn parse(
        token: &'a [u8],
        expected: Type,
        buffer: &'a mut Vec<u8>,
    ) -> Result<Self, Finding<'a>> {
        within(token, expected.limit())?;
        let (header, rest) = cut(token).ok_or(malformed("token"))?;
        let (payload, signature) = cut(rest).ok_or(malformed("token"))?;
        if cut(signature).is_some() {
            return Err(malformed("token"));
        }
        within(header, MAX_HEADER_BYTES)?;
        // At once and no more, for devices that have little memory.
        buffer.reserve_exact(token.len() / 4 * 3);
        let mut decode =
            |text, name| base64url::decode_into(text, buffer).map(|()| buffer.len()).ok_or(malformed(name));
        let header_end = decode(header, "header")?;
        let payload_end = decode(payload, "payload")?;
        decode(signature, "signature")?;
        let buffer: &'a [u8] = buffer;
        let (rest, decoded_signature) = buffer.split_at_checked(payload_end).unwrap_or_default();
        let (decoded_header, decoded_payload) = rest.split_at_checked(header_end).unwrap_or_default();
        let (algorithm, key_id, is_critical) =
            read_header(decoded_header, expected).map_err(|_| malformed("header"))?;
        if is_critical {
            return Err(Finding::bare(Reason::CriticalHeader));
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

/// `alg`, `kid`, and whether there is `crit`.
fn read_header(header: &[u8], expected: Type) -> Result<(Value<'_>, Option<Value<'_>>, bool), Fault> {
    let [algorithm, key_id, typ, critical] =
        Value::parse_bytes(header)?.object()?.pick(["alg", "kid", "typ", "crit"]);
    match algorithm {
        Some(algorithm)
            if algorithm.is_string() && key_id.is_none_or(Value::is_string) && expected.is(typ) =>
        {
            Ok((algorithm, key_id, critical.is_some()))
        }
        _ => Err(Fault::Unexpected),
    }
}

const fn malformed(part: &'static str) -> Finding<'static> {
    Finding::with(Reason::TokenMalformed, "part", Piece::Text(part))
}

const fn within(text: &[u8], limit: usize) -> Result<(), Finding<'static>> {
    if text.len() <= limit {
        return Ok(());
    }
    let (bytes, limit) = (Piece::Number(text.len() as u64), Piece::Number(limit as u64));
    Err(Finding::with_both(Reason::TokenTooLarge, ("bytes", bytes), ("limit", limit)))
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
    fn is(self, typ: Option<Value<'_>>) -> bool {
        let (name, may_be_absent) = match self {
            Self::License => ("JWT", true),
            Self::StatusList => ("statuslist+jwt", false),
        };
        match typ.map(Value::string_bytes) {
            Some(typ) => typ.is_ok_and(|typ| typ.eq_ignore_ascii_case(name.as_bytes())),
            None => may_be_absent,
        }
    }
}
