//! What DynamoDB's failures become: refused, busy, unavailable and unknown are
//! never mistaken for each other.

use std::collections::VecDeque;
use std::future;
use std::io::{self, Read as _};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_smithy_runtime_api::client::http::HttpClient as _;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use licentia::store::{CommitError, DynamoDb, Edit, Frozen, Guard, Item, Path, Store, Whole, Write};
use licentia_tests::dynamodb_local::DynamoDbLocal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{body, commit, get, item, key, put, refused, update};

/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// What happens to one request.
#[derive(Clone, Debug)]
enum Fate {
    /// DynamoDB answers this instead of looking at it.
    Answer(u16, Value),
    /// It never arrives, and the connection breaks.
    Lost,
    /// It is carried out, and the connection breaks before the answer.
    AnswerLost,
    /// Nobody ever answers.
    Silence,
}

/// A network on which the next requests meet their fate, and later ones pass.
#[derive(Clone, Debug, Default)]
struct Network {
    fates: Arc<Mutex<VecDeque<Fate>>>,
    sent: Arc<Mutex<Vec<Value>>>,
}

impl Network {
    /// A client on it that waits so long for an answer.
    fn client(&self, patience: Duration) -> Client {
        let network = self.clone();
        let inner = aws_smithy_http_client::Builder::new().build_http();
        let http = http_client_fn(move |settings, components| {
            let inner = inner.http_connector(settings, components);
            SharedHttpConnector::new(Wire { network: network.clone(), inner })
        });
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(patience).build();
        let config = DynamoDbLocal::shared().config().timeout_config(timeouts).http_client(http);
        Client::from_conf(config.build())
    }

    /// A table behind it.
    async fn table(&self) -> DynamoDb {
        let store = DynamoDb::new(&self.client(PATIENCE), Uuid::new_v4().to_string());
        store.create_table().await.unwrap();
        self.sent.lock().unwrap().clear();
        store
    }

    fn next(&self, fates: impl IntoIterator<Item = Fate>) {
        *self.fates.lock().unwrap() = fates.into_iter().collect();
        self.sent.lock().unwrap().clear();
    }

    fn sent(&self) -> Vec<Value> {
        self.sent.lock().unwrap().clone()
    }
}

#[derive(Debug)]
struct Wire {
    network: Network,
    inner: SharedHttpConnector,
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let sent: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        // On a slow machine the table may ask whether it is frozen, at any time.
        if sent["Key"]["sk"]["S"] == Frozen::key().sort.as_str() {
            return self.inner.call(request);
        }
        self.network.sent.lock().unwrap().push(sent);
        let broken = || Err(ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionReset).into()));
        match self.network.fates.lock().unwrap().pop_front() {
            None => self.inner.call(request),
            Some(Fate::Answer(status, body)) => {
                let status = status.try_into().unwrap();
                HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(body.to_string()))))
            }
            Some(Fate::Lost) => HttpConnectorFuture::ready(broken()),
            Some(Fate::AnswerLost) => {
                let carried_out = self.inner.call(request);
                HttpConnectorFuture::new(async move {
                    carried_out.await?;
                    broken()
                })
            }
            Some(Fate::Silence) => HttpConnectorFuture::new(future::pending()),
        }
    }
}

fn failure(status: u16, code: &str) -> Fate {
    let kind = format!("com.amazonaws.dynamodb.v20120810#{code}");
    Fate::Answer(status, json!({"__type": kind, "message": "as told"}))
}

fn cancelled(reasons: &[&str]) -> Fate {
    let reasons: Vec<_> = reasons.iter().map(|code| json!({"Code": code, "Message": "as told"})).collect();
    let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    Fate::Answer(400, json!({"__type": kind, "Message": "as told", "CancellationReasons": reasons}))
}

fn add() -> Write {
    update("a", vec![Guard::AtMost(Path::member("n"), 0)], vec![Edit::Add(Path::member("n"), 1)])
}

fn one() -> Vec<Write> {
    vec![add()]
}

fn two() -> Vec<Write> {
    vec![add(), put("b", &json!({}))]
}

/// A table that holds an item to [`add`] to.
async fn prepared(network: &Network) -> DynamoDb {
    let store = network.table().await;
    commit(&store, [put("a", &json!({"n": 0}))]).await.unwrap();
    store
}

#[tokio::test]
async fn throttling_and_conflicts_are_busy_and_sent_once() {
    let network = Network::default();
    let store = prepared(&network).await;
    for code in [
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "TransactionConflictException",
        "ReplicatedWriteConflictException",
    ] {
        for writes in [one(), two(), vec![put("c", &json!({}))], vec![Write::Delete(key("a"), vec![])]] {
            network.next([failure(400, code)]);
            assert_eq!(commit(&store, writes).await, Err(CommitError::Busy), "{code}");
            assert_eq!(network.sent().len(), 1, "{code}");
        }
    }
    for reason in ["TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"] {
        network.next([cancelled(&["None", reason])]);
        assert_eq!(commit(&store, two()).await, Err(CommitError::Busy), "{reason}");
    }
    assert_eq!(body(&store, "a").await, json!({"n": 0}));
}

#[tokio::test]
async fn a_refusal_counts_more_than_a_conflict_beside_it() {
    let network = Network::default();
    let store = prepared(&network).await;
    network.next([cancelled(&["TransactionConflict", "ConditionalCheckFailed"])]);
    assert_eq!(commit(&store, two()).await, refused(1, None));
}

#[tokio::test]
async fn what_dynamodb_does_not_take_is_unavailable() {
    let network = Network::default();
    let store = prepared(&network).await;
    for code in
        ["ValidationException", "AccessDeniedException", "ResourceNotFoundException", "ExpiredTokenException"]
    {
        for writes in [one(), two()] {
            network.next([failure(400, code)]);
            let outcome = commit(&store, writes).await;
            assert!(
                matches!(&outcome, Err(CommitError::Unavailable(why)) if why.0.contains(code)),
                "{code}: {outcome:?}"
            );
            assert_eq!(network.sent().len(), 1, "{code}");
        }
    }
    network.next([cancelled(&["None", "ValidationError"])]);
    assert!(matches!(commit(&store, two()).await, Err(CommitError::Unavailable(_))));
}

#[tokio::test]
async fn a_lost_answer_to_one_write_is_unknown_and_never_a_refusal() {
    let network = Network::default();
    let store = prepared(&network).await;
    network.next([Fate::AnswerLost]);
    let outcome = commit(&store, one()).await;
    assert!(matches!(outcome, Err(CommitError::Unknown(_))), "{outcome:?}");
    assert_eq!(network.sent().len(), 1);
    assert_eq!(body(&store, "a").await, json!({"n": 1}));
    for fate in
        [Fate::Lost, Fate::Silence, failure(500, "InternalServerError"), Fate::Answer(200, json!("?"))]
    {
        network.next([fate.clone()]);
        let outcome = commit(&store, one()).await;
        assert!(matches!(outcome, Err(CommitError::Unknown(_))), "{fate:?}: {outcome:?}");
        assert_eq!(network.sent().len(), 1, "{fate:?}");
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_is_unknown() {
    let network = Network::default();
    let store = DynamoDb::new(&network.client(Duration::from_millis(100)), "t");
    for writes in [one(), two()] {
        network.next([Fate::Silence, Fate::Silence, Fate::Silence]);
        let outcome = commit(&store, writes).await;
        assert!(matches!(outcome, Err(CommitError::Unknown(_))), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_to_a_transaction_is_asked_for_again_and_applied_once() {
    let network = Network::default();
    let in_progress = || failure(400, "TransactionInProgressException");
    for fates in [
        vec![Fate::AnswerLost],
        vec![Fate::Lost],
        vec![failure(500, "InternalServerError"), Fate::AnswerLost],
        vec![Fate::AnswerLost, in_progress()],
        vec![Fate::AnswerLost, failure(400, "ThrottlingException")],
    ] {
        let store = prepared(&network).await;
        network.next(fates.clone());
        assert_eq!(commit(&store, two()).await, Ok(()), "{fates:?}");
        assert_eq!(body(&store, "a").await, json!({"n": 1}), "{fates:?}");
        let sent = network.sent();
        let tokens: Vec<_> = sent.iter().map(|request| &request["ClientRequestToken"]).collect();
        assert!(tokens[0].is_string() && tokens[..=fates.len()].iter().all(|token| *token == tokens[0]));
    }
}

#[tokio::test]
async fn a_transaction_that_nobody_answers_for_is_unknown() {
    let network = Network::default();
    let store = prepared(&network).await;
    for fates in [
        [Fate::AnswerLost, Fate::Lost, Fate::Lost],
        [Fate::Lost, failure(400, "ThrottlingException"), failure(400, "ThrottlingException")],
        [Fate::Lost, cancelled(&["TransactionConflict", "None"]), failure(400, "AccessDeniedException")],
    ] {
        network.next(fates.clone());
        let outcome = commit(&store, [add(), put("b", &json!({}))]).await;
        assert!(matches!(outcome, Err(CommitError::Unknown(_))), "{fates:?}: {outcome:?}");
        assert_eq!(network.sent().len(), 3);
    }
}

#[tokio::test]
async fn a_transaction_looked_at_again_can_be_refused() {
    let network = Network::default();
    let store = prepared(&network).await;
    commit(&store, one()).await.unwrap();
    network.next([Fate::Lost]);
    assert_eq!(commit(&store, two()).await, refused(0, get(&store, "a").await));
}

#[tokio::test]
async fn a_refused_connection_is_unavailable() {
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let config = DynamoDbLocal::shared().config().endpoint_url(format!("http://{closed}"));
    let store = DynamoDb::new(&Client::from_conf(config.build()), "t");
    for writes in [one(), two()] {
        let outcome = commit(&store, writes).await;
        assert!(matches!(outcome, Err(CommitError::Unavailable(_))), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_connection_that_closes_on_a_request_is_unknown() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let config =
        DynamoDbLocal::shared().config().endpoint_url(format!("http://{}", listener.local_addr().unwrap()));
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            drop(stream.read(&mut [0; 64]));
        }
    });
    let store = DynamoDb::new(&Client::from_conf(config.build()), "t");
    for writes in [one(), two()] {
        let outcome = commit(&store, writes).await;
        assert!(matches!(outcome, Err(CommitError::Unknown(_))), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_read_is_tried_again() {
    let network = Network::default();
    let store = prepared(&network).await;
    network.next([failure(500, "InternalServerError"), failure(400, "ThrottlingException")]);
    assert_eq!(body(&store, "a").await, json!({"n": 0}));
    network.next([failure(400, "AccessDeniedException")]);
    let keys = [key("a")];
    assert!(store.get(&keys).await.is_err());
}

#[tokio::test]
async fn what_a_table_leaves_out_while_it_is_filled_is_sent_again() {
    let network = Network::default();
    let table = Uuid::new_v4().to_string();
    let store = DynamoDb::new(&network.client(PATIENCE), &table);
    store.create_table().await.unwrap();
    let items: Vec<Item> = (0..30).map(|n| item(&format!("{n}"), &json!({ "n": n }))).collect();
    // The answer of a table that took all but one of the first batch.
    let left = json!({"pk": {"S": "p"}, "sk": {"S": "7"}, "n": {"N": "7"}});
    let some = json!({"UnprocessedItems": {&table: [{"PutRequest": {"Item": left}}]}});
    let throttled = || failure(400, "ProvisionedThroughputExceededException");
    network.next([throttled(), throttled(), throttled(), Fate::AnswerLost, Fate::Answer(200, some)]);
    store.fill(&items).await.unwrap();
    let batch = |sent: &Value| sent["RequestItems"][&table].as_array().unwrap().len();
    let batches: Vec<_> = network.sent().iter().map(batch).collect();
    assert_eq!(batches, [25, 25, 25, 25, 25, 1, 5]);
    network.next([failure(400, "AccessDeniedException")]);
    assert!(store.fill(&items).await.is_err());
}

#[tokio::test]
async fn an_unreadable_item_is_unavailable() {
    let network = Network::default();
    let store = network.table().await;
    network
        .next([Fate::Answer(200, json!({"Item": {"pk": {"S": "p"}, "sk": {"S": "a"}, "n": {"N": "0.5"}}}))]);
    let keys = [key("a")];
    assert!(store.get(&keys).await.is_err());
    let there: Item = item("a", &json!({}));
    commit(&store, [Write::Put(there.clone(), vec![])]).await.unwrap();
    assert_eq!(get(&store, "a").await, Some(there));
}

#[tokio::test]
async fn a_table_is_made_once_however_often_it_is_asked_for() {
    let store = prepared(&Network::default()).await;
    assert_eq!(store.create_table().await, Ok(()));
    assert_eq!(body(&store, "a").await, json!({"n": 0}));
}
