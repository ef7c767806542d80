//! TagResource.

use serde::{Deserialize, Serialize};

use super::tagging::{self, TagInput, Tagged};
use crate::context::{Context, Tries};
use crate::error::Error;
use crate::operation::Operation;
use crate::records::{self, Tags};
use crate::store::Change;
use crate::wire::{Object, Violations};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct TagResource {
    resource_arn: Option<String>,
    tags: Option<Vec<Object<TagInput>>>,
}

pub(super) struct Request {
    resource_arn: String,
    tags: Tags,
}

#[derive(Serialize)]
pub(super) struct Output {}

impl Operation for TagResource {
    const NAME: &'static str = "TagResource";
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let resource_arn = violations.required("resourceArn", self.resource_arn);
        let tags = violations.required("tags", self.tags);
        let (resource_arn, tags) = violations.finish((|| Some((resource_arn?, tags?)))())?;
        Ok(Request { resource_arn, tags: tagging::read(tags)? })
    }

    fn resource(request: &Request) -> Option<&str> {
        Some(&request.resource_arn)
    }

    /// Replaces the values of keys that are there, and keeps other keys (TG-2).
    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let mut tries = Tries::default();
        loop {
            let allowed = tagging::load_to_change(cx, &request.resource_arn).await?;
            let Tagged { key, item, tags } = allowed.get();
            let mut after = tags.clone();
            after.extend(request.tags.clone());
            tagging::check_count(&after)?;
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
