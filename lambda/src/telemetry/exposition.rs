//! What Prometheus scrapes.

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use super::metrics;

/// The text format of OpenMetrics 1.0.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// `GET /metrics`, for a listener of its own: what the service does is nobody's
/// business but its operator's.
pub fn router() -> Router {
    Router::new().route("/metrics", get(scraped))
}

async fn scraped() -> Response {
    let mut response = Response::new(metrics::text().into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(OPEN_METRICS));
    response
}
