//! ListTokens.

use std::collections::BTreeMap;

use licentia_core::arn::LicenseArn;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::filters::{FilterInput, Filters, Member};
use super::listing::{self, BATCH, Batch, PageRequest, Source};
use super::shapes::objects;
use super::tokens::{is_deleted, is_token_id};
use crate::context::Context;
use crate::error::Error;
use crate::operation::Operation;
use crate::records::{self, Head, TokenRecord};
use crate::store::{Item, Key};
use crate::wire::page;
use crate::wire::{Object, Violations};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct ListTokens {
    token_ids: Option<Vec<String>>,
    filters: Option<Vec<Object<FilterInput>>>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

pub(super) struct Request {
    tokens: Tokens,
    page: PageRequest,
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
        let size = page::size(&mut violations, self.max_results);
        let size = violations.finish(Some(size))?;
        let named = self.token_ids.filter(|ids| !ids.is_empty());
        let filters = objects(self.filters);
        let selection = serde_json::to_string(&(&named, &filters)).map_err(Error::internal)?;
        let tokens = Tokens { named, filters: Filters::read(filters, FILTERS)? };
        Ok(Request { tokens, page: PageRequest { selection, next_token: self.next_token, size } })
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let (tokens, next_token) = listing::page(cx, Self::NAME, request.page, &request.tokens).await?;
        Ok(Output { tokens, next_token })
    }
}

/// The caller's tokens, all or the named ones.
pub(super) struct Tokens {
    named: Option<Vec<String>>,
    filters: Filters<TokenRecord>,
}

impl Source for Tokens {
    type Shown = TokenData;

    async fn batch(&self, cx: &Context, after: Option<&str>) -> Result<Batch<TokenData>, Error> {
        let (items, last, more) = match &self.named {
            Some(ids) => named(cx, ids, after).await?,
            None => all(cx, after).await?,
        };
        let mut tokens: Vec<(String, Option<TokenRecord>)> = Vec::new();
        for item in &items {
            let record: TokenRecord = item.read()?;
            let is_shown = self.filters.pass(&record);
            tokens.push((item.key.sort.clone(), is_shown.then_some(record)));
        }
        Ok(Batch { items: as_they_stand(cx, tokens).await?, last, more })
    }
}

/// Items, the sort key of the last one that was looked for, and whether there
/// are more.
type Found = (Vec<Item>, Option<String>, bool);

/// The caller's tokens, newest first.
async fn all(cx: &Context, after: Option<&str>) -> Result<Found, Error> {
    let mut query = records::tokens(&cx.caller.account, BATCH);
    query.descending = true;
    query.after = after.map(ToOwned::to_owned);
    let page = cx.service.store.query(&query).await?;
    let last = page.items.last().map(|item| item.key.sort.clone());
    Ok((page.items, last, page.more))
}

/// Those of the named tokens that are the caller's, newest first.
async fn named(cx: &Context, ids: &[String], after: Option<&str>) -> Result<Found, Error> {
    let ids = ids.iter().filter(|id| is_token_id(id));
    let keys: Vec<Key> = ids.map(|id| records::token_key(&cx.caller.account, id)).collect();
    let (keys, more) = listing::next(keys, after);
    let items = if keys.is_empty() { vec![] } else { cx.service.store.get(&keys).await? };
    let last = keys.last().map(|key| key.sort.clone());
    Ok((items.into_iter().flatten().collect(), last, more))
}

/// The tokens as they stand now: those of a deleted license are deleted with it
/// (L-25).
async fn as_they_stand(
    cx: &Context,
    tokens: Vec<(String, Option<TokenRecord>)>,
) -> Result<Vec<(String, Option<TokenData>)>, Error> {
    let mut heads: BTreeMap<Key, bool> = BTreeMap::new();
    for record in tokens.iter().filter_map(|(_, record)| record.as_ref()) {
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
    Ok(tokens.into_iter().map(|(place, record)| (place, record.map(data))).collect())
}
