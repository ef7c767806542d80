//! GetGrant.

use licentia_core::grant::Grant;
use licentia_core::license::Version;
use serde::{Deserialize, Serialize};

use super::granting::{load, unknown};
use crate::context::Context;
use crate::error::Error;
use crate::grants::principals;
use crate::operation::Operation;
use crate::records;
use crate::wire::Violations;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct GetGrant {
    grant_arn: Option<String>,
    version: Option<String>,
}

pub(super) struct Request {
    grant_arn: String,
    version: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    grant: Grant,
}

impl Operation for GetGrant {
    const NAME: &'static str = "GetGrant";
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let grant_arn = violations.arn("grantArn", self.grant_arn);
        let version = self.version;
        violations.finish(grant_arn.map(|grant_arn| Request { grant_arn, version }))
    }

    fn resource(request: &Request) -> Option<&str> {
        Some(&request.grant_arn)
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let grant = load(cx, &request.grant_arn).await?.seen();
        let account = &cx.caller.account;
        let is_party = grant.maker() == account
            || principals(&cx.service, account).await?.contains(&grant.grantee_principal_arn);
        if !is_party {
            return Err(unknown(&request.grant_arn));
        }
        cx.touched.note(&grant.license_arn);
        let Some(text) = request.version else { return Ok(Output { grant }) };
        let unknown = || {
            Error::invalid(format_args!(
                "version `{text}` does not exist; the current one is `{}`",
                grant.version
            ))
        };
        let version = Version::parse(&text).map_err(|_| unknown())?;
        if version == grant.version {
            return Ok(Output { grant });
        }
        let key = records::grant_version_key(&grant.grant_arn, version);
        let item = cx.service.store.get(&[key]).await?.pop().flatten().ok_or_else(unknown)?;
        Ok(Output { grant: item.read()? })
    }
}
