//! The spans that there are, named as OpenTelemetry's semantic conventions say.

use http::{HeaderMap, Method};
use tracing::{Span, field, trace_span};
use uuid::Uuid;

use super::parent;

/// The target of all of them. They are at the lowest level, so that the log
/// leaves them out.
pub const TARGET: &str = "licentia::trace";

/// A request of HTTP, a part of what its headers say that it belongs to. Its
/// path would name accounts.
#[must_use]
pub fn request(method: &Method, route: &'static str, headers: &HeaderMap, id: Uuid) -> Span {
    trace_span!(
        target: TARGET,
        "request",
        otel.name = %format_args!("{method} {route}"),
        otel.kind = "server",
        otel.parent = parent::header(headers),
        otel.status_code = field::Empty,
        http.request.method = %method,
        http.route = route,
        http.response.status_code = field::Empty,
        aws.request_id = %id,
    )
}

/// A call of an operation.
#[must_use]
pub fn call(service: &'static str, operation: &'static str) -> Span {
    trace_span!(
        target: TARGET,
        "call",
        otel.name = %format_args!("{service}/{operation}"),
        otel.status_code = field::Empty,
        rpc.system.name = "aws-api",
        rpc.service = service,
        rpc.method = operation,
        "error.type" = field::Empty,
    )
}

/// A request to the store.
#[must_use]
pub fn store(system: &'static str, call: &'static str) -> Span {
    trace_span!(
        target: TARGET,
        "store",
        otel.name = call,
        otel.kind = "client",
        otel.status_code = field::Empty,
        db.system.name = system,
        db.operation.name = call,
        "error.type" = field::Empty,
    )
}

/// Notes how a request was answered.
pub(crate) fn answered(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// Notes that a call or a request to the store failed, and as what.
pub(crate) fn failed(span: &Span, error: &'static str) {
    span.record("error.type", error);
    span.record("otel.status_code", "ERROR");
}
