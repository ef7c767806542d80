//! Cross-origin requests (the Fetch standard, section 3.2): a page of any
//! origin may call, since a browser never adds anything to a request that would
//! prove who its user is. Signatures and tokens are the page's own.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
};

/// What AWS clients send besides what every page may.
const HEADERS: &str = "authorization, content-type, x-amz-target, x-amz-date, x-amz-security-token, \
     x-amz-content-sha256, x-amz-user-agent, x-amzn-trace-id, traceparent, tracestate, \
     amz-sdk-invocation-id, amz-sdk-request, amz-sdk-retry";
/// What a page may read besides the body.
const EXPOSED: &str = "x-amzn-requestid, x-amzn-errortype, retry-after";
/// Seconds for which a browser need not ask again; none remembers for longer
/// than a day.
const MAX_AGE: &str = "86400";

/// Answers a browser that asks first whether a page may call.
pub(super) async fn preflight() -> Response {
    let mut response = Response::default();
    *response.status_mut() = http::StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST, GET"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(HEADERS));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(MAX_AGE));
    response
}

/// Lets pages of any origin read the answer.
pub(super) async fn opened(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    response
}
