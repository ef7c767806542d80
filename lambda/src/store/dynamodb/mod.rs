//! Amazon DynamoDB: one table, one sparse index, expressions for guards and
//! edits.

mod attribute;
mod commit;
mod expression;
mod fault;
mod fill;
mod frozen;
mod read;
mod table;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;

use self::frozen::Thawed;
use super::{Change, CommitError, Frozen, Item, Key, Page, Query, Store, Unavailable, Whole, limits};

/// An answer takes milliseconds; after this it is not waited for any longer.
const ATTEMPT: Duration = Duration::from_secs(2);

/// A read is tried so often, at first again after up to this pause: the SDK's
/// own pause of a second is longer than a client waits for a checkout.
const READS: u32 = 4;
const READ_AGAIN: Duration = Duration::from_millis(25);

/// A DynamoDB table.
///
/// A change of one write is one plain conditional request, which costs half of
/// a transaction. It is sent once: were it sent again because the answer got
/// lost, its own effect could refuse it. A lost answer is
/// [`CommitError::Unknown`], and the next read tells. A change of several
/// writes is a transaction under a token, so that a lost answer is asked for
/// again and the change is applied once.
#[derive(Clone, Debug)]
pub struct DynamoDb {
    /// Tries again by itself.
    reads: Client,
    /// Never does.
    writes: Client,
    table: String,
    thawed: Thawed,
}

impl DynamoDb {
    /// The table of this name, reached with the client's settings. How often it
    /// tries is set here, and how long an attempt takes unless the client says.
    ///
    /// Who is to commit looks first whether the table is [`Frozen`].
    #[must_use]
    pub fn new(client: &Client, table: impl Into<String>) -> Self {
        let given = client.config().timeout_config();
        let attempt = given.and_then(TimeoutConfig::operation_attempt_timeout).unwrap_or(ATTEMPT);
        let timeouts = given.map_or_else(TimeoutConfig::builder, TimeoutConfig::to_builder);
        let timeouts = timeouts.operation_attempt_timeout(attempt).build();
        let settings = client.config().to_builder().timeout_config(timeouts);
        let once = settings.clone().retry_config(RetryConfig::disabled());
        let again = RetryConfig::standard().with_max_attempts(READS).with_initial_backoff(READ_AGAIN);
        Self {
            reads: Client::from_conf(settings.retry_config(again).build()),
            writes: Client::from_conf(once.build()),
            table: table.into(),
            thawed: Thawed::from_now_on(),
        }
    }

    /// Makes the table, billed by request and tidied up by DynamoDB, unless it
    /// is there; returns when it can be used.
    ///
    /// # Errors
    /// [`Unavailable`] if DynamoDB does not answer or does not allow it.
    pub async fn create_table(&self) -> Result<(), Unavailable> {
        table::create(&self.reads, &self.table).await
    }
}

#[async_trait]
impl Store for DynamoDb {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Unavailable> {
        limits::check_keys(keys)?;
        let found = async {
            match keys {
                [] => Ok(Vec::new()),
                [key] => Ok(vec![read::get_one(&self.reads, &self.table, key).await?]),
                keys => read::get_many(&self.reads, &self.table, keys).await,
            }
        };
        // Requests begin with a read: whoever commits later need not wait.
        if self.thawed.is_soon_out_of_date() {
            tokio::join!(found, self.thawed.look(&self.reads, &self.table)).0
        } else {
            found.await
        }
    }

    async fn query(&self, query: &Query) -> Result<Page, Unavailable> {
        limits::check_query(query)?;
        read::query(&self.reads, &self.table, query).await
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        limits::check(change)?;
        if self.thawed.is_out_of_date() {
            self.thawed.look(&self.reads, &self.table).await?;
        }
        match change.0.as_slice() {
            [write] => commit::one(&self.writes, &self.table, write).await,
            writes => commit::together(&self.writes, &self.table, writes).await,
        }
    }

    /// Twice the units, and two that touch one item cancel each other.
    fn charges_for_transactions(&self) -> bool {
        true
    }
}

#[async_trait]
impl Whole for DynamoDb {
    async fn scan(&self, after: Option<&Key>, limit: usize) -> Result<Page, Unavailable> {
        read::scan(&self.reads, &self.table, after, limit).await
    }

    async fn fill(&self, items: &[Item]) -> Result<(), Unavailable> {
        fill::fill(&self.reads, &self.table, items).await
    }

    async fn freeze(&self, mark: &Frozen) -> Result<(), Unavailable> {
        fill::fill(&self.reads, &self.table, &[mark.item()?]).await?;
        // What is moved was frozen before.
        if !mark.is_moved {
            tokio::time::sleep(Thawed::SETTLED).await;
        }
        Ok(())
    }

    async fn thaw(&self) -> Result<(), Unavailable> {
        frozen::remove_mark(&self.reads, &self.table).await
    }
}
