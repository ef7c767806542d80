//! What a signed request claims: which key signed it, when, for what.

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use licentia_core::time::Timestamp;

use super::Refusal;

/// Minutes by which the clocks of caller and server may differ.
pub(super) const SKEW_MINUTES: u32 = 5;
/// The scheme of the header and the algorithm of the query.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// A presigned request is valid for a week at most.
const MAX_EXPIRES_SECONDS: u64 = 604_800;
const MALFORMED: Refusal = Refusal::Incomplete(
    "expected `Authorization: AWS4-HMAC-SHA256 Credential=<access key>/<YYYYMMDD>/<region>/<service>\
     /aws4_request, SignedHeaders=<names>, Signature=<64 hex digits>`",
);
const MALFORMED_QUERY: Refusal = Refusal::Incomplete(
    "expected in the query, each once: X-Amz-Algorithm=AWS4-HMAC-SHA256, X-Amz-Credential, X-Amz-Date, \
     X-Amz-Expires (1 to 604800 seconds), X-Amz-SignedHeaders and X-Amz-Signature (64 hex digits)",
);
const NO_DATE: Refusal =
    Refusal::Incomplete("expected one header `x-amz-date` of the form YYYYMMDDThhmmssZ, in UTC");

const TWO_SESSIONS: Refusal = Refusal::Incomplete("expected one header `x-amz-security-token`, of ASCII");
/// The header of a session token.
const SESSION_TOKEN: &str = "x-amz-security-token";

/// The request as it came in.
#[derive(Clone, Copy, Debug)]
pub struct SignedRequest<'a> {
    /// The method, in upper case.
    pub method: &'a str,
    /// The path and the query, percent-encoded as they came.
    pub uri: &'a str,
    /// All headers, `host` as the client sent it.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
}

/// A service as signatures see it.
#[derive(Debug, PartialEq, Eq)]
pub struct Service {
    /// The name in the credential scope.
    pub signing_name: &'static str,
    /// The headers that decide what is done, so that a signature over less is
    /// none. `host` and the date are demanded of every service.
    pub signed_headers: &'static [&'static str],
    /// Whether an access token serves in place of a signature.
    pub takes_access_tokens: bool,
}

impl Service {
    /// AWS License Manager: the operation is named in `x-amz-target`.
    pub const LICENSE_MANAGER: Self = Self {
        signing_name: "license-manager",
        signed_headers: &["x-amz-target"],
        takes_access_tokens: true,
    };
    /// AWS CloudTrail: the operation is named in `x-amz-target`.
    pub const CLOUDTRAIL: Self =
        Self { signing_name: "cloudtrail", signed_headers: &["x-amz-target"], takes_access_tokens: false };
    /// AWS STS: the operation is named in the query or the body.
    pub const STS: Self = Self { signing_name: "sts", signed_headers: &[], takes_access_tokens: false };
}

/// What a signed request claims, not yet verified.
#[derive(Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    access_key_id: String,
    pub(super) session_token: Option<String>,
    pub(super) region: &'a str,
    pub(super) service: &'static str,
    pub(super) signed_headers: String,
    pub(super) signature: String,
    pub(super) signed_at: Timestamp,
    pub(super) place: Place,
}

/// Where the signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Header,
    Query { expires_seconds: u64 },
}

/// The members of a signature, wherever it stands.
struct Raw<'a> {
    credential: Cow<'a, str>,
    signed_headers: Cow<'a, str>,
    signature: Cow<'a, str>,
    signed_at: Timestamp,
    place: Place,
    session_token: Option<Cow<'a, str>>,
}

impl<'a> Claim<'a> {
    /// Reads the claim out of the request and checks all that needs no secret:
    /// its form, its scope, its age, and that it covers what it must.
    ///
    /// # Errors
    /// A [`Refusal`]; never [`Refusal::UnknownKey`], [`Refusal::OtherBody`] or
    /// [`Refusal::WrongSignature`].
    pub fn read(
        request: &SignedRequest<'_>,
        region: &'a str,
        service: &Service,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let query = auth_query(request.uri)?;
        let mut authorizations = request.headers.get_all(AUTHORIZATION).iter();
        let raw = match (authorizations.next(), query.is_empty()) {
            (None, true) => return Err(Refusal::Unsigned),
            (Some(value), true) if authorizations.next().is_none() => {
                Raw::from_header(value.to_str().map_err(|_| MALFORMED)?, request.headers)?
            }
            (None, false) => Raw::from_query(query)?,
            _ => return Err(Refusal::Incomplete("expected one signature, in the header or in the query")),
        };
        if raw.signature.len() != 64 || !raw.signature.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        {
            return Err(raw.malformed());
        }
        let scope: Vec<&str> = raw.credential.split('/').collect();
        let [access_key_id, day, signed_region, signed_service, "aws4_request"] = scope.as_slice() else {
            return Err(raw.malformed());
        };
        if *signed_region != region {
            let signed = (*signed_region).to_owned();
            return Err(Refusal::OtherRegion { signed, expected: region.to_owned() });
        }
        if *signed_service != service.signing_name {
            let signed = (*signed_service).to_owned();
            return Err(Refusal::OtherService { signed, expected: service.signing_name });
        }
        if raw.signed_at.to_string().replace('-', "").get(..8) != Some(*day) {
            return Err(Refusal::OtherDay);
        }
        raw.check_age(now)?;
        raw.check_cover(service)?;
        Ok(Self {
            access_key_id: (*access_key_id).to_owned(),
            session_token: raw.session_token.map(Cow::into_owned),
            region,
            service: service.signing_name,
            signed_headers: raw.signed_headers.into_owned(),
            signature: raw.signature.into_owned(),
            signed_at: raw.signed_at,
            place: raw.place,
        })
    }

    /// The access key whose secret is to verify the request.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The session token that was sent along: the access key is a temporary
    /// one.
    #[must_use]
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }
}

/// The access key that a request names, proven or not, and the session token
/// that goes with it.
#[must_use]
pub fn claimed_access_key<'a>(request: &SignedRequest<'a>) -> Option<(String, Option<Cow<'a, str>>)> {
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    let in_header = header("authorization").and_then(|value| Some(value.split_once("Credential=")?.1));
    let (credential, session_token) = match in_header {
        Some(credential) => (Cow::Borrowed(credential), header(SESSION_TOKEN).map(Cow::Borrowed)),
        None => {
            let mut query = auth_query(request.uri).ok()?;
            (query.remove("X-Amz-Credential")?, query.remove("X-Amz-Security-Token"))
        }
    };
    Some((credential.split('/').next()?.to_owned(), session_token))
}

impl<'a> Raw<'a> {
    fn from_header(value: &'a str, headers: &'a HeaderMap) -> Result<Self, Refusal> {
        let members =
            value.strip_prefix(ALGORITHM).and_then(|rest| rest.strip_prefix(' ')).ok_or(MALFORMED)?;
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        for member in members.split(',') {
            let (name, value) = member.trim().split_once('=').ok_or(MALFORMED)?;
            let place = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => return Err(MALFORMED),
            };
            if place.replace(Cow::Borrowed(value)).is_some() {
                return Err(MALFORMED);
            }
        }
        let date = only(headers, "x-amz-date", NO_DATE)?.ok_or(NO_DATE)?;
        Ok(Self {
            credential: credential.ok_or(MALFORMED)?,
            signed_headers: signed_headers.ok_or(MALFORMED)?,
            signature: signature.ok_or(MALFORMED)?,
            signed_at: read_compact(date).ok_or(NO_DATE)?,
            place: Place::Header,
            session_token: only(headers, SESSION_TOKEN, TWO_SESSIONS)?.map(Cow::Borrowed),
        })
    }

    fn from_query(mut query: BTreeMap<Cow<'a, str>, Cow<'a, str>>) -> Result<Self, Refusal> {
        let mut take = |name: &str| query.remove(name).ok_or(MALFORMED_QUERY);
        if take("X-Amz-Algorithm")? != ALGORITHM {
            return Err(MALFORMED_QUERY);
        }
        let expires_seconds = take("X-Amz-Expires")?
            .parse()
            .ok()
            .filter(|seconds| (1..=MAX_EXPIRES_SECONDS).contains(seconds))
            .ok_or(MALFORMED_QUERY)?;
        Ok(Self {
            credential: take("X-Amz-Credential")?,
            signed_headers: take("X-Amz-SignedHeaders")?,
            signature: take("X-Amz-Signature")?,
            signed_at: read_compact(&take("X-Amz-Date")?).ok_or(MALFORMED_QUERY)?,
            place: Place::Query { expires_seconds },
            session_token: query.remove("X-Amz-Security-Token"),
        })
    }

    const fn malformed(&self) -> Refusal {
        match self.place {
            Place::Header => MALFORMED,
            Place::Query { .. } => MALFORMED_QUERY,
        }
    }

    /// A signature in the header is good for the skew of the clocks, one in
    /// the query for as long as it says.
    fn check_age(&self, now: Timestamp) -> Result<(), Refusal> {
        let signed = self.signed_at;
        if signed > now.plus_minutes(SKEW_MINUTES) {
            return Err(Refusal::NotYetCurrent { signed, now });
        }
        let until = match self.place {
            Place::Header => signed,
            Place::Query { expires_seconds } => {
                Timestamp::from_unix(signed.unix() + expires_seconds).unwrap_or(Timestamp::MAX)
            }
        };
        if until.plus_minutes(SKEW_MINUTES) < now {
            return Err(Refusal::Expired { until, now });
        }
        Ok(())
    }

    fn check_cover(&self, service: &Service) -> Result<(), Refusal> {
        // In the query, these two are part of what is signed in any case.
        let of_signature: &[&str] = match (self.place, &self.session_token) {
            (Place::Query { .. }, _) => &[],
            (Place::Header, None) => &["x-amz-date"],
            (Place::Header, Some(_)) => &["x-amz-date", SESSION_TOKEN],
        };
        let mut demanded = ["host"].iter().chain(of_signature).chain(service.signed_headers);
        match demanded.find(|demanded| self.signed_headers.split(';').all(|signed| signed != **demanded)) {
            Some(missing) => Err(Refusal::NotSigned(missing)),
            None => Ok(()),
        }
    }
}

/// The header's value, if it is there; it must not be there twice.
fn only<'a>(headers: &'a HeaderMap, name: &str, otherwise: Refusal) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| otherwise),
        (Some(_), Some(_)) => Err(otherwise),
    }
}

/// Whether a query parameter belongs to a presigned request's signature.
pub(super) fn is_of_signature(name: &str) -> bool {
    matches!(
        name,
        "X-Amz-Algorithm"
            | "X-Amz-Credential"
            | "X-Amz-Date"
            | "X-Amz-Expires"
            | "X-Amz-Security-Token"
            | "X-Amz-Signature"
            | "X-Amz-SignedHeaders"
    )
}

fn auth_query(uri: &str) -> Result<BTreeMap<Cow<'_, str>, Cow<'_, str>>, Refusal> {
    let query = uri.split_once('?').map_or("", |(_, query)| query);
    let mut found = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if is_of_signature(&name) && found.insert(name, value).is_some() {
            return Err(MALFORMED_QUERY);
        }
    }
    Ok(found)
}

/// Reads `YYYYMMDDThhmmssZ`.
fn read_compact(text: &str) -> Option<Timestamp> {
    let (day, time) = text.split_once('T')?;
    if day.len() != 8 || time.len() != 7 || !text.is_ascii() {
        return None;
    }
    let (year, month, day) = (day.get(..4)?, day.get(4..6)?, day.get(6..)?);
    let (hour, minute, second) = (time.get(..2)?, time.get(2..4)?, time.get(4..)?);
    Timestamp::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}")).ok()
}
