//! AWS JSON 1.1: how License Manager answers (errors.md 1).

use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

const MEDIA_TYPE: &str = "application/x-amz-json-1.1";
/// Milliseconds to the next try, as AWS SDKs read it.
const AMZ_RETRY_AFTER: &str = "x-amz-retry-after";

/// Any error as it goes onto the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The error's name on the wire.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// For the client.
    pub message: String,
    /// Members beside the message.
    pub members: Map<String, Value>,
    /// How long the client is to wait before it asks again.
    pub retry_after: Option<Duration>,
}

impl Fault {
    /// A fault without further members.
    pub fn new(code: &'static str, status: u16, message: impl Into<String>) -> Self {
        Self { code, status, message: message.into(), members: Map::new(), retry_after: None }
    }
}

/// An operation's output.
#[must_use]
pub fn output(body: Vec<u8>) -> Response {
    answer(StatusCode::OK, body)
}

/// An error: the body must carry `__type`, or botocore cannot raise the
/// modelled exception.
#[must_use]
pub fn error(fault: &Fault) -> Response {
    let mut body = fault.members.clone();
    body.insert("__type".into(), json!(fault.code));
    body.insert("Message".into(), json!(fault.message));
    let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = answer(status, Value::Object(body).to_string().into_bytes());
    let headers = response.headers_mut();
    headers.insert("x-amzn-errortype", HeaderValue::from_static(fault.code));
    if let Some(wait) = fault.retry_after {
        let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1);
        headers.insert(RETRY_AFTER, millis.div_ceil(1000).into());
        headers.insert(AMZ_RETRY_AFTER, millis.into());
    }
    response
}

fn answer(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}
