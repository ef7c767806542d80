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
use crate::wire::{Object, Violations, page};

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
        let filters = Filters::read(filters, FILTERS)?;
        let page = PageRequest { selection, next_token: self.next_token, size };
        Ok(Request { tokens: Tokens { named, filters }, page })
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let (tokens, next_token) = listing::page(cx, Self::NAME, request.page, &request.tokens).await?;
        Ok(Output { tokens, next_token })
    }
}

/// The caller's tokens, all or the named ones, the newest first.
struct Tokens {
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
        let mut records = Vec::new();
        for item in &items {
            records.push(item.read::<TokenRecord>()?);
        }
        let live = live_licenses(cx, &records).await?;
        let shown = |(item, record): (Item, TokenRecord)| {
            let passes = self.filters.pass(&record);
            (item.key.sort, passes.then(|| TokenData::of(record, &live)))
        };
        Ok(Batch { items: items.into_iter().zip(records).map(shown).collect(), last, more })
    }
}

impl TokenData {
    /// The token as it stands now: those of a deleted license are deleted with
    /// it (L-25).
    fn of(record: TokenRecord, live: &BTreeMap<Key, bool>) -> Self {
        let is_live = live.get(&records::head_key(&record.license_arn)).copied().unwrap_or(false);
        let is_available = is_live && record.deleted_at.is_none();
        Self {
            token_id: record.token_id,
            token_type: "REFRESH_TOKEN",
            license_arn: record.license_arn,
            expiration_time: record.expires_at,
            token_properties: record.properties,
            role_arns: record.role_arns,
            status: if is_available { "AVAILABLE" } else { "DELETED" },
        }
    }
}

/// Which licenses of these tokens are there and not deleted, by their place.
async fn live_licenses(cx: &Context, tokens: &[TokenRecord]) -> Result<BTreeMap<Key, bool>, Error> {
    let mut keys: Vec<Key> = tokens.iter().map(|token| records::head_key(&token.license_arn)).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut live = BTreeMap::new();
    if !keys.is_empty() {
        for item in cx.service.store.get(&keys).await?.into_iter().flatten() {
            let is_live = !is_deleted(&item.read::<Head>()?);
            live.insert(item.key, is_live);
        }
    }
    Ok(live)
}

/// Items, the sort key of the last one that was looked for, and whether there
/// are more.
type Found = (Vec<Item>, Option<String>, bool);

async fn all(cx: &Context, after: Option<&str>) -> Result<Found, Error> {
    let mut query = records::tokens(&cx.caller.account, BATCH);
    query.descending = true;
    query.after = after.map(ToOwned::to_owned);
    let page = cx.service.store.query(&query).await?;
    let last = page.items.last().map(|item| item.key.sort.clone());
    Ok((page.items, last, page.more))
}

async fn named(cx: &Context, ids: &[String], after: Option<&str>) -> Result<Found, Error> {
    let ids = ids.iter().filter(|id| is_token_id(id));
    let keys: Vec<Key> = ids.map(|id| records::token_key(&cx.caller.account, id)).collect();
    let (keys, more) = listing::next(keys, after);
    let items = if keys.is_empty() { vec![] } else { cx.service.store.get(&keys).await? };
    let last = keys.last().map(|key| key.sort.clone());
    Ok((items.into_iter().flatten().collect(), last, more))
}
