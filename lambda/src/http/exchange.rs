//! What every request and answer has.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use tracing::Instrument;
use uuid::Uuid;

use crate::context::Service;
use crate::telemetry::{metrics, trace};

/// The id of a request, on its answer and in the log (EV-6).
#[derive(Clone, Copy)]
pub(super) struct RequestId(pub(super) Uuid);

/// The service, as handlers ask for it.
pub(super) type Shared = State<Arc<Service>>;

/// The paths that requests are counted by. What else is asked for is the
/// console's, or nothing.
const ROUTES: [&str; 7] = [
    "/",
    "/health",
    "/events",
    "/issuers/{account}/jwks.json",
    "/status/{account}/{id}/{number}",
    "/.well-known/openid-configuration",
    "/.well-known/jwks.json",
];

/// Gives a request its id, the log a line about it, its place in metrics and
/// traces.
pub(super) async fn identified(mut request: Request, next: Next) -> Response {
    let id = Uuid::new_v4();
    request.extensions_mut().insert(RequestId(id));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let started = Instant::now();
    let route = route(request.extensions().get());
    let span = tracing::info_span!("request", request_id = %id);
    let traced = span.in_scope(|| trace::request(&method, route, request.headers(), id));
    let mut response = next.run(request).instrument(traced.clone()).instrument(span.clone()).await;
    let text = id.to_string();
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert("x-amzn-requestid", value);
    }
    let status = response.status().as_u16();
    trace::answered(&traced, status);
    let took = started.elapsed();
    metrics::request(&method, route, status, took);
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(%method, path, status, micros, "answered"));
    response
}

fn route(matched: Option<&MatchedPath>) -> &'static str {
    let known = |matched: &MatchedPath| ROUTES.into_iter().find(|route| *route == matched.as_str());
    matched.and_then(known).unwrap_or("_OTHER")
}

/// A body of text.
pub(super) fn plain(status: u16, media_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    response.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
