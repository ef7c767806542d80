//! Public keys as JSON Web Keys (RFC 7517).

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Algorithm, KeyError, MAX_KEY_SET_BYTES, PublicKey, Scheme, base64url, der};
use crate::json::{Fault, Reader};

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
    let mut found = Vec::new();
    read_all(text, &mut found).map_err(|_| KeyError::Malformed)?;
    if found.iter().any(|jwk| jwk.is_secret) {
        return Err(KeyError::Private);
    }
    let mut keys = Vec::new();
    for jwk in found {
        if let Some(algorithm) = jwk.algorithm() {
            keys.extend(PublicKey::read(algorithm, jwk.bytes(), jwk.key_id, schemes)?);
        }
    }
    Ok(keys)
}

/// The members of a JWK that are looked at.
#[derive(Default)]
struct Jwk {
    kind: String,
    curve: String,
    x: String,
    y: String,
    modulus: String,
    exponent: String,
    public: String,
    key_id: Option<String>,
    algorithm_name: Option<String>,
    intended_use: Option<String>,
    cannot_verify: bool,
    is_secret: bool,
}

fn read_all(text: &str, found: &mut Vec<Jwk>) -> Result<(), Fault> {
    let mut reader = Reader::new(text);
    if reader.is_at_array() {
        reader.array(&mut |reader| Jwk::read(reader, found))?;
    } else {
        let (mut single, mut is_set) = (Jwk::default(), false);
        reader.object(&mut |reader, name| {
            if name != "keys" {
                return single.member(reader, name);
            }
            is_set = true;
            reader.array(&mut |reader| Jwk::read(reader, found))
        })?;
        if !is_set {
            found.push(single.complete()?);
        }
    }
    reader.end()
}

impl Jwk {
    fn read(reader: &mut Reader<'_>, found: &mut Vec<Self>) -> Result<(), Fault> {
        let mut jwk = Self::default();
        reader.object(&mut |reader, name| jwk.member(reader, name))?;
        found.push(jwk.complete()?);
        Ok(())
    }

    fn member(&mut self, reader: &mut Reader<'_>, name: &str) -> Result<(), Fault> {
        match name {
            "kty" => self.kind = reader.string()?.to_string(),
            "crv" => self.curve = reader.string()?.to_string(),
            "x" => self.x = reader.string()?.to_string(),
            "y" => self.y = reader.string()?.to_string(),
            "n" => self.modulus = reader.string()?.to_string(),
            "e" => self.exponent = reader.string()?.to_string(),
            "pub" => self.public = reader.string()?.to_string(),
            "kid" => self.key_id = Some(reader.string()?.to_string()),
            "alg" => self.algorithm_name = Some(reader.string()?.to_string()),
            "use" => self.intended_use = Some(reader.string()?.to_string()),
            "key_ops" => {
                self.cannot_verify = true;
                reader.array(&mut |reader| {
                    self.cannot_verify &= reader.string()? != "verify";
                    Ok(())
                })?;
            }
            // The private exponent or scalar, the bytes of a symmetric key (RFC
            // 7518 sections 6.2.2, 6.3.2 and 6.4.1, RFC 8037 section 2), and
            // the seed of a key of the kind AKP (RFC 9964 section 3).
            "d" | "k" | "priv" => {
                self.is_secret = true;
                reader.skip()?;
            }
            _ => reader.skip()?,
        }
        Ok(())
    }

    /// RFC 7517 section 4.1 requires `kty` and nothing else.
    fn complete(self) -> Result<Self, Fault> {
        if self.kind.is_empty() { Err(Fault::Unexpected) } else { Ok(self) }
    }

    /// The algorithm to verify with this key, if it is known here and the key
    /// is meant for it.
    fn algorithm(&self) -> Option<Algorithm> {
        let is_for_signatures = self.intended_use.as_deref().is_none_or(|intended| intended == "sig");
        let by_kind = match (self.kind.as_str(), self.curve.as_str()) {
            ("EC", "P-256") => Some(Algorithm::Es256),
            ("OKP", "Ed25519") => Some(Algorithm::EdDsa),
            // PS256 must be named: a key is for one algorithm, and AWS's keys,
            // which name none, are for this one.
            ("RSA", _) => Some(Algorithm::Ps384),
            ("AKP", _) => None,
            _ => return None,
        };
        let algorithm = match &self.algorithm_name {
            None => by_kind?,
            Some(name) => *Algorithm::ALL.iter().find(|algorithm| algorithm.is_named(name))?,
        };
        let is_of_kind = algorithm.key_type() == self.kind;
        (is_of_kind && is_for_signatures && !self.cannot_verify).then_some(algorithm)
    }

    /// As [`PublicKey::as_bytes`].
    fn bytes(&self) -> Option<Vec<u8>> {
        match self.kind.as_str() {
            // RFC 7518 section 6.2.1.2: always the full 32 bytes.
            "EC" => {
                let (x, y) = (base64url::decode(&self.x)?, base64url::decode(&self.y)?);
                (x.len() == 32).then(|| [&[4], x.as_slice(), &y].concat())
            }
            "RSA" => {
                let (modulus, exponent) = (number(&self.modulus)?, number(&self.exponent)?);
                Some(der::of_two_positive(&modulus, &exponent))
            }
            "OKP" => base64url::decode(&self.x),
            _ => base64url::decode(&self.public),
        }
    }
}

/// A Base64urlUInt (RFC 7518 section 2): at least one byte and no leading
/// zeros; none that is used here has more than 8192 bits.
fn number(text: &str) -> Option<Vec<u8>> {
    base64url::decode(text)
        .filter(|bytes| bytes.len() <= 1024 && bytes.first().is_some_and(|first| *first > 0))
}
