//! DeleteLicense.

use licentia_core::license::Status;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::create_license_version::{check_version, put_revised};
use super::stored::{check_region, load_own};
use crate::context::{Context, Setback, Tries};
use crate::error::Error;
use crate::events::{Event, LicenseState};
use crate::grants::ending_with;
use crate::licenses::{Stored, merge};
use crate::operation::Operation;
use crate::records::{self, Head};
use crate::store::Change;
use crate::wire::Violations;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct DeleteLicense {
    license_arn: Option<String>,
    source_version: Option<String>,
}

pub(super) struct Request {
    license_arn: String,
    source_version: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    status: Status,
    deletion_date: Timestamp,
}

impl Operation for DeleteLicense {
    const NAME: &'static str = "DeleteLicense";
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let license_arn = violations.arn("licenseArn", self.license_arn);
        let source_version = violations.required("sourceVersion", self.source_version);
        let request = (|| Some(Request { license_arn: license_arn?, source_version: source_version? }))();
        violations.finish(request)
    }

    fn resource(request: &Request) -> Option<&str> {
        Some(&request.license_arn)
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let mut tries = Tries::default();
        loop {
            let allowed = load_own(cx, &request.license_arn).await?;
            let Stored { head, pool, .. } = allowed.get();
            check_region(cx, &head.license.home_region)?;
            check_version(Some(&request.source_version), head.license.version)?;
            if let Some(deletion_date) = head.deleted_at {
                // A try of ours whose outcome was unknown may be what deleted it.
                return match tries.uncertain {
                    true => Ok(Output { status: head.license.status, deletion_date }),
                    false => {
                        Err(Error::validation(format_args!("the license was deleted at {deletion_date}")))
                    }
                };
            }
            if !pool.shards.is_empty() {
                let merged = merge(&cx.service, allowed.get().arn(), cx.time()).await;
                tries.again(merged.err().unwrap_or(Setback::Changed)).await?;
                continue;
            }
            let mut license = head.license.clone();
            license.status = Status::Deleted;
            let arn = license.license_arn.clone();
            let head = Head { license, revision: head.revision + 1, deleted_at: Some(cx.now) };
            let mut writes = vec![put_revised(&head)?, records::expire_pointer(&head.license, cx.now)];
            writes.extend(allowed.get().write(&pool.closing()));
            let mut events = vec![Event::license(&head.license, LicenseState::Deleted, cx.now)];
            events.extend(ending_with(&cx.service, &arn, None, cx.now).await?);
            match cx.commit_telling(&allowed, Change(writes), &events).await {
                Ok(()) => return Ok(Output { status: Status::Deleted, deletion_date: cx.now }),
                Err(setback) => tries.again(setback).await?,
            }
        }
    }
}
