//! Keys in AWS KMS.

use aws_lc_rs::digest::{SHA256, SHA384, digest};
use aws_lc_rs::rsa::PublicKey as RsaDer;
use aws_sdk_kms::config::{Builder, Region};
use aws_sdk_kms::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{KeySpec, KeyState, KeyUsageType, MessageType, SigningAlgorithmSpec};
use licentia_core::arn::AccountId;
use licentia_core::token::{Algorithm, PublicKey, es256_signature_from_der};

use super::{SignError, Unfitness};
use crate::store::Unavailable;

/// What comes before the 65 bytes of an uncompressed point in the DER of a
/// P-256 public key (RFC 5480 section 2).
const P256_HEAD: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// The longest message that KMS takes to sign.
const MAX_MESSAGE_BYTES: usize = 4096;

/// How AWS says that credentials are not good for the Region: a Region that was
/// never enabled for an account knows none of its keys.
const CREDENTIALS_REFUSED: [&str; 7] = [
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "OptInRequired",
    "UnrecognizedClientException",
];

/// The ARN of a KMS key or alias.
pub(super) struct KmsArn<'a> {
    text: &'a str,
    region: &'a str,
    account: &'a str,
}

/// A key that fits.
pub(super) struct KmsKey {
    /// Of the key itself, even where an alias was asked for.
    pub(super) arn: String,
    pub(super) public: PublicKey,
}

impl<'a> KmsArn<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let [_, _, "kms", region, account, resource] = parts.as_slice() else { return None };
        let id = resource.strip_prefix("key/").or_else(|| resource.strip_prefix("alias/"))?;
        let is_arn = text.starts_with("arn:aws") && text.len() <= 512 && is_region(region) && !id.is_empty();
        is_arn.then_some(Self { text, region, account })
    }

    /// KMS answers in the key's Region only.
    fn config(&self) -> Builder {
        Builder::new().region(Region::new(self.region.to_owned()))
    }

    fn unfit(&self, why: Unfitness) -> SignError {
        SignError::Unfit { sign_key: self.text.to_owned(), why }
    }
}

/// The key behind the ARN, if it can sign for the account (L-6).
pub(super) async fn describe(
    client: &aws_sdk_kms::Client,
    account: &AccountId,
    arn: &KmsArn<'_>,
) -> Result<KmsKey, SignError> {
    if arn.account != account.as_str() {
        return Err(arn.unfit(Unfitness::OtherAccount));
    }
    let described = client.describe_key().key_id(arn.text).customize().config_override(arn.config()).send();
    let described = described.await.map_err(|error| failure(arn, error))?;
    let metadata = described.key_metadata.ok_or_else(|| unavailable("KMS described no key"))?;
    let spec = metadata.key_spec.unwrap_or(KeySpec::SymmetricDefault);
    let state = metadata.key_state.unwrap_or(KeyState::Unavailable);
    let usage = metadata.key_usage.unwrap_or(KeyUsageType::EncryptDecrypt);
    if state != KeyState::Enabled || usage != KeyUsageType::SignVerify || algorithm_of(&spec).is_none() {
        let kind = format!("{} {} {}", state.as_str(), usage.as_str(), spec.as_str());
        return Err(arn.unfit(Unfitness::OtherKind(kind)));
    }
    let key_arn = metadata.arn.ok_or_else(|| unavailable("KMS described a key without ARN"))?;
    let answer = client.get_public_key().key_id(&key_arn).customize().config_override(arn.config()).send();
    let answer = answer.await.map_err(|error| failure(arn, error))?;
    let der = answer.public_key.map(Blob::into_inner).unwrap_or_default();
    let public =
        read_public(&spec, &der).ok_or_else(|| unavailable("KMS gave a public key of no known form"))?;
    Ok(KmsKey { arn: key_arn, public })
}

/// Signs with the key of this ARN.
pub(super) async fn sign(
    client: &aws_sdk_kms::Client,
    arn: &str,
    algorithm: Algorithm,
    signing_input: &str,
) -> Result<Vec<u8>, SignError> {
    let arn = KmsArn::parse(arn).ok_or_else(|| unavailable("a stored KMS key has no ARN"))?;
    let (spec, digest_of) = if algorithm == Algorithm::Es256 {
        (SigningAlgorithmSpec::EcdsaSha256, &SHA256)
    } else {
        // INVARIANT: `algorithm_of` lets no other key in.
        (SigningAlgorithmSpec::RsassaPssSha384, &SHA384)
    };
    // Some that stand in for KMS know no digests, so it gets one only where it
    // would not take the message.
    let (message_type, message) = if signing_input.len() <= MAX_MESSAGE_BYTES {
        (MessageType::Raw, Blob::new(signing_input))
    } else {
        (MessageType::Digest, Blob::new(digest(digest_of, signing_input.as_bytes()).as_ref()))
    };
    let answer = client
        .sign()
        .key_id(arn.text)
        .message_type(message_type)
        .message(message)
        .signing_algorithm(spec)
        .customize()
        .config_override(arn.config())
        .send()
        .await
        .map_err(|error| unavailable(&format!("KMS did not sign: {}", DisplayErrorContext(error))))?;
    let signature = answer.signature.map(Blob::into_inner).unwrap_or_default();
    if algorithm != Algorithm::Es256 {
        return Ok(signature);
    }
    es256_signature_from_der(&signature)
        .map(|signature| signature.to_vec())
        .map_err(|error| unavailable(&format!("KMS: {error}")))
}

const fn algorithm_of(spec: &KeySpec) -> Option<Algorithm> {
    match spec {
        KeySpec::EccNistP256 => Some(Algorithm::Es256),
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => Some(Algorithm::Ps384),
        _ => None,
    }
}

/// Reads a SubjectPublicKeyInfo (RFC 5280 section 4.1).
fn read_public(spec: &KeySpec, der: &[u8]) -> Option<PublicKey> {
    let algorithm = algorithm_of(spec)?;
    let key = match algorithm {
        Algorithm::Es256 => der.strip_prefix(&P256_HEAD)?.to_vec(),
        _ => RsaDer::from_der(der).ok()?.as_ref().to_vec(),
    };
    PublicKey::from_bytes(algorithm, key).ok()
}

/// It becomes part of the name of a host.
fn is_region(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// The caller's fault if KMS says so, or cannot be asked where the ARN says.
fn failure<E, R>(arn: &KmsArn<'_>, error: SdkError<E, R>) -> SignError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    if is_unreachable(&error) {
        tracing::warn!(sign_key = arn.text, error = %DisplayErrorContext(&error), "KMS cannot be asked");
        return arn.unfit(Unfitness::Unreachable { region: arn.region.to_owned() });
    }
    match error.code() {
        Some("NotFoundException") => arn.unfit(Unfitness::Unknown),
        Some("InvalidArnException" | "ValidationException") => arn.unfit(Unfitness::NotAName),
        Some("AccessDeniedException") => arn.unfit(Unfitness::Denied),
        Some("DisabledException") => arn.unfit(Unfitness::OtherKind("Disabled".to_owned())),
        _ => unavailable(&format!("KMS did not describe `{}`: {}", arn.text, DisplayErrorContext(error))),
    }
}

/// Whether the request did not get to KMS in time, or not past the check of who
/// asks. The client fails so without credentials too.
fn is_unreachable<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    match error {
        SdkError::ConstructionFailure(_) | SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => true,
        _ => error.code().is_some_and(|code| CREDENTIALS_REFUSED.contains(&code)),
    }
}

fn unavailable(what: &str) -> SignError {
    SignError::Unavailable(Unavailable(what.to_owned()))
}

#[cfg(test)]
mod tests {
    use aws_sdk_kms::error::ErrorMetadata;

    use super::*;

    const ARN: &str = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd";

    fn failed(error: SdkError<ErrorMetadata, ()>) -> SignError {
        failure(&KmsArn::parse(ARN).unwrap(), error)
    }

    fn answered(code: &str) -> SignError {
        failed(SdkError::service_error(ErrorMetadata::builder().code(code).build(), ()))
    }

    #[test]
    fn a_kms_that_cannot_be_asked_makes_the_sign_key_unfit() {
        let unreachable = SignError::Unfit {
            sign_key: ARN.to_owned(),
            why: Unfitness::Unreachable { region: "eu-west-1".to_owned() },
        };
        assert_eq!(failed(SdkError::construction_failure("no endpoint")), unreachable);
        assert_eq!(failed(SdkError::timeout_error("no answer")), unreachable);
        for code in CREDENTIALS_REFUSED {
            assert_eq!(answered(code), unreachable, "{code}");
        }
    }

    #[test]
    fn a_kms_that_fails_is_no_fault_of_the_caller() {
        for code in ["KMSInternalException", "DependencyTimeoutException", "ThrottlingException"] {
            assert!(matches!(answered(code), SignError::Unavailable(_)), "{code}");
        }
        assert!(matches!(failed(SdkError::response_error("garbled", ())), SignError::Unavailable(_)));
    }

    #[test]
    fn a_region_is_lower_case_letters_digits_and_hyphens() {
        for region in ["us-east-1", "us-gov-west-1", "nowhere9"] {
            assert!(KmsArn::parse(&ARN.replace("eu-west-1", region)).is_some(), "{region}");
        }
        for region in ["", "EU-WEST-1", "eu west 1", "eu.west", "x/y", "host@", "é"] {
            assert!(KmsArn::parse(&ARN.replace("eu-west-1", region)).is_none(), "{region}");
        }
    }
}
