//! The signature itself.

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SignatureLocation, SigningParams, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use form_urlencoded::Serializer;

use super::claim::{Place, is_of_signature};
use super::{Claim, Refusal, SignedRequest};

/// A signature that cannot be computed is refused as one that differs.
const UNSIGNABLE: Refusal =
    Refusal::Incomplete("the URL or a signed header holds bytes that cannot be signed; use ASCII");

impl Claim<'_> {
    /// Whether the secret signed this request, as a whole.
    ///
    /// # Errors
    /// [`Refusal::OtherBody`], [`Refusal::WrongSignature`], or
    /// [`Refusal::Incomplete`] for headers that no signature can cover.
    pub fn verify(&self, request: &SignedRequest<'_>, secret: &str) -> Result<(), Refusal> {
        let body_hash = hex::encode(digest(&SHA256, request.body));
        for sent in request.headers.get_all("x-amz-content-sha256") {
            if sent != body_hash.as_str() {
                return Err(Refusal::OtherBody);
            }
        }
        let headers: Vec<(&str, &str)> = self
            .signed_headers
            .split(';')
            .flat_map(|name| request.headers.get_all(name).iter().map(move |value| (name, value)))
            .map(|(name, value)| value.to_str().map(|value| (name, value)).map_err(|_| UNSIGNABLE))
            .collect::<Result<_, _>>()?;
        if headers.iter().all(|(name, _)| *name != "host") {
            return Err(Refusal::Incomplete("expected a `Host` header"));
        }
        let mut settings = SigningSettings::default();
        settings.excluded_headers = None;
        let mut session_token = None;
        let uri = match self.place {
            // A session token is one of the signed headers.
            Place::Header => request.uri.to_owned(),
            Place::Query { expires_seconds } => {
                settings.signature_location = SignatureLocation::QueryParams;
                session_token.clone_from(&self.session_token);
                settings.expires_in = Some(Duration::from_secs(expires_seconds));
                without_signature(request.uri)
            }
        };
        let identity = Credentials::new(self.access_key_id(), secret, session_token, None, "licentia").into();
        let params: SigningParams<'_> = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(self.service)
            .time(UNIX_EPOCH + Duration::from_secs(self.signed_at.unix()))
            .settings(settings)
            .build()
            .map_err(|_| UNSIGNABLE)?
            .into();
        let body = SignableBody::Precomputed(body_hash);
        let signable = SignableRequest::new(request.method, uri, headers.into_iter(), body);
        let output = signable.and_then(|signable| sign(signable, &params)).map_err(|_| UNSIGNABLE)?;
        verify_slices_are_equal(output.signature().as_bytes(), self.signature.as_bytes())
            .map_err(|_| Refusal::WrongSignature)
    }
}

/// The URI before it was presigned.
fn without_signature(uri: &str) -> String {
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let rest = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| !is_of_signature(name));
    let query = Serializer::new(String::new()).extend_pairs(rest).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}
