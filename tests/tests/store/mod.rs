//! The store's port: one contract, three databases, and what each adds.

mod contract;
mod discarding;
mod faults;
mod memory;
mod metered;
mod proxied;
mod sqlite;

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use licentia::store::{Change, CommitError, DynamoDb, Edit, Guard, Item, Key, Memory, Sqlite, Store, Write};
use licentia_tests::dynamodb_local::DynamoDbLocal;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) use self::proxied::behind_a_proxy;

fn in_memory() -> Arc<dyn Store> {
    Arc::new(Memory::default())
}

pub(crate) fn on_sqlite() -> (Arc<dyn Store>, TempDir) {
    let (store, folder) = sqlite();
    (store, folder)
}

pub(crate) async fn on_dynamodb() -> Arc<dyn Store> {
    dynamodb().await
}

pub(crate) fn sqlite() -> (Arc<Sqlite>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Arc::new(Sqlite::open(folder.path()).unwrap()), folder)
}

pub(crate) async fn dynamodb() -> Arc<DynamoDb> {
    let client = Client::from_conf(DynamoDbLocal::shared().config().build());
    let store = DynamoDb::new(&client, Uuid::new_v4().to_string());
    store.create_table().await.unwrap();
    Arc::new(store)
}

fn key(sort: &str) -> Key {
    Key::new("p", sort)
}

fn item(sort: &str, body: &Value) -> Item {
    Item::new(key(sort), body).unwrap()
}

fn put(sort: &str, body: &Value) -> Write {
    Write::Put(item(sort, body), vec![])
}

fn update(sort: &str, guards: Vec<Guard>, edits: Vec<Edit>) -> Write {
    Write::Update(key(sort), guards, edits)
}

async fn commit(store: &dyn Store, writes: impl IntoIterator<Item = Write>) -> Result<(), CommitError> {
    store.commit(&Change(writes.into_iter().collect())).await
}

async fn get(store: &dyn Store, sort: &str) -> Option<Item> {
    store.get(&[key(sort)]).await.unwrap().pop().unwrap()
}

/// The item's body; null if there is no item.
async fn body(store: &dyn Store, sort: &str) -> Value {
    get(store, sort).await.map_or(json!(null), |item| Value::Object(item.body))
}

fn refused(write: usize, present: Option<Item>) -> Result<(), CommitError> {
    Err(CommitError::Refused { write, present: present.map(Box::new) })
}
