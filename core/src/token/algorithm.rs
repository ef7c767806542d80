//! The signature algorithms, a row each.

use core::fmt;

macro_rules! algorithms {
    ($($(#[$doc:meta])+ $variant:ident $name:literal)+) => {
        /// A signature algorithm of RFC 7518.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Algorithm {
            $($(#[$doc])+ $variant,)+
        }

        impl Algorithm {
            /// Every algorithm.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name in a token's header (RFC 7518 section 3.1).
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
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
    /// ECDSA with P-256 and SHA-256 (RFC 7518 section 3.4): what a verifier
    /// of this crate accepts.
    Es256 "ES256"
    /// RSASSA-PSS with SHA-384 (RFC 7518 section 3.5): signed outside of this
    /// crate, with an RSA key of at least 2048 bits.
    Ps384 "PS384"
}

impl Algorithm {
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
