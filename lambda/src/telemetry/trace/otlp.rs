//! OTLP's JSON (opentelemetry.io/docs/specs/otlp, "JSON Protobuf Encoding").

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::layer::{Attribute, Spanned};

/// An `ExportTraceServiceRequest`.
pub(super) fn request(resource: &[(String, String)], spans: &[Spanned]) -> Value {
    let resource: Vec<Value> = resource.iter().map(|(name, value)| attribute(name, text(value))).collect();
    let spans: Vec<Value> = spans.iter().map(span).collect();
    json!({ "resourceSpans": [{
        "resource": { "attributes": resource },
        "scopeSpans": [{
            "scope": { "name": "licentia", "version": env!("CARGO_PKG_VERSION") },
            "spans": spans,
        }],
    }] })
}

fn span(span: &Spanned) -> Value {
    let kind = match (span.is_server, span.is_client) {
        (true, _) => 2,
        (_, true) => 3,
        _ => 1,
    };
    let attributes: Vec<Value> = span
        .attributes
        .iter()
        .map(|(name, value)| match value {
            Attribute::Text(value) => attribute(name, text(value)),
            // JSON of Protobuf writes 64 bits as text.
            Attribute::Number(number) => attribute(name, json!({ "intValue": number.to_string() })),
        })
        .collect();
    let mut members = json!({
        "traceId": format!("{:032x}", span.trace),
        "spanId": format!("{:016x}", span.id),
        "name": span.name,
        "kind": kind,
        "startTimeUnixNano": nanoseconds(span.started),
        "endTimeUnixNano": nanoseconds(span.ended),
        "attributes": attributes,
        "status": { "code": if span.is_error { 2 } else { 0 } },
    });
    if let (Some(parent), Some(members)) = (span.parent, members.as_object_mut()) {
        members.insert("parentSpanId".to_owned(), json!(format!("{parent:016x}")));
    }
    members
}

fn attribute(key: &str, value: Value) -> Value {
    json!({ "key": key, "value": value })
}

fn text(value: &str) -> Value {
    json!({ "stringValue": value })
}

fn nanoseconds(time: SystemTime) -> String {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos().to_string()
}
