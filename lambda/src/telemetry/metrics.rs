//! What is counted and measured, in one table.
//!
//! Labels hold names that the service itself gives: operations, error codes,
//! calls of the store. Accounts, ARNs and tokens never are labels, so that there
//! are only so many series. Names follow OpenTelemetry's semantic conventions
//! where there are any, as Prometheus spells them.

use std::sync::LazyLock;
use std::time::Duration;

use http::Method;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::emf;

/// Seconds between which durations are told apart: a call takes a fraction of a
/// millisecond on one machine, some milliseconds on AWS.
const SECONDS: [f64; 15] =
    [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Names and values. An empty value stands for no label.
type Labels<const N: usize> = [(&'static str, &'static str); N];

/// Everything that is measured in this process.
static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Histogram, fn() -> Histogram>,
    calls: Durations<3>,
    store: Durations<3>,
    under_way: Gauge,
    waiting: Gauge,
    queued: Gauge,
    overloads: Counts<1>,
    conflicts: Counts<0>,
    retries: Counts<1>,
    reclaimed: Counts<0>,
    reshaped: Counts<1>,
    events_waiting: Gauge,
    deliveries: Counts<1>,
    spans_lost: Counts<0>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    http_request_method: &'static str,
    http_route: &'static str,
    http_response_status_code: u16,
}

struct Durations<const N: usize> {
    name: &'static str,
    family: Family<Labels<N>, Histogram, fn() -> Histogram>,
}

struct Counts<const N: usize> {
    name: &'static str,
    family: Family<Labels<N>, Counter>,
}

/// One more in a gauge, as long as this is kept.
#[derive(Debug)]
pub struct Counted(&'static Gauge);

/// Why a call is turned away before anything is done for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overload {
    /// Its account calls more often than it may.
    Account,
    /// The license that it names is called for more often than it may be.
    License,
    /// Too many calls wait already, or it waited too long.
    Queue,
    /// Whoever sent it does not wait for the answer any longer.
    Deadline,
    /// The store was too busy, however often it was asked.
    Store,
}

/// A request of HTTP was answered.
pub fn request(method: &Method, route: &'static str, status: u16, took: Duration) {
    let labels = RequestLabels {
        http_request_method: known(method),
        http_route: route,
        http_response_status_code: status,
    };
    METRICS.requests.get_or_create(&labels).observe(took.as_secs_f64());
}

/// A call of an operation was answered, with this error unless it succeeded.
pub fn call(service: &'static str, operation: &'static str, error: Option<&'static str>, took: Duration) {
    let labels =
        [("rpc_service", service), ("rpc_method", operation), ("error_type", error.unwrap_or_default())];
    METRICS.calls.observe(labels, took);
}

/// The store answered.
pub fn store(system: &'static str, call: &'static str, error: Option<&'static str>, took: Duration) {
    let labels =
        [("db_system_name", system), ("db_operation_name", call), ("error_type", error.unwrap_or_default())];
    METRICS.store.observe(labels, took);
}

/// A call is under way.
#[must_use]
pub fn under_way() -> Counted {
    Counted::new(&METRICS.under_way)
}

/// A call waits for its turn.
#[must_use]
pub fn waiting() -> Counted {
    Counted::new(&METRICS.waiting)
}

/// A change waits for the writer of the embedded store, or is being written.
#[must_use]
pub fn queued() -> Counted {
    Counted::new(&METRICS.queued)
}

/// A call was turned away.
pub fn overload(reason: Overload) {
    METRICS.overloads.add([("reason", reason.name())], 1);
}

/// What a call had loaded was changed by another before it committed.
pub fn conflict() {
    METRICS.conflicts.add([], 1);
}

/// The store is asked again, for this reason.
pub fn store_retry(reason: &'static str) {
    METRICS.retries.add([("reason", reason)], 1);
}

/// So many checkouts had run out, and what they held was returned.
pub fn reclaimed(checkouts: usize) {
    METRICS.reclaimed.add([], checkouts);
}

/// What became of the shards of a license's pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reshaped {
    /// There are more of them.
    Split,
    /// One was lent more.
    Lent,
    /// One is no more.
    Merged,
}

/// The shards of a license's pool were changed.
pub fn reshaped(how: Reshaped) {
    let how = match how {
        Reshaped::Split => "split",
        Reshaped::Lent => "lent",
        Reshaped::Merged => "merged",
    };
    METRICS.reshaped.add([("change", how)], 1);
}

/// So many events wait to be sent.
pub fn events_waiting(events: usize) {
    METRICS.events_waiting.set(i64::try_from(events).unwrap_or(i64::MAX));
    emf::note("licentia_events_waiting", "Count", &[], f64::from(u32::try_from(events).unwrap_or(u32::MAX)));
}

/// An attempt to send an event ended so.
pub fn delivery(outcome: &'static str) {
    METRICS.deliveries.add([("outcome", outcome)], 1);
}

/// So many spans were not told of.
pub fn spans_lost(spans: usize) {
    METRICS.spans_lost.add([], spans);
}

/// All of it, in the text format of OpenMetrics 1.0.
#[must_use]
pub fn text() -> String {
    let mut text = String::new();
    // Nothing fails that writes into memory.
    let _ = prometheus_client::encoding::text::encode(&mut text, &METRICS.registry);
    text
}

impl Metrics {
    fn new() -> Self {
        let mut registry = Registry::default();
        let to = &mut registry;
        let version =
            Info::new([("service_name", "licentia"), ("service_version", env!("CARGO_PKG_VERSION"))]);
        to.register("target", "The service", version);
        let requests = Family::new_with_constructor(histogram as fn() -> Histogram);
        let help = "Duration of HTTP requests";
        to.register_with_unit("http_server_request_duration", help, Unit::Seconds, requests.clone());
        Self {
            requests,
            calls: Durations::new(
                to,
                "rpc_server_call_duration",
                "Duration of calls, their record included; error_type is the code of those that were refused",
            ),
            store: Durations::new(to, "db_client_operation_duration", "Duration of requests to the store"),
            under_way: gauge(to, "licentia_calls_under_way", "Calls that are being carried out"),
            waiting: gauge(to, "licentia_calls_waiting", "Calls that wait for their turn"),
            queued: gauge(
                to,
                "licentia_store_queue_length",
                "Changes that wait for the writer of the embedded store, or are being written",
            ),
            overloads: Counts::new(
                to,
                "licentia_overloads",
                "Calls turned away to protect the service, by reason",
            ),
            conflicts: Counts::new(
                to,
                "licentia_conflicts",
                "Changes that came too late: something they rest on had changed, and the call began again",
            ),
            retries: Counts::new(to, "licentia_store_retries", "Requests to the store that were made again"),
            reclaimed: Counts::new(
                to,
                "licentia_checkouts_reclaimed",
                "Checkouts that had run out and whose seats were returned",
            ),
            reshaped: Counts::new(
                to,
                "licentia_pool_shards_changed",
                "Changes of the shards of pools that many take from, by kind",
            ),
            events_waiting: gauge(
                to,
                "licentia_events_waiting",
                "Events that wait to be sent, when last counted",
            ),
            deliveries: Counts::new(to, "licentia_event_deliveries", "Attempts to send an event, by outcome"),
            spans_lost: Counts::new(
                to,
                "licentia_spans_lost",
                "Spans that the receiver of traces did not take",
            ),
            registry,
        }
    }
}

impl<const N: usize> Durations<N> {
    fn new(registry: &mut Registry, name: &'static str, help: &str) -> Self {
        let family = Family::new_with_constructor(histogram as fn() -> Histogram);
        registry.register_with_unit(name, help, Unit::Seconds, family.clone());
        Self { name, family }
    }

    fn observe(&self, labels: Labels<N>, took: Duration) {
        let seconds = took.as_secs_f64();
        self.family.get_or_create(&labels).observe(seconds);
        emf::note(self.name, "Seconds", &labels, seconds);
    }
}

impl<const N: usize> Counts<N> {
    fn new(registry: &mut Registry, name: &'static str, help: &str) -> Self {
        let family = Family::default();
        registry.register(name, help, family.clone());
        Self { name, family }
    }

    fn add(&self, labels: Labels<N>, number: usize) {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        self.family.get_or_create(&labels).inc_by(number.into());
        emf::note(self.name, "Count", &labels, number.into());
    }
}

impl Counted {
    fn new(gauge: &'static Gauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Overload {
    const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::License => "license",
            Self::Queue => "queue",
            Self::Deadline => "deadline",
            Self::Store => "store",
        }
    }
}

fn histogram() -> Histogram {
    Histogram::new(SECONDS)
}

fn gauge(registry: &mut Registry, name: &str, help: &str) -> Gauge {
    let gauge = Gauge::default();
    registry.register(name, help, gauge.clone());
    gauge
}

/// Anybody may make up a method: there are only so many labels.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "_OTHER",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    /// One of each.
    fn measure_all() {
        let took = Duration::from_millis(3);
        request(&Method::POST, "/", 200, took);
        call("license-manager", "CheckoutLicense", Some("NoEntitlementsAllowedException"), took);
        store("sqlite", "commit", None, took);
        overload(Overload::Account);
        conflict();
        store_retry("busy");
        reclaimed(2);
        reshaped(Reshaped::Split);
        events_waiting(3);
        delivery("delivered");
        spans_lost(1);
        drop((under_way(), waiting(), queued()));
    }

    fn published() -> BTreeSet<String> {
        measure_all();
        let text = text();
        let samples = text.lines().filter(|line| !line.starts_with('#'));
        samples.filter_map(|line| line.split(['{', ' ']).next()).map(str::to_owned).collect()
    }

    /// The strings of these members, at any depth.
    fn collect<'a>(value: &'a Value, member: &str, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| match value {
                Value::String(text) if name == member => found.push(text),
                value => collect(value, member, found),
            }),
            Value::Array(items) => items.iter().for_each(|item| collect(item, member, found)),
            _ => {}
        }
    }

    /// The metrics that an expression of PromQL names: all have a word of one
    /// of these at their beginning.
    fn metrics_of(expression: &str) -> impl Iterator<Item = &str> {
        expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| {
            ["licentia_", "rpc_server_", "db_client_", "http_server_", "target_"]
                .iter()
                .any(|prefix| word.starts_with(prefix))
        })
    }

    #[test]
    fn the_dashboard_asks_for_what_is_published_and_shows_all_of_it() {
        let dashboard: Value = serde_json::from_str(include_str!("../../grafana.json")).unwrap();
        let mut expressions = vec![];
        collect(&dashboard, "expr", &mut expressions);
        let published = published();
        let asked: BTreeSet<&str> = expressions.iter().flat_map(|text| metrics_of(text)).collect();
        for metric in &asked {
            assert!(published.contains(*metric), "`{metric}` is not among {published:?}");
        }
        for metric in published.iter().filter(|name| !name.ends_with("_sum") && *name != "target_info") {
            let histogram = metric.trim_end_matches("_bucket").trim_end_matches("_count");
            let shown = asked.iter().any(|asked| *asked == metric || asked.starts_with(histogram));
            assert!(shown, "no panel shows `{metric}`");
        }
    }

    #[test]
    fn the_table_of_metrics_in_the_readme_is_whole() {
        measure_all();
        let readme = include_str!("../../README.md");
        let text = text();
        for line in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
            let (name, kind) = line.split_once(' ').unwrap();
            let name = if kind == "counter" { format!("{name}_total") } else { name.to_owned() };
            assert!(readme.contains(&format!("`{name}`")) || kind == "info", "`{name}` is not in README.md");
        }
    }

    #[test]
    fn a_gauge_counts_what_is_kept() {
        let before = METRICS.queued.get();
        let kept = queued();
        assert!(METRICS.queued.get() > before - 1);
        drop(kept);
    }
}
