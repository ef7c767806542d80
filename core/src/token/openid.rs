//! The tokens of customers without an account (section 8): compact JWS, signed
//! RS256 with the one key of the service. The host signs and verifies; what is
//! signed, and what a good signature makes of it, is decided here.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::base64url;
use super::payload::numeric_date;
use crate::arn::{AccountId, LicenseArn};
use crate::json::{Fault, ObjectWriter, Value};
use crate::time::Timestamp;

/// The `iss` of every token (T-3).
pub const OPENID_ISSUER: &str = "https://openid-license-manager.amazonaws.com";
/// The longest token, in characters; it is looked at no further.
pub const MAX_OPENID_TOKEN_BYTES: usize = 4096;
/// What the entry of `amr` begins with that names the account which made the
/// token; no property of a token may.
const ISSUER_ACCOUNT: &str = "aws:license-manager:token-issuer-account-id:";

/// A part of a compact JWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The whole: not three parts with two periods between them.
    Token,
    /// The first.
    Header,
    /// The second.
    Payload,
    /// The third.
    Signature,
}

/// What a token is for. One can never stand in for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenUse {
    /// To be exchanged for access tokens.
    Refresh,
    /// To be exchanged for temporary credentials, or sent along with calls.
    Access,
}

/// What a token says (T-3, T-6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenIdClaims {
    /// What it is for.
    pub token_use: TokenUse,
    /// The id of the refresh token, of its access tokens too: `sub`.
    pub token_id: String,
    /// This token's own id.
    pub jwt_id: String,
    /// The license it is good for: `aud`.
    pub license_arn: LicenseArn,
    /// The account that made it, in `amr`.
    pub account: AccountId,
    /// Its properties, the rest of `amr`.
    pub properties: Vec<String>,
    /// The roles it was made for.
    pub role_arns: Vec<String>,
    /// When it was made.
    pub issued_at: Timestamp,
    /// From when on it is no good.
    pub expires_at: Timestamp,
}

/// Why a token is no good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenIdRefusal {
    /// It is longer than any that was issued.
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// A part of it is not what it should be.
    Malformed {
        /// The part.
        part: Part,
    },
    /// Its header names another key, algorithm or type than the service's.
    OtherHeader,
    /// The service did not sign this.
    WrongSignature,
    /// It is for something else.
    OtherUse {
        /// What it is for.
        found: TokenUse,
    },
    /// Its time is over.
    Expired {
        /// When that was.
        at: Timestamp,
    },
}

impl TokenUse {
    const fn claim(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::Access => "access",
        }
    }
}

impl OpenIdClaims {
    /// The claim `amr`: who made the token, then its properties (T-3).
    #[must_use]
    pub fn amr(&self) -> Vec<String> {
        let account = alloc::format!("{ISSUER_ACCOUNT}{}", self.account);
        [account].into_iter().chain(self.properties.iter().cloned()).collect()
    }

    /// The text that the key of this id signs: header and payload, encoded.
    #[must_use]
    pub fn signing_input(&self, key_id: &str) -> String {
        let mut text = header(key_id);
        text.push('.');
        base64url::encode_into(self.to_json().as_bytes(), &mut text);
        text
    }

    fn to_json(&self) -> String {
        let mut json = String::new();
        let mut claims = ObjectWriter::new(&mut json);
        claims.string("iss", OPENID_ISSUER);
        claims.string("sub", &self.token_id);
        claims.string("aud", &self.license_arn.to_string());
        claims.strings("amr", &self.amr());
        claims.integer("iat", self.issued_at.unix());
        claims.integer("exp", self.expires_at.unix());
        claims.string("token_use", self.token_use.claim());
        claims.strings("role_arns", &self.role_arns);
        claims.string("jti", &self.jwt_id);
        claims.finish();
        json
    }

    fn read(text: &str) -> Result<Self, Fault> {
        let members = Value::parse(text)?.object()?;
        let string = |name| members.string(name)?.ok_or(Fault::Unexpected);
        let strings = |name| members.read(name, strings)?.ok_or(Fault::Unexpected);
        let time = |name| members.read(name, numeric_date)?.ok_or(Fault::Unexpected);

        let uses = [TokenUse::Refresh, TokenUse::Access];
        let found = string("token_use")?;
        let token_use = uses.into_iter().find(|token_use| token_use.claim() == found);
        let mut amr = strings("amr")?.into_iter();
        let account = amr.next().and_then(|first| AccountId::parse(first.strip_prefix(ISSUER_ACCOUNT)?).ok());
        if string("iss")? != OPENID_ISSUER {
            return Err(Fault::Unexpected);
        }
        Ok(Self {
            token_use: token_use.ok_or(Fault::Unexpected)?,
            token_id: string("sub")?.into_owned(),
            jwt_id: string("jti")?.into_owned(),
            license_arn: LicenseArn::parse(&string("aud")?).map_err(|_| Fault::Unexpected)?,
            account: account.ok_or(Fault::Unexpected)?,
            properties: amr.collect(),
            role_arns: strings("role_arns")?,
            issued_at: time("iat")?,
            expires_at: time("exp")?,
        })
    }
}

/// Whether a property would be taken for what the service says itself.
#[must_use]
pub fn is_reserved_property(property: &str) -> bool {
    property.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("aws:"))
}

/// What a token for this use says, if the service signed it and its time is
/// not over. `verifies` says whether the signature is the one of the key of
/// this id, RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3).
///
/// The header is compared, not read: only the service's own can be there, so
/// that a token never chooses its algorithm or key.
///
/// # Errors
/// [`OpenIdRefusal`].
pub fn check_openid_token(
    token: &str,
    key_id: &str,
    token_use: TokenUse,
    now: Timestamp,
    verifies: impl FnOnce(&str, &[u8]) -> bool,
) -> Result<OpenIdClaims, OpenIdRefusal> {
    let malformed = |part| OpenIdRefusal::Malformed { part };
    if token.len() > MAX_OPENID_TOKEN_BYTES {
        return Err(OpenIdRefusal::TooLong { bytes: token.len() });
    }
    let (input, signature) = token.rsplit_once('.').ok_or(malformed(Part::Token))?;
    let (found, payload) = input.split_once('.').ok_or(malformed(Part::Token))?;
    if found != header(key_id) {
        return Err(OpenIdRefusal::OtherHeader);
    }
    let payload = base64url::decode(payload).ok_or(malformed(Part::Payload))?;
    let signature = base64url::decode(signature).ok_or(malformed(Part::Signature))?;
    if !verifies(input, &signature) {
        return Err(OpenIdRefusal::WrongSignature);
    }
    let text = core::str::from_utf8(&payload).map_err(|_| malformed(Part::Payload))?;
    let claims = OpenIdClaims::read(text).map_err(|_| malformed(Part::Payload))?;
    if claims.token_use != token_use {
        return Err(OpenIdRefusal::OtherUse { found: claims.token_use });
    }
    if claims.expires_at <= now {
        return Err(OpenIdRefusal::Expired { at: claims.expires_at });
    }
    Ok(claims)
}

/// The header of every token under this key, encoded.
fn header(key_id: &str) -> String {
    let mut json = String::new();
    let mut header = ObjectWriter::new(&mut json);
    header.string("alg", "RS256");
    header.string("typ", "JWT");
    header.string("kid", key_id);
    header.finish();
    base64url::encode(json.as_bytes())
}

fn strings(value: Value<'_>) -> Result<Vec<String>, Fault> {
    value.array()?.map(|text| text.string().map(Cow::into_owned)).collect()
}

impl fmt::Display for TokenUse {
    /// As users call it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refresh => "refresh token",
            Self::Access => "access token",
        })
    }
}

impl fmt::Display for OpenIdRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => write!(
                f,
                "the token has {bytes} characters, more than {MAX_OPENID_TOKEN_BYTES}: send it as it was issued"
            ),
            Self::Malformed { part } => f.write_str(match part {
                Part::Token => "not a token: expected three parts with periods between them; send it whole",
                Part::Header | Part::Payload | Part::Signature => {
                    "a part of the token is malformed: send it as it was issued, whole"
                }
            }),
            Self::OtherHeader => f.write_str(
                "the token was not issued here: its algorithm, type or key is another than this service's",
            ),
            Self::WrongSignature => {
                f.write_str("the token was not issued here, or was changed since: its signature is wrong")
            }
            Self::OtherUse { found: TokenUse::Refresh } => f.write_str(
                "a refresh token was sent where an access token is needed: GetAccessToken exchanges it for one",
            ),
            Self::OtherUse { found: TokenUse::Access } => f.write_str(
                "an access token was sent where a refresh token is needed: send the one that CreateToken answered",
            ),
            Self::Expired { at } => write!(f, "the token expired at {at}"),
        }
    }
}

impl core::error::Error for OpenIdRefusal {}
