//! The signed API: from a request to its operation.

use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Extension, Request, State};
use axum::response::Response;
use http::Method;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use licentia_core::time::Timestamp;
use serde_json::{Map, json};
use tracing::{Instrument, Span};

use super::exchange::{RequestId, Shared};
use super::origin::origin;
use super::recorded::{record_refused, recorded, recorded_form};
use crate::audit::{Call, Touched};
use crate::auth::{self, AuthError, Refusal, SignedRequest, authenticate};
use crate::context::{Context, Origin, Service};
use crate::error::{Code, Error, Kind};
use crate::identity::Caller;
use crate::operation::{Failure, Row};
use crate::operations::{cloudtrail, license_manager, sts};
use crate::telemetry::{metrics, trace};
use crate::wire::json11::{self, Fault};
use crate::wire::query::Members;
use crate::wire::{Parameters, query};

/// The largest body that is read, in bytes.
const MAX_BODY_BYTES: usize = 1024 * 1024;
const TARGET: &str = "x-amz-target";

/// A service of AWS JSON 1.1.
struct Api {
    /// What comes before an operation's name in the target.
    prefix: &'static str,
    /// How its requests are signed.
    auth: &'static auth::Service,
    /// What records call it (EV-4).
    source: &'static str,
    operations: &'static [Row],
}

static APIS: &[Api] = &[
    Api {
        prefix: "AWSLicenseManager.",
        auth: &auth::Service::LICENSE_MANAGER,
        source: "license-manager.amazonaws.com",
        operations: license_manager::OPERATIONS,
    },
    Api {
        prefix: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.",
        auth: &auth::Service::CLOUDTRAIL,
        source: "cloudtrail.amazonaws.com",
        operations: cloudtrail::OPERATIONS,
    },
];

/// Answers a request to `/`: the service of the target that it names, STS
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
    let origin = origin(&parts, id);
    if is_form && !parts.headers.contains_key(TARGET) {
        return sts_answer(service, parts, body, origin).await;
    }
    let answer = match named(&parts) {
        Ok((api, row)) => json11_answer(service, api, row, parts, body, origin).await,
        Err(fault) => Err(fault),
    };
    answer.map_or_else(|fault| json11::error(&fault), json11::output)
}

/// Carries a call out, once there is a place for it: in a task of its own, so
/// that what a client does not wait for any longer is done, and recorded, all
/// the same. What it does not wait for before it is begun never is.
async fn carried_out<T: Send + 'static>(
    service: &Service,
    deadline: Option<Instant>,
    call: impl Future<Output = T> + Send + 'static,
) -> Result<T, Error> {
    let place = service.admission.place(deadline).await?;
    let call = async move {
        let _place = place;
        call.await
    };
    tokio::spawn(call.in_current_span()).await.map_err(Error::internal)
}

/// How a call is measured.
#[derive(Clone)]
struct Measured {
    service: &'static str,
    operation: &'static str,
    started: Instant,
    span: Span,
}

impl Measured {
    fn begin(service: &'static str, operation: &'static str) -> Self {
        Self { service, operation, started: Instant::now(), span: trace::call(service, operation) }
    }

    fn end(&self, error: Option<&'static str>) {
        metrics::call(self.service, self.operation, error, self.started.elapsed());
        if let Some(error) = error {
            trace::failed(&self.span, error);
        }
    }
}

/// Answers a method that a path does not take; what it takes stands in
/// `Allow`.
pub(super) async fn refuse_method(method: Method) -> Response {
    let message = format!("`{method}` is not served here: AWS clients send POST to `/`");
    json11::error(&Fault::new("MethodNotAllowedException", 405, message))
}

/// The operation that a request names.
fn named(parts: &Parts) -> Result<(&'static Api, &'static Row), Fault> {
    let target = parts.headers.get(TARGET).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let named = APIS.iter().find_map(|api| {
        let name = target.strip_prefix(api.prefix)?;
        Some((api, api.operations.iter().find(|row| row.name == name)?))
    });
    named.ok_or_else(|| {
        let message = match target {
            "" => "send the operation as X-Amz-Target: AWSLicenseManager.<Operation>".to_owned(),
            target => format!("`{target}` is not an operation of this service"),
        };
        Fault::new("UnknownOperationException", 400, message)
    })
}

async fn json11_answer(
    service: Arc<Service>,
    api: &'static Api,
    row: &'static Row,
    parts: Parts,
    body: Bytes,
    origin: Origin,
) -> Result<Vec<u8>, Fault> {
    let measured = Measured::begin(api.auth.signing_name, row.name);
    let (span, deadline, begun) = (measured.span.clone(), origin.deadline, measured.clone());
    let shared = Arc::clone(&service);
    let call = async move {
        let outcome = json11_call(shared, api, row, parts, body, origin).await;
        begun.end(outcome.as_ref().err().map(|fault| fault.code));
        outcome
    };
    carried_out(&service, deadline, call).instrument(span).await.unwrap_or_else(|error| {
        let fault = fault(row, error);
        measured.end(Some(fault.code));
        Err(fault)
    })
}

async fn json11_call(
    service: Arc<Service>,
    api: &Api,
    row: &Row,
    parts: Parts,
    body: Bytes,
    origin: Origin,
) -> Result<Vec<u8>, Fault> {
    origin.check_deadline().map_err(|overloaded| fault(row, overloaded.into()))?;
    let now = service.clock.now().map_err(|_| clock_fault())?;
    let call = Call {
        source: api.source,
        operation: row.name,
        region: service.region.clone(),
        now,
        origin: origin.clone(),
    };
    let signed = signed(&parts, &body);
    let caller = match (caller(&service, &signed, api.auth, now).await, row.unsigned) {
        (Ok(caller), _) => Ok(caller),
        (Err(AuthError::Refused(Refusal::Unsigned)), Some(identify)) => {
            identify(&Parameters::new(body.clone()), &service, now)
                .await
                .map_err(|failure| failed(row, failure))
        }
        (Err(AuthError::Refused(refusal)), _) => Err(Fault::new(refusal.code(), 400, refusal.to_string())),
        (Err(AuthError::Unavailable(reason)), _) => Err(fault(row, Error::internal(reason))),
    };
    let caller = match caller {
        Ok(caller) => caller,
        Err(fault) => {
            record_refused(&service, &call, &signed, fault.code, &fault.message).await;
            return Err(fault);
        }
    };
    let parameters = Parameters::new(body);
    // It costs no record either: that is what a limit saves.
    let admitted = service.admission.count(&caller.account, parameters.as_value());
    admitted.map_err(|overloaded| fault(row, overloaded.into()))?;
    let cx = Context { service, caller, now, parameters, origin, touched: Touched::default() };
    let outcome = run(row, &cx).await;
    recorded(&cx, &call, outcome).await
}

async fn run(row: &Row, cx: &Context) -> Result<Vec<u8>, Fault> {
    let outcome = (row.run)(cx).await;
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
    let (mut members, mut retry_after) = (Map::new(), None);
    match (code, error.kind) {
        (Code::Redirect, Kind::Redirect { location }) => {
            members.insert("Location".into(), json!(location));
        }
        (_, Kind::RateLimitExceeded { retry_after: wait }) => retry_after = Some(wait),
        _ => {}
    }
    Fault { code: code.name(), status: code.status(), message, members, retry_after }
}

async fn sts_answer(service: Arc<Service>, parts: Parts, body: Bytes, origin: Origin) -> Response {
    let id = origin.request_id.to_string();
    let error = |code: &str, status, message: &str| query::error(sts::NAMESPACE, code, status, message, &id);
    let action = query::parameter(&body, "Action").unwrap_or_default();
    let Some(row) = sts::ACTIONS.iter().find(|row| row.name == action) else {
        return error("InvalidAction", 400, &format!("`{action}` is not an action of this service"));
    };
    let measured = Measured::begin(auth::Service::STS.signing_name, row.name);
    let (span, deadline, begun) = (measured.span.clone(), origin.deadline, measured.clone());
    let shared = Arc::clone(&service);
    let call = async move {
        let outcome = sts_call(&shared, row, &parts, &body, origin).await;
        begun.end(outcome.as_ref().err().map(|error| error.code));
        outcome
    };
    let outcome = carried_out(&service, deadline, call).instrument(span).await.unwrap_or_else(|error| {
        let error = sts::Error::from(error);
        measured.end(Some(error.code));
        Err(error)
    });
    match outcome {
        Ok((members, caller)) => {
            tracing::info!(operation = row.name, caller = caller.arn(), "called");
            query::output(sts::NAMESPACE, row.name, &members, &id)
        }
        Err(sts::Error { code, status, message, internal, .. }) => {
            match internal {
                Some(reason) => tracing::error!(operation = row.name, reason, "failed"),
                None => tracing::info!(operation = row.name, code, "refused"),
            }
            error(code, status, &message)
        }
    }
}

async fn sts_call(
    service: &Service,
    row: &sts::Row,
    parts: &Parts,
    body: &Bytes,
    origin: Origin,
) -> Result<(Members, Caller), sts::Error> {
    origin.check_deadline().map_err(Error::from)?;
    let now =
        service.clock.now().map_err(|_| sts::Error::new("InternalFailure", 500, clock_fault().message))?;
    let call = Call { source: sts::SOURCE, operation: row.name, region: service.region.clone(), now, origin };
    let signed = signed(parts, body);
    let outcome = match row.run {
        sts::Run::Signed(run) => match caller(service, &signed, &auth::Service::STS, now).await {
            Ok(caller) => Ok((run(&caller), caller)),
            Err(AuthError::Refused(refusal)) => Err(sts::Error::new(refusal.query_code(), 403, refusal)),
            Err(AuthError::Unavailable(reason)) => Err(sts::Error::internal(reason)),
        },
        sts::Run::Unsigned(run) => run(service, body, now).await,
    };
    recorded_form(service, &call, &signed, outcome).await
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
