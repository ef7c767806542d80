//! ListReceivedLicensesForOrganization.

use std::collections::BTreeSet;

use licentia_core::arn::AccountId;
use licentia_core::principal::Principal;
use serde::Deserialize;

use super::filters::{FilterInput, Filters};
use super::granted_license::{GrantedLicense, ORGANIZATION_FILTERS};
use super::granted_licenses::{GrantedLicenses, GrantedLicensesOutput, Sights};
use super::listing::{self, PageRequest};
use super::received::pointers;
use crate::context::Context;
use crate::error::Error;
use crate::operation::Operation;
use crate::records;
use crate::settings::organization_view;
use crate::wire::{Object, Violations};

/// Pointers read at once.
const PAGE: usize = 500;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct ListReceivedLicensesForOrganization {
    filters: Option<Vec<Object<FilterInput>>>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

pub(super) struct Request {
    filters: Filters<GrantedLicense>,
    page: PageRequest,
}

impl Operation for ListReceivedLicensesForOrganization {
    const NAME: &'static str = "ListReceivedLicensesForOrganization";
    type Request = Request;
    type Output = GrantedLicensesOutput;

    fn validate(self) -> Result<Request, Error> {
        let none = ("licenseArns", None);
        let read =
            listing::read(Violations::default(), none, self.filters, self.next_token, self.max_results)?;
        Ok(Request { filters: Filters::read(read.filters, ORGANIZATION_FILTERS)?, page: read.page })
    }

    async fn call(request: Request, cx: &Context) -> Result<GrantedLicensesOutput, Error> {
        let organization = organization_view(cx).await?.organization_id;
        let accounts = cx.service.organizations.accounts_under(&organization, None).await?;
        let accounts: BTreeSet<AccountId> = accounts.into_iter().collect();
        let mut sights = Sights::new();
        for account in &accounts {
            let received = records::received(&Principal::Account(account.clone()), PAGE);
            for (arn, received) in pointers(cx, received).await? {
                sights.entry(arn).or_default().received.extend(received);
            }
        }
        let licenses = GrantedLicenses::new(sights, accounts, request.filters);
        let (licenses, next_token) = listing::page(cx, Self::NAME, request.page, &licenses).await?;
        Ok(GrantedLicensesOutput { licenses, next_token })
    }
}
