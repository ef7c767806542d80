//! The web console, built into the binary by the feature `console`.

use axum::response::Response;
use http::Uri;

use super::exchange::plain;

/// What the browser may load and do: everything comes from here, and the
/// verifier may compile its WebAssembly.
#[cfg(feature = "console")]
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[cfg(feature = "console")]
#[derive(rust_embed::RustEmbed)]
#[folder = "../web-demo/dist"]
struct Files;

/// The console's page.
pub(super) async fn index() -> Response {
    file("index.html").unwrap_or_else(|| {
        plain(200, "text/plain; charset=utf-8", "Licentia answers the AWS License Manager API here.\n")
    })
}

/// One of the console's files.
pub(super) async fn asset(uri: Uri) -> Response {
    file(uri.path().trim_start_matches('/')).unwrap_or_else(|| {
        plain(404, "application/json", r#"{"message":"nothing is served under this path"}"#)
    })
}

#[cfg(feature = "console")]
fn file(path: &str) -> Option<Response> {
    use http::HeaderValue;
    use http::header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY as POLICY, CONTENT_TYPE, REFERRER_POLICY,
        X_CONTENT_TYPE_OPTIONS,
    };
    let file = Files::get(path)?;
    let mut response = plain(200, "application/octet-stream", file.data);
    let headers = response.headers_mut();
    if let Ok(media_type) = HeaderValue::from_str(file.metadata.mimetype()) {
        headers.insert(CONTENT_TYPE, media_type);
    }
    // The names of built assets carry a hash of their content.
    let caching =
        if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Some(response)
}

#[cfg(not(feature = "console"))]
const fn file(_: &str) -> Option<Response> {
    None
}
