//! Public keys as JSON Web Keys (RFC 7517).

use alloc::string::String;
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
    kind: Option<String>,
    curve: Option<String>,
    x: Option<String>,
    y: Option<String>,
    modulus: Option<String>,
    exponent: Option<String>,
    public: Option<String>,
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
        let text = match name {
            "kty" => &mut self.kind,
            "crv" => &mut self.curve,
            "x" => &mut self.x,
            "y" => &mut self.y,
            "n" => &mut self.modulus,
            "e" => &mut self.exponent,
            "pub" => &mut self.public,
            "kid" => &mut self.key_id,
            "alg" => &mut self.algorithm_name,
            "use" => &mut self.intended_use,
            "key_ops" => {
                self.cannot_verify = true;
                return reader.array(&mut |reader| {
                    self.cannot_verify &= reader.string()? != "verify";
                    Ok(())
                });
            }
            // The private exponent or scalar, the bytes of a symmetric key (RFC
            // 7518 sections 6.2.2, 6.3.2 and 6.4.1, RFC 8037 section 2), and
            // the seed of a key of the kind AKP (RFC 9964 section 3).
            "d" | "k" | "priv" => {
                self.is_secret = true;
                return reader.skip();
            }
            _ => return reader.skip(),
        };
        *text = Some(reader.string()?.into_owned());
        Ok(())
    }

    /// RFC 7517 section 4.1 requires `kty` and nothing else.
    fn complete(self) -> Result<Self, Fault> {
        if self.kind().is_empty() { Err(Fault::Unexpected) } else { Ok(self) }
    }

    fn kind(&self) -> &str {
        self.kind.as_deref().unwrap_or_default()
    }

    /// The algorithm to verify with this key, if it is known here and the key
    /// is meant for it.
    fn algorithm(&self) -> Option<Algorithm> {
        let is_for_signatures = self.intended_use.as_deref().is_none_or(|intended| intended == "sig");
        let by_kind = match (self.kind(), self.curve.as_deref().unwrap_or_default()) {
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
        let is_of_kind = algorithm.key_type() == self.kind();
        (is_of_kind && is_for_signatures && !self.cannot_verify).then_some(algorithm)
    }

    /// As [`PublicKey::as_bytes`].
    fn bytes(&self) -> Option<Vec<u8>> {
        let decoded = |text: &Option<String>| base64url::decode(text.as_deref()?);
        match self.kind() {
            // RFC 7518 section 6.2.1.2: always the full 32 bytes.
            "EC" => {
                let (x, y) = (decoded(&self.x)?, decoded(&self.y)?);
                (x.len() == 32).then(|| [&[4], x.as_slice(), &y].concat())
            }
            "RSA" => {
                let (modulus, exponent) = (decoded(&self.modulus)?, decoded(&self.exponent)?);
                (is_number(&modulus) && is_number(&exponent))
                    .then(|| der::of_two_positive(&modulus, &exponent))
            }
            "OKP" => decoded(&self.x),
            _ => decoded(&self.public),
        }
    }
}

/// Whether it is what a Base64urlUInt (RFC 7518 section 2) holds: at least one
/// byte and no leading zeros; none that is used here has more than 8192 bits.
fn is_number(bytes: &[u8]) -> bool {
    bytes.len() <= 1024 && bytes.first().is_some_and(|first| *first > 0)
}
