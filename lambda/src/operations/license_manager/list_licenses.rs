//! ListLicenses.

use licentia_core::arn::LicenseArn;
use licentia_core::license::License;
use serde::{Deserialize, Serialize};

use super::filters::{FilterInput, Filters, Member};
use super::listing::{self, BATCH, Batch, PageRequest, Source};
use crate::context::Context;
use crate::error::Error;
use crate::operation::Operation;
use crate::records::{self, Head};
use crate::store::{Item, Key};
use crate::wire::{Object, Violations};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct ListLicenses {
    license_arns: Option<Vec<String>>,
    filters: Option<Vec<Object<FilterInput>>>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

pub(super) struct Request {
    licenses: Licenses,
    page: PageRequest,
}

const FILTERS: &[Member<License>] = &[
    ("Beneficiary", |license| license.beneficiary.clone()),
    ("ProductSKU", |license| license.product_sku.clone()),
    ("Fingerprint", |license| license.terms.issuer.key_fingerprint.clone()),
    ("Status", |license| license.status.to_string()),
];

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    licenses: Vec<License>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListLicenses {
    const NAME: &'static str = "ListLicenses";
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let named = ("licenseArns", self.license_arns);
        let read =
            listing::read(Violations::default(), named, self.filters, self.next_token, self.max_results)?;
        let filters = Filters::read(read.filters, FILTERS)?;
        Ok(Request { licenses: Licenses { named: read.arns, filters }, page: read.page })
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let (licenses, next_token) = listing::page(cx, Self::NAME, request.page, &request.licenses).await?;
        Ok(Output { licenses, next_token })
    }
}

/// The caller's licenses, all or the named ones.
struct Licenses {
    named: Option<Vec<String>>,
    filters: Filters<License>,
}

impl Source for Licenses {
    type Shown = License;

    async fn batch(&self, cx: &Context, after: Option<&str>) -> Result<Batch<License>, Error> {
        let (items, last, more) = match &self.named {
            Some(arns) => named(cx, arns, after).await?,
            None => all(cx, after).await?,
        };
        let shown = |item: &Item| -> Result<_, Error> {
            let head: Head = item.read()?;
            let license = License { status: head.license.status_at(cx.now), ..head.license.clone() };
            let is_shown = head.is_readable(cx.now) && self.filters.pass(&license);
            Ok((item.key.sort.clone(), is_shown.then_some(license)))
        };
        Ok(Batch { items: items.iter().map(shown).collect::<Result<_, _>>()?, last, more })
    }
}

/// Items, the sort key of the last one that was looked for, and whether there
/// are more.
type Found = (Vec<Item>, Option<String>, bool);

/// The caller's licenses, newest first.
async fn all(cx: &Context, after: Option<&str>) -> Result<Found, Error> {
    let mut query = records::heads(&cx.caller.account, BATCH);
    query.descending = true;
    query.after = after.map(ToOwned::to_owned);
    let page = cx.service.store.query(&query).await?;
    let last = page.items.last().map(|item| item.key.sort.clone());
    Ok((page.items, last, page.more))
}

/// Those of the named licenses that are the caller's, newest first.
async fn named(cx: &Context, arns: &[String], after: Option<&str>) -> Result<Found, Error> {
    let own = arns.iter().filter_map(|arn| LicenseArn::parse(arn).ok());
    let own = own.filter(|arn| arn.owner() == &cx.caller.account);
    let keys: Vec<Key> = own.map(|arn| records::head_key(&arn)).collect();
    let (keys, more) = listing::next(keys, after);
    let items = if keys.is_empty() { vec![] } else { cx.service.store.get(&keys).await? };
    let last = keys.last().map(|key| key.sort.clone());
    Ok((items.into_iter().flatten().collect(), last, more))
}
