//! What is served without authentication.

use std::fmt;

use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue};
use licentia_core::arn::AccountId;
use serde_json::json;

use super::exchange::{Shared, plain};
use super::origin;
use crate::openid::Provider;
use crate::status::{Address, StatusLists};

const JSON: &str = "application/json";
const STATUS_LIST: &str = "application/statuslist+jwt";
/// As long as [`StatusLists::FRESH_SECONDS`].
const FRESH: &str = "public, max-age=60";

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
    let Ok(now) = service.clock.now() else { return no_clock() };
    match service.signer.jwks(&account, now).await {
        Ok(Some(keys)) => cached("application/jwk-set+json", keys),
        Ok(None) => unknown(),
        Err(error) => no_keys(error),
    }
}

/// Which signed licenses were taken back (draft-ietf-oauth-status-list-21
/// section 8.2).
pub(super) async fn status_list(
    State(service): Shared,
    Path((account, id, number)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let unknown = || plain(404, JSON, json!({ "message": "no such status list" }).to_string());
    let Some(address) = Address::parse(&account, &id, &number) else { return unknown() };
    let Ok(now) = service.clock.now() else { return no_clock() };
    let list = match StatusLists::list(&service, &address, now).await {
        Ok(Some(list)) => list,
        Ok(None) => return unknown(),
        Err(error) => {
            tracing::error!(?error, "no status list");
            let message = "the status list cannot be made now; try again";
            return plain(500, JSON, json!({ "message": message }).to_string());
        }
    };
    let is_known = headers.get(IF_NONE_MATCH).is_some_and(|known| *known == list.etag);
    let mut response = match is_known {
        true => plain(304, STATUS_LIST, String::new()),
        false => plain(200, STATUS_LIST, list.token),
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(FRESH));
    if let Ok(etag) = HeaderValue::from_str(&list.etag) {
        headers.insert(ETAG, etag);
    }
    response
}

/// The public key of the tokens of customers without an account.
pub(super) async fn token_service_jwks(State(service): Shared) -> Response {
    match service.openid.jwks().await {
        Ok(keys) => cached("application/jwk-set+json", keys),
        Err(error) => no_keys(error),
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

fn no_clock() -> Response {
    plain(500, JSON, json!({ "message": "the server's clock is not set" }).to_string())
}

fn no_keys(error: impl fmt::Display) -> Response {
    tracing::error!(%error, "no keys");
    plain(500, JSON, json!({ "message": "the keys cannot be read now; try again" }).to_string())
}
