//! Sets of keys.

use alloc::vec::Vec;

use super::es256::Es256Base;
use super::{KeyError, MAX_KEY_SET_BYTES, MAX_KEYS, PublicKey, SCHEMES, Scheme, jwk, spki};

/// The keys a verifier trusts, ready for use: at least one.
#[derive(Clone, Debug)]
pub struct KeySet {
    keys: Vec<PublicKey>,
    base: Es256Base,
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
        Self::new(jwk::read(text, SCHEMES)?)
    }

    /// Reads keys in whatever form they are published: JSON as
    /// [`from_json`](Self::from_json) does, or PEM (RFC 7468 section 13), one
    /// block or several with nothing but space around them.
    ///
    /// # Errors
    /// [`KeyError`]; above all where a key is not public.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::parse_with(text, SCHEMES)
    }

    /// As [`parse`](Self::parse), for ES256 and the algorithms of these
    /// schemes.
    ///
    /// # Errors
    /// [`KeyError`]; above all where a key is not public.
    pub fn parse_with(text: &str, schemes: &[&'static dyn Scheme]) -> Result<Self, KeyError> {
        let bytes = text.len();
        Self::new(match text.trim_ascii_start() {
            _ if bytes > MAX_KEY_SET_BYTES => return Err(KeyError::TooLarge { bytes }),
            pem if pem.starts_with("-----BEGIN ") => spki::read_pem(pem, schemes)?,
            _ => jwk::read(text, schemes)?,
        })
    }

    /// Reads one SubjectPublicKeyInfo in DER (RFC 5280 section 4.1.2.7). A key
    /// of RSA is for PS384, unless it says that it is for RSASSA-PSS with
    /// SHA-256 (RFC 4055 section 3.1): that one is for PS256.
    ///
    /// # Errors
    /// [`KeyError`]; above all where the key is not public.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        Self::new(spki::read_der(der, SCHEMES)?.into_iter().collect())
    }

    /// The same keys, for the tokens of one issuer alone: its `iss`, the key
    /// fingerprint (L-7). A token of another issuer or of none is refused even
    /// if one of these keys has signed it.
    #[must_use]
    pub fn bound_to(mut self, issuer: &str) -> Self {
        for key in &mut self.keys {
            key.bind_to(issuer);
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

    /// The keys, those of algorithms this verifier was made without included:
    /// a token of theirs is refused for that.
    #[must_use]
    pub fn keys(&self) -> &[PublicKey] {
        &self.keys
    }

    /// Prepares the key of this thumbprint for verifying many tokens: each
    /// then takes about half the time, for 18 KB of memory, and 18 KB for the
    /// whole set, and the time of a few verifications. Worth it for a key that
    /// verifies its second token, which [`License::key_thumbprint`] tells. A
    /// key that was prepared already, or that the set does not hold, is passed
    /// over.
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
