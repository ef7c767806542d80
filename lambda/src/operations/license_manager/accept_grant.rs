//! AcceptGrant.

use licentia_core::grant::Event;
use serde::Deserialize;

use super::granting::{GrantOutput, answer_grant};
use crate::context::Context;
use crate::error::Error;
use crate::operation::Operation;
use crate::wire::Violations;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct AcceptGrant {
    grant_arn: Option<String>,
}

impl Operation for AcceptGrant {
    const NAME: &'static str = "AcceptGrant";
    type Request = String;
    type Output = GrantOutput;

    fn validate(self) -> Result<String, Error> {
        let mut violations = Violations::default();
        let grant_arn = violations.arn("grantArn", self.grant_arn);
        violations.finish(grant_arn)
    }

    fn resource(grant_arn: &String) -> Option<&str> {
        Some(grant_arn)
    }

    async fn call(grant_arn: String, cx: &Context) -> Result<GrantOutput, Error> {
        answer_grant(cx, &grant_arn, Event::Accept).await
    }
}
