//! DynamoDB Local: the service's own items, written by nothing but the SDK.

use std::collections::HashMap;
use std::path::Path;
use std::process;

use anyhow::Context;
use aws_sdk_dynamodb::Client as Sdk;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use licentia_tests::dynamodb_local::DynamoDbLocal;
use uuid::Uuid;

use super::client::Ours;
use super::run::{Client, LICENSES, Side, compare};
use crate::service::Launch;
use crate::table::Table;

const PEER: &str = "SDK, TransactWriteItems";

type Item = HashMap<String, AttributeValue>;

pub(crate) async fn on_dynamodb(table: &mut Table, binary: &Path, quick: bool) -> anyhow::Result<()> {
    let local = DynamoDbLocal::start()?;
    let (launch, name) = Launch::on_dynamodb(binary, &local).await?;
    let service = launch.serve()?;
    let ours = Ours::prepare(&service, &launch).await?;
    let sdk = Sdk::from_conf(local.config().build());
    let peer = Bare { checkout: sample(&sdk, &name, "CHECKOUT").await?, sdk, table: name };
    let pool = sample(&peer.sdk, &peer.table, "POOL").await?;
    for license in 0..LICENSES.into_iter().max().unwrap_or_default() {
        let mut pool = pool.clone();
        pool.insert("pk".to_owned(), text(partition(license)));
        let put = peer.sdk.put_item().table_name(&peer.table).set_item(Some(pool));
        put.send().await.map_err(failed)?;
    }
    compare(table, &ours, (PEER, &peer), quick).await
}

/// An item of the service with this sort key.
async fn sample(sdk: &Sdk, table: &str, sort: &str) -> anyhow::Result<Item> {
    let mut found = sdk
        .scan()
        .table_name(table)
        .filter_expression("sk = :sort")
        .expression_attribute_values(":sort", text(sort))
        .into_paginator()
        .items()
        .send();
    found.next().await.with_context(|| format!("no {sort}"))?.map_err(failed)
}

/// A client of DynamoDB and the item that a checkout is.
#[derive(Clone)]
struct Bare {
    sdk: Sdk,
    table: String,
    checkout: Item,
}

impl Side for Bare {
    type Client = Self;

    async fn client(&self, _: &[usize]) -> anyhow::Result<Self> {
        Ok(self.clone())
    }

    fn process_id(&self) -> u32 {
        process::id()
    }
}

impl Client for Bare {
    async fn check_out(&mut self, license: usize) -> anyhow::Result<()> {
        let token = Uuid::new_v4().simple().to_string();
        let mut checkout = self.checkout.clone();
        checkout.insert("isk".to_owned(), text(format!("001795300000#{token}")));
        checkout.insert("ipk".to_owned(), text(partition(license)));
        checkout.insert("pk".to_owned(), text(format!("C#{token}")));
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(checkout))
            .condition_expression("attribute_not_exists(pk)");
        let update = Update::builder()
            .table_name(&self.table)
            .key("pk", text(partition(license)))
            .key("sk", text("POOL"))
            .update_expression("SET used.Seats = if_not_exists(used.Seats, :none) + :one")
            .condition_expression("attribute_not_exists(used.Seats) OR used.Seats <= :most")
            .expression_attribute_values(":none", number(0))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":most", number(1_000_000_000));
        let writes = [
            TransactWriteItem::builder().put(put.build()?).build(),
            TransactWriteItem::builder().update(update.build()?).build(),
        ];
        let transaction = self.sdk.transact_write_items().set_transact_items(Some(writes.into()));
        transaction.send().await.map(drop).map_err(failed)
    }
}

fn partition(license: usize) -> String {
    format!("L#peer-{license:032}")
}

fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> anyhow::Error {
    anyhow::anyhow!("{}", DisplayErrorContext(error))
}
