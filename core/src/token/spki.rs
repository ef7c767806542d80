//! Public keys as SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), in DER or
//! as PEM (RFC 7468 section 13).

use alloc::string::String;
use alloc::vec::Vec;

use super::{KeyError, MAX_KEY_SET_BYTES, PublicKey, base64url};

/// The algorithm id-ecPublicKey on secp256r1 (RFC 5480 section 2.1.1).
const P256: &[u8] = &[
    0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
    0x01, 0x07,
];
/// What a point that is not compressed starts with (SEC 1 section 2.3.3).
const UNCOMPRESSED: u8 = 4;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;

/// A key as it stands in DER.
struct Spki<'a> {
    /// The contents of the AlgorithmIdentifier.
    algorithm: &'a [u8],
    /// The contents of the BIT STRING.
    key: &'a [u8],
}

/// The keys of the blocks of a PEM text, which has nothing but space around
/// them. Blocks that are no public keys, and keys of other kinds, are passed
/// over.
///
/// # Errors
/// [`KeyError`]; above all where a key is not public.
pub(super) fn read_pem(text: &str) -> Result<Vec<PublicKey>, KeyError> {
    if text.contains("PRIVATE KEY-----") {
        return Err(KeyError::Private);
    }
    let mut keys = Vec::new();
    let mut rest = text.trim_ascii_start();
    while !rest.is_empty() {
        let (label, base64, after) = block(rest).ok_or(KeyError::Malformed)?;
        if label == "PUBLIC KEY" {
            let der = decode(base64).ok_or(KeyError::Malformed)?;
            keys.extend(read_der(&der)?);
        }
        rest = after.trim_ascii_start();
    }
    Ok(keys)
}

/// The key, or `None` for one of another kind.
///
/// # Errors
/// [`KeyError::Malformed`] for what is no key in strict DER,
/// [`KeyError::Private`] and [`KeyError::Invalid`].
pub(super) fn read_der(der: &[u8]) -> Result<Option<PublicKey>, KeyError> {
    let bytes = der.len();
    if bytes > MAX_KEY_SET_BYTES {
        return Err(KeyError::TooLarge { bytes });
    }
    let (contents, rest) = element(SEQUENCE, der).ok_or(KeyError::Malformed)?;
    // Every form of a private key starts with its version, 0 or 1 (RFC 5958
    // section 2, RFC 5915 section 3, RFC 8017 section A.1.2).
    if let [INTEGER, 1, 0 | 1, ..] = contents {
        return Err(KeyError::Private);
    }
    let Spki { algorithm, key } =
        Spki::read(contents).filter(|_| rest.is_empty()).ok_or(KeyError::Malformed)?;
    if algorithm != P256 {
        return Ok(None);
    }
    let invalid = KeyError::Invalid { key_id: None };
    match key.split_first() {
        Some((&UNCOMPRESSED, point)) if point.len() == 64 => {
            let (x, y) = point.split_at(32);
            match (x.try_into(), y.try_into()) {
                (Ok(x), Ok(y)) => PublicKey::from_coordinates(x, y).map(Some),
                _ => Err(invalid),
            }
        }
        _ => Err(invalid),
    }
}

impl<'a> Spki<'a> {
    /// The contents of the outer SEQUENCE.
    fn read(contents: &'a [u8]) -> Option<Self> {
        let (algorithm, rest) = element(SEQUENCE, contents)?;
        let (bits, rest) = element(BIT_STRING, rest)?;
        match bits {
            // The number of bits unused in the last byte (X.690 section 8.6.2.2).
            [0, key @ ..] if rest.is_empty() => Some(Self { algorithm, key }),
            _ => None,
        }
    }
}

/// The contents of an element of this tag and what comes after it: a definite
/// length in as few bytes as possible (X.690 section 10.1), at most two.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (found, rest) = der.split_first()?;
    let (length, rest) = match rest {
        [length @ 0..=0x7f, rest @ ..] => (u16::from(*length), rest),
        [0x81, length @ 0x80..=0xff, rest @ ..] => (u16::from(*length), rest),
        [0x82, high @ 1..=0xff, low, rest @ ..] => (u16::from_be_bytes([*high, *low]), rest),
        _ => return None,
    };
    let length = usize::from((*found == tag).then_some(length)?);
    rest.split_at_checked(length)
}

/// The label of the block a text starts with, what stands in it, and what
/// comes after it.
fn block(text: &str) -> Option<(&str, &str, &str)> {
    let (label, rest) = text.strip_prefix("-----BEGIN ")?.split_once("-----")?;
    let (base64, rest) = rest.split_once("-----END ")?;
    let after = rest.strip_prefix(label)?.strip_prefix("-----")?;
    Some((label, base64, after))
}

/// Base64 with its padding (RFC 4648 section 4), broken into lines at will.
fn decode(base64: &str) -> Option<Vec<u8>> {
    let letters = || base64.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let padded = letters().count();
    let unpadded: String = letters()
        .map(|letter| match letter {
            b'+' => '-',
            b'/' => '_',
            // Of the other alphabet: none of this one, nor of base64url.
            b'-' | b'_' => '.',
            _ => char::from(letter),
        })
        .collect();
    let unpadded = unpadded.trim_end_matches('=');
    if padded % 4 != 0 || padded - unpadded.len() > 2 {
        return None;
    }
    base64url::decode(unpadded)
}
