//! ListReceivedLicenses.

use std::collections::BTreeSet;

use licentia_core::arn::LicenseArn;
use licentia_core::license::License;
use licentia_core::principal::Principal;
use serde::Deserialize;

use super::filters::{FilterInput, Filters};
use super::granted_license::{FILTERS, GrantedLicense};
use super::granted_licenses::{GrantedLicenses, GrantedLicensesOutput, Sight, Sights};
use super::listing::{self, PageRequest};
use super::received::pointers;
use crate::context::Context;
use crate::error::Error;
use crate::grants::received;
use crate::operation::Operation;
use crate::records;
use crate::wire::{Object, Violations};

/// Pointers read at once.
const PAGE: usize = 500;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct ListReceivedLicenses {
    license_arns: Option<Vec<String>>,
    filters: Option<Vec<Object<FilterInput>>>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

pub(super) struct Request {
    named: Option<Vec<String>>,
    filters: Filters<GrantedLicense>,
    page: PageRequest,
}

impl Operation for ListReceivedLicenses {
    const NAME: &'static str = "ListReceivedLicenses";
    type Request = Request;
    type Output = GrantedLicensesOutput;

    fn validate(self) -> Result<Request, Error> {
        let named = ("licenseArns", self.license_arns);
        let read =
            listing::read(Violations::default(), named, self.filters, self.next_token, self.max_results)?;
        Ok(Request { named: read.arns, filters: Filters::read(read.filters, FILTERS)?, page: read.page })
    }

    async fn call(request: Request, cx: &Context) -> Result<GrantedLicensesOutput, Error> {
        let sights = sights(cx, request.named.as_deref()).await?;
        let accounts = BTreeSet::from([cx.caller.account.clone()]);
        let licenses = GrantedLicenses::new(sights, accounts, request.filters);
        let (licenses, next_token) = listing::page(cx, Self::NAME, request.page, &licenses).await?;
        Ok(GrantedLicensesOutput { licenses, next_token })
    }
}

/// Every license that the caller received, or sees as a delegate.
async fn sights(cx: &Context, named: Option<&[String]>) -> Result<Sights, Error> {
    let principal = Principal::Account(cx.caller.account.clone());
    let mut sights = Sights::new();
    for (arn, received) in pointers(cx, records::received(&principal, PAGE)).await? {
        sights.insert(arn, Sight { received, delegated: None });
    }
    let delegated = records::received_as_delegate(&principal, PAGE);
    for delegate in received(&cx.service, delegated, cx.now).await? {
        if delegate.standing.active().is_err() {
            continue;
        }
        for arn in distributable(cx, delegate.license()).await? {
            sights.entry(arn).or_default().delegated = Some(delegate.record.pointer());
        }
    }
    if let Some(named) = named {
        sights.retain(|arn, _| named.contains(&arn.to_string()));
    }
    Ok(sights)
}

/// The licenses of the same product by the same issuer.
async fn distributable(cx: &Context, license: &License) -> Result<Vec<LicenseArn>, Error> {
    let mut query = records::pointers(license.owner(), &license.product_sku, None, PAGE);
    let mut arns = Vec::new();
    loop {
        let page = cx.service.store.query(&query).await?;
        for item in &page.items {
            arns.push(item.read::<records::Pointer>()?.license_arn);
        }
        query.after = page.items.last().map(|item| item.key.sort.clone());
        if !page.more {
            return Ok(arns);
        }
    }
}
