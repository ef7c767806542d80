//! Changes as requests: one write plainly, several as a transaction.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_sdk_dynamodb::types::{
    ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure::AllOld, TransactWriteItem, Update,
};
use uuid::Uuid;

use super::attribute::{self, Attributes};
use super::expression::Expressions;
use super::fault::{fault, is_busy, unavailable};
use crate::pause::pause;
use crate::store::{CommitError, Unavailable, Write};
use crate::telemetry::metrics;

/// The longest pauses before a transaction whose answer got lost is asked for again.
const ASK_AGAIN: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(400)];

/// What every write says beyond its key or item. The builders of the SDK share
/// these methods, but no trait.
macro_rules! guarded {
    ($write:expr, $table:expr, $expressions:expr) => {
        $write
            .table_name($table)
            .set_expression_attribute_names($expressions.names())
            .set_expression_attribute_values($expressions.values())
            .set_condition_expression($expressions.condition)
            .return_values_on_condition_check_failure(AllOld)
    };
}

/// Sends one write; each kind has an error type of its own.
macro_rules! sent {
    ($request:expr, $error:ident) => {
        $request.send().await.map(drop).map_err(|error| match error.as_service_error() {
            Some($error::ConditionalCheckFailedException(refusal)) => refused(0, refusal.item()),
            _ => fault(&error),
        })
    };
}

/// One write, sent once.
pub(super) async fn one(client: &Client, table: &str, write: &Write) -> Result<(), CommitError> {
    let mut expressions = Expressions::of(write);
    let update = expressions.update.take();
    match write {
        Write::Put(item, _) => {
            let put = client.put_item().set_item(Some(attribute::item(item)));
            sent!(guarded!(put, table, expressions), PutItemError)
        }
        Write::Update(key, ..) => {
            let edit = client.update_item().set_key(Some(attribute::key(key))).set_update_expression(update);
            sent!(guarded!(edit, table, expressions), UpdateItemError)
        }
        Write::Delete(key, _) => {
            let delete = client.delete_item().set_key(Some(attribute::key(key)));
            sent!(guarded!(delete, table, expressions), DeleteItemError)
        }
    }
}

/// Several writes, all or nothing, asked for again while nobody knows.
pub(super) async fn together(client: &Client, table: &str, writes: &[Write]) -> Result<(), CommitError> {
    let items: Vec<TransactWriteItem> = writes
        .iter()
        .map(|write| transact_item(table, write))
        .collect::<Result<_, _>>()
        .map_err(|error| Unavailable(format!("dynamodb: {error}")))?;
    // Within ten minutes DynamoDB applies what carries one token once.
    let token = Uuid::new_v4().to_string();
    let mut unknown = None;
    for longest in ASK_AGAIN.into_iter().map(Some).chain([None]) {
        let sent = client
            .transact_write_items()
            .client_request_token(&token)
            .set_transact_items(Some(items.clone()))
            .send()
            .await;
        let failure = match sent {
            Ok(_) => return Ok(()),
            Err(error) => transaction_failure(&error),
        };
        match (failure, &unknown) {
            // It was looked at now, so no earlier request had applied it.
            (refusal @ CommitError::Refused { .. }, _) => return Err(refusal),
            (CommitError::Unknown(why), _) => unknown = Some(CommitError::Unknown(why)),
            (failure, None) => return Err(failure),
            // Says nothing about the earlier request.
            (CommitError::Busy | CommitError::Unavailable(_), Some(_)) => {}
        }
        if let Some(longest) = longest {
            metrics::store_retry("unknown");
            pause(longest).await;
        }
    }
    unknown.map_or(Ok(()), Err)
}

fn transact_item(table: &str, write: &Write) -> Result<TransactWriteItem, BuildError> {
    let mut expressions = Expressions::of(write);
    let update = expressions.update.take();
    let item = TransactWriteItem::builder();
    Ok(match (write, update) {
        (Write::Put(stored, _), _) => {
            let put = Put::builder().set_item(Some(attribute::item(stored)));
            item.put(guarded!(put, table, expressions).build()?)
        }
        (Write::Update(key, ..), Some(update)) => {
            let edit = Update::builder().set_key(Some(attribute::key(key))).update_expression(update);
            item.update(guarded!(edit, table, expressions).build()?)
        }
        (Write::Update(key, ..), None) => {
            let check = ConditionCheck::builder().set_key(Some(attribute::key(key)));
            item.condition_check(guarded!(check, table, expressions).build()?)
        }
        (Write::Delete(key, _), _) => {
            let delete = Delete::builder().set_key(Some(attribute::key(key)));
            item.delete(guarded!(delete, table, expressions).build()?)
        }
    }
    .build())
}

fn transaction_failure(error: &SdkError<TransactWriteItemsError, HttpResponse>) -> CommitError {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancellation(cancelled).unwrap_or_else(|| CommitError::Unavailable(unavailable(error)))
        }
        _ => fault(error),
    }
}

/// The reasons come in the order of the writes.
fn cancellation(cancelled: &TransactionCanceledException) -> Option<CommitError> {
    let reasons = cancelled.cancellation_reasons();
    let failed =
        reasons.iter().enumerate().find(|(_, reason)| reason.code() == Some("ConditionalCheckFailed"));
    if let Some((write, reason)) = failed {
        return Some(refused(write, reason.item()));
    }
    reasons.iter().any(|reason| is_busy(reason.code())).then_some(CommitError::Busy)
}

/// DynamoDB sends no item, or an empty one, if there is none.
fn refused(write: usize, present: Option<&Attributes>) -> CommitError {
    match present.filter(|item| !item.is_empty()).cloned().map(attribute::read_item).transpose() {
        Ok(present) => CommitError::Refused { write, present: present.map(Box::new) },
        Err(why) => CommitError::Unavailable(why),
    }
}
