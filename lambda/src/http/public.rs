//! What is served without authentication.

use std::fmt;

use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use licentia_core::arn::AccountId;
use serde_json::json;

use super::exchange::{Shared, plain};
use super::origin;
use crate::openid::Provider;

const JSON: &str = "application/json";

/// Whether the service answers, and as what.
pub(super) async fn health(State(service): Shared) -> Response {
    let body = json!({ "status": "ok", "region": service.region, "version": env!("CARGO_PKG_VERSION") });
    plain(200, JSON, body.to_string())
}

/// The public keys of an issuer, as a JWK Set (RFC 7517): all that a verifier
/// needs.
pub(super) async fn jwks(State(service): Shared, Path(account): Path<String>) -> Response {
    let unknown = || plain(404, JSON, json!({ "message": "no such issuer" }).to_string());
    let Ok(account) = AccountId::parse(&account) else { return unknown() };
    let Ok(now) = service.clock.now() else {
        return plain(500, JSON, json!({ "message": "the server's clock is not set" }).to_string());
    };
    match service.signer.jwks(&account, now).await {
        Ok(Some(keys)) => cached("application/jwk-set+json", keys),
        Ok(None) => unknown(),
        Err(error) => unreadable(error),
    }
}

/// The public key of the tokens of customers without an account.
pub(super) async fn token_service_jwks(State(service): Shared) -> Response {
    match service.openid.jwks().await {
        Ok(keys) => cached("application/jwk-set+json", keys),
        Err(error) => unreadable(error),
    }
}

/// Where that key is found (OpenID Connect Discovery 1.0, section 4): on the
/// host that the client called.
pub(super) async fn openid_configuration(request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match origin::called(&parts) {
        Some(origin) => {
            let mut response = plain(200, JSON, Provider::configuration(&origin).to_string());
            // It repeats what the client called the service.
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        None => plain(400, JSON, json!({ "message": "the request needs a Host header" }).to_string()),
    }
}

/// What changes seldom.
fn cached(media_type: &'static str, body: String) -> Response {
    let mut response = plain(200, media_type, body);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

fn unreadable(error: impl fmt::Display) -> Response {
    tracing::error!(%error, "no keys");
    plain(500, JSON, json!({ "message": "the keys cannot be read now; try again" }).to_string())
}
