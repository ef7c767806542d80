//! CreateLicenseVersion.

use licentia_core::arn::LicenseArn;
use licentia_core::license::{Status, Version};
use serde::{Deserialize, Serialize};

use super::shapes::{TermsInput, TermsRequest, read_status};
use super::stored::{Once, check_region, load_own, sized};
use crate::context::{Context, Setback, Tries};
use crate::error::{Error, Kind};
use crate::events::{Event, LicenseState};
use crate::licenses::{Stored, merge};
use crate::operation::Operation;
use crate::records::{self, Head};
use crate::store::{Change, Guard, Path, Write};
use crate::wire::Violations;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct CreateLicenseVersion {
    license_arn: Option<String>,
    #[serde(flatten)]
    terms: TermsInput,
    home_region: Option<String>,
    status: Option<String>,
    source_version: Option<String>,
    reset_usage: Option<bool>,
    client_token: Option<String>,
}

pub(super) struct Request {
    license_arn: String,
    terms: TermsRequest,
    home_region: String,
    status: Status,
    source_version: Option<String>,
    reset_usage: bool,
    client_token: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    license_arn: LicenseArn,
    version: Version,
    status: Status,
}

impl Operation for CreateLicenseVersion {
    const NAME: &'static str = "CreateLicenseVersion";
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let license_arn = violations.arn("licenseArn", self.license_arn);
        let terms = self.terms.read(&mut violations);
        let home_region = violations.required("homeRegion", self.home_region);
        let status = read_status(self.status.as_deref(), &mut violations);
        let client_token = violations.client_token(self.client_token);
        let (source_version, reset_usage) = (self.source_version, self.reset_usage.unwrap_or(false));
        let request = (|| {
            Some(Request {
                license_arn: license_arn?,
                terms: terms?,
                home_region: home_region?,
                status: status?,
                source_version,
                reset_usage,
                client_token: client_token?,
            })
        })();
        violations.finish(request)
    }

    fn resource(request: &Request) -> Option<&str> {
        Some(&request.license_arn)
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
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

async fn revise(cx: &Context, request: &Request, once: &Once<'_>) -> Result<Output, Setback> {
    let terms = request.terms.clone().issued_by(&cx.caller.account);
    let allowed = load_own(cx, &request.license_arn).await?;
    let Stored { head, pool, .. } = allowed.get();
    let license = &head.license;
    check_region(cx, &license.home_region)?;
    if request.home_region != license.home_region {
        let home = &license.home_region;
        return Err(Error::validation(format_args!("HomeRegion never changes: send `{home}`")).into());
    }
    check_version(request.source_version.as_deref(), license.version)?;
    let next = license.revised(terms.clone(), request.status, cx.now).map_err(Error::validation)?;
    if let Some(sign_key) = &terms.issuer.sign_key {
        cx.service.signer.check(&cx.caller.account, sign_key, cx.now).await.map_err(Error::from)?;
    }
    if !pool.shards.is_empty() {
        merge(&cx.service, allowed.get().arn(), cx.time()).await?;
        return Err(Setback::Changed);
    }
    let edit = pool.revising(license, &next, request.reset_usage, cx.now);
    let output = Output {
        license_arn: next.license_arn.clone(),
        version: next.version,
        status: next.status_at(cx.now),
    };
    let state = match (license.status, next.status) {
        (before, Status::Deactivated) if before != Status::Deactivated => LicenseState::Deactivated,
        _ => LicenseState::Updated,
    };
    let event = Event::license(&next, state, cx.now);
    let version = Write::Put(records::version_item(&next)?, vec![Guard::Absent]);
    let pool_write = allowed.get().write(&edit);
    let head = Head { license: next, revision: head.revision + 1, ..Head::clone(head) };
    let mut writes = vec![once.answering(&output)?, put_revised(&head)?, version];
    writes.extend(pool_write);
    cx.commit_telling(&allowed, Change(writes), &[event]).await?;
    Ok(output)
}

/// Who names a version means the current one (L-14, L-23).
pub(super) fn check_version(named: Option<&str>, current: Version) -> Result<(), Error> {
    match named {
        Some(named) if named != current.to_string() => Err(Error::new(
            Kind::Conflict,
            format_args!(
                "SourceVersion `{named}` is not the current version `{current}`: read the license again"
            ),
        )),
        _ => Ok(()),
    }
}

/// Replaces a license by its next revision.
pub(super) fn put_revised(head: &Head) -> Result<Write, Error> {
    let before = Guard::Equals(Path::member("revision"), (head.revision - 1).into());
    Ok(Write::Put(sized(records::head_item(head)?)?, vec![before]))
}
