//! What AWS Lambda's schedule asks for.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::Response;
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;
use serde::Deserialize;
use serde_json::json;

use super::console;
use super::exchange::{Shared, plain};
use crate::context::Service;
use crate::events::{Carriers, Dispatcher, publish_backlog};
use crate::grants::settle_all;
use crate::licenses::{Tidied, tidy};

/// What noting the end of an attempt may take.
const SLACK: Duration = Duration::from_secs(2);
/// Bytes of a scheduled event, more than enough.
const MOST_BYTES: usize = 16 * 1024;

/// What EventBridge invokes a function with on a schedule.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Scheduled {
    source: String,
    detail_type: String,
}

/// Sends the events that are due, looks after the grants to organizations and
/// tidies up licenses, where a schedule asks for it. Such an event comes
/// through no URL; for whoever comes through one nothing is served here.
pub(super) async fn send(State(service): Shared, request: Request) -> Response {
    let ends = request.lambda_context_ref().map(|context| context.deadline());
    let (uri, headers) = (request.uri().clone(), request.headers().clone());
    let (Some(ends), true) = (ends, is_scheduled(request).await) else {
        return console::asset(uri, headers).await;
    };
    let last_start = ends.checked_sub(Carriers::PATIENCE + SLACK).unwrap_or(SystemTime::UNIX_EPOCH);
    let sent = Dispatcher::new(Arc::clone(&service)).pass(move || SystemTime::now() < last_start).await;
    let settled = settle(&service).await;
    let Tidied { licenses, reclaimed, returned } = tidied(&service).await;
    if let Err(error) = publish_backlog(&service).await {
        tracing::warn!(%error, "the events that wait cannot be counted");
    }
    tracing::info!(sent, settled, licenses, reclaimed, returned, "upkeep");
    let done = json!({
        "sent": sent, "settled": settled, "licenses": licenses, "reclaimed": reclaimed, "returned": returned,
    });
    plain(200, "application/json", done.to_string())
}

/// Looks after the grants to organizations: the next schedule goes on where
/// this one is stopped.
async fn settle(service: &Service) -> usize {
    let Ok(now) = service.clock.now() else { return 0 };
    settle_all(service, now).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "grants to organizations are not looked after");
        0
    })
}

/// Tidies up the next licenses.
async fn tidied(service: &Service) -> Tidied {
    let Ok(now) = service.clock.now() else { return Tidied::default() };
    tidy(service, now).await.unwrap_or_else(|error| {
        tracing::warn!(?error, "licenses are not looked after");
        Tidied::default()
    })
}

/// What is passed on as it came is not only what is scheduled: so is a request
/// through a URL that lambda_http cannot read.
async fn is_scheduled(request: Request) -> bool {
    if !matches!(request.extensions().get(), Some(RequestContext::PassThrough)) {
        return false;
    }
    let Ok(body) = to_bytes(request.into_body(), MOST_BYTES).await else { return false };
    serde_json::from_slice(&body).is_ok_and(|Scheduled { source, detail_type }| {
        source == "aws.events" && detail_type == "Scheduled Event"
    })
}
