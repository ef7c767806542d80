//! CreateGrantVersion.

use licentia_core::grant::{Actor, GrantStatus, Revision};
use serde::Deserialize;

use super::granting::{
    GrantOutput, OptionsInput, check_home, check_version, load, not_allowed, read_operations, read_options,
    read_reason, read_status, refused,
};
use super::stored::{Once, sized};
use crate::allow::{self, Allowed};
use crate::context::{Context, Setback, Tries};
use crate::error::Error;
use crate::events::Event;
use crate::grants::{Activation, ActivationError, Steps, StoredGrant, replace, ties};
use crate::operation::Operation;
use crate::records::{self, GrantRecord};
use crate::store::Change;
use crate::wire::{Object, Violations};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct CreateGrantVersion {
    client_token: Option<String>,
    grant_arn: Option<String>,
    grant_name: Option<String>,
    allowed_operations: Option<Vec<String>>,
    status: Option<String>,
    status_reason: Option<String>,
    source_version: Option<String>,
    options: Option<Object<OptionsInput>>,
}

pub(super) struct Request {
    client_token: String,
    grant_arn: String,
    source_version: Option<String>,
    revision: Revision,
}

impl Operation for CreateGrantVersion {
    const NAME: &'static str = "CreateGrantVersion";
    type Request = Request;
    type Output = GrantOutput;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let client_token = violations.client_token(self.client_token);
        let grant_arn = violations.arn("grantArn", self.grant_arn);
        let operations = self.allowed_operations;
        let operations = operations.and_then(|operations| read_operations(&operations, &mut violations));
        let status = read_status("status", self.status.as_deref(), &mut violations);
        let reason = read_reason(self.status_reason, &mut violations);
        let options = read_options(self.options, &mut violations);
        let revision = Revision {
            name: self.grant_name,
            operations,
            status,
            reason,
            desired_status: options.desired_status,
            activation_override: options.activation_override,
        };
        let source_version = self.source_version;
        let request = (|| {
            Some(Request { client_token: client_token?, grant_arn: grant_arn?, source_version, revision })
        })();
        violations.finish(request)
    }

    fn resource(request: &Request) -> Option<&str> {
        Some(&request.grant_arn)
    }

    async fn call(request: Request, cx: &Context) -> Result<GrantOutput, Error> {
        let once = Once::new(cx, Self::NAME, &request.client_token);
        let mut tries = Tries::default();
        loop {
            if let Some(answer) = once.answered().await? {
                return Ok(answer);
            }
            let setback = match revise(cx, &request, &once).await {
                Ok(output) => return Ok(output),
                Err(setback) => setback,
            };
            match once.instead(setback).await {
                Ok(answer) => return Ok(answer),
                Err(setback) => tries.again(setback).await?,
            }
        }
    }
}

async fn revise(cx: &Context, request: &Request, once: &Once<'_>) -> Result<GrantOutput, Setback> {
    let stored = load(cx, &request.grant_arn).await?;
    let (allowed, actor) = actor(cx, stored).await?;
    let stored = allowed.get();
    cx.touched.note(&stored.record.grant.license_arn);
    check_home(cx, &stored.record.grant.home_region, "changed")?;
    if let Some(named) = &request.source_version {
        check_version("SourceVersion", named, stored.seen().version)?;
    }
    let revised =
        request.revision.clone().of(&stored.record.grant, &stored.standing, stored.license(), actor);
    let grant = revised.map_err(|refusal| refused(cx, &refusal))?;
    let is_grantors = matches!(actor, Actor::Grantor { .. });
    let override_is_set =
        stored.record.override_is_set || (is_grantors && request.revision.activation_override.is_some());
    let next = GrantRecord { grant, override_is_set, ..stored.record.clone() };
    sized(records::grant_item(&next)?)?;
    let output = GrantOutput::from(&next.grant);
    let mut writes = vec![once.answering(&output)?];
    writes.extend(replace(stored, &next)?);
    let activating = activating(cx, stored, &next, request.revision.status).await?;
    writes.extend(activating.writes);
    let mut events = vec![Event::grant(&next.grant, cx.now)];
    events.extend(activating.events);
    cx.commit_telling(&allowed, Change(writes), &events).await?;
    Ok(output)
}

/// As whom the caller may act on the grant: as the one that made it, or the one
/// that it is for.
async fn actor(cx: &Context, stored: StoredGrant) -> Result<(Allowed<StoredGrant>, Actor), Error> {
    let override_is_set = stored.record.override_is_set;
    if stored.record.grant.maker() != &cx.caller.account {
        let allowed =
            allow::grantee(&cx.caller, stored).ok_or_else(|| not_allowed(cx, "change this grant"))?;
        return Ok((allowed, Actor::Grantee { override_is_set }));
    }
    let ties = ties(&cx.service, &cx.caller.account, &stored.record.grant.grantee_principal_arn).await?;
    let actor = Actor::Grantor { holds: stored.makers_operations(), manages_grantee: ties.are_linked() };
    let allowed = allow::grantor(&cx.caller, stored).ok_or_else(|| not_allowed(cx, "change this grant"))?;
    Ok((allowed, actor))
}

/// The steps by which a grant of an AWS Marketplace product takes its turn to
/// be active (G-21, G-22).
async fn activating(
    cx: &Context,
    stored: &StoredGrant,
    next: &GrantRecord,
    status: Option<GrantStatus>,
) -> Result<Steps, Error> {
    let license = stored.license();
    let Some(account) = next.grant.grantee().filter(|_| status == Some(GrantStatus::Active)) else {
        return Ok(Steps::default());
    };
    if !license.is_from_marketplace() {
        return Ok(Steps::default());
    }
    let arn = &next.grant.grant_arn;
    let activation = Activation::next(&cx.service, account, license, arn, cx.now).await?;
    let chosen = next.grant.options.map(|options| options.activation_override_behavior);
    activation.steps(chosen).map_err(|error| match error {
        ActivationError::Refused(refusal) => refused(cx, &refusal),
        ActivationError::Unavailable(unavailable) => unavailable.into(),
    })
}
