//! What is served without authentication.

use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderValue;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use licentia_core::arn::AccountId;
use serde_json::json;

use super::exchange::{Shared, plain};

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
        Ok(Some(keys)) => {
            let mut response = plain(200, "application/jwk-set+json", keys);
            let headers = response.headers_mut();
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
            response
        }
        Ok(None) => unknown(),
        Err(error) => {
            tracing::error!(%error, "no keys");
            plain(500, JSON, json!({ "message": "the keys cannot be read now; try again" }).to_string())
        }
    }
}
