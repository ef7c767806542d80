//! Public keys as JSON Web Keys (RFC 7517).

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::es256::Es256Base;
use super::{Algorithm, MAX_KEY_SET_BYTES, MAX_KEYS, PublicKey, SCHEMES, Scheme, base64url, der};
use crate::json::{Fault, Reader};
use crate::text::{decimal, quoted};

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
    /// Not JSON, or neither a JWK, nor an array of them, nor a JWK Set.
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
    /// No key of an algorithm known here.
    NoneUsable,
    /// Keys of algorithms known here alone that this verifier was made
    /// without.
    Unsupported {
        /// The algorithm of the first.
        algorithm: Algorithm,
    },
}

impl KeySet {
    /// The set of these keys.
    ///
    /// # Errors
    /// [`KeyError::NoneUsable`] without any, [`KeyError::Unsupported`] without
    /// one that can be verified with, [`KeyError::TooMany`] past [`MAX_KEYS`].
    pub fn new(keys: Vec<PublicKey>) -> Result<Self, KeyError> {
        let first = keys.first().ok_or(KeyError::NoneUsable)?;
        if keys.len() > MAX_KEYS {
            return Err(KeyError::TooMany);
        }
        if !keys.iter().any(PublicKey::is_usable) {
            return Err(KeyError::Unsupported { algorithm: first.algorithm() });
        }
        Ok(Self { keys, base: Es256Base::default() })
    }

    /// Reads a JWK, an array of JWKs, or a JWK Set, for ES256 and the
    /// algorithms that are built in ([`SCHEMES`]). Keys of other kinds, for
    /// other algorithms or for other uses are passed over (RFC 7517 section
    /// 5).
    ///
    /// A key decides its algorithm: by `alg`, or else by its kind, where RSA
    /// means PS384. Keys of the kind AKP must have `alg` (RFC 9964 section 3).
    ///
    /// # Errors
    /// [`KeyError`]; above all where a key is not public.
    pub fn from_json(text: &str) -> Result<Self, KeyError> {
        Self::from_json_with(text, SCHEMES)
    }

    /// As [`from_json`](Self::from_json), for ES256 and the algorithms of
    /// these schemes.
    ///
    /// # Errors
    /// [`KeyError`]; above all where a key is not public.
    pub fn from_json_with(text: &str, schemes: &[&'static dyn Scheme]) -> Result<Self, KeyError> {
        let bytes = text.len();
        if bytes > MAX_KEY_SET_BYTES {
            return Err(KeyError::TooLarge { bytes });
        }
        let mut found = Vec::new();
        read(text, &mut found).map_err(|_| KeyError::Malformed)?;
        if found.iter().any(|jwk| jwk.is_secret) {
            return Err(KeyError::Private);
        }
        let mut keys = Vec::new();
        for jwk in found {
            if let Some(algorithm) = jwk.algorithm() {
                keys.extend(jwk.into_key(algorithm, schemes)?);
            }
        }
        Self::new(keys)
    }

    /// The keys, those of algorithms this verifier was made without included:
    /// a token of theirs is refused for that.
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
        for key in self.keys.iter_mut().filter(|key| key.thumbprint() == thumbprint) {
            key.prepare(&mut self.base);
        }
    }

    /// Prepares every key, as [`Self::prepare`] does one: for a program that
    /// verifies much, when it starts.
    pub fn prepare_all(&mut self) {
        for key in &mut self.keys {
            key.prepare(&mut self.base);
        }
    }

    /// What the keys for ES256 share.
    pub(super) const fn base(&self) -> &Es256Base {
        &self.base
    }
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

    /// The key; `None` for a damaged one that could not be used anyway.
    fn into_key(
        self,
        algorithm: Algorithm,
        schemes: &[&'static dyn Scheme],
    ) -> Result<Option<PublicKey>, KeyError> {
        let key = self.bytes().and_then(|bytes| PublicKey::with_schemes(algorithm, bytes, schemes));
        let is_known = algorithm == Algorithm::Es256 || schemes.iter().any(|s| s.algorithm() == algorithm);
        match key {
            None if is_known => Err(KeyError::Invalid { key_id: self.key_id }),
            key => Ok(key.map(|key| key.named(self.key_id))),
        }
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
            Self::Unsupported { .. } => "ALGORITHM_UNSUPPORTED",
        }
    }

    /// What was wrong and what to do next, on one line; for people.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::TooLarge { bytes } => [
                "the keys are too large: ",
                &decimal(*bytes),
                " bytes where ",
                &decimal(MAX_KEY_SET_BYTES),
                " are allowed; pass only the issuer's keys",
            ]
            .concat(),
            Self::Malformed => "not a key: expected the JSON of a JWK, an array of JWKs, or a JWK Set".into(),
            Self::Private => "this is a secret key: never hand it to a verifier; pass the public key, which has no member `d`, `k` or `priv`, and replace the key if the secret left its place".into(),
            Self::Invalid { key_id } => {
                let name = key_id.as_deref().map_or_else(String::new, |key_id| [" ", &quoted(key_id)].concat());
                ["the key", &name, " is damaged: its numbers make no key; fetch it again"].concat()
            }
            Self::TooMany => {
                ["more than ", &decimal(MAX_KEYS), " keys; pass only the issuer's keys"].concat()
            }
            Self::NoneUsable => "no key to verify with: expected at least one of the issuer's, for ES256 with `kty` EC and `crv` P-256".into(),
            Self::Unsupported { algorithm } => [
                "the keys are for `",
                algorithm.name(),
                "`, which this verifier was made without; bring that algorithm along",
            ]
            .concat(),
        }
    }
}

impl fmt::Display for KeyError {
    /// As [`message`](Self::message).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for KeyError {}
