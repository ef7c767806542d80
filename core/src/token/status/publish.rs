//! Making status lists (draft-ietf-oauth-status-list-21 sections 4.2 and 5.1).

use alloc::string::String;
use alloc::vec::Vec;

use super::Statuses;
use crate::json::ObjectWriter;
use crate::time::Timestamp;
use crate::token::sign::signed_text;
use crate::token::{Algorithm, base64url};

/// What a status list says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusListClaims<'a> {
    /// The issuer's key fingerprint, as in the licenses that name the list:
    /// `iss`.
    pub issuer: &'a str,
    /// Where it is to be had, exactly as licenses name it: `sub`.
    pub uri: &'a str,
    /// When it is made: `iat`.
    pub issued_at: Timestamp,
    /// From when on it must not be relied on: `exp`.
    pub expires_at: Timestamp,
    /// After how many seconds a newer one should be fetched, at least 1: `ttl`.
    pub seconds_to_live: u32,
    /// The status of each token.
    pub statuses: &'a Statuses,
}

impl StatusListClaims<'_> {
    /// The text to be signed. `key_id` is the thumbprint of the key that will
    /// sign it, `deflate` compresses to the ZLIB format (RFC 1950); the
    /// feature `status` has one.
    #[must_use]
    pub fn signing_input(
        &self,
        algorithm: Algorithm,
        key_id: &str,
        deflate: &dyn Fn(&[u8]) -> Vec<u8>,
    ) -> String {
        let mut json = String::new();
        let mut claims = ObjectWriter::new(&mut json);
        claims.string("iss", self.issuer);
        claims.string("sub", self.uri);
        claims.integer("iat", self.issued_at.unix());
        claims.integer("exp", self.expires_at.unix());
        claims.integer("ttl", u64::from(self.seconds_to_live));
        let mut list = ObjectWriter::new(claims.member("status_list"));
        list.integer("bits", u64::from(self.statuses.bits().count()));
        list.string("lst", &base64url::encode(&deflate(self.statuses.bytes())));
        list.finish();
        claims.finish();
        signed_text(algorithm, "statuslist+jwt", key_id, &json)
    }
}
