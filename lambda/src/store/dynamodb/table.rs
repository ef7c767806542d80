//! Making the table.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, IndexStatus, KeySchemaElement, KeyType,
    Projection, ProjectionType, ScalarAttributeType, TableStatus, TimeToLiveSpecification, TimeToLiveStatus,
};
use tokio::time::sleep;

use super::attribute::{DISCARD_AFTER, INDEX_PARTITION, INDEX_SORT, PARTITION, SORT};
use super::fault::unavailable;
use crate::store::Unavailable;

/// The name of the index.
pub(super) const INDEX: &str = "index";

const POLL: Duration = Duration::from_millis(500);
const POLLS: usize = 240;

pub(super) async fn create(client: &Client, table: &str) -> Result<(), Unavailable> {
    create_unless_there(client, table).await?;
    wait_until_active(client, table).await?;
    enable_time_to_live(client, table).await
}

async fn create_unless_there(client: &Client, table: &str) -> Result<(), Unavailable> {
    let broken = |error: BuildError| Unavailable(format!("dynamodb: {error}"));
    let mut request = client
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(schema(PARTITION, SORT).map_err(broken)?))
        .global_secondary_indexes(
            GlobalSecondaryIndex::builder()
                .index_name(INDEX)
                .set_key_schema(Some(schema(INDEX_PARTITION, INDEX_SORT).map_err(broken)?))
                .projection(Projection::builder().projection_type(ProjectionType::All).build())
                .build()
                .map_err(broken)?,
        );
    for name in [PARTITION, SORT, INDEX_PARTITION, INDEX_SORT] {
        request = request.attribute_definitions(
            AttributeDefinition::builder()
                .attribute_name(name)
                .attribute_type(ScalarAttributeType::S)
                .build()
                .map_err(broken)?,
        );
    }
    match request.send().await {
        Ok(_) => Ok(()),
        Err(error) => match error.as_service_error() {
            Some(CreateTableError::ResourceInUseException(_)) => Ok(()),
            _ => Err(unavailable(&error)),
        },
    }
}

fn schema(partition: &str, sort: &str) -> Result<Vec<KeySchemaElement>, BuildError> {
    [(partition, KeyType::Hash), (sort, KeyType::Range)]
        .into_iter()
        .map(|(name, kind)| KeySchemaElement::builder().attribute_name(name).key_type(kind).build())
        .collect()
}

async fn wait_until_active(client: &Client, table: &str) -> Result<(), Unavailable> {
    for _ in 0..POLLS {
        let answer =
            client.describe_table().table_name(table).send().await.map_err(|error| unavailable(&error))?;
        let active = answer.table().is_some_and(|table| {
            table.table_status() == Some(&TableStatus::Active)
                && table
                    .global_secondary_indexes()
                    .iter()
                    .all(|index| index.index_status() == Some(&IndexStatus::Active))
        });
        if active {
            return Ok(());
        }
        sleep(POLL).await;
    }
    Err(Unavailable(format!("dynamodb: table `{table}` is not active after two minutes")))
}

/// DynamoDB refuses to enable it twice.
async fn enable_time_to_live(client: &Client, table: &str) -> Result<(), Unavailable> {
    let answer =
        client.describe_time_to_live().table_name(table).send().await.map_err(|error| unavailable(&error))?;
    let status = answer.time_to_live_description().and_then(|ttl| ttl.time_to_live_status());
    if matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)) {
        return Ok(());
    }
    let enabled = TimeToLiveSpecification::builder()
        .attribute_name(DISCARD_AFTER)
        .enabled(true)
        .build()
        .map_err(|error| Unavailable(format!("dynamodb: {error}")))?;
    client
        .update_time_to_live()
        .table_name(table)
        .time_to_live_specification(enabled)
        .send()
        .await
        .map(drop)
        .map_err(|error| unavailable(&error))
}
