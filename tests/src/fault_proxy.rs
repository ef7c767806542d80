//! A proxy before DynamoDB on which requests meet faults: they are refused,
//! delayed, cut off, or passed on twice.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, Uri};
use http_body_util::channel::Channel;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::sleep;

/// How long a delayed request waits: longer than it takes.
const DELAY: Duration = Duration::from_millis(30);
/// How long the first half of an answer has to arrive.
const HALF: Duration = Duration::from_millis(5);

/// A kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "they are DynamoDB's own names")]
pub enum Call {
    GetItem,
    BatchGetItem,
    Query,
    PutItem,
    UpdateItem,
    DeleteItem,
    TransactWriteItems,
}

/// What befalls a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not passed on, answered as DynamoDB's own failure.
    InternalServerError,
    /// Not passed on, answered as too many requests.
    Throttling,
    /// Not passed on, answered as too many for the table.
    ProvisionedThroughputExceeded,
    /// Not passed on, answered as one that met another transaction.
    TransactionConflict,
    /// Passed on after a while.
    Delay,
    /// The connection is cut; passed on when [`FaultProxy::deliver`] says so.
    Late,
    /// The connection is cut, and it is not passed on.
    CutBefore,
    /// The connection is cut when DynamoDB has answered.
    CutAfter,
    /// The connection is cut in the middle of DynamoDB's answer.
    CutWithin,
    /// Passed on twice, one after the other; the client gets the first answer.
    Twice,
    /// The same, but the client gets the second answer.
    TwiceAnsweredLast,
}

/// Says what befalls a request of this kind, so many of which came before.
type Plan = dyn FnMut(Call, usize) -> Option<Fault> + Send;

type Answer = Response<BoxBody<Bytes, io::Error>>;

/// The proxy; it passes everything on until it is told otherwise.
#[derive(Clone)]
pub struct FaultProxy {
    address: SocketAddr,
    upstream: Uri,
    client: Client<HttpConnector, Full<Bytes>>,
    state: Arc<Mutex<State>>,
}

struct State {
    plan: Box<Plan>,
    met: BTreeMap<Call, usize>,
    late: Vec<Sent>,
}

/// A request as it came.
#[derive(Clone)]
struct Sent {
    headers: HeaderMap,
    body: Bytes,
}

impl Call {
    /// All that the service makes.
    pub const ALL: [Self; 7] = [
        Self::GetItem,
        Self::BatchGetItem,
        Self::Query,
        Self::PutItem,
        Self::UpdateItem,
        Self::DeleteItem,
        Self::TransactWriteItems,
    ];

    /// Whether it changes nothing.
    #[must_use]
    pub const fn is_read(self) -> bool {
        matches!(self, Self::GetItem | Self::BatchGetItem | Self::Query)
    }

    fn of(sent: &Sent) -> Option<Self> {
        let target = sent.headers.get("x-amz-target")?.to_str().ok()?;
        let (_, name) = target.rsplit_once('.')?;
        Self::ALL.into_iter().find(|call| format!("{call:?}") == name)
    }
}

impl Fault {
    /// All there are.
    pub const ALL: [Self; 11] = [
        Self::InternalServerError,
        Self::Throttling,
        Self::ProvisionedThroughputExceeded,
        Self::TransactionConflict,
        Self::Delay,
        Self::Late,
        Self::CutBefore,
        Self::CutAfter,
        Self::CutWithin,
        Self::Twice,
        Self::TwiceAnsweredLast,
    ];

    /// Those that befall this kind of call.
    pub fn of(call: Call) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |fault| *fault != Self::TransactionConflict || !call.is_read())
    }
}

impl FaultProxy {
    /// Serves on a free port, until the runtime ends.
    ///
    /// # Errors
    /// If there is no port, or no such place to pass requests on to.
    pub async fn before(endpoint: &str) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let state = State { plan: Box::new(|_, _| None), met: BTreeMap::new(), late: vec![] };
        let proxy = Self {
            address: listener.local_addr()?,
            upstream: endpoint.parse().map_err(io::Error::other)?,
            client: Client::builder(TokioExecutor::new()).build_http(),
            state: Arc::new(Mutex::new(state)),
        };
        tokio::spawn(proxy.clone().serve(listener));
        Ok(proxy)
    }

    /// Its URL.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on this befalls the requests, counted anew.
    pub fn plan(&self, plan: impl FnMut(Call, usize) -> Option<Fault> + Send + 'static) {
        let mut state = self.state();
        state.plan = Box::new(plan);
        state.met.clear();
    }

    /// From now on everything is passed on.
    pub fn pass_everything(&self) {
        self.plan(|_, _| None);
    }

    /// How many requests came since it was last told what befalls them.
    #[must_use]
    pub fn met(&self) -> BTreeMap<Call, usize> {
        self.state().met.clone()
    }

    /// Passes on what is late.
    ///
    /// # Errors
    /// If DynamoDB does not answer.
    pub async fn deliver(&self) -> io::Result<()> {
        let late = std::mem::take(&mut self.state().late);
        for sent in late {
            self.pass(&sent).await?;
        }
        Ok(())
    }

    async fn serve(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            let proxy = self.clone();
            tokio::spawn(async move {
                let answering = service_fn(|request| proxy.clone().answer(request));
                // A connection that a fault cut is an error here.
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answering).await;
            });
        }
    }

    /// An error cuts the connection.
    async fn answer(self, request: Request<Incoming>) -> io::Result<Answer> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        let sent = Sent { headers: head.headers, body };
        let Some(fault) = self.fate(&sent) else { return self.pass(&sent).await.map(whole) };
        match fault {
            Fault::InternalServerError => refusal(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError"),
            Fault::Throttling => refusal(StatusCode::BAD_REQUEST, "ThrottlingException"),
            Fault::ProvisionedThroughputExceeded => {
                refusal(StatusCode::BAD_REQUEST, "ProvisionedThroughputExceededException")
            }
            Fault::TransactionConflict => conflict(&sent),
            Fault::Delay => {
                sleep(DELAY).await;
                self.pass(&sent).await.map(whole)
            }
            Fault::Late => {
                self.state().late.push(sent);
                Err(cut())
            }
            Fault::CutBefore => Err(cut()),
            Fault::CutAfter => {
                self.pass(&sent).await?;
                Err(cut())
            }
            Fault::CutWithin => self.pass(&sent).await.map(half),
            Fault::Twice => {
                let first = self.pass(&sent).await?;
                self.pass(&sent).await?;
                Ok(whole(first))
            }
            Fault::TwiceAnsweredLast => {
                self.pass(&sent).await?;
                self.pass(&sent).await.map(whole)
            }
        }
    }

    fn fate(&self, sent: &Sent) -> Option<Fault> {
        let call = Call::of(sent)?;
        let mut state = self.state();
        let met = state.met.entry(call).or_default();
        let before = *met;
        *met += 1;
        (state.plan)(call, before)
    }

    async fn pass(&self, sent: &Sent) -> io::Result<Response<Bytes>> {
        let mut request = Request::new(Full::new(sent.body.clone()));
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = self.upstream.clone();
        *request.headers_mut() = sent.headers.clone();
        let (head, body) = self.client.request(request).await.map_err(io::Error::other)?.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        Ok(Response::from_parts(head, body))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cut() -> io::Error {
    io::ErrorKind::ConnectionReset.into()
}

fn whole(answer: Response<Bytes>) -> Answer {
    answer.map(|body| Full::new(body).map_err(|never| match never {}).boxed())
}

/// Its first half, then an error.
fn half(answer: Response<Bytes>) -> Answer {
    answer.map(|body| {
        let (mut sender, channel) = Channel::new(1);
        tokio::spawn(async move {
            let _ = sender.send_data(body.slice(..body.len() / 2)).await;
            sleep(HALF).await;
            sender.abort(cut());
        });
        channel.boxed()
    })
}

fn refusal(status: StatusCode, code: &str) -> io::Result<Answer> {
    refused(status, code, &json!({}))
}

/// A transaction says so of its first write.
fn conflict(sent: &Sent) -> io::Result<Answer> {
    let request: Value = serde_json::from_slice(&sent.body)?;
    let Some(writes) = request.get("TransactItems").and_then(Value::as_array) else {
        return refusal(StatusCode::BAD_REQUEST, "TransactionConflictException");
    };
    let reason = |at| json!({ "Code": if at == 0 { "TransactionConflict" } else { "None" } });
    let reasons: Vec<Value> = (0..writes.len()).map(reason).collect();
    let more = json!({ "CancellationReasons": reasons });
    refused(StatusCode::BAD_REQUEST, "TransactionCanceledException", &more)
}

fn refused(status: StatusCode, code: &str, more: &Value) -> io::Result<Answer> {
    let mut body =
        json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "as told" });
    if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
        body.extend(more.clone());
    }
    let mut answer = Response::new(Bytes::from(body.to_string()));
    *answer.status_mut() = status;
    Ok(whole(answer))
}
