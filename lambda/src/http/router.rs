//! Which path leads where.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};

use super::exchange::identified;
use super::{api, console, events, public};
use crate::context::Service;

/// The whole service.
pub fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route("/", post(api::answer).get(console::index))
        .route("/health", get(public::health))
        .route("/events", post(events::send).fallback(console::asset))
        .route("/issuers/{account}/jwks.json", get(public::jwks))
        .fallback(console::asset)
        .method_not_allowed_fallback(api::refuse_method)
        .with_state(service)
        .layer(from_fn(identified))
}
