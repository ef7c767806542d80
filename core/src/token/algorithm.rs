//! The signature algorithms, a row each.

use core::fmt;

macro_rules! algorithms {
    ($($(#[$doc:meta])+ $variant:ident $name:literal $kind:literal)+) => {
        /// A signature algorithm.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Algorithm {
            $($(#[$doc])+ $variant,)+
        }

        impl Algorithm {
            /// Every algorithm.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name in a token's header (RFC 7515 section 4.1.1).
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The `kty` of its keys (RFC 7517 section 4.1).
            #[must_use]
            pub const fn key_type(self) -> &'static str {
                match self { $(Self::$variant => $kind),+ }
            }

            /// The name as the API's `DigitalSignatureMethod` (B-4).
            #[must_use]
            pub const fn digital_signature_method(self) -> &'static str {
                match self { $(Self::$variant => concat!("JWT_", $name)),+ }
            }
        }
    };
}

algorithms! {
    /// ECDSA with P-256 and SHA-256 (RFC 7518 section 3.4): what every
    /// verifier accepts.
    Es256 "ES256" "EC"
    /// RSASSA-PSS with SHA-384 (RFC 7518 section 3.5): what AWS License
    /// Manager signs with.
    Ps384 "PS384" "RSA"
    /// RSASSA-PSS with SHA-256 (RFC 7518 section 3.5).
    Ps256 "PS256" "RSA"
    /// EdDSA with Ed25519 (RFC 8037 section 3.1), which RFC 9864 calls
    /// `Ed25519`.
    EdDsa "EdDSA" "OKP"
    /// ML-DSA-44 (FIPS 204, RFC 9964).
    MlDsa44 "ML-DSA-44" "AKP"
    /// ML-DSA-44 and ES256, of which both must be right: safe as long as one
    /// of them is (draft-ietf-jose-pq-composite-sigs).
    MlDsa44Es256 "ML-DSA-44-ES256" "AKP"
}

impl Algorithm {
    /// Whether a header's or a key's `alg` means this algorithm.
    #[must_use]
    pub fn is_named(self, name: &str) -> bool {
        name == self.name() || self == Self::EdDsa && name == "Ed25519"
    }

    /// The algorithm that `DigitalSignatureMethod` names, if there is one.
    #[must_use]
    pub fn from_digital_signature_method(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.digital_signature_method() == text)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
