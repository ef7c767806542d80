//! ListReceivedLicenses.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use licentia_core::arn::LicenseArn;
use licentia_core::grant::GrantType;
use licentia_core::license::License;
use licentia_core::principal::Principal;
use serde::{Deserialize, Serialize};

use super::filters::{FilterInput, Filters};
use super::granted_license::{FILTERS, GrantedLicense};
use super::received::{pointers, privilege};
use super::shapes::objects;
use crate::context::Context;
use crate::error::Error;
use crate::grants::{StoredGrant, load_grants};
use crate::operation::Operation;
use crate::records::{self, GrantPointer, Head};
use crate::wire::page::{self, Listing, Weight};
use crate::wire::{Object, Violations};

/// How many licenses one call looks at, so that a filter that hardly any
/// passes does not keep it busy: the answer then has fewer items and a token.
const LOOKED_AT: usize = 2000;
/// How many are read at once.
const BATCH: usize = 25;
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
    license_arns: Option<Vec<String>>,
    filters: Filters<GrantedLicense>,
    selection: String,
    next_token: Option<String>,
    page_size: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    licenses: Vec<GrantedLicense>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// How the caller comes to see a license.
#[derive(Default)]
struct Sight {
    /// The grants by which it received it.
    received: Vec<GrantPointer>,
    /// The grant by which it sees what was distributed to buyers (G-6).
    delegated: Option<GrantPointer>,
}

/// All that the caller sees, the newest license first.
type Sights = Vec<(LicenseArn, Sight)>;

impl Operation for ListReceivedLicenses {
    const NAME: &'static str = "ListReceivedLicenses";
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
        let after = request.next_token.map(|token| listing.after(&token)).transpose()?;
        let mut sights = sights(cx, request.license_arns.as_deref()).await?;
        if let Some(after) = after {
            sights.retain(|(arn, _)| arn.id() < after.as_str());
        }
        let mut licenses = Vec::new();
        let mut weight = Weight::default();
        let mut last = None;
        let more = sights.len() > LOOKED_AT;
        sights.truncate(LOOKED_AT);
        for sights in sights.chunks(BATCH) {
            for (head, grant) in load(cx, sights).await? {
                let granted = GrantedLicense::new(cx, &head.license, &grant);
                if request.filters.pass(&granted) {
                    let is_full = licenses.len() == request.page_size;
                    if is_full || !weight.has_room_for(&granted) {
                        let next_token = last.map(|last: String| listing.token(&last)).transpose()?;
                        return Ok(Output { licenses, next_token });
                    }
                    licenses.push(granted);
                }
                last = Some(head.license.license_arn.id().to_owned());
            }
        }
        let last = sights.last().filter(|_| more);
        let next_token = last.map(|(arn, _)| listing.token(arn.id())).transpose()?;
        Ok(Output { licenses, next_token })
    }
}

/// Every license that the caller received, or sees as a delegate.
async fn sights(cx: &Context, named: Option<&[String]>) -> Result<Sights, Error> {
    let principal = Principal::Account(cx.caller.account.clone());
    let mut sights: BTreeMap<LicenseArn, Sight> = BTreeMap::new();
    for (arn, received) in pointers(cx, records::received(&principal, PAGE)).await? {
        sights.insert(arn, Sight { received, delegated: None });
    }
    let delegates = pointers(cx, records::received_as_delegate(&principal, PAGE)).await?;
    let delegates: Vec<GrantPointer> = delegates.into_values().flatten().collect();
    for delegate in load_grants(&cx.service, &delegates, cx.now).await? {
        if delegate.standing.active().is_err() {
            continue;
        }
        for arn in distributable(cx, delegate.license()).await? {
            let sight = sights.entry(arn).or_default();
            sight.delegated = Some(delegate.record.pointer());
        }
    }
    if let Some(named) = named {
        sights.retain(|arn, _| named.contains(&arn.to_string()));
    }
    let mut sights: Sights = sights.into_iter().collect();
    sights.sort_by_key(|(arn, _)| Reverse(arn.id().to_owned()));
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

/// The licenses that can be seen, in order, each with the grant that says most.
async fn load(cx: &Context, sights: &[(LicenseArn, Sight)]) -> Result<Vec<(Head, StoredGrant)>, Error> {
    let pointers: Vec<GrantPointer> =
        sights.iter().flat_map(|(_, sight)| sight.received.iter().chain(&sight.delegated)).cloned().collect();
    let mut grants = load_grants(&cx.service, &pointers, cx.now).await?;
    grants.sort_by(|a, b| a.record.grant.grant_arn.id().cmp(b.record.grant.grant_arn.id()));
    let mut seen = Vec::new();
    for (arn, sight) in sights {
        let received = grants.iter().filter(|grant| grant.record.grant.license_arn == *arn);
        let best = received
            .filter(|grant| grant.record.grant.grantee() == Some(&cx.caller.account))
            .max_by_key(|grant| privilege(&grant.standing));
        if let Some(grant) = best {
            seen.push((grant.head.clone(), grant.clone()));
            continue;
        }
        let Some(pointer) = &sight.delegated else { continue };
        let delegated = grants.iter().find(|grant| grant.record.grant.grant_arn == pointer.grant_arn);
        if let Some(grant) = delegated
            && let Some(head) = load_distributed(cx, arn).await?
        {
            seen.push((head, grant.clone()));
        }
    }
    Ok(seen)
}

/// The license, if its owner distributed it to a buyer (G-6) and it can still
/// be read.
async fn load_distributed(cx: &Context, arn: &LicenseArn) -> Result<Option<Head>, Error> {
    let item = cx.service.store.get(&[records::head_key(arn)]).await?.pop().flatten();
    let head = item.map(|item| item.read::<Head>()).transpose()?.filter(|head| head.is_readable(cx.now));
    let Some(head) = head else { return Ok(None) };
    let mut query = records::grants_of(arn, PAGE);
    loop {
        let page = cx.service.store.query(&query).await?;
        let pointers = page.items.iter().map(|item| item.read()).collect::<Result<Vec<GrantPointer>, _>>()?;
        let grants = load_grants(&cx.service, &pointers, cx.now).await?;
        let is_to_buyer = |grant: &StoredGrant| {
            grant.record.grant.maker() == arn.owner()
                && grant.record.grant.grant_type == GrantType::BuyerGrant
        };
        if grants.iter().any(is_to_buyer) {
            return Ok(Some(head));
        }
        query.after = page.items.last().map(|item| item.key.sort.clone());
        if !page.more {
            return Ok(None);
        }
    }
}
