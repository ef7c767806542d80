//! ListLicenses.

use licentia_core::arn::LicenseArn;
use licentia_core::license::License;
use serde::{Deserialize, Serialize};

use super::filters::{FilterInput, Filters, Member};
use super::shapes::objects;
use crate::context::Context;
use crate::error::Error;
use crate::operation::Operation;
use crate::records::{self, Head};
use crate::store::{Item, Key};
use crate::wire::page::{self, Listing, Weight};
use crate::wire::{Object, Violations};

/// How many licenses one call looks at, so that a filter that hardly any
/// passes does not keep it busy: the answer then has fewer items and a token.
const LOOKED_AT: usize = 2000;
/// How many are read at once.
const BATCH: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct ListLicenses {
    license_arns: Option<Vec<String>>,
    filters: Option<Vec<Object<FilterInput>>>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

pub(super) struct Request {
    license_arns: Option<Vec<String>>,
    filters: Filters<License>,
    selection: String,
    next_token: Option<String>,
    page_size: usize,
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
        let mut violations = Violations::default();
        let license_arns = self.license_arns.filter(|arns| !arns.is_empty());
        let license_arns = license_arns.map(|arns| {
            let arns = arns.into_iter().zip(1..);
            arns.filter_map(|(arn, number)| {
                violations.arn(&format!("licenseArns.{number}.member"), Some(arn))
            })
            .collect::<Vec<_>>()
        });
        let page_size = page::size(&mut violations, self.max_results);
        let (license_arns, page_size) = violations.finish(Some((license_arns, page_size)))?;
        let filters = objects(self.filters);
        let selection = serde_json::to_string(&(&license_arns, &filters)).map_err(Error::internal)?;
        let filters = Filters::read(filters, FILTERS)?;
        Ok(Request { license_arns, filters, selection, next_token: self.next_token, page_size })
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let listing = Listing::new(cx, Self::NAME, &request.selection);
        let mut after = request.next_token.map(|token| listing.after(&token)).transpose()?;
        let mut licenses = Vec::new();
        let mut weight = Weight::default();
        let mut looked_at = 0;
        loop {
            let batch = match &request.license_arns {
                Some(arns) => named(cx, arns, after.as_deref()).await?,
                None => all(cx, after.as_deref()).await?,
            };
            for item in &batch.items {
                let head: Head = item.read()?;
                let mut license = head.license.clone();
                license.status = license.status_at(cx.now);
                let passes = head.is_readable(cx.now) && request.filters.pass(&license);
                if passes && (licenses.len() == request.page_size || !weight.has_room_for(item)) {
                    let next_token = after.map(|after| listing.token(&after)).transpose()?;
                    return Ok(Output { licenses, next_token });
                }
                if passes {
                    licenses.push(license);
                }
                after = Some(item.key.sort.clone());
            }
            looked_at += batch.items.len();
            after = batch.last.or(after);
            if !batch.more {
                return Ok(Output { licenses, next_token: None });
            }
            if looked_at >= LOOKED_AT {
                let next_token = after.map(|after| listing.token(&after)).transpose()?;
                return Ok(Output { licenses, next_token });
            }
        }
    }
}

/// Several licenses on their way through the filters.
struct Batch {
    items: Vec<Item>,
    /// The sort key of the last one that was looked for.
    last: Option<String>,
    more: bool,
}

/// The caller's licenses, newest first.
async fn all(cx: &Context, after: Option<&str>) -> Result<Batch, Error> {
    let mut query = records::heads(&cx.caller.account, BATCH);
    query.descending = true;
    query.after = after.map(ToOwned::to_owned);
    let page = cx.service.store.query(&query).await?;
    Ok(Batch {
        last: page.items.last().map(|item| item.key.sort.clone()),
        items: page.items,
        more: page.more,
    })
}

/// Those of the named licenses that are the caller's, newest first.
async fn named(cx: &Context, arns: &[String], after: Option<&str>) -> Result<Batch, Error> {
    let arns = arns.iter().filter_map(|arn| LicenseArn::parse(arn).ok());
    let own = arns.filter(|arn| arn.owner() == &cx.caller.account);
    let mut keys: Vec<Key> = own.map(|arn| records::head_key(&arn)).collect();
    keys.sort_unstable_by(|a, b| b.cmp(a));
    keys.dedup();
    keys.retain(|key| after.is_none_or(|after| key.sort.as_str() < after));
    let more = keys.len() > BATCH;
    keys.truncate(BATCH);
    let items = if keys.is_empty() { vec![] } else { cx.service.store.get(&keys).await? };
    let last = keys.pop().map(|key| key.sort);
    Ok(Batch { items: items.into_iter().flatten().collect(), last, more })
}
