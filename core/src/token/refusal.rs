//! Why a token is refused.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::evidence::message;
use super::{Evidence, Found};

macro_rules! reasons {
    ($($(#[$doc:meta])+ $variant:ident $code:literal [$($evidence:literal),*])+) => {
        /// Why a token is refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$doc])+ $variant,)+
        }

        impl Reason {
            /// The code; never changes, unlike the message.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// What each piece of its evidence is called.
            const fn evidence(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($evidence),*]),+ }
            }
        }
    };
}

reasons! {
    /// Longer than [`MAX_TOKEN_BYTES`](super::MAX_TOKEN_BYTES), or its header
    /// longer than [`MAX_HEADER_BYTES`](super::MAX_HEADER_BYTES): `bytes`,
    /// `limit`.
    TokenTooLarge "TOKEN_TOO_LARGE" ["bytes", "limit"]
    /// Not a compact JWS (RFC 7515 section 7.1): `part`, which is `token` where
    /// there are not three, `header`, `payload` or `signature`.
    TokenMalformed "TOKEN_MALFORMED" ["part"]
    /// The header demands extensions (`crit`, RFC 7515 section 4.1.11); there
    /// are none.
    CriticalHeader "CRITICAL_HEADER" []
    /// No key has the token's `kid` as its `kid` or thumbprint: `keyId`.
    KeyUnknown "KEY_UNKNOWN" ["keyId"]
    /// The header names another algorithm than the key's: `tokenAlgorithm`,
    /// `keyAlgorithm`.
    AlgorithmMismatch "ALGORITHM_MISMATCH" ["tokenAlgorithm", "keyAlgorithm"]
    /// The token's key is for an algorithm that this verifier was made
    /// without: `algorithm`.
    AlgorithmUnsupported "ALGORITHM_UNSUPPORTED" ["algorithm"]
    /// The key did not sign this.
    SignatureInvalid "SIGNATURE_INVALID" []
    /// Signed, but not the claims of a license: `claim`, the one that is
    /// missing or of another type or range; none where the payload is no JSON
    /// object or holds a name twice.
    ClaimsMalformed "CLAIMS_MALFORMED" ["claim"]
    /// The token is of another issuer, or of none, than its key is bound to or
    /// the caller expects: `expectedIssuer`, `issuer`.
    IssuerMismatch "ISSUER_MISMATCH" ["expectedIssuer", "issuer"]
    /// The token is for none of the audiences expected: `expectedAudience`,
    /// `audience`.
    AudienceMismatch "AUDIENCE_MISMATCH" ["expectedAudience", "audience"]
    /// The token is for another product: `expectedProduct`, `audience`.
    ProductMismatch "PRODUCT_MISMATCH" ["expectedProduct", "audience"]
    /// The token is of another license: `expectedLicenseArn`, `licenseArn`.
    LicenseMismatch "LICENSE_MISMATCH" ["expectedLicenseArn", "licenseArn"]
    /// The time is long before one that has passed: `seen`, `now`.
    ClockSetBack "CLOCK_SET_BACK" ["seen", "now"]
    /// The token starts in the future: `validFrom`, `now`.
    NotYetValid "NOT_YET_VALID" ["validFrom", "now"]
    /// The token has ended: `expiredAt`, `now`.
    Expired "EXPIRED" ["expiredAt", "now"]
    /// The token is locked to another node, or to none (K-5):
    /// `expectedNodeId`, `nodeId`.
    NodeMismatch "NODE_MISMATCH" ["expectedNodeId", "nodeId"]
}

/// A token is refused: why, and the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    reason: Reason,
    evidence: Vec<Evidence>,
}

impl Refusal {
    pub(super) const fn new(reason: Reason) -> Self {
        Self { reason, evidence: Vec::new() }
    }

    /// With the next piece of the evidence that its [`Reason`] names.
    pub(super) fn with(mut self, piece: impl Into<Evidence>) -> Self {
        self.evidence.push(piece.into());
        self
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// The kind of refusal; never changes, unlike the message.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// What was found, each piece under the name that its [`Reason`] lists.
    #[must_use]
    pub fn evidence(&self) -> Found {
        self.reason.evidence().iter().copied().zip(self.evidence.iter().cloned()).collect()
    }

    /// What was wrong and what to do next, on one line; for people.
    #[must_use]
    pub fn message(&self) -> String {
        message(self.code(), &self.evidence())
    }
}

impl fmt::Display for Refusal {
    /// As [`message`](Self::message).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for Refusal {}
