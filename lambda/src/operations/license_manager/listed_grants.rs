//! Grants on their way to a page, for all listings of them.

use std::collections::BTreeMap;

use licentia_core::arn::GrantArn;
use licentia_core::grant::Grant;
use serde::Serialize;

use super::filters::Filters;
use super::listing::{self, BATCH, Batch, Source};
use crate::context::Context;
use crate::error::Error;
use crate::grants::{StoredGrant, load_grants};
use crate::records::{self, GrantPointer};
use crate::store::{Item, Key, Query};

/// What a listing of grants answers.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GrantsOutput {
    pub(super) grants: Vec<Grant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_token: Option<String>,
}

/// A grant, and what filters ask of its license.
pub(super) struct Listed {
    pub(super) grant: Grant,
    pub(super) product_sku: String,
    pub(super) issuer_name: String,
}

/// Grants of several partitions, or the named ones of them.
pub(super) struct Grants<F> {
    /// Where they are listed; nothing where the caller sees none.
    pub(super) ranges: Vec<Query>,
    /// Only these.
    pub(super) named: Option<Vec<String>>,
    pub(super) filters: Filters<Listed>,
    /// Whether the caller sees a grant.
    pub(super) sees: F,
}

impl<F: Fn(&StoredGrant) -> bool + Sync> Source for Grants<F> {
    type Shown = Grant;

    async fn batch(&self, cx: &Context, after: Option<&str>) -> Result<Batch<Grant>, Error> {
        let (pointers, last, more) = match &self.named {
            Some(arns) => named(cx, arns, after).await?,
            None => self.next(cx, after).await?,
        };
        let stored = load_grants(&cx.service, &pointers, cx.now).await?;
        let mut shown: BTreeMap<GrantArn, Grant> = BTreeMap::new();
        for stored in stored.iter().filter(|stored| (self.sees)(stored)) {
            let license = stored.license();
            let listed = Listed {
                grant: stored.seen(),
                product_sku: license.product_sku.clone(),
                issuer_name: license.terms.issuer.name.clone(),
            };
            if self.filters.pass(&listed) {
                shown.insert(listed.grant.grant_arn.clone(), listed.grant);
            }
        }
        let items = pointers.into_iter().map(|GrantPointer { grant_arn, .. }| {
            let grant = shown.remove(&grant_arn);
            (grant_arn.id().to_owned(), grant)
        });
        Ok(Batch { items: items.collect(), last, more })
    }
}

/// Pointers, the place of the last one that was looked for, and whether there
/// are more.
type Found = (Vec<GrantPointer>, Option<String>, bool);

impl<F> Grants<F> {
    /// The newest ones of all ranges after this place.
    async fn next(&self, cx: &Context, after: Option<&str>) -> Result<Found, Error> {
        let (mut found, mut more) = (Vec::new(), false);
        for range in &self.ranges {
            let mut query = Query { descending: true, limit: BATCH, ..range.clone() };
            // The ids stand behind what sort keys of the range begin with.
            let prefix = range.from.strip_suffix("g-").unwrap_or(&range.from);
            query.after = after.map(|after| format!("{prefix}{after}"));
            let page = cx.service.store.query(&query).await?;
            more |= page.more;
            let pointers: Vec<GrantPointer> =
                page.items.iter().map(records::read_pointer).collect::<Result<_, _>>()?;
            found.extend(pointers);
        }
        found.sort_unstable_by(|a, b| b.grant_arn.id().cmp(a.grant_arn.id()));
        more |= found.len() > BATCH;
        found.truncate(BATCH);
        let last = found.last().map(|pointer| pointer.grant_arn.id().to_owned());
        Ok((found, last, more))
    }
}

/// The next ones of these, whoever made them.
async fn named(cx: &Context, arns: &[String], after: Option<&str>) -> Result<Found, Error> {
    let arns = arns.iter().filter_map(|arn| GrantArn::parse(arn).ok());
    let keys: Vec<Key> = arns.map(|arn| records::grant_key(&arn)).collect();
    let after = after.map(|after| format!("G#{after}"));
    let (keys, more) = listing::next(keys, after.as_deref());
    let items = if keys.is_empty() { vec![] } else { cx.service.store.get(&keys).await? };
    let pointers: Vec<GrantPointer> =
        items.iter().flatten().map(|item: &Item| records::read_pointer(item)).collect::<Result<_, _>>()?;
    let last = keys.last().and_then(|key| key.sort.strip_prefix("G#")).map(ToOwned::to_owned);
    Ok((pointers, last, more))
}
