//! ListReceivedGrants.

use serde::Deserialize;

use super::filters::{FilterInput, Filters, Member};
use super::listed_grants::{Grants, GrantsOutput, Listed};
use super::listing::{self, BATCH, PageRequest};
use crate::context::Context;
use crate::error::Error;
use crate::grants::{StoredGrant, principals};
use crate::operation::Operation;
use crate::records;
use crate::wire::{Object, Violations};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct ListReceivedGrants {
    grant_arns: Option<Vec<String>>,
    filters: Option<Vec<Object<FilterInput>>>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

pub(super) struct Request {
    named: Option<Vec<String>>,
    filters: Filters<Listed>,
    page: PageRequest,
}

const FILTERS: &[Member<Listed>] = &[
    ("ProductSKU", |listed| listed.product_sku.clone()),
    ("LicenseIssuerName", |listed| listed.issuer_name.clone()),
    ("LicenseArn", |listed| listed.grant.license_arn.to_string()),
    ("GrantStatus", |listed| listed.grant.grant_status.to_string()),
    ("GranterAccountId", |listed| listed.grant.maker().to_string()),
];

impl Operation for ListReceivedGrants {
    const NAME: &'static str = "ListReceivedGrants";
    type Request = Request;
    type Output = GrantsOutput;

    fn validate(self) -> Result<Request, Error> {
        let named = ("grantArns", self.grant_arns);
        let read =
            listing::read(Violations::default(), named, self.filters, self.next_token, self.max_results)?;
        Ok(Request { named: read.arns, filters: Filters::read(read.filters, FILTERS)?, page: read.page })
    }

    async fn call(request: Request, cx: &Context) -> Result<GrantsOutput, Error> {
        let principals = principals(&cx.service, &cx.caller.account).await?;
        let grants = Grants {
            ranges: principals.iter().map(|principal| records::received(principal, BATCH)).collect(),
            named: request.named,
            filters: request.filters,
            sees: |stored: &StoredGrant| principals.contains(&stored.record.grant.grantee_principal_arn),
        };
        let (grants, next_token) = listing::page(cx, Self::NAME, request.page, &grants).await?;
        Ok(GrantsOutput { grants, next_token })
    }
}
