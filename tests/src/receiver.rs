//! A receiver of webhooks that does what it is told: answers, fails, hangs.

#![expect(clippy::unwrap_used, reason = "a panic is how a test reports that it cannot be made")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What it was sent.
#[derive(Clone, Debug)]
pub struct Message {
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// How it answers.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// With this status.
    Status(u16),
    /// With this status, and a header.
    With(u16, &'static str, &'static str),
    /// With 204, once it is released.
    Hang,
}

/// A running receiver; it ends when it is dropped.
#[derive(Debug)]
pub struct Receiver {
    /// Where it listens.
    pub url: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    answers: Mutex<VecDeque<Answer>>,
    messages: watch::Sender<Vec<Message>>,
    released: watch::Sender<bool>,
}

impl Receiver {
    /// A receiver that answers so, in turn, and then always 204.
    pub async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let shared = Arc::new(Shared {
            answers: Mutex::new(answers.into_iter().collect()),
            messages: watch::Sender::new(vec![]),
            released: watch::Sender::new(false),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let router = Router::new().fallback(receive).with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, shared, task }
    }

    /// What has arrived so far, in order.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.shared.messages.borrow().clone()
    }

    /// What has arrived once it is so many.
    pub async fn wait_for(&self, count: usize) -> Vec<Message> {
        let mut messages = self.shared.messages.subscribe();
        let found = messages.wait_for(|messages| messages.len() >= count).await.unwrap();
        found.clone()
    }

    /// Answers those that hang.
    pub fn release(&self) {
        self.shared.released.send_replace(true);
    }
}

impl Message {
    /// A header; empty if it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body.
    ///
    /// # Panics
    /// If it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let answer = shared.answers.lock().unwrap().pop_front().unwrap_or(Answer::Status(204));
    shared.messages.send_modify(|messages| messages.push(Message { headers, body }));
    match answer {
        Answer::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Answer::With(status, name, value) => {
            (StatusCode::from_u16(status).unwrap(), [(name, value)]).into_response()
        }
        Answer::Hang => {
            shared.released.subscribe().wait_for(|released| *released).await.unwrap();
            StatusCode::NO_CONTENT.into_response()
        }
    }
}
