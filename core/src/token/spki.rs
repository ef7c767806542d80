//! Public keys as SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), in DER or
//! as PEM (RFC 7468 section 13).

use alloc::string::String;
use alloc::vec::Vec;

use super::der::{INTEGER, SEQUENCE, element};
use super::{Algorithm, KeyError, MAX_KEY_SET_BYTES, PublicKey, Scheme, base64url};

/// The contents of an AlgorithmIdentifier, and the algorithm a key with it is
/// for.
const ALGORITHMS: &[(&[u8], Algorithm)] = &[
    // id-ecPublicKey on secp256r1 (RFC 5480 section 2.1.1).
    (
        &[
            0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
            0x03, 0x01, 0x07,
        ],
        Algorithm::Es256,
    ),
    // rsaEncryption with NULL (RFC 4055 section 1.2).
    (&[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00], Algorithm::Ps384),
    // id-RSASSA-PSS with SHA-256, MGF1 of the same and a salt of 32 bytes (RFC
    // 4055 section 3.1).
    (
        &[
            0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a, 0x30, 0x34, 0xa0, 0x0f, 0x30,
            0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0xa1, 0x1c,
            0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08, 0x30, 0x0d, 0x06,
            0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0xa2, 0x03, 0x02, 0x01,
            0x20,
        ],
        Algorithm::Ps256,
    ),
    // id-Ed25519 (RFC 8410 section 3).
    (&[0x06, 0x03, 0x2b, 0x65, 0x70], Algorithm::EdDsa),
    // id-ml-dsa-44 (RFC 9881 section 2).
    (&[0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x11], Algorithm::MlDsa44),
    // id-MLDSA44-ECDSA-P256-SHA256 (draft-ietf-lamps-pq-composite-sigs-19
    // section 6).
    (&[0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x06, 0x28], Algorithm::MlDsa44Es256),
];

/// The tag of a BIT STRING.
const BIT_STRING: u8 = 0x03;

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
pub(super) fn read_pem(text: &str, schemes: &[&'static dyn Scheme]) -> Result<Vec<PublicKey>, KeyError> {
    if text.contains("PRIVATE KEY-----") {
        return Err(KeyError::Private);
    }
    let mut keys = Vec::new();
    let mut rest = text.trim_ascii_start();
    while !rest.is_empty() {
        let (label, base64, after) = block(rest).ok_or(KeyError::Malformed)?;
        if label == "PUBLIC KEY" {
            let der = decode(base64).ok_or(KeyError::Malformed)?;
            keys.extend(read_der(&der, schemes)?);
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
pub(super) fn read_der(der: &[u8], schemes: &[&'static dyn Scheme]) -> Result<Option<PublicKey>, KeyError> {
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
    match ALGORITHMS.iter().find(|(identifier, _)| *identifier == algorithm) {
        Some((_, algorithm)) => PublicKey::read(*algorithm, Some(key.to_vec()), None, schemes),
        None => Ok(None),
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
