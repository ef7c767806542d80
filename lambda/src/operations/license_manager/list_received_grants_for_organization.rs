//! ListReceivedGrantsForOrganization.

use std::collections::BTreeSet;

use licentia_core::arn::{AccountId, LicenseArn};
use serde::Deserialize;

use super::filters::{FilterInput, Filters, Member};
use super::listed_grants::{Grants, GrantsOutput, Listed};
use super::listing::{self, BATCH, PageRequest};
use crate::context::Context;
use crate::error::Error;
use crate::grants::StoredGrant;
use crate::operation::Operation;
use crate::records;
use crate::settings::organization_view;
use crate::wire::{Object, Violations};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct ListReceivedGrantsForOrganization {
    license_arn: Option<String>,
    filters: Option<Vec<Object<FilterInput>>>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

pub(super) struct Request {
    license_arn: String,
    filters: Filters<Listed>,
    page: PageRequest,
}

const FILTERS: &[Member<Listed>] = &[
    ("ParentArn", |listed| listed.grant.parent_arn.to_string()),
    ("GranteePrincipalArn", |listed| listed.grant.grantee_principal_arn.to_string()),
];

impl Operation for ListReceivedGrantsForOrganization {
    const NAME: &'static str = "ListReceivedGrantsForOrganization";
    type Request = Request;
    type Output = GrantsOutput;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let license_arn = violations.arn("licenseArn", self.license_arn);
        // The license is a part of what decides what is listed, as names are.
        let named = ("licenseArn", license_arn.clone().map(|arn| vec![arn]));
        let read = listing::read(violations, named, self.filters, self.next_token, self.max_results)?;
        let filters = Filters::read(read.filters, FILTERS)?;
        Ok(Request { license_arn: license_arn.unwrap_or_default(), filters, page: read.page })
    }

    fn resource(request: &Request) -> Option<&str> {
        Some(&request.license_arn)
    }

    async fn call(request: Request, cx: &Context) -> Result<GrantsOutput, Error> {
        let organization = organization_view(cx).await?.organization_id;
        let unknown = || Error::invalid(format_args!("license `{}` does not exist", request.license_arn));
        let license = LicenseArn::parse(&request.license_arn).map_err(|_| unknown())?;
        let head = cx.service.store.get(&[records::head_key(&license)]).await?.pop().flatten();
        head.ok_or_else(unknown)?;
        let accounts = cx.service.organizations.accounts_under(&organization, None).await?;
        let accounts: BTreeSet<AccountId> = accounts.into_iter().collect();
        let grants = Grants {
            ranges: vec![records::grants_of(&license, BATCH)],
            named: None,
            filters: request.filters,
            sees: |stored: &StoredGrant| {
                stored.record.grant.grantee().is_some_and(|account| accounts.contains(account))
            },
        };
        let (grants, next_token) = listing::page(cx, Self::NAME, request.page, &grants).await?;
        Ok(GrantsOutput { grants, next_token })
    }
}
