//! From the spans of [`tracing`] to those that are told of.

use std::fmt;
use std::time::SystemTime;

use tokio::sync::mpsc;
use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::export::Message;
use super::parent::Parent;
use super::sampler::Sampler;
use crate::telemetry::metrics;

/// Hands spans over as they end. None waits for a collector: where that is too
/// slow, spans are left out, and counted.
#[derive(Debug)]
pub struct Spans {
    pub(super) sampler: Sampler,
    pub(super) queue: mpsc::Sender<Message>,
}

/// A span, which has ended once it is handed over.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spanned {
    pub(super) trace: u128,
    pub(super) id: u64,
    pub(super) parent: Option<u64>,
    pub(super) name: String,
    pub(super) is_server: bool,
    pub(super) is_client: bool,
    pub(super) is_error: bool,
    pub(super) started: SystemTime,
    pub(super) ended: SystemTime,
    pub(super) attributes: Vec<(&'static str, Attribute)>,
    is_sampled: bool,
    remote: Option<Parent>,
}

/// What is known of a span.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Attribute {
    Text(String),
    Number(i64),
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut spanned = Spanned::new(span.name());
        attributes.record(&mut spanned);
        let parent = span.parent().and_then(|parent| {
            let extensions = parent.extensions();
            extensions.get().map(|Spanned { trace, id, is_sampled, .. }: &Spanned| Parent {
                trace: *trace,
                span: *id,
                is_sampled: *is_sampled,
            })
        });
        let (trace, is_sampled) = match (parent, spanned.remote) {
            // Decided where the trace came in.
            (Some(parent), _) => (parent.trace, parent.is_sampled),
            (None, remote) => {
                let trace = remote.map_or_else(|| uuid::Uuid::new_v4().as_u128(), |remote| remote.trace);
                (trace, self.sampler.samples(trace, remote.as_ref()))
            }
        };
        spanned.trace = trace;
        spanned.parent = parent.or(spanned.remote).map(|parent| parent.span);
        spanned.is_sampled = is_sampled;
        span.extensions_mut().insert(spanned);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(spanned) = span.extensions_mut().get_mut::<Spanned>() {
            values.record(spanned);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let Some(mut spanned) = span.extensions_mut().remove::<Spanned>().filter(|span| span.is_sampled)
        else {
            return;
        };
        spanned.ended = SystemTime::now();
        if self.queue.try_send(Message::Ended(Box::new(spanned))).is_err() {
            metrics::spans_lost(1);
        }
    }
}

impl Spanned {
    fn new(name: &str) -> Self {
        let now = SystemTime::now();
        Self {
            trace: 0,
            // An id of zero is none; this one is never missed.
            id: getrandom::u64().unwrap_or_default().max(1),
            parent: None,
            name: name.to_owned(),
            is_server: false,
            is_client: false,
            is_error: false,
            started: now,
            ended: now,
            attributes: vec![],
            is_sampled: false,
            remote: None,
        }
    }
}

impl Visit for Spanned {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "otel.name" => self.name = value.to_owned(),
            "otel.kind" => (self.is_server, self.is_client) = (value == "server", value == "client"),
            "otel.status_code" => self.is_error = value == "ERROR",
            "otel.parent" => self.remote = Parent::parse(value),
            name => self.attributes.push((name, Attribute::Text(value.to_owned()))),
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.attributes.push((field.name(), Attribute::Number(value)));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.record_i64(field, i64::try_from(value).unwrap_or(i64::MAX));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
