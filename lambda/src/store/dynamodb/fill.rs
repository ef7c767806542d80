//! Storing many items, as fast as the table takes them.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use tokio::time::sleep;

use super::attribute;
use super::fault::{fault, unavailable};
use crate::store::{CommitError, Item, Unavailable};

/// The most that DynamoDB takes in one request.
const BATCH: usize = 25;

/// Pauses while the table takes nothing at all; each twice as long as the one
/// before, less up to half by chance, together some 40 seconds.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
const PAUSES: u32 = 14;

pub(super) async fn fill(client: &Client, table: &str, items: &[Item]) -> Result<(), Unavailable> {
    for batch in items.chunks(BATCH) {
        let puts = batch.iter().map(put).collect::<Result<_, _>>()?;
        fill_batch(client, table, puts).await?;
    }
    Ok(())
}

fn put(item: &Item) -> Result<WriteRequest, Unavailable> {
    let put = PutRequest::builder().set_item(Some(attribute::item(item))).build();
    let put = put.map_err(|error| Unavailable(format!("dynamodb: {error}")))?;
    Ok(WriteRequest::builder().put_request(put).build())
}

/// Sends again what DynamoDB left out, until it takes everything.
async fn fill_batch(client: &Client, table: &str, mut left: Vec<WriteRequest>) -> Result<(), Unavailable> {
    let mut pauses = 0;
    loop {
        match client.batch_write_item().request_items(table, left.clone()).send().await {
            Ok(answer) => {
                let before = left.len();
                left = answer.unprocessed_items.unwrap_or_default().remove(table).unwrap_or_default();
                if left.is_empty() {
                    return Ok(());
                }
                if left.len() < before {
                    pauses = 0;
                }
            }
            // It does no harm to store an item twice.
            Err(error) => match fault(&error) {
                CommitError::Busy | CommitError::Unknown(_) => {}
                CommitError::Refused { .. } | CommitError::Unavailable(_) => return Err(unavailable(&error)),
            },
        }
        if pauses == PAUSES {
            return Err(Unavailable("dynamodb: the table is too busy to write to".to_owned()));
        }
        let longest = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(pauses)).min(LONGEST_PAUSE);
        let chance = getrandom::u32().map_err(|error| Unavailable(error.to_string()))?;
        sleep(longest.mul_f64(1.0 - f64::from(chance) / f64::from(u32::MAX) / 2.0)).await;
        pauses += 1;
    }
}
