//! Granted licenses on their way to a page.

use std::collections::{BTreeMap, BTreeSet};

use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::grant::GrantType;
use serde::Serialize;

use super::filters::Filters;
use super::granted_license::GrantedLicense;
use super::listing::{Batch, Source};
use super::received::privilege;
use crate::context::Context;
use crate::error::Error;
use crate::grants::{StoredGrant, load_grants};
use crate::records::{self, GrantPointer, Head};

/// How many are read at once.
const BATCH: usize = 25;
/// Pointers read at once.
const PAGE: usize = 500;

/// What a listing of granted licenses answers.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GrantedLicensesOutput {
    pub(super) licenses: Vec<GrantedLicense>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_token: Option<String>,
}

/// How a license comes to be seen.
#[derive(Default)]
pub(super) struct Sight {
    /// The grants by which accounts received it.
    pub(super) received: Vec<GrantPointer>,
    /// The grant by which a delegate sees what was distributed to buyers (G-6).
    pub(super) delegated: Option<GrantPointer>,
}

/// All licenses that are seen.
pub(super) type Sights = BTreeMap<LicenseArn, Sight>;

/// Licenses that accounts have received, each once.
pub(super) struct GrantedLicenses {
    /// The newest first.
    sights: Vec<(LicenseArn, Sight)>,
    accounts: BTreeSet<AccountId>,
    filters: Filters<GrantedLicense>,
}

impl GrantedLicenses {
    /// These licenses, as these accounts received them.
    pub(super) fn new(
        sights: Sights,
        accounts: BTreeSet<AccountId>,
        filters: Filters<GrantedLicense>,
    ) -> Self {
        let mut sights: Vec<(LicenseArn, Sight)> = sights.into_iter().collect();
        sights.sort_by(|(a, _), (b, _)| b.id().cmp(a.id()));
        Self { sights, accounts, filters }
    }
}

impl Source for GrantedLicenses {
    type Shown = GrantedLicense;

    async fn batch(&self, cx: &Context, after: Option<&str>) -> Result<Batch<GrantedLicense>, Error> {
        let next = self.sights.partition_point(|(arn, _)| after.is_some_and(|after| arn.id() >= after));
        let next = self.sights.get(next..).unwrap_or_default();
        let batch = next.get(..BATCH).unwrap_or(next);
        let mut items = Vec::new();
        for (head, grant) in self.load(cx, batch).await? {
            let granted = GrantedLicense::new(cx, &head.license, &grant);
            let is_shown = self.filters.pass(&granted);
            items.push((head.license.license_arn.id().to_owned(), is_shown.then_some(granted)));
        }
        let last = batch.last().map(|(arn, _)| arn.id().to_owned());
        Ok(Batch { items, last, more: next.len() > batch.len() })
    }
}

impl GrantedLicenses {
    /// The licenses that can be seen, in order, each with the grant that says
    /// most.
    async fn load(
        &self,
        cx: &Context,
        sights: &[(LicenseArn, Sight)],
    ) -> Result<Vec<(Head, StoredGrant)>, Error> {
        let pointers: Vec<GrantPointer> = sights
            .iter()
            .flat_map(|(_, sight)| sight.received.iter().chain(&sight.delegated))
            .cloned()
            .collect();
        let mut grants = load_grants(&cx.service, &pointers, cx.now).await?;
        grants.sort_by(|a, b| a.record.grant.grant_arn.id().cmp(b.record.grant.grant_arn.id()));
        let mut seen = Vec::new();
        for (arn, sight) in sights {
            let received = grants.iter().filter(|grant| grant.record.grant.license_arn == *arn);
            let best = received
                .filter(|grant| {
                    grant.record.grant.grantee().is_some_and(|account| self.accounts.contains(account))
                })
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
