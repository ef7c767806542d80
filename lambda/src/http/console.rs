//! The web console, built into the binary by the feature `console`.

use axum::response::Response;
use http::{HeaderMap, Uri};

use super::exchange::plain;

/// What the browser may load and do: everything comes from here, and the
/// verifier may compile its WebAssembly.
#[cfg(feature = "console")]
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// One of the console's files, as `build.rs` lays it out.
#[cfg(feature = "console")]
struct File {
    /// Below the root.
    path: &'static str,
    media_type: &'static str,
    /// Whether the content is compressed, with gzip.
    is_compressed: bool,
    content: &'static [u8],
}

#[cfg(feature = "console")]
static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/console.rs"));

/// The console's page.
pub(super) async fn index(headers: HeaderMap) -> Response {
    file("index.html", &headers).unwrap_or_else(|| {
        plain(200, "text/plain; charset=utf-8", "Licentia answers the AWS License Manager API here.\n")
    })
}

/// One of the console's files.
pub(super) async fn asset(uri: Uri, headers: HeaderMap) -> Response {
    file(uri.path().trim_start_matches('/'), &headers).unwrap_or_else(|| {
        plain(404, "application/json", r#"{"message":"nothing is served under this path"}"#)
    })
}

#[cfg(feature = "console")]
fn file(path: &str, request: &HeaderMap) -> Option<Response> {
    use http::HeaderValue;
    use http::header::{
        CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY as POLICY, REFERRER_POLICY, VARY,
        X_CONTENT_TYPE_OPTIONS,
    };
    let file = FILES.iter().find(|file| file.path == path)?;
    let is_sent_compressed = file.is_compressed && takes_gzip(request);
    let mut response = match file.is_compressed && !is_sent_compressed {
        true => plain(200, file.media_type, decompressed(file.content)?),
        false => plain(200, file.media_type, file.content),
    };
    let headers = response.headers_mut();
    if is_sent_compressed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if file.is_compressed {
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
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

/// Whether the client names gzip among what it takes, as browsers do (RFC 9110
/// section 12.5.3).
#[cfg(feature = "console")]
fn takes_gzip(request: &HeaderMap) -> bool {
    let accepted = request.get_all(http::header::ACCEPT_ENCODING).iter();
    accepted.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let is_refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0));
        name.trim().eq_ignore_ascii_case("gzip") && !is_refused
    })
}

/// For the few clients that do not take it, such as curl.
#[cfg(feature = "console")]
fn decompressed(content: &[u8]) -> Option<Vec<u8>> {
    use std::io::Read;
    let mut plain = vec![];
    flate2::read::GzDecoder::new(content).read_to_end(&mut plain).ok()?;
    Some(plain)
}

#[cfg(not(feature = "console"))]
const fn file(_: &str, _: &HeaderMap) -> Option<Response> {
    None
}

#[cfg(all(test, feature = "console"))]
mod tests {
    use http::HeaderValue;
    use http::header::ACCEPT_ENCODING;

    use super::*;

    #[test]
    fn what_is_sent_compressed_is_what_the_client_takes() {
        let takes =
            |text| takes_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(text))]));
        for text in ["gzip", "br, GZIP", "deflate, gzip;q=0.5", "gzip; q=1"] {
            assert!(takes(text), "{text}");
        }
        for text in ["", "br", "identity", "gzip;q=0", "gzip; q=0.000", "x-gzip"] {
            assert!(!takes(text), "{text}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn every_file_is_served_either_way() {
        let gzip = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("gzip"))]);
        for found in FILES {
            assert!(file(found.path, &HeaderMap::new()).is_some(), "{}", found.path);
            assert!(file(found.path, &gzip).is_some(), "{}", found.path);
        }
    }
}
