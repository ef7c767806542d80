//! Consistent reads of items, and of ranges page by page.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::KeysAndAttributes;

use super::attribute::{self, INDEX_PARTITION, INDEX_SORT, PARTITION, SORT};
use super::fault::unavailable;
use super::table::INDEX;
use crate::pause::pause;
use crate::store::{Item, Key, Page, Query, Unavailable};
use crate::telemetry::metrics;

/// The longest pauses before what DynamoDB left out of an answer is asked for again.
const LEFT_OUT: [Duration; 5] = [
    Duration::from_millis(10),
    Duration::from_millis(40),
    Duration::from_millis(160),
    Duration::from_millis(320),
    Duration::from_millis(640),
];

pub(super) async fn get_one(client: &Client, table: &str, key: &Key) -> Result<Option<Item>, Unavailable> {
    let answer = client
        .get_item()
        .table_name(table)
        .set_key(Some(attribute::key(key)))
        .consistent_read(true)
        .send()
        .await
        .map_err(|error| unavailable(&error))?;
    answer.item.map(attribute::read_item).transpose()
}

pub(super) async fn get_many(
    client: &Client,
    table: &str,
    keys: &[Key],
) -> Result<Vec<Option<Item>>, Unavailable> {
    let wanted = KeysAndAttributes::builder()
        .set_keys(Some(keys.iter().map(attribute::key).collect()))
        .consistent_read(true)
        .build()
        .map_err(|error| Unavailable(format!("dynamodb: {error}")))?;
    let mut wanted = HashMap::from([(table.to_owned(), wanted)]);
    let mut found: HashMap<Key, Item> = HashMap::with_capacity(keys.len());
    let mut pauses = LEFT_OUT.into_iter();
    loop {
        let answer = client
            .batch_get_item()
            .set_request_items(Some(wanted))
            .send()
            .await
            .map_err(|error| unavailable(&error))?;
        let before = found.len();
        for attributes in answer.responses.into_iter().flatten().flat_map(|(_, items)| items) {
            let item = attribute::read_item(attributes)?;
            found.insert(item.key.clone(), item);
        }
        wanted = answer.unprocessed_keys.unwrap_or_default();
        if wanted.is_empty() {
            return Ok(keys.iter().map(|key| found.remove(key)).collect());
        }
        // An answer is up to 16 MB long; that one was full is no reason to wait.
        if found.len() == before {
            let longest =
                pauses.next().ok_or_else(|| Unavailable("dynamodb: too busy to read".to_owned()))?;
            metrics::store_retry("busy");
            pause(longest).await;
        }
    }
}

pub(super) async fn query(client: &Client, table: &str, query: &Query) -> Result<Page, Unavailable> {
    let (from, to) = query.bounds();
    // No key is empty, and DynamoDB takes no empty one to compare with.
    let from = if from.is_empty() { "\0" } else { from };
    if from > to {
        return Ok(Page { items: Vec::new(), more: false });
    }
    let (partition, sort) =
        if query.through_index { (INDEX_PARTITION, INDEX_SORT) } else { (PARTITION, SORT) };
    // One for `more`, one for the item at `after`.
    let enough = query.limit.saturating_add(1);
    let request = client
        .query()
        .table_name(table)
        .set_index_name(query.through_index.then(|| INDEX.to_owned()))
        .consistent_read(!query.through_index)
        .scan_index_forward(!query.descending)
        .key_condition_expression("#p = :p AND #s BETWEEN :f AND :t")
        .expression_attribute_names("#p", partition)
        .expression_attribute_names("#s", sort)
        .expression_attribute_values(":p", attribute::text(&query.partition))
        .expression_attribute_values(":f", attribute::text(from))
        .expression_attribute_values(":t", attribute::text(to))
        .limit(i32::try_from(enough.saturating_add(1)).unwrap_or(i32::MAX));
    let mut items = Vec::new();
    let mut start = None;
    loop {
        let answer = request
            .clone()
            .set_exclusive_start_key(start)
            .send()
            .await
            .map_err(|error| unavailable(&error))?;
        for attributes in answer.items.unwrap_or_default() {
            let item = attribute::read_item(attributes)?;
            let place = if query.through_index { item.index.as_ref() } else { Some(&item.key) };
            if place.map(|key| &key.sort) != query.after.as_ref() {
                items.push(item);
            }
        }
        start = answer.last_evaluated_key;
        if start.is_none() || items.len() >= enough {
            let more = items.len() > query.limit;
            items.truncate(query.limit);
            return Ok(Page { items, more });
        }
    }
}

pub(super) async fn scan(
    client: &Client,
    table: &str,
    after: Option<&Key>,
    limit: usize,
) -> Result<Page, Unavailable> {
    let answer = client
        .scan()
        .table_name(table)
        .consistent_read(true)
        .set_exclusive_start_key(after.map(attribute::key))
        .limit(i32::try_from(limit).unwrap_or(i32::MAX))
        .send()
        .await
        .map_err(|error| unavailable(&error))?;
    let items = answer.items.unwrap_or_default();
    let items = items.into_iter().map(attribute::read_item).collect::<Result<_, _>>()?;
    Ok(Page { items, more: answer.last_evaluated_key.is_some() })
}
