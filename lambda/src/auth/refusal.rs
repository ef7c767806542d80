//! Why a request has no caller.

use std::fmt;

use licentia_core::time::Timestamp;
use licentia_core::token::OpenIdRefusal;

use super::claim::SKEW_MINUTES;

/// Why a request has no caller. The text of each says what to do about it, and
/// never holds what the signature should have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not signed at all.
    Unsigned,
    /// It is signed, but what belongs to a signature is missing or malformed.
    Incomplete(&'static str),
    /// The access key does not exist, is deactivated or deleted.
    UnknownKey,
    /// It carries a session token, and no such token was ever issued here
    /// with this access key.
    UnknownSession,
    /// Its temporary credentials are over.
    SessionExpired {
        /// Since when.
        at: Timestamp,
    },
    /// It carries an access token that is no good.
    Token(OpenIdRefusal),
    /// It is signed for another Region.
    OtherRegion {
        /// The Region signed for.
        signed: String,
        /// The Region of this server.
        expected: String,
    },
    /// It is signed for another service.
    OtherService {
        /// The signing name signed for.
        signed: String,
        /// The signing name of the service that was called.
        expected: &'static str,
    },
    /// The day in the credential scope is not the day of the signature.
    OtherDay,
    /// This header must be among the signed ones.
    NotSigned(&'static str),
    /// It was signed too long ago, or the caller's clock is slow.
    Expired {
        /// When it was signed, or how long a presigned one was valid.
        until: Timestamp,
        /// The server's time.
        now: Timestamp,
    },
    /// It was signed in the future: the caller's clock is fast.
    NotYetCurrent {
        /// When it was signed.
        signed: Timestamp,
        /// The server's time.
        now: Timestamp,
    },
    /// `x-amz-content-sha256` is not the hash of the body.
    OtherBody,
    /// The signature is not the one that this secret gives for this request.
    WrongSignature,
}

/// Where a row of the error tables is read.
struct Row {
    json: &'static str,
    query: &'static str,
}

const UNSIGNED: Row =
    Row { json: "MissingAuthenticationTokenException", query: "MissingAuthenticationToken" };
const INCOMPLETE: Row = Row { json: "IncompleteSignatureException", query: "IncompleteSignature" };
const UNKNOWN: Row = Row { json: "UnrecognizedClientException", query: "InvalidClientTokenId" };
const EXPIRED: Row = Row { json: "ExpiredTokenException", query: "ExpiredToken" };
const INVALID: Row = Row { json: "InvalidSignatureException", query: "SignatureDoesNotMatch" };

impl Refusal {
    /// The name of the error on the wire of the JSON services (errors.md 7).
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.row().json
    }

    /// The name of the error on the wire of the query services, as STS.
    #[must_use]
    pub const fn query_code(&self) -> &'static str {
        self.row().query
    }

    const fn row(&self) -> &'static Row {
        match self {
            Self::Unsigned => &UNSIGNED,
            Self::Incomplete(_) => &INCOMPLETE,
            Self::SessionExpired { .. } | Self::Token(OpenIdRefusal::Expired { .. }) => &EXPIRED,
            Self::UnknownKey | Self::UnknownSession | Self::Token(_) => &UNKNOWN,
            Self::OtherRegion { .. }
            | Self::OtherService { .. }
            | Self::OtherDay
            | Self::NotSigned(_)
            | Self::Expired { .. }
            | Self::NotYetCurrent { .. }
            | Self::OtherBody
            | Self::WrongSignature => &INVALID,
        }
    }
}

impl fmt::Display for Refusal {
    /// Clients recognise a wrong clock by how AWS begins these two sentences.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned => f.write_str(
                "the request is not signed: sign it with AWS Signature Version 4 and an access key",
            ),
            Self::Incomplete(what) => f.write_str(what),
            Self::UnknownKey => f.write_str(
                "The security token included in the request is invalid: \
                 the access key does not exist or is not active; check AWS_ACCESS_KEY_ID or AWS_PROFILE",
            ),
            Self::UnknownSession => f.write_str(
                "The security token included in the request is invalid: \
                 it was not issued here with this access key, or was changed since; \
                 unset AWS_SESSION_TOKEN to use an access key, or get new temporary credentials",
            ),
            Self::SessionExpired { at } => write!(
                f,
                "The security token included in the request is expired: its credentials were good until {at}; \
                 get new ones with AssumeRoleWithWebIdentity"
            ),
            Self::Token(refusal @ OpenIdRefusal::Expired { .. }) => {
                write!(f, "{refusal}: GetAccessToken exchanges the refresh token for a new one")
            }
            Self::Token(refusal) => refusal.fmt(f),
            Self::OtherRegion { signed, expected } => write!(
                f,
                "Credential should be scoped to a valid region: \
                 signed for `{signed}`, expected `{expected}`; set AWS_REGION={expected}"
            ),
            Self::OtherService { signed, expected } => write!(
                f,
                "Credential should be scoped to correct service: \
                 signed for `{signed}`, expected `{expected}`"
            ),
            Self::OtherDay => f.write_str(
                "the day in the credential scope is not the day of the signature; both must be UTC",
            ),
            Self::NotSigned(header) => write!(f, "the header `{header}` must be among the SignedHeaders"),
            Self::Expired { until, now } => write!(
                f,
                "Signature expired: {} is now earlier than {} ({} - {SKEW_MINUTES} min.); \
                 check the clock of the caller, and sign each request anew",
                Compact(*until),
                Compact(minutes_before(*now)),
                Compact(*now)
            ),
            Self::NotYetCurrent { signed, now } => write!(
                f,
                "Signature not yet current: {} is still later than {} ({} + {SKEW_MINUTES} min.); \
                 check the clock of the caller",
                Compact(*signed),
                Compact(now.plus_minutes(SKEW_MINUTES)),
                Compact(*now)
            ),
            Self::OtherBody => f.write_str(
                "x-amz-content-sha256 is not the SHA-256 of the body in lower-case hex; \
                 the body was changed on its way, or hashed wrongly",
            ),
            Self::WrongSignature => f.write_str(
                "The request signature we calculated does not match the signature you provided. \
                 Check your AWS Secret Access Key and signing method, \
                 and that nothing between changes the path, the Host header or the body",
            ),
        }
    }
}

impl std::error::Error for Refusal {}

fn minutes_before(now: Timestamp) -> Timestamp {
    Timestamp::from_unix(now.unix().saturating_sub(u64::from(SKEW_MINUTES) * 60)).unwrap_or(now)
}

/// `YYYYMMDDThhmmssZ`, as `x-amz-date` has it.
struct Compact(Timestamp);

impl fmt::Display for Compact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_string().replace(['-', ':'], ""))
    }
}
