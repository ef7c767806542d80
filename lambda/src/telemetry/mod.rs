//! What operators see of the service from outside: metrics for Prometheus and
//! Amazon CloudWatch, traces for OpenTelemetry.

mod emf;
mod exposition;
mod flushed;
pub mod metrics;
pub mod trace;

pub use emf::Emf;
pub use exposition::router;
pub use flushed::flushed;
