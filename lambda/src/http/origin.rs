//! Where a request came from.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::HeaderValue;
use http::header::{HOST, USER_AGENT};
use http::request::Parts;
use lambda_http::request::RequestContext;
use uuid::Uuid;

use crate::context::Origin;

/// The longest name of a client that is kept, in characters.
const MOST_USER_AGENT: usize = 1000;

/// Where this request came from.
pub(super) fn origin(parts: &Parts, request_id: Uuid) -> Origin {
    let user_agent = parts.headers.get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
    Origin {
        request_id,
        source_ip: source_ip(parts),
        // Whoever calls a function does so over TLS; a listener speaks plain
        // HTTP, and knows nothing of a proxy before it.
        is_secure: parts.extensions.get::<RequestContext>().is_some(),
        user_agent: user_agent.unwrap_or_default().chars().take(MOST_USER_AGENT).collect(),
    }
}

/// What the socket says, or AWS Lambda. Headers such as `X-Forwarded-For` say
/// what the client wants to be believed.
fn source_ip(parts: &Parts) -> Option<IpAddr> {
    if let Some(ConnectInfo(address)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() {
        return Some(address.ip());
    }
    let RequestContext::ApiGatewayV2(context) = parts.extensions.get()? else { return None };
    context.http.source_ip.as_deref()?.parse().ok()
}

/// The scheme and host that the client called: `https` where AWS Lambda or a
/// proxy says so. Only to be told back to the same client.
pub(super) fn called(parts: &Parts) -> Option<String> {
    let text = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let host = text(HOST.as_str())?;
    let is_one =
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]_".contains(&b));
    let scheme = if text("x-forwarded-proto") == Some("https") { "https" } else { "http" };
    is_one.then(|| format!("{scheme}://{host}"))
}
