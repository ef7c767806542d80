//! Public keys as JSON Web Keys (RFC 7517).

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use super::es256::{Es256Base, Es256Verifier};
use super::evidence::{self, Found};
use super::{Algorithm, MAX_KEY_SET_BYTES, MAX_KEYS, base64url, spki};
use crate::json::{Fault, ObjectWriter, Reader};
use crate::sha256;

/// A public key of an issuer, for ES256: a point of P-256.
#[derive(Clone, Debug)]
pub struct PublicKey {
    x: [u8; 32],
    y: [u8; 32],
    key_id: Option<String>,
    thumbprint: String,
    issuer: Option<String>,
    verifier: Es256Verifier,
}

/// The keys a verifier trusts, ready for use: at least one.
#[derive(Clone, Debug)]
pub struct KeySet {
    keys: Vec<PublicKey>,
    base: Es256Base,
}

/// Why a text gives no keys to verify with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Longer than [`MAX_KEY_SET_BYTES`].
    TooLarge {
        /// The length, in bytes.
        bytes: usize,
    },
    /// Neither a JWK, nor an array of them, nor a JWK Set, nor PEM or DER.
    Malformed,
    /// A private or symmetric key.
    Private,
    /// Coordinates or a modulus that make no key.
    Invalid {
        /// The `kid` of the key, if it has one.
        key_id: Option<String>,
    },
    /// More keys than [`MAX_KEYS`].
    TooMany,
    /// No key that verifies ES256.
    NoneUsable,
}

impl PublicKey {
    /// The key with these coordinates, big-endian.
    ///
    /// # Errors
    /// [`KeyError::Invalid`] where the curve has no such point.
    pub fn from_coordinates(x: [u8; 32], y: [u8; 32]) -> Result<Self, KeyError> {
        let verifier = Es256Verifier::from_coordinates(x, y).ok_or(KeyError::Invalid { key_id: None })?;
        let mut json = String::new();
        let mut canonical = ObjectWriter::new(&mut json);
        canonical.string("crv", "P-256");
        canonical.string("kty", "EC");
        canonical.string("x", &base64url::encode(&x));
        canonical.string("y", &base64url::encode(&y));
        canonical.finish();
        Ok(Self { x, y, key_id: None, thumbprint: thumbprint(&json), issuer: None, verifier })
    }

    /// The algorithm this key is for; a token that names another is refused.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    /// The SHA-256 thumbprint of RFC 7638, the `kid` of the service's tokens.
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// The `kid` it was read with, else its thumbprint.
    #[must_use]
    pub fn key_id(&self) -> &str {
        self.key_id.as_deref().unwrap_or(&self.thumbprint)
    }

    /// Whether a token's `kid` means this key.
    #[must_use]
    pub fn is_named(&self, key_id: &str) -> bool {
        key_id == self.thumbprint || self.key_id.as_deref() == Some(key_id)
    }

    /// The only issuer whose tokens it verifies, by its key fingerprint (L-7);
    /// `None` means any.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The key as an uncompressed point (SEC 1 section 2.3.3).
    #[must_use]
    pub fn to_point(&self) -> [u8; 65] {
        let mut point = [4; 65];
        for (to, from) in point.iter_mut().skip(1).zip(self.x.iter().chain(&self.y)) {
            *to = *from;
        }
        point
    }

    /// The key as a JWK (RFC 7517).
    #[must_use]
    pub fn to_jwk(&self) -> String {
        let mut json = String::new();
        let mut jwk = ObjectWriter::new(&mut json);
        jwk.string("kty", "EC");
        jwk.string("crv", "P-256");
        jwk.string("x", &base64url::encode(&self.x));
        jwk.string("y", &base64url::encode(&self.y));
        jwk.string("kid", self.key_id());
        jwk.string("alg", self.algorithm().name());
        jwk.string("use", "sig");
        jwk.finish();
        json
    }

    /// Whether the key signed `message`, with what the keys of its set share.
    pub(super) fn accepts(&self, base: &Es256Base, message: &[u8], signature: &[u8]) -> bool {
        self.verifier.accepts(base, message, signature)
    }
}

impl KeySet {
    /// The set of these keys.
    ///
    /// # Errors
    /// [`KeyError::NoneUsable`] without any, [`KeyError::TooMany`] past
    /// [`MAX_KEYS`].
    pub fn new(keys: Vec<PublicKey>) -> Result<Self, KeyError> {
        match keys.len() {
            0 => Err(KeyError::NoneUsable),
            1..=MAX_KEYS => Ok(Self { keys, base: Es256Base::default() }),
            _ => Err(KeyError::TooMany),
        }
    }

    /// Reads a JWK, an array of JWKs, or a JWK Set. Keys of other kinds, for
    /// other algorithms or for other uses are passed over (RFC 7517 section
    /// 5).
    ///
    /// # Errors
    /// [`KeyError`]; above all where a key is not public.
    pub fn from_json(text: &str) -> Result<Self, KeyError> {
        let bytes = text.len();
        if bytes > MAX_KEY_SET_BYTES {
            return Err(KeyError::TooLarge { bytes });
        }
        let mut found = Vec::new();
        read(text, &mut found).map_err(|_| KeyError::Malformed)?;
        if found.iter().any(|jwk| jwk.is_secret) {
            return Err(KeyError::Private);
        }
        let keys: Result<_, _> = found.into_iter().filter(Jwk::is_for_es256).map(Jwk::into_key).collect();
        Self::new(keys?)
    }

    /// Reads keys in whatever form they are published: JSON as
    /// [`from_json`](Self::from_json) does, or PEM (RFC 7468 section 13), one
    /// block or several with nothing but space around them.
    ///
    /// # Errors
    /// [`KeyError`]; above all where a key is not public.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let bytes = text.len();
        match text.trim_ascii_start() {
            _ if bytes > MAX_KEY_SET_BYTES => Err(KeyError::TooLarge { bytes }),
            pem if pem.starts_with("-----BEGIN ") => Self::new(spki::read_pem(pem)?),
            _ => Self::from_json(text),
        }
    }

    /// Reads one SubjectPublicKeyInfo in DER (RFC 5280 section 4.1.2.7).
    ///
    /// # Errors
    /// [`KeyError`]; above all where the key is not public.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        Self::new(spki::read_der(der)?.into_iter().collect())
    }

    /// The same keys, for the tokens of one issuer alone: its `iss`, the key
    /// fingerprint (L-7). A token of another issuer or of none is refused even
    /// if one of these keys has signed it.
    #[must_use]
    pub fn bound_to(mut self, issuer: &str) -> Self {
        for key in &mut self.keys {
            key.issuer = Some(issuer.to_string());
        }
        self
    }

    /// The keys of all these sets. A key that stands in several is good for
    /// the issuers of each.
    ///
    /// # Errors
    /// [`KeyError::NoneUsable`] without any set, [`KeyError::TooMany`] past
    /// [`MAX_KEYS`].
    pub fn join(sets: Vec<Self>) -> Result<Self, KeyError> {
        Self::new(sets.into_iter().flat_map(|set| set.keys).collect())
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &[PublicKey] {
        &self.keys
    }

    /// Prepares the key of this thumbprint for verifying many tokens: each
    /// then takes about half the time, for about 20 KB of memory and the time
    /// of a few verifications, once. Worth it for a key that verifies its
    /// second token, which [`License::key_thumbprint`] tells. A key that was
    /// prepared already, or that the set does not hold, is passed over.
    ///
    /// [`License::key_thumbprint`]: super::License::key_thumbprint
    pub fn prepare(&mut self, thumbprint: &str) {
        for key in self.keys.iter_mut().filter(|key| key.thumbprint == thumbprint) {
            key.verifier.prepare(&mut self.base);
        }
    }

    /// Prepares every key, as [`Self::prepare`] does one: for a program that
    /// verifies much, when it starts.
    pub fn prepare_all(&mut self) {
        for key in &mut self.keys {
            key.verifier.prepare(&mut self.base);
        }
    }

    pub(super) fn accepts(&self, key: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
        key.accepts(&self.base, message, signature)
    }
}

/// The SHA-256 thumbprint of a key's required members (RFC 7638 section 3).
pub(super) fn thumbprint(canonical_json: &str) -> String {
    base64url::encode(&sha256::digest(canonical_json.as_bytes()))
}

/// The members of a JWK that are looked at.
#[derive(Default)]
struct Jwk {
    kind: String,
    curve: String,
    x: String,
    y: String,
    key_id: Option<String>,
    algorithm: Option<String>,
    intended_use: Option<String>,
    cannot_verify: bool,
    is_secret: bool,
}

fn read(text: &str, found: &mut Vec<Jwk>) -> Result<(), Fault> {
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
            "kid" => self.key_id = Some(reader.string()?.to_string()),
            "alg" => self.algorithm = Some(reader.string()?.to_string()),
            "use" => self.intended_use = Some(reader.string()?.to_string()),
            "key_ops" => {
                self.cannot_verify = true;
                reader.array(&mut |reader| {
                    self.cannot_verify &= reader.string()? != "verify";
                    Ok(())
                })?;
            }
            // The private exponent or scalar, and the bytes of a symmetric key
            // (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1).
            "d" | "k" => {
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

    fn is_for_es256(&self) -> bool {
        self.kind == "EC"
            && self.curve == "P-256"
            && self.algorithm.as_deref().is_none_or(|name| name == Algorithm::Es256.name())
            && self.intended_use.as_deref().is_none_or(|intended| intended == "sig")
            && !self.cannot_verify
    }

    fn into_key(self) -> Result<PublicKey, KeyError> {
        let key_id = self.key_id;
        let key = match (coordinate(&self.x), coordinate(&self.y)) {
            (Some(x), Some(y)) => PublicKey::from_coordinates(x, y).ok(),
            _ => None,
        };
        match key {
            Some(key) => Ok(PublicKey { key_id, ..key }),
            None => Err(KeyError::Invalid { key_id }),
        }
    }
}

/// RFC 7518 section 6.2.1.2: always the full 32 bytes.
fn coordinate(text: &str) -> Option<[u8; 32]> {
    base64url::decode(text)?.try_into().ok()
}

impl KeyError {
    /// The kind of error; never changes, unlike the text.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "KEYS_TOO_LARGE",
            Self::Malformed => "KEYS_MALFORMED",
            Self::Private => "KEY_PRIVATE",
            Self::Invalid { .. } => "KEY_INVALID",
            Self::TooMany => "KEYS_TOO_MANY",
            Self::NoneUsable => "KEYS_NONE_USABLE",
        }
    }

    /// What was found, by name.
    #[must_use]
    pub fn evidence(&self) -> Found<'_> {
        match self {
            Self::TooLarge { bytes } => vec![("bytes", (*bytes).into()), ("limit", MAX_KEY_SET_BYTES.into())],
            Self::Invalid { key_id } => vec![("keyId", key_id.into())],
            Self::TooMany => vec![("limit", MAX_KEYS.into())],
            Self::Malformed | Self::Private | Self::NoneUsable => Vec::new(),
        }
    }

    /// What was wrong and what to do next, on one line; for people.
    #[must_use]
    pub fn message(&self) -> String {
        evidence::message(self.code(), &self.evidence())
    }
}

impl fmt::Display for KeyError {
    /// As [`message`](Self::message).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for KeyError {}
