//! Public keys as JSON Web Keys (RFC 7517).

use alloc::borrow::Cow;
use alloc::vec;
use alloc::vec::Vec;

use super::{Algorithm, KeyError, MAX_KEY_SET_BYTES, PublicKey, Scheme, base64url, der};
use crate::json::{Fault, Object, Value};

/// Reads a JWK, an array of JWKs, or a JWK Set; as
/// [`KeySet::from_json`](super::KeySet::from_json).
///
/// # Errors
/// [`KeyError`]; above all where a key is not public.
pub(super) fn read(text: &str, schemes: &[&'static dyn Scheme]) -> Result<Vec<PublicKey>, KeyError> {
    let bytes = text.len();
    if bytes > MAX_KEY_SET_BYTES {
        return Err(KeyError::TooLarge { bytes });
    }
    let found = jwks(text).map_err(|_| KeyError::Malformed)?;
    if found.iter().any(Jwk::is_secret) {
        return Err(KeyError::Private);
    }
    let mut keys = Vec::new();
    for jwk in found {
        if let Some(algorithm) = jwk.algorithm() {
            let key_id = jwk.text("kid").map(Cow::into_owned);
            keys.extend(PublicKey::read(algorithm, jwk.bytes(), key_id, schemes)?);
        }
    }
    Ok(keys)
}

fn jwks(text: &str) -> Result<Vec<Jwk<'_>>, Fault> {
    let value = Value::parse(text)?;
    let list = if value.is_array() { Some(value) } else { value.object()?.get("keys") };
    match list {
        Some(list) => list.array()?.map(Jwk::read).collect(),
        None => Jwk::read(value).map(|jwk| vec![jwk]),
    }
}

/// The members that are looked at, if they are there, are strings.
const STRINGS: [&str; 10] = ["kty", "crv", "x", "y", "n", "e", "pub", "kid", "alg", "use"];

/// A JWK.
#[derive(Clone, Copy)]
struct Jwk<'a>(Object<'a>);

impl<'a> Jwk<'a> {
    fn read(value: Value<'a>) -> Result<Self, Fault> {
        let jwk = Self(value.object()?);
        for name in STRINGS {
            jwk.0.string(name)?;
        }
        // RFC 7517 section 4.1 requires `kty` and nothing else.
        if jwk.kind().is_empty() { Err(Fault::Unexpected) } else { Ok(jwk) }
    }

    fn text(&self, name: &'static str) -> Option<Cow<'a, str>> {
        self.0.string(name).unwrap_or_default()
    }

    fn kind(&self) -> Cow<'a, str> {
        self.text("kty").unwrap_or_default()
    }

    /// Whether it has the private exponent or scalar, the bytes of a symmetric
    /// key (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1, RFC 8037 section 2), or
    /// the seed of a key of the kind AKP (RFC 9964 section 3).
    fn is_secret(&self) -> bool {
        ["d", "k", "priv"].iter().any(|name| self.0.get(name).is_some())
    }

    /// Whether it is meant for verifying: where it tells (RFC 7517 sections 4.2
    /// and 4.3).
    fn can_verify(&self) -> bool {
        let verifies =
            |operations: Value<'_>| operations.array().is_ok_and(|mut all| all.any(|one| one.is("verify")));
        self.0.get("use").is_none_or(|intended| intended.is("sig"))
            && self.0.get("key_ops").is_none_or(verifies)
    }

    /// The algorithm to verify with this key, if it is known here and the key
    /// is meant for it.
    fn algorithm(&self) -> Option<Algorithm> {
        let kind = self.kind();
        let by_kind = match (&*kind, &*self.text("crv").unwrap_or_default()) {
            ("EC", "P-256") => Some(Algorithm::Es256),
            ("OKP", "Ed25519") => Some(Algorithm::EdDsa),
            // PS256 must be named: a key is for one algorithm, and AWS's keys,
            // which name none, are for this one.
            ("RSA", _) => Some(Algorithm::Ps384),
            ("AKP", _) => None,
            _ => return None,
        };
        let algorithm = match self.text("alg") {
            None => by_kind?,
            Some(name) => *Algorithm::ALL.iter().find(|algorithm| algorithm.is_named(&name))?,
        };
        (algorithm.key_type() == kind && self.can_verify()).then_some(algorithm)
    }

    /// As [`PublicKey::as_bytes`].
    fn bytes(&self) -> Option<Vec<u8>> {
        let decoded = |name| base64url::decode(&self.text(name)?);
        match &*self.kind() {
            // RFC 7518 section 6.2.1.2: always the full 32 bytes.
            "EC" => {
                let (x, y) = (decoded("x")?, decoded("y")?);
                (x.len() == 32).then(|| [&[4], x.as_slice(), &y].concat())
            }
            "RSA" => {
                let (modulus, exponent) = (decoded("n")?, decoded("e")?);
                (is_number(&modulus) && is_number(&exponent))
                    .then(|| der::of_two_positive(&modulus, &exponent))
            }
            "OKP" => decoded("x"),
            _ => decoded("pub"),
        }
    }
}

/// Whether it is what a Base64urlUInt (RFC 7518 section 2) holds: at least one
/// byte and no leading zeros; none that is used here has more than 8192 bits.
fn is_number(bytes: &[u8]) -> bool {
    bytes.len() <= 1024 && bytes.first().is_some_and(|first| *first > 0)
}
