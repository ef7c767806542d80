//! DeleteGrant.

use licentia_core::grant::Event;
use serde::Deserialize;

use super::granting::{GrantOutput, Step, check_home, check_version, load, not_allowed, read_reason, take};
use crate::allow;
use crate::context::{Context, Tries};
use crate::error::Error;
use crate::operation::Operation;
use crate::wire::Violations;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct DeleteGrant {
    grant_arn: Option<String>,
    status_reason: Option<String>,
    version: Option<String>,
}

pub(super) struct Request {
    grant_arn: String,
    reason: Option<String>,
    version: String,
}

impl Operation for DeleteGrant {
    const NAME: &'static str = "DeleteGrant";
    type Request = Request;
    type Output = GrantOutput;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let grant_arn = violations.arn("grantArn", self.grant_arn);
        let reason = read_reason(self.status_reason, &mut violations);
        let version = violations.required("version", self.version);
        let request = (|| Some(Request { grant_arn: grant_arn?, reason, version: version? }))();
        violations.finish(request)
    }

    fn resource(request: &Request) -> Option<&str> {
        Some(&request.grant_arn)
    }

    async fn call(request: Request, cx: &Context) -> Result<GrantOutput, Error> {
        let mut tries = Tries::default();
        let mut step = Step::default();
        loop {
            let stored = load(cx, &request.grant_arn).await?;
            if let Some(done) = step.was_taken(&stored, &tries) {
                return Ok(done);
            }
            let allowed =
                allow::grantor(&cx.caller, stored).ok_or_else(|| not_allowed(cx, "delete this grant"))?;
            let stored = allowed.get();
            check_home(cx, &stored.record.grant.home_region, "deleted")?;
            check_version("Version", &request.version, stored.seen().version)?;
            match take(cx, &allowed, Event::Delete, request.reason.clone(), &mut step).await {
                Ok(output) => return Ok(output),
                Err(setback) => tries.again(setback).await?,
            }
        }
    }
}
