//! Requests signed as AWS's clients sign them, without an SDK's own weight.

use std::error::Error;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use http::{HeaderValue, Request};

/// The Region that is signed for.
pub const REGION: &str = "us-east-1";

/// A request of License Manager to this host, signed now.
///
/// # Errors
/// Where it cannot be signed, such as for a host with a space.
pub fn signed(
    credentials: &Credentials,
    host: &str,
    operation: &str,
    body: String,
) -> Result<Request<String>, Box<dyn Error + Send + Sync>> {
    let target = format!("AWSLicenseManager.{operation}");
    let headers =
        [("host", host), ("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target.as_str())];
    let identity = credentials.clone().into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(REGION)
        .name("license-manager")
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()?
        .into();
    let uri = format!("http://{host}/");
    let body_to_sign = SignableBody::Bytes(body.as_bytes());
    let signable = SignableRequest::new("POST", uri, headers.into_iter(), body_to_sign)?;
    let (instructions, _) = sign(signable, &params)?.into_parts();
    let mut request = Request::new(body);
    *request.method_mut() = http::Method::POST;
    for (name, value) in headers {
        request.headers_mut().insert(name, HeaderValue::from_str(value)?);
    }
    instructions.apply_to_request_http1x(&mut request);
    Ok(request)
}
