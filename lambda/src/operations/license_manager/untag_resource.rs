//! UntagResource.

use serde::{Deserialize, Serialize};

use super::tagging::{self, Tagged};
use crate::context::{Context, Tries};
use crate::error::Error;
use crate::operation::Operation;
use crate::records;
use crate::store::Change;
use crate::wire::Violations;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct UntagResource {
    resource_arn: Option<String>,
    tag_keys: Option<Vec<String>>,
}

pub(super) struct Request {
    resource_arn: String,
    tag_keys: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Output {}

impl Operation for UntagResource {
    const NAME: &'static str = "UntagResource";
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let resource_arn = violations.required("resourceArn", self.resource_arn);
        let tag_keys = violations.required("tagKeys", self.tag_keys);
        let request = (|| Some(Request { resource_arn: resource_arn?, tag_keys: tag_keys? }))();
        violations.finish(request)
    }

    fn resource(request: &Request) -> Option<&str> {
        Some(&request.resource_arn)
    }

    /// Keys that are not there are not missed.
    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let mut tries = Tries::default();
        loop {
            let allowed = tagging::load_to_change(cx, &request.resource_arn).await?;
            let Tagged { key, item, tags } = allowed.get();
            let mut after = tags.clone();
            after.retain(|key, _| !request.tag_keys.contains(key));
            if after == *tags {
                return Ok(Output {});
            }
            let write = records::replace_tags(key.clone(), item.as_ref(), &after)?;
            match cx.commit(&allowed, Change(vec![write])).await {
                Ok(()) => return Ok(Output {}),
                Err(setback) => tries.again(setback).await?,
            }
        }
    }
}
