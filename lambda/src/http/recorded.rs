//! Each call leaves a record before it is answered (EV-4).

use serde_json::{Map, Value};

use crate::audit::{Actor, Call, Outcome, Record};
use crate::auth::{SignedRequest, claimed_access_key};
use crate::context::{Context, Service};
use crate::error::{Code, Error};
use crate::identity::Caller;
use crate::wire::json11::Fault;

/// Records a call and how it ended, and lets the answer go. If the record is
/// not kept, the call failed, whatever it did: its retry is recorded.
///
/// # Errors
/// The call's own fault, or that its record is not kept.
pub(super) async fn recorded(
    cx: &Context,
    call: &Call,
    outcome: Result<Vec<u8>, Fault>,
) -> Result<Vec<u8>, Fault> {
    if !cx.service.trail.records(call) {
        return outcome;
    }
    let parameters = serde_json::from_slice(&cx.body).unwrap_or_default();
    let ended = match &outcome {
        Ok(output) => Outcome::Answered(serde_json::from_slice(output).unwrap_or_default()),
        Err(fault) => Outcome::Refused { code: fault.code, message: &fault.message },
    };
    let record = Record::new(call, Actor::Caller(&cx.caller), parameters, ended, cx.touched.arns());
    kept(&cx.service, &record).await?;
    outcome
}

/// As [`recorded`], for a call of STS.
///
/// # Errors
/// That its record is not kept.
pub(super) async fn recorded_form(
    service: &Service,
    call: &Call,
    caller: &Caller,
    body: &[u8],
    outcome: Outcome<'_>,
) -> Result<(), Fault> {
    if !service.trail.records(call) {
        return Ok(());
    }
    let record = Record::new(call, Actor::Caller(caller), form(body), outcome, vec![]);
    kept(service, &record).await
}

/// Records a call that nobody proved to have made, if it names an access key
/// that there is. Its body is not recorded: anybody may have written it. Nor
/// does anything wait for the record to succeed, since nothing was done.
pub(super) async fn record_refused(
    service: &Service,
    call: &Call,
    signed: &SignedRequest<'_>,
    code: &str,
    message: &str,
) {
    if !service.trail.records(call) {
        return;
    }
    let Some(id) = claimed_access_key(signed) else { return };
    let key = match service.directory.access_key(&id).await {
        Ok(Some(key)) => key,
        Ok(None) => return,
        Err(error) => return tracing::error!(%error, operation = call.operation, "a refusal is not recorded"),
    };
    let actor = Actor::Claimed { account: &key.account, access_key_id: &key.id };
    let record = Record::new(call, actor, Value::Null, Outcome::Refused { code, message }, vec![]);
    // What went wrong stands in the log.
    let _ = service.trail.keep(&record).await;
}

/// The parameters of a form, but those that name the operation.
fn form(body: &[u8]) -> Value {
    let parameters = form_urlencoded::parse(body).filter(|(name, _)| name != "Action" && name != "Version");
    let members: Map<_, _> =
        parameters.map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect();
    Value::Object(members)
}

/// That the record is kept; why not stands in the log.
async fn kept(service: &Service, record: &Record) -> Result<(), Fault> {
    service.trail.keep(record).await.map_err(|_| {
        let Error { message, .. } = Error::internal("");
        Fault::new(Code::ServerInternal.name(), Code::ServerInternal.status(), message)
    })
}
