//! Each call leaves a record before it is answered (EV-4).

use licentia_core::arn::AccountId;
use serde_json::{Map, Value};

use crate::audit::{Actor, Call, Outcome, Record};
use crate::auth::{SignedRequest, claimed_access_key};
use crate::context::{Context, Service};
use crate::error::{Code, Error};
use crate::identity::{AccessKeyId, Caller};
use crate::operations::sts;
use crate::store::Unavailable;
use crate::wire::json11::Fault;
use crate::wire::query::{Content, Members};

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
    let parameters = cx.parameters.as_value().clone();
    let ended = match &outcome {
        Ok(output) => Outcome::Answered(serde_json::from_slice(output).unwrap_or_default()),
        Err(fault) => Outcome::Refused { code: fault.code, message: &fault.message },
    };
    let record = Record::new(call, Actor::Caller(&cx.caller), parameters, ended, cx.touched.arns());
    kept(&cx.service, &record).await?;
    if let Some(other) = cx.touched.account().filter(|account| **account != cx.caller.account) {
        kept(&cx.service, &record.for_trail_of(other)).await?;
    }
    outcome
}

/// As [`recorded`], for a call of STS.
///
/// # Errors
/// As [`recorded`].
pub(super) async fn recorded_form(
    service: &Service,
    call: &Call,
    signed: &SignedRequest<'_>,
    outcome: Result<(Members, Caller), sts::Error>,
) -> Result<(Members, Caller), sts::Error> {
    let (caller, ended) = match &outcome {
        Ok((members, caller)) => (Some(caller), Outcome::Answered(value(members))),
        Err(sts::Error { code, message, caller, .. }) => {
            (caller.as_deref(), Outcome::Refused { code, message })
        }
    };
    match (caller, ended) {
        (None, Outcome::Refused { code, message }) => {
            record_refused(service, call, signed, code, message).await;
        }
        (Some(caller), ended) if service.trail.records(call) => {
            let touched = caller.license().map(ToString::to_string).into_iter().collect();
            let record = Record::new(call, Actor::Caller(caller), form(signed.body), ended, touched);
            kept(service, &record)
                .await
                .map_err(|fault| sts::Error::new("InternalFailure", 500, fault.message))?;
        }
        _ => {}
    }
    outcome
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
    let Some((id, session_token)) = claimed_access_key(signed) else { return };
    let account = match account_of(service, &id, session_token.as_deref()).await {
        Ok(Some(account)) => account,
        Ok(None) => return,
        Err(error) => return tracing::error!(%error, operation = call.operation, "a refusal is not recorded"),
    };
    let actor = Actor::Claimed { account: &account, access_key_id: &id };
    let record = Record::new(call, actor, Value::Null, Outcome::Refused { code, message }, vec![]);
    // What went wrong stands in the log.
    let _ = service.trail.keep(&record).await;
}

/// Whose access key this is; a temporary one's session token tells.
async fn account_of(
    service: &Service,
    id: &str,
    session_token: Option<&str>,
) -> Result<Option<AccountId>, Unavailable> {
    if let Some(session_token) = session_token {
        return Ok(service.directory.session(id, session_token).map(|session| session.caller.account));
    }
    let Ok(id) = AccessKeyId::parse(id) else { return Ok(None) };
    Ok(service.directory.access_key(&id).await?.map(|key| key.account))
}

/// An STS result as JSON.
fn value(members: &Members) -> Value {
    let members = members.iter().map(|(name, content)| {
        let content = match content {
            Content::Text(text) => text.as_str().into(),
            Content::Members(members) => value(members),
        };
        ((*name).to_owned(), content)
    });
    Value::Object(members.collect())
}

/// The parameters of a form, but those that name the operation. Of several of
/// one name the first counts, as for [`parameter`](crate::wire::query::parameter).
fn form(body: &[u8]) -> Value {
    let mut members = Map::new();
    for (name, value) in form_urlencoded::parse(body) {
        if name != "Action" && name != "Version" {
            members.entry(name).or_insert_with(|| value.into_owned().into());
        }
    }
    Value::Object(members)
}

/// That the record is kept; why not stands in the log.
async fn kept(service: &Service, record: &Record) -> Result<(), Fault> {
    service.trail.keep(record).await.map_err(|_| {
        let Error { message, .. } = Error::internal("");
        Fault::new(Code::ServerInternal.name(), Code::ServerInternal.status(), message)
    })
}
