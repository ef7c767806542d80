//! GetLicense.

use licentia_core::license::{License, Version};
use serde::{Deserialize, Serialize};

use super::received::load_used;
use super::stored::load_own;
use crate::allow::Audience;
use crate::context::Context;
use crate::error::Error;
use crate::operation::Operation;
use crate::records;
use crate::wire::Violations;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct GetLicense {
    license_arn: Option<String>,
    version: Option<String>,
}

pub(super) struct Request {
    license_arn: String,
    version: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    license: License,
}

impl Operation for GetLicense {
    const NAME: &'static str = "GetLicense";
    const AUDIENCE: Audience = Audience::TokenHolders;
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let license_arn = violations.arn("licenseArn", self.license_arn);
        let version = self.version;
        violations.finish(license_arn.map(|license_arn| Request { license_arn, version }))
    }

    fn resource(request: &Request) -> Option<&str> {
        Some(&request.license_arn)
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        // Customers without an account read the license of their token (T-1).
        let allowed = match cx.caller.token() {
            Some(_) => load_used(cx, &request.license_arn).await?,
            None => load_own(cx, &request.license_arn).await?,
        };
        let mut license = allowed.get().head.license.clone();
        license.status = license.status_at(cx.now);
        let Some(text) = request.version else { return Ok(Output { license }) };
        let unknown = || {
            Error::invalid(format_args!(
                "version `{text}` does not exist; the current one is `{}`",
                license.version
            ))
        };
        let version = Version::parse(&text).map_err(|_| unknown())?;
        if version == license.version {
            return Ok(Output { license });
        }
        let key = records::version_key(&license.license_arn, version);
        let item = cx.service.store.get(&[key]).await?.pop().flatten().ok_or_else(unknown)?;
        Ok(Output { license: item.read()? })
    }
}
