//! Why something is not signed.

use std::fmt;

use licentia_core::token::{Algorithm, MAX_KEYS};

use crate::secret::NoEntropy;
use crate::store::{CommitError, Unavailable};

/// Why a key cannot be used, or a token was not signed.
#[derive(Clone, Debug, PartialEq)]
pub enum SignError {
    /// The `SignKey` is none that can sign for this account (L-6).
    Unfit {
        /// The key as the request names it.
        sign_key: String,
        /// What is wrong with it.
        why: Unfitness,
    },
    /// The key is for another algorithm (B-4).
    WrongAlgorithm {
        /// What was asked for.
        asked: Algorithm,
        /// What the key is for.
        supported: Algorithm,
    },
    /// The account has as many keys as a key set may hold.
    TooManyKeys,
    /// The store, KMS or the system did not do it. For the log.
    Unavailable(Unavailable),
}

/// What is wrong with a `SignKey`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfitness {
    /// Neither the ARN of a KMS key or alias nor the id of a local key.
    NotAName,
    /// The ARN names another account.
    OtherAccount,
    /// There is no such key.
    Unknown,
    /// KMS does not let the service use it.
    Denied,
    /// KMS cannot be asked about it; why is in the log.
    Unreachable {
        /// The Region in the ARN.
        region: String,
    },
    /// The key in KMS is of another kind, or not enabled; how KMS calls it.
    OtherKind(String),
}

impl SignError {
    /// What the log needs and the client may not see.
    #[must_use]
    pub fn log_detail(&self) -> Option<&str> {
        match self {
            Self::Unavailable(unavailable) => Some(&unavailable.0),
            Self::Unfit { .. } | Self::WrongAlgorithm { .. } | Self::TooManyKeys => None,
        }
    }
}

impl fmt::Display for SignError {
    /// What the client may see.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unfit { sign_key, why } => write!(f, "sign key `{sign_key}` {why}"),
            Self::WrongAlgorithm { asked, supported } => write!(
                f,
                "the license's key does not sign {asked}; expected DigitalSignatureMethod `{}`",
                supported.digital_signature_method()
            ),
            Self::TooManyKeys => {
                write!(f, "the account has {MAX_KEYS} signing keys already, the most it may")
            }
            Self::Unavailable(_) => f.write_str("the signing key could not be used; try again"),
        }
    }
}

impl fmt::Display for Unfitness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAName => f.write_str(
                "is no key: expected the ARN of a KMS key or alias, \
                 or the id of a key made by `licentia keys create`",
            ),
            Self::OtherAccount => {
                f.write_str("belongs to another account; use a key of the license's issuer")
            }
            Self::Unknown => f.write_str("does not exist; see `licentia keys list`, or the keys in KMS"),
            Self::Denied => f.write_str(
                "may not be used: the key's policy must allow the service \
                 kms:DescribeKey, kms:GetPublicKey and kms:Sign",
            ),
            Self::Unreachable { region } => write!(
                f,
                "cannot be checked: KMS in Region `{region}` cannot be reached or refuses the service's \
                 credentials; check the Region in the ARN, and that the service has AWS credentials for \
                 that Region and a network path to it"
            ),
            Self::OtherKind(kind) => write!(
                f,
                "does not fit: it is {kind}; expected an enabled asymmetric key with usage SIGN_VERIFY \
                 of spec ECC_NIST_P256, or RSA_2048, RSA_3072 or RSA_4096"
            ),
        }
    }
}

impl std::error::Error for SignError {}

impl From<Unavailable> for SignError {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

impl From<NoEntropy> for SignError {
    fn from(error: NoEntropy) -> Self {
        Self::Unavailable(Unavailable(error.to_string()))
    }
}

impl From<CommitError> for SignError {
    fn from(error: CommitError) -> Self {
        Self::Unavailable(match error {
            CommitError::Unavailable(error) | CommitError::Unknown(error) => error,
            CommitError::Busy => Unavailable("the store is busy".into()),
            CommitError::Refused { write, .. } => Unavailable(format!("the store refused write {write}")),
        })
    }
}
