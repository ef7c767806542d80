//! As much of AWS Lambda's runtime API as one invocation takes.

use std::future::pending;
use std::net::Ipv4Addr;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, ensure};
use aws_credential_types::Credentials;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::{get, post};
use licentia_tests::signed::signed;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;

const HOST: &str = "bench.lambda-url.us-east-1.on.aws";
const PATIENCE: Duration = Duration::from_secs(30);
/// Long enough for any invocation.
const DEADLINE_MILLIS: u128 = 60_000;

/// The invocation that waits for a function.
type Waiting = Arc<Mutex<Option<String>>>;

/// The API.
pub(super) struct Emulator {
    address: String,
    waiting: Waiting,
    answers: mpsc::Receiver<Bytes>,
}

impl Emulator {
    pub(super) async fn start() -> anyhow::Result<Self> {
        let waiting = Waiting::default();
        let (sender, answers) = mpsc::channel(1);
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(invocation).with_state(Arc::clone(&waiting)))
            .route("/2018-06-01/runtime/invocation/{id}/{outcome}", post(outcome).with_state(sender));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?.to_string();
        tokio::spawn(async { axum::serve(listener, router).await });
        Ok(Self { address, waiting, answers })
    }

    /// Starts the function and returns how long its first answer takes, in
    /// seconds.
    pub(super) async fn first_answer(
        &mut self,
        mut function: Command,
        credentials: &Credentials,
    ) -> anyhow::Result<f64> {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(event(credentials)?);
        function
            .env("AWS_LAMBDA_RUNTIME_API", &self.address)
            .env("AWS_LAMBDA_FUNCTION_NAME", "bench")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "bench")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "bench")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let begun = Instant::now();
        let mut process = function.spawn()?;
        let answer = timeout(PATIENCE, self.answers.recv()).await;
        let taken = begun.elapsed().as_secs_f64();
        process.kill()?;
        process.wait()?;
        let answer: Value = serde_json::from_slice(&answer?.context("the emulator has ended")?)?;
        ensure!(answer.get("statusCode") == Some(&json!(200)), "the function answered {answer}");
        Ok(taken)
    }
}

/// The invocation at once; another never comes.
async fn invocation(State(waiting): State<Waiting>) -> ([(&'static str, String); 3], String) {
    let event = waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(event) = event else { return pending().await };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let headers = [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned()),
        ("lambda-runtime-deadline-ms", (now + DEADLINE_MILLIS).to_string()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:111122223333:function:bench".to_owned(),
        ),
    ];
    (headers, event)
}

async fn outcome(State(answers): State<mpsc::Sender<Bytes>>, body: Bytes) -> http::StatusCode {
    drop(answers.send(body).await);
    http::StatusCode::ACCEPTED
}

/// A signed request as a function URL passes it on.
fn event(credentials: &Credentials) -> anyhow::Result<String> {
    let request =
        signed(credentials, HOST, "ListLicenses", "{}".to_owned()).map_err(anyhow::Error::from_boxed)?;
    let headers: Map<String, Value> = request
        .headers()
        .iter()
        .map(|(name, value)| Ok((name.to_string(), json!(value.to_str()?))))
        .collect::<anyhow::Result<_>>()?;
    let event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/",
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "bench",
            "domainName": HOST,
            "domainPrefix": "bench",
            "http": {
                "method": "POST",
                "path": "/",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "bench",
            },
            "requestId": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
            "routeKey": "$default",
            "stage": "$default",
            "time": "22/Nov/2026:10:00:00 +0000",
            "timeEpoch": 1_795_341_600_000_u64,
        },
        "body": request.body(),
        "isBase64Encoded": false,
    });
    Ok(event.to_string())
}
