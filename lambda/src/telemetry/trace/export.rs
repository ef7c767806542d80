//! Sends spans to a collector, some at a time.

use std::sync::OnceLock;
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use http::Request;
use http::header::CONTENT_TYPE;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

use super::layer::{Spanned, Spans};
use super::{Settings, otlp};
use crate::pause::pause;
use crate::telemetry::metrics;

/// Spans that wait; more are left out.
const WAITING: usize = 8192;
/// Spans sent at once.
const AT_ONCE: usize = 512;
/// How long the first of them waits for others.
const GATHERING: Duration = Duration::from_secs(1);
/// How long a collector may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often one that is overloaded, or does not answer, is asked.
const TRIES: u32 = 3;
/// The longest pause before it is asked again.
const PAUSE: Duration = Duration::from_secs(1);

static QUEUE: OnceLock<mpsc::Sender<Message>> = OnceLock::new();

/// What the exporter is told.
#[derive(Debug)]
pub(super) enum Message {
    /// This span has ended.
    Ended(Box<Spanned>),
    /// Send what there is, and say so.
    Flush(oneshot::Sender<()>),
}

/// Sends spans until the process ends.
#[derive(Debug)]
pub struct Exporter {
    settings: Settings,
    connector: Connector,
    queue: mpsc::Receiver<Message>,
}

/// Waits until the spans that have ended are sent, or given up.
pub async fn flush() {
    let Some(queue) = QUEUE.get() else { return };
    let (sent, is_sent) = oneshot::channel();
    if queue.send(Message::Flush(sent)).await.is_ok() {
        let _ = is_sent.await;
    }
}

impl Exporter {
    /// What takes the spans of this process, and what sends them.
    #[must_use]
    pub fn new(settings: Settings) -> (Spans, Self) {
        let (sender, queue) = mpsc::channel(WAITING);
        let _ = QUEUE.set(sender.clone());
        let connector = Connector::builder().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build();
        let spans = Spans { sampler: settings.sampler, queue: sender };
        (spans, Self { settings, connector, queue })
    }

    /// Sends spans, as they end.
    pub async fn run(mut self) {
        let mut messages = Vec::with_capacity(AT_ONCE);
        while self.queue.recv_many(&mut messages, AT_ONCE).await > 0 {
            self.gather(&mut messages).await;
            let (mut spans, mut waiting) = (vec![], vec![]);
            for message in messages.drain(..) {
                match message {
                    Message::Ended(span) => spans.push(*span),
                    Message::Flush(sent) => waiting.push(sent),
                }
            }
            if !spans.is_empty() {
                self.send(&spans).await;
            }
            // Whoever no longer waits need not be told.
            for sent in waiting {
                let _ = sent.send(());
            }
        }
    }

    /// Waits for more, unless somebody waits for these.
    async fn gather(&mut self, messages: &mut Vec<Message>) {
        let gathered = sleep(GATHERING);
        tokio::pin!(gathered);
        while messages.len() < AT_ONCE && !messages.iter().any(|message| matches!(message, Message::Flush(_)))
        {
            let room = AT_ONCE - messages.len();
            tokio::select! {
                () = &mut gathered => return,
                received = self.queue.recv_many(messages, room) => if received == 0 { return },
            }
        }
    }

    async fn send(&self, spans: &[Spanned]) {
        let body = otlp::request(&self.settings.resource, spans).to_string();
        let mut why = String::new();
        for number in 1..=TRIES {
            match timeout(PATIENCE, self.post(body.clone())).await {
                Ok(Ok(200..300)) => return,
                // Those that are worth another try (OTLP, "Retryable Response Codes").
                Ok(Ok(status @ (429 | 502 | 503 | 504))) => why = format!("it answered {status}"),
                Ok(Ok(status)) => {
                    why = format!("it answered {status}");
                    break;
                }
                Ok(Err(reason)) => why = reason,
                Err(_) => why = format!("no answer within {} seconds", PATIENCE.as_secs()),
            }
            if number < TRIES {
                pause(PAUSE).await;
            }
        }
        metrics::spans_lost(spans.len());
        let endpoint = self.settings.endpoint.host();
        tracing::warn!(endpoint, spans = spans.len(), why, "the collector of traces does not take spans");
    }

    async fn post(&self, body: String) -> Result<u16, String> {
        let mut request =
            Request::post(self.settings.endpoint.clone()).header(CONTENT_TYPE, "application/json");
        for (name, value) in &self.settings.headers {
            request = request.header(name, value);
        }
        let request = request.body(SdkBody::from(body)).map_err(|error| error.to_string())?;
        let request = HttpRequest::try_from(request).map_err(|error| error.to_string())?;
        let answer = self.connector.call(request).await;
        answer
            .map(|answer| answer.status().as_u16())
            .map_err(|error| aws_sdk_sns::error::DisplayErrorContext(error).to_string())
    }
}
