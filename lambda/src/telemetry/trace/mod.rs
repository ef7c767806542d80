//! Traces: a span for each request, call and request to the store, sent to a
//! collector by OTLP over HTTP as JSON.
//!
//! OpenTelemetry's SDK with its exporter would add 1 MB to the binary. What of it
//! is needed here is small: spans of [`tracing`] in, JSON out.

mod export;
mod layer;
mod otlp;
mod parent;
mod sampler;
mod settings;
mod spans;

pub use export::{Exporter, flush};
pub use layer::Spans;
pub use settings::{NotSettings, Settings};
pub use spans::{TARGET, call, request, store};
pub(crate) use spans::{answered, failed};
