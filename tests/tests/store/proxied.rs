//! Each kind of call of DynamoDB meets each fault: what the store says of it
//! is so, and nothing is applied twice.

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use licentia::store::{CommitError, DynamoDb, Edit, Guard, Path, Query, Store, Write};
use licentia_tests::dynamodb_local::DynamoDbLocal;
use licentia_tests::fault_proxy::{Call, Fault, FaultProxy};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{body, commit, get, key, put, update};

/// What a commit said, and how often it was applied: then, and once everything
/// that was late had come.
type Told = (&'static str, u64, u64);

/// A store behind a proxy, and past it.
pub(crate) async fn behind_a_proxy() -> (FaultProxy, Arc<dyn Store>, Arc<dyn Store>) {
    let local = DynamoDbLocal::shared();
    let proxy = FaultProxy::before(&local.endpoint()).await.unwrap();
    let table = Uuid::new_v4().to_string();
    let past = DynamoDb::new(&Client::from_conf(local.config().build()), &table);
    past.create_table().await.unwrap();
    let proxied = local.config().endpoint_url(proxy.endpoint()).build();
    (proxy, Arc::new(DynamoDb::new(&Client::from_conf(proxied), table)), Arc::new(past))
}

fn writes(call: Call) -> Vec<Write> {
    let number = Path::member("n");
    let unchanged = || vec![Guard::Equals(number.clone(), json!(0))];
    let add = || vec![Edit::Add(number.clone(), 1)];
    match call {
        Call::PutItem => vec![Write::Put(super::item("a", &json!({ "n": 1 })), unchanged())],
        Call::UpdateItem => vec![update("a", unchanged(), add())],
        Call::DeleteItem => vec![Write::Delete(key("a"), unchanged())],
        // Twice would count: only its token forbids it.
        _ => vec![update("a", vec![], add()), put("b", &json!({}))],
    }
}

async fn applied(store: &dyn Store) -> u64 {
    match body(store, "a").await {
        Value::Null => 1,
        item => item["n"].as_u64().unwrap(),
    }
}

fn expected(call: Call, fault: Fault) -> Told {
    let transaction = call == Call::TransactWriteItems;
    match fault {
        Fault::Throttling | Fault::ProvisionedThroughputExceeded | Fault::TransactionConflict => {
            ("busy", 0, 0)
        }
        Fault::Delay | Fault::Twice => ("done", 1, 1),
        // Asked for again under its token, it is applied once, however often it
        // arrives.
        _ if transaction => ("done", 1, 1),
        Fault::InternalServerError | Fault::CutBefore => ("unknown", 0, 0),
        Fault::Late => ("unknown", 0, 1),
        Fault::CutAfter | Fault::CutWithin => ("unknown", 1, 1),
        // Its guards keep it from being applied twice; the next read shows that
        // what is in its way is its own.
        Fault::TwiceAnsweredLast => ("refused", 1, 1),
    }
}

#[tokio::test]
async fn a_write_is_applied_once_at_most_and_what_is_said_of_it_is_so() {
    let (proxy, store, past) = behind_a_proxy().await;
    for call in Call::ALL.into_iter().filter(|call| !call.is_read()) {
        for fault in Fault::of(call) {
            proxy.pass_everything();
            commit(&*past, [put("a", &json!({ "n": 0 }))]).await.unwrap();
            proxy.plan(move |met, before| (met == call && before == 0).then_some(fault));
            let said = match commit(&*store, writes(call)).await {
                Ok(()) => "done",
                Err(CommitError::Refused { .. }) => "refused",
                Err(CommitError::Busy) => "busy",
                Err(CommitError::Unavailable(_)) => "unavailable",
                Err(CommitError::Unknown(_)) => "unknown",
            };
            assert!(proxy.met().contains_key(&call), "{call:?}");
            let then = applied(&*past).await;
            proxy.deliver().await.unwrap();
            assert_eq!((said, then, applied(&*past).await), expected(call, fault), "{call:?} {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_read_survives_each_fault() {
    let (proxy, store, past) = behind_a_proxy().await;
    commit(&*past, [put("a", &json!({ "n": 1 })), put("b", &json!({ "n": 2 }))]).await.unwrap();
    let there = [get(&*past, "a").await, get(&*past, "b").await, None];
    for call in Call::ALL.into_iter().filter(|call| call.is_read()) {
        for fault in Fault::of(call) {
            // The last of its tries is left alone.
            proxy.plan(move |met, before| (met == call && before < 3).then_some(fault));
            let read = match call {
                Call::GetItem => vec![get(&*store, "a").await],
                Call::BatchGetItem => store.get(&["a", "b", "c"].map(key)).await.unwrap(),
                _ => {
                    let page = store.query(&Query::prefix("p", "", 10)).await.unwrap();
                    page.items.into_iter().map(Some).chain([None]).collect()
                }
            };
            assert!(proxy.met().contains_key(&call), "{call:?}");
            assert_eq!(read, there[..read.len()], "{call:?} {fault:?}");
            proxy.deliver().await.unwrap();
        }
    }
}
