//! ListTokens.

use std::collections::BTreeMap;

use licentia_core::arn::LicenseArn;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::filters::{FilterInput, Filters, Member};
use super::shapes::objects;
use super::tokens::{is_deleted, is_token_id};
use crate::context::Context;
use crate::error::Error;
use crate::operation::Operation;
use crate::records::{self, Head, TokenRecord};
use crate::store::{Item, Key};
use crate::wire::page::{self, Listing, Weight};
use crate::wire::{Object, Violations};

/// How many tokens one call looks at, so that a filter that hardly any passes
/// does not keep it busy: the answer then has fewer items and a token.
const LOOKED_AT: usize = 2000;
/// How many are read at once.
const BATCH: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct ListTokens {
    token_ids: Option<Vec<String>>,
    filters: Option<Vec<Object<FilterInput>>>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

pub(super) struct Request {
    token_ids: Option<Vec<String>>,
    filters: Filters<TokenRecord>,
    selection: String,
    next_token: Option<String>,
    page_size: usize,
}

const FILTERS: &[Member<TokenRecord>] = &[("LicenseArns", |token| token.license_arn.to_string())];

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    tokens: Vec<TokenData>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// A token as it is listed: never its text (T-11).
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TokenData {
    token_id: String,
    token_type: &'static str,
    license_arn: LicenseArn,
    expiration_time: Timestamp,
    token_properties: Vec<String>,
    role_arns: Vec<String>,
    status: &'static str,
}

impl Operation for ListTokens {
    const NAME: &'static str = "ListTokens";
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut violations = Violations::default();
        let page_size = page::size(&mut violations, self.max_results);
        let page_size = violations.finish(Some(page_size))?;
        let token_ids = self.token_ids.filter(|ids| !ids.is_empty());
        let filters = objects(self.filters);
        let selection = serde_json::to_string(&(&token_ids, &filters)).map_err(Error::internal)?;
        let filters = Filters::read(filters, FILTERS)?;
        Ok(Request { token_ids, filters, selection, next_token: self.next_token, page_size })
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let listing = Listing::new(cx, Self::NAME, &request.selection);
        let mut after = request.next_token.map(|token| listing.after(&token)).transpose()?;
        let mut listed = Vec::new();
        let mut weight = Weight::default();
        let mut looked_at = 0;
        loop {
            let batch = match &request.token_ids {
                Some(ids) => named(cx, ids, after.as_deref()).await?,
                None => all(cx, after.as_deref()).await?,
            };
            for item in &batch.items {
                let record: TokenRecord = item.read()?;
                let passes = request.filters.pass(&record);
                if passes && (listed.len() == request.page_size || !weight.has_room_for(&item.body)) {
                    return output(cx, listed, after.map(|after| listing.token(&after)).transpose()?).await;
                }
                if passes {
                    listed.push(record);
                }
                after = Some(item.key.sort.clone());
            }
            looked_at += batch.items.len();
            after = batch.last.or(after);
            if !batch.more || looked_at >= LOOKED_AT {
                let more = after.filter(|_| batch.more);
                return output(cx, listed, more.map(|after| listing.token(&after)).transpose()?).await;
            }
        }
    }
}

/// Several tokens on their way through the filters.
struct Batch {
    items: Vec<Item>,
    /// The sort key of the last one that was looked for.
    last: Option<String>,
    more: bool,
}

/// The caller's tokens, newest first.
async fn all(cx: &Context, after: Option<&str>) -> Result<Batch, Error> {
    let mut query = records::tokens(&cx.caller.account, BATCH);
    query.descending = true;
    query.after = after.map(ToOwned::to_owned);
    let page = cx.service.store.query(&query).await?;
    let last = page.items.last().map(|item| item.key.sort.clone());
    Ok(Batch { last, items: page.items, more: page.more })
}

/// Those of the named tokens that are the caller's, newest first.
async fn named(cx: &Context, ids: &[String], after: Option<&str>) -> Result<Batch, Error> {
    let ids = ids.iter().filter(|id| is_token_id(id));
    let mut keys: Vec<Key> = ids.map(|id| records::token_key(&cx.caller.account, id)).collect();
    keys.sort_unstable_by(|a, b| b.cmp(a));
    keys.dedup();
    keys.retain(|key| after.is_none_or(|after| key.sort.as_str() < after));
    let more = keys.len() > BATCH;
    keys.truncate(BATCH);
    let items = if keys.is_empty() { vec![] } else { cx.service.store.get(&keys).await? };
    let last = keys.pop().map(|key| key.sort);
    Ok(Batch { items: items.into_iter().flatten().collect(), last, more })
}

/// The tokens as they stand now: those of a deleted license are deleted with it
/// (L-25).
async fn output(
    cx: &Context,
    records: Vec<TokenRecord>,
    next_token: Option<String>,
) -> Result<Output, Error> {
    let mut heads: BTreeMap<Key, bool> = BTreeMap::new();
    for record in &records {
        heads.entry(records::head_key(&record.license_arn)).or_insert(false);
    }
    if !heads.is_empty() {
        let keys: Vec<Key> = heads.keys().cloned().collect();
        for item in cx.service.store.get(&keys).await?.into_iter().flatten() {
            let is_there = !is_deleted(&item.read::<Head>()?);
            heads.insert(item.key, is_there);
        }
    }
    let data = |record: TokenRecord| {
        let has_license = heads.get(&records::head_key(&record.license_arn)).copied().unwrap_or(false);
        let is_available = has_license && record.deleted_at.is_none();
        TokenData {
            token_id: record.token_id,
            token_type: "REFRESH_TOKEN",
            license_arn: record.license_arn,
            expiration_time: record.expires_at,
            token_properties: record.properties,
            role_arns: record.role_arns,
            status: if is_available { "AVAILABLE" } else { "DELETED" },
        }
    };
    Ok(Output { tokens: records.into_iter().map(data).collect(), next_token })
}
