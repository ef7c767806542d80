//! ListTagsForResource.

use serde::{Deserialize, Serialize};

use super::tagging;
use crate::context::Context;
use crate::error::Error;
use crate::operation::Operation;
use crate::wire::Violations;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct ListTagsForResource {
    resource_arn: Option<String>,
}

pub(super) struct Request {
    resource_arn: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    tags: Vec<Tag>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

impl Operation for ListTagsForResource {
    const NAME: &'static str = "ListTagsForResource";
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let resource_arn = violations.required("resourceArn", self.resource_arn);
        violations.finish(resource_arn.map(|resource_arn| Request { resource_arn }))
    }

    fn resource(request: &Request) -> Option<&str> {
        Some(&request.resource_arn)
    }

    /// By key, as the store keeps them.
    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let allowed = tagging::load(cx, &request.resource_arn).await?;
        let tags = allowed.get().tags.iter();
        let tags = tags.map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect();
        Ok(Output { tags })
    }
}
