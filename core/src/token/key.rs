//! Public keys.

use alloc::string::String;
use alloc::vec::Vec;

use super::es256::{Es256Base, Es256Key};
use super::jws::Jws;
use super::{Algorithm, KeyError, Reason, Refusal, SCHEMES, Scheme, base64url, der};
use crate::json::ObjectWriter;
use crate::sha256;

/// A public key of an issuer, for one algorithm.
#[derive(Clone, Debug)]
pub struct PublicKey {
    algorithm: Algorithm,
    bytes: Vec<u8>,
    key_id: Option<String>,
    thumbprint: String,
    issuer: Option<String>,
    engine: Engine,
}

/// What verifies with a key.
#[derive(Clone, Debug)]
enum Engine {
    Es256(Es256Key),
    Scheme(&'static dyn Scheme),
    /// The algorithm was not brought along.
    Missing,
}

impl PublicKey {
    /// The ES256 key with these coordinates, big-endian.
    ///
    /// # Errors
    /// [`KeyError::Invalid`] where the curve has no such point.
    pub fn from_coordinates(x: [u8; 32], y: [u8; 32]) -> Result<Self, KeyError> {
        Self::from_bytes(Algorithm::Es256, [&[4], x.as_slice(), &y].concat())
    }

    /// The key of these bytes, in the form of [`as_bytes`](Self::as_bytes). A
    /// key of an algorithm that is not built in can be named and published; no
    /// signature is its.
    ///
    /// # Errors
    /// [`KeyError::Invalid`] where they are no key of the algorithm.
    pub fn from_bytes(algorithm: Algorithm, bytes: Vec<u8>) -> Result<Self, KeyError> {
        Self::with_schemes(algorithm, bytes, SCHEMES).ok_or(KeyError::Invalid { key_id: None })
    }

    fn with_schemes(algorithm: Algorithm, bytes: Vec<u8>, schemes: &[&'static dyn Scheme]) -> Option<Self> {
        let engine = match find(algorithm, schemes) {
            _ if algorithm == Algorithm::Es256 => Engine::Es256(Es256Key::from_point(&bytes)?),
            Some(scheme) if scheme.is_key(&bytes) => Engine::Scheme(scheme),
            Some(_) => return None,
            None => Engine::Missing,
        };
        let mut json = String::new();
        let mut canonical = ObjectWriter::new(&mut json);
        write_required(algorithm, &bytes, &mut canonical)?;
        canonical.finish();
        Some(Self {
            algorithm,
            bytes,
            key_id: None,
            thumbprint: thumbprint(json.as_bytes()),
            issuer: None,
            engine,
        })
    }

    /// The key as it was read; `None` for a damaged one that could not be used
    /// anyway.
    ///
    /// # Errors
    /// [`KeyError::Invalid`] for any other damaged one.
    pub(super) fn read(
        algorithm: Algorithm,
        bytes: Option<Vec<u8>>,
        key_id: Option<String>,
        schemes: &[&'static dyn Scheme],
    ) -> Result<Option<Self>, KeyError> {
        match bytes.and_then(|bytes| Self::with_schemes(algorithm, bytes, schemes)) {
            Some(key) => Ok(Some(Self { key_id, ..key })),
            None if algorithm == Algorithm::Es256 || find(algorithm, schemes).is_some() => {
                Err(KeyError::Invalid { key_id })
            }
            None => Ok(None),
        }
    }

    /// Binds the key to an issuer.
    pub(super) fn bind_to(&mut self, issuer: &str) {
        self.issuer = Some(issuer.into());
    }

    /// As [`KeySet::prepare`](super::KeySet::prepare); only keys for ES256 can
    /// be prepared.
    pub(super) fn prepare(&mut self, base: &mut Es256Base) {
        if let Engine::Es256(verifier) = &mut self.engine {
            verifier.prepare(base);
        }
    }

    /// The algorithm this key is for; a token that names another is refused.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether there is code to verify with this key.
    #[must_use]
    pub const fn is_usable(&self) -> bool {
        !matches!(self.engine, Engine::Missing)
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

    /// The key as its algorithm writes it: for ES256 the uncompressed point
    /// (SEC 1 section 2.3.3), for RSA an `RSAPublicKey` in DER (RFC 8017
    /// section A.1.1), for EdDSA 32 bytes (RFC 8032 section 5.1.5), for
    /// ML-DSA-44 1312 bytes (FIPS 204 algorithm 22), for ML-DSA-44-ES256
    /// ML-DSA's and then the point.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The key as a JWK (RFC 7517).
    #[must_use]
    pub fn to_jwk(&self) -> String {
        let mut json = String::new();
        let mut jwk = ObjectWriter::new(&mut json);
        // INVARIANT: what has a thumbprint has its members.
        let _ = write_required(self.algorithm, &self.bytes, &mut jwk);
        jwk.string("kid", self.key_id());
        if self.algorithm.key_type() != "AKP" {
            jwk.string("alg", self.algorithm.name());
        }
        jwk.string("use", "sig");
        jwk.finish();
        json
    }

    /// Whether the header names this key's algorithm and the signature is this
    /// key's, with what the keys of its set share. The key decides; the header
    /// may only agree.
    pub(super) fn verify(&self, base: &Es256Base, jws: &Jws<'_>) -> Result<(), Refusal> {
        let name = self.algorithm.name();
        if !self.algorithm.is_named(&jws.algorithm) {
            return Err(Refusal::new(Reason::AlgorithmMismatch).with(&*jws.algorithm).with(name));
        }
        let (message, signature) = (jws.signing_input, jws.signature);
        let accepted = match &self.engine {
            Engine::Es256(verifier) => verifier.accepts(base, message, signature),
            Engine::Scheme(scheme) => scheme.accepts(&self.bytes, message, signature),
            Engine::Missing => {
                return Err(Refusal::new(Reason::AlgorithmUnsupported).with(name));
            }
        };
        if accepted { Ok(()) } else { Err(Refusal::new(Reason::SignatureInvalid)) }
    }
}

fn find(algorithm: Algorithm, schemes: &[&'static dyn Scheme]) -> Option<&'static dyn Scheme> {
    schemes.iter().copied().find(|scheme| scheme.algorithm() == algorithm)
}

/// The members that a JWK of this key must have, in the order of a thumbprint
/// (RFC 7638 section 3.2, RFC 8037 section 2, RFC 9964 section 6): one, then
/// `kty`, then one or two.
fn write_required(algorithm: Algorithm, bytes: &[u8], object: &mut ObjectWriter<'_>) -> Option<()> {
    let kind = algorithm.key_type();
    let exponent;
    let (name, text, last, number, y) = match kind {
        "EC" => {
            let (x, y) = coordinates(bytes)?;
            ("crv", "P-256", "x", x, Some(y))
        }
        "OKP" => ("crv", "Ed25519", "x", bytes, None),
        "RSA" => {
            let (modulus, public_exponent) = der::two_positive(bytes)?;
            exponent = base64url::encode(public_exponent);
            ("e", exponent.as_str(), "n", modulus, None)
        }
        _ => ("alg", algorithm.name(), "pub", bytes, None),
    };
    object.string(name, text);
    object.string("kty", kind);
    object.string(last, &base64url::encode(number));
    if let Some(y) = y {
        object.string("y", &base64url::encode(y));
    }
    Some(())
}

/// The coordinates of an uncompressed point of P-256, 32 bytes each.
fn coordinates(point: &[u8]) -> Option<(&[u8], &[u8])> {
    let (x, y) = point.strip_prefix(&[4])?.split_at_checked(32)?;
    (y.len() == 32).then_some((x, y))
}

/// The SHA-256 thumbprint of a key's required members (RFC 7638 section 3).
pub(super) fn thumbprint(canonical_json: &[u8]) -> String {
    base64url::encode(&thumbprint_digest(canonical_json))
}

/// The digest that a thumbprint is: of a key's required members as JSON, in
/// their order and without space (RFC 7638 section 3).
#[must_use]
pub fn thumbprint_digest(canonical_json: &[u8]) -> [u8; 32] {
    sha256::digest(canonical_json)
}
