//! ListLicenseVersions.

use licentia_core::license::License;
use serde::{Deserialize, Serialize};

use super::stored::load_own;
use crate::context::Context;
use crate::error::Error;
use crate::operation::Operation;
use crate::records;
use crate::wire::Violations;
use crate::wire::page::{self, Listing, Weight};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct ListLicenseVersions {
    license_arn: Option<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

pub(super) struct Request {
    license_arn: String,
    next_token: Option<String>,
    page_size: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    licenses: Vec<License>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListLicenseVersions {
    const NAME: &'static str = "ListLicenseVersions";
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let license_arn = violations.arn("licenseArn", self.license_arn);
        let page_size = page::size(&mut violations, self.max_results);
        let next_token = self.next_token;
        violations.finish(license_arn.map(|license_arn| Request { license_arn, next_token, page_size }))
    }

    fn resource(request: &Request) -> Option<&str> {
        Some(&request.license_arn)
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let allowed = load_own(cx, &request.license_arn).await?;
        let current = &allowed.get().head.license;
        let listing = Listing::new(cx, Self::NAME, &request.license_arn);
        let mut query = records::versions(&current.license_arn, request.page_size);
        query.descending = true;
        query.after = request.next_token.map(|token| listing.after(&token)).transpose()?;
        let page = cx.service.store.query(&query).await?;
        let mut licenses = Vec::new();
        let mut weight = Weight::default();
        let mut last = None;
        for item in page.items.iter().take_while(|item| weight.has_room_for(&item.body)) {
            let version: License = item.read()?;
            let is_current = version.version == current.version;
            let status = if is_current { current.status_at(cx.now) } else { version.status };
            licenses.push(License { status, ..version });
            last = Some(&item.key.sort);
        }
        let last = last.filter(|_| page.more || licenses.len() < page.items.len());
        let next_token = last.map(|last| listing.token(last)).transpose()?;
        Ok(Output { licenses, next_token })
    }
}
