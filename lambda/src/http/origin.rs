//! Where a request came from.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant, SystemTime};

use axum::extract::ConnectInfo;
use http::HeaderValue;
use http::header::{HOST, USER_AGENT};
use http::request::Parts;
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;
use licentia_core::time::Timestamp;
use uuid::Uuid;

use crate::context::Origin;

/// What AWS Lambda leaves for the answer to get out.
const SLACK: Duration = Duration::from_millis(500);
/// What each client has from the moment that its request came: its clock may be
/// slow.
const AT_LEAST: Duration = Duration::from_secs(1);

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
        deadline: deadline(parts, SystemTime::now()).and_then(|left| Instant::now().checked_add(left)),
    }
}

/// How long it is until nobody waits for the answer: until AWS Lambda ends the
/// invocation, or the client's time is up, which AWS SDKs tell.
fn deadline(parts: &Parts, now: SystemTime) -> Option<Duration> {
    let left = |until: SystemTime| until.duration_since(now).unwrap_or_default();
    // One that was over before it began is none: `cargo lambda watch` tells the
    // function's timeout where AWS Lambda tells a point in time.
    let invocation =
        parts.lambda_context_ref().and_then(|context| context.deadline().duration_since(now).ok());
    let invocation = invocation.map(|left| left.saturating_sub(SLACK));
    let client = parts.headers.get("amz-sdk-request").and_then(|value| time_to_live(value.to_str().ok()?));
    let client = client.map(|until| left(until).max(AT_LEAST));
    invocation.into_iter().chain(client).min()
}

/// `ttl=20261122T191316Z; attempt=2; max=3`.
fn time_to_live(text: &str) -> Option<SystemTime> {
    let compact = text.split(';').find_map(|part| part.trim().strip_prefix("ttl="))?;
    let (date, time) = compact.strip_suffix('Z')?.split_once('T')?;
    let part = |text: &str, from: usize, to: usize| text.get(from..to).map(str::to_owned);
    let (year, month, day) = (part(date, 0, 4)?, part(date, 4, 6)?, part(date, 6, 8)?);
    let (hour, minute, second) = (part(time, 0, 2)?, part(time, 2, 4)?, part(time, 4, 6)?);
    let until = Timestamp::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(until.unix()))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn left(amz_sdk_request: &str) -> Option<Duration> {
        let request = http::Request::builder().header("amz-sdk-request", amz_sdk_request).body(()).unwrap();
        let now = SystemTime::UNIX_EPOCH
            + Duration::from_secs(Timestamp::parse("2026-11-22T10:00:00Z").unwrap().unix());
        deadline(&request.into_parts().0, now)
    }

    #[test]
    fn a_client_says_until_when_it_waits() {
        assert_eq!(left("ttl=20261122T100105Z; attempt=2; max=3"), Some(Duration::from_secs(65)));
        assert_eq!(left("attempt=1; max=3; ttl=20261122T100105Z"), Some(Duration::from_secs(65)));
    }

    #[test]
    fn a_client_with_a_slow_clock_has_a_second_all_the_same() {
        assert_eq!(left("ttl=20261122T095500Z; attempt=1"), Some(AT_LEAST));
    }

    #[test]
    fn what_says_no_time_sets_no_deadline() {
        for text in
            ["attempt=1; max=3", "ttl=", "ttl=soon", "ttl=2026112T100105Z", "ttl=20261122T1001Z", "ttl=é"]
        {
            assert_eq!(left(text), None, "{text}");
        }
    }
}
