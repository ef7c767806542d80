//! The signed API: from a request to its operation.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Extension, Request, State};
use axum::response::Response;
use http::Method;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use licentia_core::time::Timestamp;
use serde_json::{Map, json};
use uuid::Uuid;

use super::exchange::{RequestId, Shared};
use super::origin::origin;
use crate::auth::{self, AuthError, Refusal, SignedRequest, authenticate};
use crate::context::{Context, Service};
use crate::error::{Code, Error, Kind};
use crate::identity::Caller;
use crate::operation::{Failure, Row};
use crate::operations::{license_manager, sts};
use crate::wire::json11::{self, Fault};
use crate::wire::query;

/// The largest body that is read, in bytes.
const MAX_BODY_BYTES: usize = 1024 * 1024;
const TARGET: &str = "x-amz-target";
const TARGET_PREFIX: &str = "AWSLicenseManager.";

/// Answers a request to `/`: License Manager where a target is named, STS
/// where a form is sent.
pub(super) async fn answer(
    State(service): Shared,
    Extension(RequestId(id)): Extension<RequestId>,
    request: Request<Body>,
) -> Response {
    let (parts, body) = request.into_parts();
    let media_type =
        parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_form = media_type.starts_with("application/x-www-form-urlencoded");
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        let message = format!("the body must be at most {MAX_BODY_BYTES} bytes, and arrive whole");
        return json11::error(&Fault::new("RequestEntityTooLargeException", 413, message));
    };
    if is_form && !parts.headers.contains_key(TARGET) {
        return sts_answer(&service, &parts, &body, &id.to_string()).await;
    }
    match license_manager_answer(service, &parts, body, id).await {
        Ok(output) => json11::output(output),
        Err(fault) => json11::error(&fault),
    }
}

/// Answers a method that a path does not take; what it takes stands in
/// `Allow`.
pub(super) async fn refuse_method(method: Method) -> Response {
    let message = format!("`{method}` is not served here: AWS clients send POST to `/`");
    json11::error(&Fault::new("MethodNotAllowedException", 405, message))
}

async fn license_manager_answer(
    service: Arc<Service>,
    parts: &Parts,
    body: Bytes,
    request_id: Uuid,
) -> Result<Vec<u8>, Fault> {
    let target = parts.headers.get(TARGET).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = target.strip_prefix(TARGET_PREFIX).unwrap_or_default();
    let row = license_manager::OPERATIONS.iter().find(|row| row.name == name).ok_or_else(|| {
        let message = match target {
            "" => "send the operation as X-Amz-Target: AWSLicenseManager.<Operation>".to_owned(),
            target => format!("`{target}` is not an operation of this service"),
        };
        Fault::new("UnknownOperationException", 400, message)
    })?;
    let now = service.clock.now().map_err(|_| clock_fault())?;
    let signed = signed(parts, &body);
    let caller = match (caller(&service, &signed, &auth::Service::LICENSE_MANAGER, now).await, row.unsigned) {
        (Ok(caller), _) => caller,
        (Err(AuthError::Refused(Refusal::Unsigned)), Some(identify)) => {
            identify(&body, &service, now).await.map_err(|failure| failed(row, failure))?
        }
        (Err(AuthError::Refused(refusal)), _) => {
            return Err(Fault::new(refusal.code(), 400, refusal.to_string()));
        }
        (Err(AuthError::Unavailable(reason)), _) => return Err(fault(row, Error::internal(reason))),
    };
    let origin = origin(parts, request_id);
    run(row, Context { service, caller, now, body, origin }).await
}

async fn run(row: &Row, cx: Context) -> Result<Vec<u8>, Fault> {
    let outcome = (row.run)(&cx.body, &cx).await;
    let code = outcome.as_ref().err().map(|failure| match failure {
        Failure::Serialization(_) => "SerializationException",
        Failure::Operation(error) => error.kind.code(row.errors).name(),
    });
    tracing::info!(operation = row.name, caller = cx.caller.arn(), code, "called");
    outcome.map_err(|failure| failed(row, failure))
}

fn failed(row: &Row, failure: Failure) -> Fault {
    match failure {
        Failure::Serialization(message) => Fault::new("SerializationException", 400, message),
        Failure::Operation(error) => fault(row, error),
    }
}

/// An error as the operation may answer it.
fn fault(row: &Row, error: Error) -> Fault {
    let code = error.kind.code(row.errors);
    if let Some(reason) = &error.internal {
        tracing::error!(operation = row.name, reason, "failed");
    }
    let message = match (code, &error.kind) {
        (Code::ServerInternal, kind) if *kind != Kind::ServerInternal => {
            tracing::error!(operation = row.name, ?error, "an error that the operation does not list");
            Error::internal("").message
        }
        _ => error.message,
    };
    let mut members = Map::new();
    if let (Code::Redirect, Kind::Redirect { location }) = (code, error.kind) {
        members.insert("Location".into(), json!(location));
    }
    Fault { code: code.name(), status: code.status(), message, members }
}

async fn sts_answer(service: &Service, parts: &Parts, body: &Bytes, request_id: &str) -> Response {
    let error =
        |code: &str, status, message: &str| query::error(sts::NAMESPACE, code, status, message, request_id);
    let action = query::parameter(body, "Action").unwrap_or_default();
    let Some(row) = sts::ACTIONS.iter().find(|row| row.name == action) else {
        return error("InvalidAction", 400, &format!("`{action}` is not an action of this service"));
    };
    let Ok(now) = service.clock.now() else {
        return error("InternalFailure", 500, &clock_fault().message);
    };
    let outcome = match row.run {
        sts::Run::Signed(run) => {
            let caller = caller(service, &signed(parts, body), &auth::Service::STS, now).await;
            caller.map(|caller| (caller.arn(), run(&caller))).map_err(|error| match error {
                AuthError::Refused(refusal) => sts::Error::new(refusal.query_code(), 403, refusal),
                AuthError::Unavailable(reason) => sts::Error::internal(reason),
            })
        }
        sts::Run::Unsigned(run) => run(service, body, now).await,
    };
    match outcome {
        Ok((caller, members)) => {
            tracing::info!(operation = row.name, caller, "called");
            query::output(sts::NAMESPACE, row.name, &members, request_id)
        }
        Err(sts::Error { code, status, message, internal }) => {
            match internal {
                Some(reason) => tracing::error!(operation = row.name, reason, "failed"),
                None => tracing::info!(operation = row.name, code, "refused"),
            }
            error(code, status, &message)
        }
    }
}

async fn caller(
    service: &Service,
    signed: &SignedRequest<'_>,
    name: &auth::Service,
    now: Timestamp,
) -> Result<Caller, AuthError> {
    authenticate(&service.directory, &service.openid, signed, &service.region, name, now).await
}

fn signed<'a>(parts: &'a Parts, body: &'a Bytes) -> SignedRequest<'a> {
    let uri = parts.uri.path_and_query().map_or("/", |uri| uri.as_str());
    SignedRequest { method: parts.method.as_str(), uri, headers: &parts.headers, body }
}

fn clock_fault() -> Fault {
    let message = "the server's clock stands before 1970 or after 9999: its operator must set it";
    tracing::error!("{message}");
    Fault::new(Code::ServerInternal.name(), Code::ServerInternal.status(), message)
}
