//! Which path leads where.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{MethodRouter, get, post};

use super::exchange::identified;
use super::{api, console, cors, events, public};
use crate::context::Service;

/// What pages of any origin may read.
fn public(read: MethodRouter<Arc<Service>>) -> MethodRouter<Arc<Service>> {
    read.options(cors::preflight).layer(from_fn(cors::opened))
}

/// The whole service.
pub fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route(
            "/",
            post(api::answer).options(cors::preflight).layer(from_fn(cors::opened)).get(console::index),
        )
        .route("/health", public(get(public::health)))
        .route("/events", post(events::send).fallback(console::asset))
        .route("/issuers/{account}/jwks.json", public(get(public::jwks)))
        .route("/status/{account}/{id}/{number}", public(get(public::status_list)))
        .route("/.well-known/openid-configuration", public(get(public::openid_configuration)))
        .route("/.well-known/jwks.json", public(get(public::token_service_jwks)))
        .fallback(console::asset)
        .method_not_allowed_fallback(api::refuse_method)
        .with_state(service)
        .layer(from_fn(identified))
}
